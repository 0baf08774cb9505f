"""One line for every input, also when workers die over some of them."""

import argparse
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from meddx_desktop.analysis.jobs import open_paths, probe_path
from meddx_desktop.case.case import OpenSummary
from meddx_desktop.case.source import Source
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.command_line.batch import Batch
from meddx_desktop.command_line.exit_status import ExitStatus
from meddx_desktop.command_line.inspect import Inspection
from meddx_desktop.engine.messages import Failed, Lane, Piece, Succeeded

DEATH = "The analysis process stopped unexpectedly."


class Workers:
    """Answers jobs as the engine does; the worker dies over files named `deadly`."""

    def __init__(self) -> None:
        self._queue: list[tuple[int, Any]] = []
        self._count = 0

    def submit(self, job: "partial[Any]", lane: Lane = Lane.ANALYSIS) -> int:
        self._count += 1
        self._queue.append((self._count, job))
        return self._count

    def replies(self) -> Iterator[Piece | Succeeded | Failed]:
        while self._queue:
            job_id, job = self._queue.pop(0)
            yield from self._answer(job_id, job)

    def _answer(self, job_id: int, job: "partial[Any]") -> Iterator[Piece | Succeeded | Failed]:
        if job.func is open_paths:
            yield from self._open(job_id, job.args[0])
        elif job.func is probe_path:
            dies = job.args[0].stem == "deadly"
            yield Failed(job_id, "worker_died", DEATH) if dies else Succeeded(job_id, None)
        elif job.args[0].source.path.stem == "lethal":
            yield Failed(job_id, "worker_died", DEATH)
        else:
            yield Succeeded(job_id, line_of(job.args[0].source.path))

    def _open(self, job_id: int, paths: tuple[Path, ...]) -> Iterator[Piece | Succeeded | Failed]:
        for path in paths:
            if path.stem == "deadly":
                yield Failed(job_id, "worker_died", DEATH)
                return
            yield Piece(job_id, TextRecord(Source(path, (path,)), "text", "plain text", "ascii"))
        yield Succeeded(job_id, OpenSummary(len(paths), 0, ()))


def line_of(path: Path) -> dict[str, Any]:
    return {"path": str(path), "status": "analyzed", "analyses": []}


def run(
    paths: list[Path], capsys: pytest.CaptureFixture[str], workers: Workers | None = None
) -> tuple[ExitStatus, dict[str, list[str]]]:
    arguments = argparse.Namespace(
        model=[], task=None, explain=False, ignore_gates=False, region=None, output=None, json=True
    )
    status = Batch(workers or Workers(), arguments, ()).run(paths)  # type: ignore[arg-type]
    statuses: dict[str, list[str]] = {}
    for line in map(json.loads, capsys.readouterr().out.splitlines()):
        statuses.setdefault(Path(line["path"]).stem, []).append(line["status"])
    return status, statuses


def test_a_deadly_file_is_refused_and_the_others_are_analyzed_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, statuses = run([Path("a.txt"), Path("deadly.dcm"), Path("b.txt")], capsys)
    assert statuses == {"a": ["analyzed"], "deadly": ["refused"], "b": ["analyzed"]}
    assert status is ExitStatus.PARTLY_REFUSED


def test_a_single_deadly_file_is_refused_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([Path("deadly.dcm")], capsys)[1] == {"deadly": ["refused"]}


def test_an_item_over_which_the_analysis_dies_has_its_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, statuses = run([Path("lethal.wav"), Path("b.txt")], capsys)
    assert statuses == {"lethal": ["refused"], "b": ["analyzed"]}
    assert status is ExitStatus.PARTLY_REFUSED


def test_files_that_are_deadly_only_together_are_analyzed_one_by_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    class Crowded(Workers):
        def _open(
            self, job_id: int, paths: tuple[Path, ...]
        ) -> Iterator[Piece | Succeeded | Failed]:
            if len(paths) > 1:
                yield Failed(job_id, "worker_died", DEATH)
            else:
                yield from super()._open(job_id, paths)

    status, statuses = run([Path("a.txt"), Path("b.txt")], capsys, Crowded())
    assert statuses == {"a": ["analyzed"], "b": ["analyzed"]}
    assert status is ExitStatus.DONE


def test_inspect_goes_on_after_a_worker_died(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class InspectWorkers(Workers):
        def _answer(self, job_id: int, job: Any) -> Iterator[Piece | Succeeded | Failed]:
            for path in job.args[0]:
                if path.stem == "deadly":
                    yield Failed(job_id, "worker_died", DEATH)
                    return
                yield Piece(job_id, {"path": str(path), "status": "opened"})
            yield Succeeded(job_id, None)

    arguments = argparse.Namespace(pixels=False, json=True)
    files = [tmp_path / name for name in ("a.txt", "deadly.dcm", "b.txt")]
    status = Inspection(InspectWorkers(), arguments).run(files)  # type: ignore[arg-type]
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    found = sorted((Path(line["path"]).stem, line["status"]) for line in lines)
    assert found == [("a", "opened"), ("b", "opened"), ("deadly", "error")]
    assert status is ExitStatus.PARTLY_REFUSED
