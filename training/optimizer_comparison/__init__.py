"""Gradient descent, SGD, mini-batch SGD and Adam, compared once on one set."""
