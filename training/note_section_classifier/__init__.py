"""Trains the classifier of a note's body system, which sorts records."""
