"""What is written down about an error: where it happened, never what a record said."""

import platform
import re
import traceback

from meddx_desktop import __version__

_LOCATION = re.compile(r'^\s*File "(?:.*[\\/])?([^\\/"]+)", line (\d+), in (\S+)')
_ERROR_NAME = re.compile(
    r"^([A-Za-z_][\w.]*(?:Error|Exception|Warning|Exit|Interrupt|Cancelled))\b"
)


def without_content(details: str) -> str:
    """Keep the places and the kind of error of a traceback, drop messages and source lines.

    Messages may quote a record or a path, and paths often hold a patient's name.
    """
    kept = []
    for line in details.splitlines():
        place, name = _LOCATION.match(line), _ERROR_NAME.match(line)
        if place:
            kept.append("{}:{} {}".format(*place.groups()))
        elif name:
            kept.append(name.group(1))
    return "\n".join(kept)


def describe_exception(error: BaseException) -> str:
    """Return the places and the kind of an exception, without its message."""
    return without_content("".join(traceback.format_exception(error)))


def build_report(code: str, details: str) -> str:
    """Return the text that a person may send to support."""
    lines = [
        f"MedDx Desktop {__version__}",
        f"Python {platform.python_version()}, {platform.system()} {platform.release()}",
        f"Error: {code}",
        without_content(details),
    ]
    return "\n".join(lines).rstrip() + "\n"
