"""The inputs of one `meddx analyze`, and what came of each."""

import argparse
import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from meddx_desktop.analysis.jobs import LineRequest, analyze_to_line, open_paths
from meddx_desktop.analysis.refused_line import refused_line
from meddx_desktop.analysis.sample_case import SampleItem
from meddx_desktop.case.case import CaseItem, OpenSummary, RefusedFile, kind_of
from meddx_desktop.command_line.crash_hunt import CrashHunt
from meddx_desktop.command_line.exit_status import ExitStatus
from meddx_desktop.command_line.findings_text import describe_line
from meddx_desktop.command_line.job_runner import JobRunner, report_failure
from meddx_desktop.engine.messages import Failed, Lane, Piece, Succeeded


class Batch:
    """Opens what was named, analyzes each item and prints its line as soon as it is ready.

    Every item gets exactly one line, also when a worker dies over its file.
    """

    def __init__(
        self, runner: JobRunner, arguments: argparse.Namespace, samples: Sequence[SampleItem]
    ) -> None:
        self._runner, self._arguments = runner, arguments
        self._regions = {sample.path: sample.region for sample in samples if sample.region}
        self._hunt = CrashHunt(runner)
        self._opening: dict[int, tuple[Path, ...]] = {}
        self._analyzing: dict[int, CaseItem] = {}
        self._seen: dict[tuple[Path, ...], set[str]] = {}
        self.lines: list[dict[str, Any]] = []
        self._problem: ExitStatus | None = None

    def run(self, paths: Sequence[Path]) -> ExitStatus:
        """Open the paths and follow all replies to the end."""
        self._open(tuple(paths))
        for reply in self._runner.replies():
            match reply:
                case Piece(job_id=job_id, value=found) if job_id in self._opening:
                    self._take(found)
                case Piece(value=part):
                    self._show_part(part)
                case Succeeded(job_id=job_id) if self._hunt.owns(job_id):
                    self._end_probe(job_id, None)
                case Failed(job_id=job_id) if self._hunt.owns(job_id):
                    self._end_probe(job_id, reply)
                case Succeeded(job_id=job_id, result=line) if job_id in self._analyzing:
                    self._print(line)
                case Succeeded(result=OpenSummary() as summary):
                    self._tell_skipped(summary)
                case Failed():
                    self._fail(reply)
        return self._status()

    def _open(self, paths: tuple[Path, ...]) -> None:
        job = partial(open_paths, paths)
        self._opening[self._runner.submit(job, Lane.OPENING)] = paths

    def _take(self, found: CaseItem | RefusedFile) -> None:
        files = (found.path,) if isinstance(found, RefusedFile) else found.source.paths
        # The pages of a document and its text are two items of the same files.
        kind = "" if isinstance(found, RefusedFile) else kind_of(found)
        if kind in self._seen.get(files, ()) or (not kind and files in self._seen):
            return
        self._seen.setdefault(files, set()).add(kind)
        if isinstance(found, RefusedFile):
            self._print(refused_line(found))
        else:
            self._analyze(found)

    def _analyze(self, item: CaseItem) -> None:
        arguments = self._arguments
        request = LineRequest(
            models=tuple(arguments.model),
            task=arguments.task,
            explain=arguments.explain,
            ignore_gates=arguments.ignore_gates,
            region=self._regions.get(item.source.path, arguments.region),
            output=arguments.output,
        )
        job = partial(analyze_to_line, item, request)
        self._analyzing[self._runner.submit(job)] = item

    def _show_part(self, part: dict[str, Any]) -> None:
        """Show a part of an answer before its line; answers of models come whole."""

    def _fail(self, failure: Failed) -> None:
        if failure.job_id in self._opening:
            paths = self._opening[failure.job_id]
            if len(paths) == 1 and not paths[0].is_dir():
                self._take(RefusedFile(paths[0], failure.code, failure.message))
            elif self._hunt.has_cleared(paths):
                for path in paths:
                    self._open((path,))
            else:
                self._hunt.start(paths)
            return
        if failure.code == "unknown_model":
            if self._problem is None:
                report_failure(failure)
            self._problem = ExitStatus.WRONG_USAGE
            return
        if failure.details:
            self._problem = ExitStatus.BROKEN
            report_failure(failure)
        path = self._analyzing[failure.job_id].source.path
        self._print(refused_line(RefusedFile(path, failure.code, failure.message)))

    def _end_probe(self, job_id: int, failure: Failed | None) -> None:
        path = self._hunt.end_probe(job_id, has_died=failure is not None)
        if failure is not None:
            self._take(RefusedFile(path, failure.code, failure.message))
        sound = self._hunt.sound_files()
        if sound:
            self._open(sound)

    def _tell_skipped(self, summary: OpenSummary) -> None:
        if summary.skipped:
            sys.stderr.write(f"meddx: {len(summary.skipped)} files of other kinds were left out\n")
        for folder in summary.cut_off:
            sys.stderr.write(f"meddx: {folder.name} holds more files than are looked at\n")
        if not self._seen:
            sys.stderr.write("meddx: nothing that MedDx reads was found\n")
            self._problem = ExitStatus.PARTLY_REFUSED

    def _print(self, line: dict[str, Any]) -> None:
        self.lines.append(line)
        as_json = self._arguments.json
        words = json.dumps(line, ensure_ascii=False) if as_json else describe_line(line)
        sys.stdout.write(words + "\n")
        sys.stdout.flush()

    def _status(self) -> ExitStatus:
        if self._problem is not None:
            return self._problem
        if any(line["status"] == "refused" for line in self.lines):
            return ExitStatus.PARTLY_REFUSED
        return ExitStatus.DONE
