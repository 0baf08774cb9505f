"""Windows without a screen, and proof that nothing is left of them."""

import inspect
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import numpy as np
import pydicom.data
import pytest
from PySide6.QtWidgets import QApplication

from meddx_desktop.app import start_engine
from meddx_desktop.case.coded_concept import CodedConcept
from meddx_desktop.case.errors import MedDxError
from meddx_desktop.case.finding import Analysis, AnalysisStatus, Finding, OperatingPoint, Word
from meddx_desktop.engine.messages import Failed, Job, Lane, Piece, Reply, Succeeded
from meddx_desktop.ui.desktop import Desktop
from meddx_desktop.ui.engine_signals import EngineSignals
from meddx_desktop.ui.theme import apply_theme

ATRESIA = CodedConcept("77480004", "SCT", "Biliary atresia")
POINT = OperatingPoint(0.41, 0.90, 0.85, (0.84, 0.94), (0.80, 0.89), "612 infants of one hospital")

# What the offscreen platform and a machine without a sound server say about themselves.
_HARMLESS = [
    "propagateSizeHints",
    r"does not support raise\(\)",
    "does not support grabbing the keyboard",
    "pipewire",
    "Failed to create.*audio",
    "No QtMultimedia",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            item.add_marker(pytest.mark.qt_log_ignore(*_HARMLESS, extend=True))


class DirectEngine:
    """Runs each job at once in this process; replies arrive through the event loop as ever."""

    def __init__(self, on_reply: Callable[[Reply], None]) -> None:
        self._on_reply = on_reply
        self._last = 0
        self.cancelled: list[int] = []

    def submit(
        self,
        job: Job,
        lane: Lane,
        *,
        paths: tuple[Path, ...] = (),
        time_limit_s: float | None = None,
    ) -> int:
        self._last += 1
        self._on_reply(self._run(self._last, job))
        return self._last

    def _run(self, job_id: int, job: Job) -> Reply:
        try:
            result = job(lambda done, total, step: None)
            if inspect.isgenerator(result):
                result = self._pieces(job_id, result)
        except MedDxError as error:
            return Failed(job_id, error.code, error.message)
        return Succeeded(job_id, result)

    def _pieces(self, job_id: int, pieces: Any) -> object:
        while True:
            try:
                self._on_reply(Piece(job_id, next(pieces)))
            except StopIteration as end:
                return end.value

    def cancel(self, job_id: int) -> None:
        self.cancelled.append(job_id)

    def forget_paths(self) -> None:
        self.cancelled.clear()

    def close(self) -> None:
        pass


@pytest.fixture(autouse=True)
def nothing_is_left(qapp: QApplication) -> Iterator[None]:
    """Fail on processes, threads and windows that a test leaves behind."""
    threads = set(threading.enumerate())
    apply_theme(qapp, "light")
    yield
    for widget in QApplication.topLevelWidgets():
        if not widget.isVisible():
            widget.deleteLater()
    qapp.processEvents()
    assert [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()] == []
    assert [thread for thread in threading.enumerate() if thread not in threads] == []
    assert multiprocessing.active_children() == []


@pytest.fixture
def signals(qapp: QApplication) -> Iterator[EngineSignals]:
    """Engine signals whose jobs run at once."""
    made = EngineSignals(DirectEngine)
    yield made
    made.close()


@pytest.fixture
def desktop(qtbot: Any, qapp: QApplication) -> Iterator[Desktop]:
    """The whole program without worker processes, its workspace loaded."""
    made = Desktop(qapp, DirectEngine)
    made.window.painted.disconnect(made.load_workspace)
    workspace = made.load_workspace()
    workspace.toggle_automatic_analysis()
    made.window.resize(1360, 860)
    made.show()
    yield made
    made.window.close()


@pytest.fixture
def real_desktop(qtbot: Any, qapp: QApplication) -> Iterator[Desktop]:
    """The whole program with its worker processes."""
    made = Desktop(qapp, start_engine)
    made.show()
    qtbot.waitUntil(lambda: made.window.pages.count() == 2, timeout=20_000)
    yield made
    made.window.close()


@pytest.fixture
def pydicom_file() -> Callable[[str], Path]:
    """A function that returns one of pydicom's own test files, read in place."""

    def find(name: str) -> Path:
        found = pydicom.data.get_testdata_file(name, download=False)
        assert found is not None
        return Path(str(found))

    return find


def make_analysis(*findings: Finding, **changes: Any) -> Analysis:
    """Return an answer of a model that spoke."""
    facts: dict[str, Any] = {
        "model_id": "gallbladder",
        "model_version": "1.2.3",
        "model_name": "Gallbladder ultrasound",
        "status": AnalysisStatus.ASSESSED,
        "findings": findings,
    }
    return Analysis(**(facts | changes))


def make_finding(probability: float = 0.83, concept: CodedConcept = ATRESIA) -> Finding:
    """Return a finding with the word that its probability calls for."""
    is_positive = probability >= POINT.threshold
    word = Word.LIKELY if probability > 0.7 else Word.POSSIBLE if is_positive else Word.UNLIKELY
    return Finding(concept, probability, is_positive, word, POINT)


def ramp(rows: int = 64, columns: int = 96) -> np.ndarray[Any, np.dtype[np.int16]]:
    """Return pixels that grow from left to right, from -100 upward."""
    return np.tile(np.arange(columns, dtype=np.int16) * 4 - 100, (rows, 1))
