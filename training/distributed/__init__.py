"""Synchronous training over several workers, each of which sees its share of every batch."""
