"""Trains the package `chest-projection`: how an adult chest film was taken."""
