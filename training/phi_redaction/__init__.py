"""Trains the tagger that finds what identifies a person in a text."""
