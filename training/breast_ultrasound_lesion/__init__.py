"""Trains the package `breast-ultrasound-lesion`."""
