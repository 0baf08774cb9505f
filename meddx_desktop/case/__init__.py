"""The nouns of one patient's case, as frozen dataclasses."""
