"""What the person chose for keys and mouse buttons."""

from dataclasses import dataclass, field

from meddx_desktop.ui.tools import Tool

DEFAULT_SCHEME = "ohif"
# Each is a file of resources/keymaps.
SCHEMES = (DEFAULT_SCHEME, "weasis")
# What a mouse button beside the left one, and the wheel, may do.
BUTTON_TOOLS = (Tool.PAN, Tool.ZOOM, Tool.WINDOW, Tool.SCROLL, Tool.MENU)
WHEEL_TOOLS = (Tool.SCROLL, Tool.ZOOM)


@dataclass(frozen=True, slots=True)
class ControlSettings:
    """The scheme that the person chose, and what they changed in it; "" leaves it as it is."""

    scheme: str = DEFAULT_SCHEME
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    middle_button: str = ""
    right_button: str = ""
    wheel: str = ""


def read_control_settings(stored: object) -> ControlSettings:
    """Return stored settings; what is not usable in them is left out."""
    if not isinstance(stored, dict):
        return ControlSettings()
    scheme = stored.get("scheme")
    keys = stored.get("keys")
    known = keys.items() if isinstance(keys, dict) else ()
    return ControlSettings(
        scheme if scheme in SCHEMES else DEFAULT_SCHEME,
        {str(name): tuple(map(str, own)) for name, own in known if isinstance(own, list | tuple)},
        _one_of(stored.get("middle_button"), BUTTON_TOOLS),
        _one_of(stored.get("right_button"), BUTTON_TOOLS),
        _one_of(stored.get("wheel"), WHEEL_TOOLS),
    )


def _one_of(stored: object, tools: tuple[Tool, ...]) -> str:
    return str(stored) if stored in tools else ""
