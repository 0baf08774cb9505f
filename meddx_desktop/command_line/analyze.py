"""`meddx analyze`: run every model that fits, or the named ones, on every input."""

import argparse
import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

from meddx_desktop.analysis.jobs import LineRequest, analyze_to_line, open_paths
from meddx_desktop.analysis.refused_line import refused_line
from meddx_desktop.analysis.sample_case import SampleItem, read_sample_case
from meddx_desktop.case.case import CaseItem, RefusedFile
from meddx_desktop.case.image_series import Box
from meddx_desktop.command_line.exit_status import ExitStatus
from meddx_desktop.command_line.findings_text import describe_line
from meddx_desktop.command_line.job_runner import JobRunner, report_failure
from meddx_desktop.command_line.run_report import write_report
from meddx_desktop.engine.messages import Failed, Lane, Piece, Succeeded


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command's arguments."""
    command = commands.add_parser("analyze", help="run the models that fit on every input")
    command.add_argument("paths", nargs="*", type=Path, metavar="PATH")
    command.add_argument("--sample-case", action="store_true", help="analyze the bundled samples")
    command.add_argument(
        "--model", action="append", default=[], metavar="ID", help="only this model"
    )
    command.add_argument("--task", metavar="TASK", help="only models of this task")
    command.add_argument("--explain", action="store_true", help="add the evidence")
    command.add_argument(
        "--ignore-gates", action="store_true", help="run the model even where a gate closes"
    )
    command.add_argument(
        "--region",
        type=parse_region,
        metavar="full|x0,y0,x1,y1",
        help="the box, in pixels, that some models ask for",
    )
    command.add_argument("--output", type=Path, metavar="DIR", help="folder for explanations")
    command.add_argument("--jobs", type=int, default=1, metavar="N", help="analyses side by side")
    command.add_argument("--json", action="store_true", help="one JSON object per line")
    command.add_argument("--report", type=Path, metavar="FILE.json", help="write a run manifest")
    command.set_defaults(run=run)


def parse_region(words: str) -> "Box | str":
    """Return "full" or the box; ends lie outside."""
    if words == "full":
        return words
    try:
        left, top, right, bottom = (int(word) for word in words.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError("expected full or x0,y0,x1,y1 in pixels") from None
    if not (0 <= left < right and 0 <= top < bottom):
        raise argparse.ArgumentTypeError("the region is empty: x0 < x1 and y0 < y1 are needed")
    return Box(left, top, right, bottom)


def run(arguments: argparse.Namespace) -> ExitStatus:
    """Analyze every input, print each as soon as it is ready."""
    if bool(arguments.paths) == arguments.sample_case or arguments.jobs < 1:
        sys.stderr.write("meddx analyze: name at least one PATH, or --sample-case alone\n")
        return ExitStatus.WRONG_USAGE
    if arguments.output:
        arguments.output.mkdir(parents=True, exist_ok=True)
    samples = read_sample_case() if arguments.sample_case else ()
    paths = [sample.path for sample in samples] or arguments.paths
    writable = (arguments.output,) if arguments.output else ()
    with JobRunner(paths, writable, arguments.jobs) as runner:
        batch = Batch(runner, arguments, samples)
        batch.open(paths)
        return batch.finish()


def options_in_words(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the arguments of a run as JSON values."""
    return {
        name: value if isinstance(value, (bool, int, list, type(None))) else str(value)
        for name, value in vars(arguments).items()
        if name not in {"run", "paths"}
    }


class Batch:
    """The inputs of one run and what came of them.

    A file that crashes the opening worker must not take the others with it: the paths are then
    opened again one by one.
    """

    def __init__(
        self, runner: JobRunner, arguments: argparse.Namespace, samples: tuple[SampleItem, ...]
    ) -> None:
        self._runner, self._arguments = runner, arguments
        self._regions = {sample.path: sample.region for sample in samples if sample.region}
        self._opening: dict[int, list[Path]] = {}
        self._analyzing: dict[int, CaseItem] = {}
        self._done: list[dict[str, Any]] = []
        self._problem: ExitStatus | None = None

    def open(self, paths: list[Path]) -> None:
        """Queue the reading of paths."""
        job = partial(open_paths, tuple(paths))
        self._opening[self._runner.submit(job, Lane.OPENING)] = paths

    def finish(self) -> ExitStatus:
        """Follow all replies to the end."""
        for reply in self._runner.replies():
            match reply:
                case Piece(value=RefusedFile() as refused):
                    self._print(refused_line(refused))
                case Piece(value=item):
                    self._analyze(item)
                case Succeeded(job_id=job_id, result=line) if job_id in self._analyzing:
                    self._print(line)
                case Failed():
                    self._fail(reply)
        if self._arguments.report:
            write_report(self._arguments.report, options_in_words(self._arguments), self._done)
        return self._status()

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

    def _fail(self, failure: Failed) -> None:
        paths = self._opening.get(failure.job_id)
        if paths is not None and len(paths) > 1:
            for path in paths:
                self.open([path])
        elif paths is not None:
            self._print(refused_line(RefusedFile(paths[0], failure.code, failure.message)))
        elif failure.code == "unknown_model":
            report_failure(failure)
            self._problem = ExitStatus.WRONG_USAGE
        elif failure.details:
            self._problem = ExitStatus.BROKEN
            report_failure(failure)
        else:
            path = self._analyzing[failure.job_id].source.path
            self._print(refused_line(RefusedFile(path, failure.code, failure.message)))

    def _print(self, line: dict[str, Any]) -> None:
        self._done.append(line)
        words = (
            json.dumps(line, ensure_ascii=False) if self._arguments.json else describe_line(line)
        )
        sys.stdout.write(words + "\n")
        sys.stdout.flush()

    def _status(self) -> ExitStatus:
        if self._problem is not None:
            return self._problem
        if any(line["status"] == "refused" for line in self._done):
            return ExitStatus.PARTLY_REFUSED
        return ExitStatus.DONE
