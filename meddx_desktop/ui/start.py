"""The window as the command line asks for it."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from meddx_desktop.ui.desktop import Desktop, StartEngine, create_application
from meddx_desktop.ui.end_signals import closing_on_signals


def run_window(argv: Sequence[str], start_engine: StartEngine) -> int:
    """Show the window until it is closed and return the exit status; 2 for wrong usage."""
    wishes = build_parser().parse_args(argv)
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
        return int(application.exec())


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the arguments that open the window."""
    parser = argparse.ArgumentParser(prog="meddx", add_help=False)
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH")
    parser.add_argument("--sample-case", action="store_true")
    parser.add_argument("--screenshot", type=Path, metavar="FILE.png")
    return parser
