"""When a command can be used."""

from enum import StrEnum


class Scope(StrEnum):
    """When a command can be used."""

    ALWAYS = "always"
    CASE = "case"
    IMAGE = "image"
    TEXT = "text"
    AUDIO = "audio"
    WAVEFORM = "waveform"
