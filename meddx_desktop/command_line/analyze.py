"""`meddx analyze`: run every model that fits, or the named ones, on every input."""

import argparse
import sys
from pathlib import Path
from typing import Any

from meddx_desktop.analysis.sample_case import read_sample_case
from meddx_desktop.case.image_series import Box
from meddx_desktop.case.task import Task
from meddx_desktop.command_line.batch import Batch
from meddx_desktop.command_line.exit_status import ExitStatus
from meddx_desktop.command_line.input_path import input_path
from meddx_desktop.command_line.job_runner import JobRunner
from meddx_desktop.command_line.run_report import write_report


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command's arguments."""
    command = commands.add_parser("analyze", help="run the models that fit on every input")
    command.add_argument("paths", nargs="*", type=input_path, metavar="PATH")
    command.add_argument("--sample-case", action="store_true", help="analyze the bundled samples")
    command.add_argument(
        "--model",
        action="append",
        default=[],
        metavar="ID",
        help="only this model; one that redacts or sorts records runs only when named so, or by "
        "its task",
    )
    command.add_argument(
        "--task", choices=[task.value for task in Task], help="only models of this task"
    )
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
    command.add_argument(
        "--jobs", type=worker_count, default=1, metavar="N", help="analyses side by side"
    )
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
    if bool(arguments.paths) == arguments.sample_case:
        sys.stderr.write("meddx analyze: name at least one PATH, or --sample-case alone\n")
        return ExitStatus.WRONG_USAGE
    check_outputs(arguments.output, arguments.report)
    samples = read_sample_case() if arguments.sample_case else ()
    paths = [sample.path for sample in samples] or arguments.paths
    writable = (arguments.output,) if arguments.output else ()
    with JobRunner(paths, writable, arguments.jobs) as runner:
        batch = Batch(runner, arguments, samples)
        status = batch.run(paths)
    if arguments.report:
        write_report(arguments.report, options_in_words(arguments), batch.lines)
    return status


def check_outputs(folder: Path | None, report: Path | None) -> None:
    """Make the output folder and touch the report, before any work is done for them.

    Raises
    ------
    OSError : one of them cannot be written.
    """
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    if report is not None:
        report.touch()


def worker_count(words: str) -> int:
    """Return how many analyses run side by side, at least one."""
    if not words.isdecimal() or int(words) < 1:
        raise argparse.ArgumentTypeError("expected a whole number from 1 up")
    return int(words)


def options_in_words(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the arguments of a run as JSON values."""
    return {
        name: value if isinstance(value, (bool, int, list, type(None))) else str(value)
        for name, value in vars(arguments).items()
        if name not in {"run", "paths"}
    }
