"""Training of the model package lung-sound-events."""
