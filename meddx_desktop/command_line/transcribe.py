"""`meddx transcribe`: write down what is said in recordings."""

import argparse
import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

from meddx_desktop.analysis.jobs import transcribe_to_line
from meddx_desktop.case.case import CaseItem
from meddx_desktop.case.transcript import NOTICE
from meddx_desktop.command_line.batch import Batch
from meddx_desktop.command_line.exit_status import ExitStatus
from meddx_desktop.command_line.findings_text import describe_segment
from meddx_desktop.command_line.job_runner import JobRunner, report_failure
from meddx_desktop.engine.messages import Failed

NOT_SAID = frozenset({"paths", "analyses"})
NOTHING_WRITTEN: dict[str, Any] = {"notice": NOTICE, "language": None, "text": "", "segments": []}


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command's arguments."""
    command = commands.add_parser(
        "transcribe", help="write down what is said in recordings", description=NOTICE
    )
    command.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    command.add_argument(
        "--language",
        default="auto",
        metavar="auto|en|zh|…",
        help="the language spoken (default: recognize it)",
    )
    command.add_argument("--json", action="store_true", help="one JSON object per line")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> ExitStatus:
    """Transcribe every recording; text appears as it is written."""
    with JobRunner(arguments.paths) as runner:
        return Transcription(runner, arguments, ()).run(arguments.paths)


class Transcription(Batch):
    """As a run of `analyze`, with a transcript in place of answers."""

    def _analyze(self, item: CaseItem) -> None:
        job = partial(transcribe_to_line, item, self._arguments.language)
        self._analyzing[self._runner.submit(job)] = item

    def _fail(self, failure: Failed) -> None:
        if failure.code != "unknown_language":
            super()._fail(failure)
        elif self._problem is None:
            report_failure(failure)
            self._problem = ExitStatus.WRONG_USAGE

    def _show_part(self, part: dict[str, Any]) -> None:
        if not self._arguments.json:
            _print(describe_segment(part))

    def _print(self, line: dict[str, Any]) -> None:
        # The line of a refused file knows nothing of transcripts.
        line = {name: value for name, value in line.items() if name not in NOT_SAID}
        line |= {name: value for name, value in NOTHING_WRITTEN.items() if name not in line}
        self.lines.append(line)
        _print(json.dumps(line, ensure_ascii=False) if self._arguments.json else describe(line))


def describe(line: dict[str, Any]) -> str:
    """Return the lines that close the transcript of one recording."""
    if line["error"]:
        return f"{line['path']}: refused. {line['error']['message']}"
    if line["status"] != "analyzed":
        return f"{line['path']}: {'; '.join(line['warnings'])}"
    rows = [f"{line['path']}: language {line['language'] or 'unknown'}"]
    rows += [f"  warning: {warning}" for warning in line["warnings"]]
    return "\n".join([*rows, *([f"  {line['notice']}"] if line["text"] else [])])


def _print(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()
