"""What the left mouse button does to an image."""

from enum import StrEnum


class Tool(StrEnum):
    """The tools of the image view; `MENU` is for the other mouse buttons only."""

    WINDOW = "window"
    PAN = "pan"
    ZOOM = "zoom"
    SCROLL = "scroll"
    MAGNIFIER = "magnifier"
    CROSSHAIR = "crosshair"
    REGION = "region"
    MENU = "menu"
    LENGTH = "length"
    ANGLE = "angle"
    COBB_ANGLE = "cobb_angle"
    ELLIPSE = "ellipse"
    RECTANGLE = "rectangle"
    FREEHAND = "freehand"
    PROBE = "probe"
    ARROW = "arrow"
    TEXT = "text"
    CALIBRATION = "calibration"
