"""A test of the evidence that the app shows for sounds and texts: does it carry the answers."""
