"""Trains the tagger of diseases and chemicals."""
