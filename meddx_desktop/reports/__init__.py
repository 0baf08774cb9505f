"""Findings to files that others can read."""
