"""`meddx transcribe`: write down what is said in recordings."""

import argparse
import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

from meddx_desktop.analysis.jobs import open_paths, transcribe_to_line
from meddx_desktop.case.case import CaseItem, RefusedFile
from meddx_desktop.case.transcript import NOTICE
from meddx_desktop.command_line.exit_status import ExitStatus
from meddx_desktop.command_line.findings_text import describe_segment
from meddx_desktop.command_line.job_runner import JobRunner, report_failure
from meddx_desktop.engine.messages import Failed, Lane, Piece, Succeeded


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
        return Transcription(runner, arguments).run()


class Transcription:
    """The recordings of one run; a file that crashes the reading does not take the others along."""

    def __init__(self, runner: JobRunner, arguments: argparse.Namespace) -> None:
        self._runner, self._arguments = runner, arguments
        self._opening: dict[int, Path] = {}
        self._writing: dict[int, CaseItem] = {}
        self._status = ExitStatus.DONE

    def run(self) -> ExitStatus:
        """Open all paths and follow the replies to the end."""
        for path in self._arguments.paths:
            job_id = self._runner.submit(partial(open_paths, (path,)), Lane.OPENING)
            self._opening[job_id] = path
        for reply in self._runner.replies():
            match reply:
                case Piece(job_id=job_id, value=piece) if job_id in self._writing:
                    self._print_segment(piece)
                case Piece(value=RefusedFile() as refused):
                    self._refuse(refused)
                case Piece(value=item):
                    job = partial(transcribe_to_line, item, self._arguments.language)
                    self._writing[self._runner.submit(job)] = item
                case Succeeded(job_id=job_id, result=line) if job_id in self._writing:
                    self._print_line(line)
                case Failed():
                    self._fail(reply)
        return self._status

    def _fail(self, failure: Failed) -> None:
        path = self._opening.get(failure.job_id)
        if failure.code == "unknown_language":
            report_failure(failure)
            self._status = ExitStatus.WRONG_USAGE
        elif failure.details:
            report_failure(failure)
            self._status = ExitStatus.BROKEN
        else:
            path = path or self._writing[failure.job_id].source.path
            self._refuse(RefusedFile(path, failure.code, failure.message))

    def _refuse(self, refused: RefusedFile) -> None:
        self._print_line(
            {
                "path": str(refused.path),
                "kind": None,
                "status": "refused",
                "error": {"code": refused.code, "message": refused.message},
                "warnings": [],
                "notice": NOTICE,
                "language": None,
                "text": "",
                "segments": [],
            }
        )

    def _print_segment(self, segment: dict[str, Any]) -> None:
        if not self._arguments.json:
            _print(describe_segment(segment))

    def _print_line(self, line: dict[str, Any]) -> None:
        if line["status"] == "refused" and self._status is ExitStatus.DONE:
            self._status = ExitStatus.PARTLY_REFUSED
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
