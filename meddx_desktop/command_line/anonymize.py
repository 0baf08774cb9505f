"""`meddx anonymize`: write text records without what the redaction model has found."""

import argparse
import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

from meddx_desktop.analysis.jobs import anonymize_to_line
from meddx_desktop.case.case import CaseItem
from meddx_desktop.command_line.batch import Batch
from meddx_desktop.command_line.exit_status import ExitStatus
from meddx_desktop.command_line.job_runner import JobRunner

DESCRIPTION = (
    "Replaces names, dates, locations, contacts and identifying numbers in text records by the "
    "model phi-redaction. It does not find all of them: read each text before you pass it on. "
    "DICOM files are not handled yet."
)


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command's arguments."""
    command = commands.add_parser(
        "anonymize",
        help="write text records without what identifies a person (not DICOM yet)",
        description=DESCRIPTION,
    )
    command.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    command.add_argument(
        "--output", type=Path, required=True, metavar="DIR", help="folder for the new texts"
    )
    command.add_argument("--json", action="store_true", help="one JSON object per line")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> ExitStatus:
    """Redact every record; the inputs stay as they are."""
    arguments.output.mkdir(parents=True, exist_ok=True)
    with JobRunner(arguments.paths, (arguments.output,)) as runner:
        return Anonymization(runner, arguments, ()).run(arguments.paths)


class Anonymization(Batch):
    """As a run of `analyze`, with a new file in place of answers."""

    def _analyze(self, item: CaseItem) -> None:
        job = partial(anonymize_to_line, item, self._arguments.output)
        self._analyzing[self._runner.submit(job)] = item

    def _print(self, line: dict[str, Any]) -> None:
        line = {name: value for name, value in line.items() if name != "analyses"}
        self.lines.append(line)
        as_json = self._arguments.json
        sys.stdout.write(
            (json.dumps(line, ensure_ascii=False) if as_json else describe(line)) + "\n"
        )
        sys.stdout.flush()


def describe(line: dict[str, Any]) -> str:
    """Return what happened to one input in words."""
    if line["error"]:
        return f"{line['path']}: refused. {line['error']['message']}"
    if line["status"] != "anonymized":
        return f"{line['path']}: {'; '.join(line['warnings'])}"
    counts = ", ".join(f"{name} {number}" for name, number in line["replaced"].items())
    return f"{line['path']}: {line['output']}; replaced: {counts or 'nothing'}\n  {line['notice']}"
