"""What the left mouse button does to an image."""

from enum import StrEnum


class Tool(StrEnum):
    """The tools of the image view."""

    WINDOW = "window"
    PAN = "pan"
    ZOOM = "zoom"
    REGION = "region"
