"""Trains the package `pediatric-chest-pneumonia`: chest films of children."""
