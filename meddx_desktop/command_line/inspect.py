"""`meddx inspect`: say what a file is, read it completely, run no model."""

import argparse
import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

from meddx_desktop.analysis.jobs import inspect_paths
from meddx_desktop.command_line.exit_status import ExitStatus
from meddx_desktop.command_line.job_runner import JobRunner, report_failure
from meddx_desktop.engine.messages import Failed, Lane, Piece


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command's arguments."""
    command = commands.add_parser("inspect", help="say what files are, without running a model")
    command.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    command.add_argument("--pixels", action="store_true", help="decode and hash all pixels")
    command.add_argument("--json", action="store_true", help="one JSON object per line")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> ExitStatus:
    """Inspect every path and print one line for each."""
    status = ExitStatus.DONE
    job = partial(inspect_paths, tuple(arguments.paths), pixels=arguments.pixels)
    with JobRunner(arguments.paths) as runner:
        runner.submit(job, Lane.OPENING)
        for reply in runner.replies():
            match reply:
                case Piece(value=line):
                    print_line(line, as_json=arguments.json)
                    if line["status"] == "error":
                        status = ExitStatus.PARTLY_REFUSED
                case Failed():
                    report_failure(reply)
                    return ExitStatus.BROKEN
    return status


def print_line(line: dict[str, Any], *, as_json: bool) -> None:
    """Print one inspection at once."""
    words = json.dumps(line, ensure_ascii=False) if as_json else describe(line)
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def describe(line: dict[str, Any]) -> str:
    """Return the plain sentence form of one inspection."""
    error = line.get("error")
    if error:
        return f"{line['path']}: refused. {error['message']}"
    facts = ", ".join(
        f"{name.replace('_', ' ')} {value}"
        for name, value in line.items()
        if name not in _NOT_FACTS and value not in (None, [], "")
    )
    warnings = "".join(f"\n  warning: {warning}" for warning in line.get("warnings", ()))
    return f"{line['path']}: {line['kind'] or 'unknown'}, {line['status']}; {facts}{warnings}"


_NOT_FACTS = {
    "path",
    "kind",
    "status",
    "error",
    "warnings",
    "grid_first",
    "grid_last",
    "patient_name",
    "sections",
}
