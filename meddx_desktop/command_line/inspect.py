"""`meddx inspect`: say what a file is, read it completely, run no model."""

import argparse
import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from meddx_desktop.analysis.jobs import inspect_paths
from meddx_desktop.command_line.crash_hunt import files_below
from meddx_desktop.command_line.exit_status import ExitStatus
from meddx_desktop.command_line.input_path import input_path
from meddx_desktop.command_line.job_runner import JobRunner, report_failure
from meddx_desktop.engine.messages import Failed, Lane, Piece


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command's arguments."""
    command = commands.add_parser("inspect", help="say what files are, without running a model")
    command.add_argument("paths", nargs="+", type=input_path, metavar="PATH")
    command.add_argument("--pixels", action="store_true", help="decode and hash all pixels")
    command.add_argument("--json", action="store_true", help="one JSON object per line")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> ExitStatus:
    """Inspect every path and print one line for each."""
    with JobRunner(arguments.paths) as runner:
        return Inspection(runner, arguments).run(arguments.paths)


class Inspection:
    """One line for each file, also for the file over which a worker dies."""

    def __init__(self, runner: JobRunner, arguments: argparse.Namespace) -> None:
        self._runner, self._arguments = runner, arguments
        self._inspecting: dict[int, tuple[Path, ...]] = {}
        self._printed: set[str] = set()
        self._status = ExitStatus.DONE

    def run(self, paths: Sequence[Path]) -> ExitStatus:
        """Follow all replies to the end."""
        self._submit(tuple(paths))
        for reply in self._runner.replies():
            match reply:
                case Piece(value=line):
                    self._print(line)
                case Failed():
                    self._fail(reply)
        return self._status

    def _submit(self, paths: tuple[Path, ...]) -> None:
        job = partial(inspect_paths, paths, pixels=self._arguments.pixels)
        self._inspecting[self._runner.submit(job, Lane.OPENING)] = paths

    def _fail(self, failure: Failed) -> None:
        files = tuple(files_below(self._inspecting[failure.job_id]))
        if len(files) > 1:
            for file in files:
                if str(file) not in self._printed:
                    self._submit((file,))
            return
        if failure.details:
            report_failure(failure)
            self._status = ExitStatus.BROKEN
        self._print(died_line(files[0], failure))

    def _print(self, line: dict[str, Any]) -> None:
        self._printed.add(line["path"])
        print_line(line, as_json=self._arguments.json)
        if line["status"] == "error":
            self._status = self._status.worst(ExitStatus.PARTLY_REFUSED)


def died_line(path: Path, failure: Failed) -> dict[str, Any]:
    """Return the line of a file over which the worker died."""
    return {
        "path": str(path),
        "kind": None,
        "status": "error",
        "error": {"code": failure.code, "message": f"{path.name}: {failure.message}"},
        "warnings": [],
    }


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
        f"{name.replace('_', ' ')} {_in_words(value)}"
        for name, value in line.items()
        if name not in _NOT_FACTS and value not in (None, [], "")
    )
    warnings = "".join(f"\n  warning: {warning}" for warning in line.get("warnings", ()))
    return f"{line['path']}: {line['kind'] or 'unknown'}, {line['status']}; {facts}{warnings}"


def _in_words(value: Any) -> str:  # noqa: ANN401 - as in JSON
    """Write a value of a line; groups of a waveform one after the other."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        return str(value)
    return "; ".join(
        f"{one['label']} {one['sampling_frequency']:g} Hz {one['duration_s']:g} s "
        f"({' '.join(one['channels'])})".lstrip()
        for one in value
    )


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
