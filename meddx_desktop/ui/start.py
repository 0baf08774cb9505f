"""The window as the command line asks for it."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from meddx_desktop.ui.desktop import Desktop, StartEngine, create_application
from meddx_desktop.ui.end_signals import closing_on_signals

# With any of them, Qt knows where to draw.
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
_NO_DISPLAY = (
    "meddx: There is no display for the window; use meddx analyze PATH, which needs none, "
    "or start meddx in a desktop session.\n"
)


def run_window(argv: Sequence[str], start_engine: StartEngine) -> int:
    """Show the window until it is closed and return the exit status.

    It is 2 for wrong usage and 1 without a display, where Qt would abort the program.
    """
    wishes = build_parser().parse_args(argv)
    if sys.platform == "linux" and not any(os.environ.get(name) for name in _DISPLAYS):
        sys.stderr.write(_NO_DISPLAY)
        return 1
    application = create_application()
    desktop = Desktop(application, start_engine)
    desktop.errors.install()
    if wishes.sample_case:
        desktop.window.open_sample_case()
    desktop.show(tuple(path.absolute() for path in wishes.paths))
    if wishes.screenshot is not None:
        from meddx_desktop.ui.self_portrait import SelfPortrait

        SelfPortrait(desktop, wishes.screenshot.absolute())
    with closing_on_signals(desktop.end):
        try:
            return int(application.exec())
        finally:
            # The engine may have started after the window was closed.
            desktop.close()


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the arguments that open the window."""
    parser = argparse.ArgumentParser(prog="meddx", add_help=False)
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH")
    parser.add_argument("--sample-case", action="store_true")
    parser.add_argument("--screenshot", type=Path, metavar="FILE.png")
    return parser
