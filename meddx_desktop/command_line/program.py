"""The program `meddx COMMAND`: arguments in, exit status out."""

import argparse
import io
import os
import sys
from collections.abc import Sequence

from meddx_desktop import __version__
from meddx_desktop.command_line import (
    analyze,
    anonymize,
    associate,
    doctor,
    inspect,
    models,
    self_test,
    transcribe,
)
from meddx_desktop.command_line.exit_status import ExitStatus

_EPILOG = (
    "Without a command, meddx opens the window with the given files, folders, ZIP archives or "
    "DICOMDIRs; --sample-case opens the bundled samples, --screenshot FILE.png saves a picture of "
    "the window when all is analyzed and ends. MedDx supports the decision of a clinician; it does "
    "not replace it."
)


def run(argv: Sequence[str]) -> int:
    """Run one command and return its exit status: 0, 1, 2 or 3 (partly refused)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    parser = build_parser()
    try:
        arguments = parser.parse_args(list(argv))
    except SystemExit as stop:
        return ExitStatus.WRONG_USAGE if stop.code else ExitStatus.DONE
    try:
        return int(arguments.run(arguments))
    except KeyboardInterrupt:
        sys.stderr.write("meddx: stopped\n")
        return ExitStatus.BROKEN
    except BrokenPipeError:
        # Whoever read the output has gone; the interpreter must not complain while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitStatus.BROKEN
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        sys.stderr.write(f"meddx: {error.strerror or error}{place}\n")
        return ExitStatus.BROKEN


def build_parser() -> argparse.ArgumentParser:
    """Return the parser with every command."""
    parser = argparse.ArgumentParser(
        prog="meddx", description="Offline AI-assisted diagnosis.", epilog=_EPILOG
    )
    parser.add_argument("--version", action="version", version=f"meddx {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for module in (analyze, inspect, transcribe, anonymize, models, associate, doctor, self_test):
        module.add_command(commands)
    return parser
