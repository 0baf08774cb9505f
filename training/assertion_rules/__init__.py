"""Measures the assertion rules; nothing is trained."""
