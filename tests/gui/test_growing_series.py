"""The first image of a folder is there before the folder is read, and stays when the rest comes."""

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from meddx_desktop.case.grayscale import Window
from meddx_desktop.case.image_series import Extent, ImageSeries
from meddx_desktop.engine.messages import Cancelled, Job, Lane, Piece, Reply, Succeeded
from meddx_desktop.ui.case_state import OpenedItem
from meddx_desktop.ui.desktop import Desktop
from meddx_desktop.ui.layout_choices import GridShape
from meddx_desktop.ui.workspace import Workspace
from tests.gui.conftest import DirectEngine

WriteDicom = Callable[..., Path]


class HaltingEngine(DirectEngine):
    """Reads headers only as far as it is told; all other jobs run at once."""

    def __init__(self, on_reply: Callable[[Reply], None]) -> None:
        super().__init__(on_reply)
        self._reading: list[tuple[int, Iterator[Any]]] = []
        self.decoded: list[Path] = []

    def submit(self, job: Job, lane: Lane, **options: Any) -> int:
        if lane is not Lane.READING:
            return super().submit(job, lane, **options)
        self._last += 1
        pieces = job(lambda done, total, step: None)
        assert inspect.isgenerator(pieces)
        self._reading.append((self._last, pieces))
        return self._last

    def cancel(self, job_id: int) -> None:
        super().cancel(job_id)
        for one in [one for one in self._reading if one[0] == job_id]:
            self._reading.remove(one)
            self._on_reply(Cancelled(job_id))

    def read_next(self) -> None:
        """Let the first job that reads come to its next piece, or to its end."""
        job_id, pieces = self._reading[0]
        try:
            self._on_reply(Piece(job_id, next(pieces)))
        except StopIteration as end:
            del self._reading[0]
            self._on_reply(Succeeded(job_id, end.value))


@pytest.fixture
def halting(qtbot: Any, qapp: QApplication) -> Iterator[tuple[Desktop, HaltingEngine]]:
    """The whole program and an engine that reads step by step."""
    engines: list[HaltingEngine] = []

    def start(on_reply: Callable[[Reply], None]) -> HaltingEngine:
        engines.append(HaltingEngine(on_reply))
        return engines[0]

    made = Desktop(qapp, start)
    made.window.painted.disconnect(made.load_workspace)
    made.load_workspace()
    made.window.resize(1360, 860)
    made.show()
    made.window.workspace.toggle_automatic_analysis()
    yield made, engines[0]
    made.window.close()


def write_slices(folder: Path, write_dicom: WriteDicom, count: int = 3, uid: str = "1.1") -> Path:
    """Write slices whose names run against their places, so that the first file is the last."""
    folder.mkdir(exist_ok=True)
    for number in range(count):
        write_dicom(
            folder / f"{uid}-{count - number:03}.dcm",
            np.full((64, 96), 100 * (number + 1), np.uint16),
            Modality="CT",
            SeriesInstanceUID=uid,
            InstanceNumber=number + 1,
            ImagePositionPatient=[0, 0, 5 * number],
            ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
        )
    return folder


def first_image(desktop: Desktop, engine: HaltingEngine, qtbot: Any, folder: Path) -> Workspace:
    workspace = desktop.window.workspace
    desktop.window.open_paths((folder,))
    engine.read_next()
    qtbot.waitUntil(lambda: workspace.image.canvas.transform is not None)
    return workspace


def line_of(workspace: Workspace, number: int = 0) -> str:
    return str(workspace.case_panel.model.index_of(number).data())


def count_of_image(workspace: Workspace) -> int:
    series = workspace.image.series
    return 0 if series is None else len(series.frames)


def test_the_first_image_says_that_the_rest_is_still_read(
    halting: tuple[Desktop, HaltingEngine], qtbot: Any, tmp_path: Path, write_dicom: WriteDicom
) -> None:
    desktop, engine = halting
    workspace = first_image(desktop, engine, qtbot, write_slices(tmp_path / "ct", write_dicom))
    notes = workspace.image.canvas.annotations
    assert notes.badges == ("Still reading the series…",)
    assert not any("Image 1" in line for line in notes.bottom_left)
    assert "Still reading…" in line_of(workspace)
    assert "image(s)" not in line_of(workspace)
    controls = workspace.image.controls
    assert controls.slider.isVisible()
    assert not controls.slider.isEnabled()
    assert controls._position.text() == "1 / …"


def test_the_image_stays_as_it_is_when_the_rest_comes(
    halting: tuple[Desktop, HaltingEngine],
    qtbot: Any,
    tmp_path: Path,
    write_dicom: WriteDicom,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desktop, engine = halting
    workspace = first_image(desktop, engine, qtbot, write_slices(tmp_path / "ct", write_dicom))
    image, opened = workspace.image, workspace.controller.case.items[0]
    image.choose_window(Window(250, 400))
    image.zoom_by(3)
    transform, before = image.canvas.transform, image.canvas.frame_picture()
    cleared: list[str] = []
    monkeypatch.setattr(image.canvas, "clear", cleared.append)
    monkeypatch.setattr(image.canvas, "show_message", cleared.append)
    engine.read_next()
    qtbot.waitUntil(lambda: count_of_image(workspace) == 3)
    assert workspace.controller.case.items == [opened]
    assert image.index == 2, "the first file holds the last slice"
    assert image.series is opened.item
    assert image.canvas.transform == transform
    assert image.canvas.look.voi == Window(250, 400)
    assert image.canvas.frame_picture() == before
    assert cleared == []
    monkeypatch.undo()
    assert image.canvas.annotations.badges == ()
    assert any("Image 3 of 3" in line for line in image.canvas.annotations.bottom_left)
    assert "3 image(s)" in line_of(workspace)
    assert image.controls.slider.isEnabled()
    assert image.controls.slider.value() == 2
    image.canvas.setFocus()
    qtbot.keyClick(image.canvas, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: image._shown_index == 1)
    engine.read_next()


def test_a_measurement_on_the_first_image_stays_on_it(
    halting: tuple[Desktop, HaltingEngine], qtbot: Any, tmp_path: Path, write_dicom: WriteDicom
) -> None:
    desktop, engine = halting
    workspace = first_image(desktop, engine, qtbot, write_slices(tmp_path / "ct", write_dicom))
    qtbot.keyClick(workspace.image.canvas, Qt.Key.Key_D)
    area = workspace.image.canvas.rect().center()
    canvas = workspace.image.canvas
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=area)
    assert workspace.image.markup.sketch is not None
    engine.read_next()
    qtbot.waitUntil(lambda: count_of_image(workspace) == 3)
    assert workspace.image.markup.sketch is not None, "what is being drawn is not lost"
    qtbot.mouseMove(canvas, area)
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=area.__class__(area.x() + 40, area.y()))
    assert len(workspace.image.markup._shown()) == 1
    workspace.image.go_to(0)
    qtbot.waitUntil(lambda: workspace.image._shown_index == 0)
    assert workspace.image.markup._shown() == ()
    engine.read_next()


def test_the_models_wait_for_the_whole_series(
    halting: tuple[Desktop, HaltingEngine],
    qtbot: Any,
    tmp_path: Path,
    write_dicom: WriteDicom,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desktop, engine = halting
    analyzed: list[int] = []

    def analyze(item: ImageSeries, models: Any, region: Any, progress: Any) -> Iterator[Any]:
        analyzed.append(len(item.frames))
        yield from ()

    monkeypatch.setattr("meddx_desktop.analysis.jobs.analyze_item", analyze)
    workspace = first_image(desktop, engine, qtbot, write_slices(tmp_path / "ct", write_dicom))
    workspace.analyze()
    QApplication.processEvents()
    assert analyzed == []
    waiting = "The models wait until the whole series has been read."
    assert waiting in workspace.findings._waiting_text(workspace.controller.case.items[0])
    engine.read_next()
    qtbot.waitUntil(lambda: analyzed == [3])
    qtbot.waitUntil(lambda: workspace.controller.case.items[0].is_analyzed)
    engine.read_next()


def test_a_reading_that_is_stopped_leaves_an_incomplete_series(
    halting: tuple[Desktop, HaltingEngine], qtbot: Any, tmp_path: Path, write_dicom: WriteDicom
) -> None:
    desktop, engine = halting
    workspace = first_image(desktop, engine, qtbot, write_slices(tmp_path / "ct", write_dicom))
    workspace.analyze()
    qtbot.mouseClick(desktop.window.status.job_strip.stop_button, Qt.MouseButton.LeftButton)
    opened: OpenedItem = workspace.controller.case.items[0]
    qtbot.waitUntil(lambda: opened.item.extent is Extent.CUT_SHORT)  # type: ignore[union-attr]
    assert workspace.image.canvas.annotations.badges == ("Series not read completely",)
    assert "Incomplete" in line_of(workspace)
    assert workspace.findings.analyze_button.isEnabled()
    assert opened.analyses == {}


def test_nothing_is_exported_or_reformatted_from_a_part(
    halting: tuple[Desktop, HaltingEngine], qtbot: Any, tmp_path: Path, write_dicom: WriteDicom
) -> None:
    desktop, engine = halting
    workspace = first_image(desktop, engine, qtbot, write_slices(tmp_path / "ct", write_dicom))
    said: list[str] = []
    workspace.views.reformations.refused.connect(lambda failure: said.append(failure.code))
    workspace.views.reformations.toggle()
    assert said == ["still_reading"]
    assert not workspace.views.reformations.is_shown
    for dialog in QApplication.topLevelWidgets():
        if dialog is not desktop.window:
            dialog.close()
    engine.read_next()
    engine.read_next()


def test_who_went_elsewhere_is_not_called_back(
    halting: tuple[Desktop, HaltingEngine], qtbot: Any, tmp_path: Path, write_dicom: WriteDicom
) -> None:
    desktop, engine = halting
    folder = write_slices(tmp_path / "ct", write_dicom)
    write_slices(folder, write_dicom, count=2, uid="1.2")
    workspace = first_image(desktop, engine, qtbot, folder)
    engine.read_next()
    qtbot.waitUntil(lambda: workspace.case_panel.model.item_count() == 2)
    workspace.case_panel.choose(1)
    with qtbot.waitSignal(workspace.controller.opening_ended):
        for _ in range(3):
            engine.read_next()
    assert workspace.case_panel.current_index() == 1
    assert [len(one.item.frames) for one in workspace.controller.case.items] == [3, 2]
    assert workspace.image.index == 1


def test_both_viewports_of_a_series_take_the_rest(
    halting: tuple[Desktop, HaltingEngine], qtbot: Any, tmp_path: Path, write_dicom: WriteDicom
) -> None:
    desktop, engine = halting
    workspace = first_image(desktop, engine, qtbot, write_slices(tmp_path / "ct", write_dicom))
    grid = workspace.views.grid
    grid.set_shape(GridShape(1, 2))
    workspace.placing.show_in(0, grid.viewports()[1])
    engine.read_next()
    qtbot.waitUntil(lambda: count_of_image(workspace) == 3)
    whole = workspace.controller.case.items[0].item
    assert all(viewport.view.series is whole for viewport in grid.viewports())
    engine.read_next()


def test_a_folder_opened_for_real_is_read_while_its_first_image_is_decoded(
    real_desktop: Desktop, qtbot: Any, tmp_path: Path, write_dicom: WriteDicom
) -> None:
    folder = write_slices(tmp_path / "ct", write_dicom, count=40)
    write_slices(folder, write_dicom, count=30, uid="1.2")
    workspace = real_desktop.window.workspace
    with qtbot.waitSignal(workspace.controller.opening_ended, timeout=60_000):
        real_desktop.window.open_paths((folder,))
    qtbot.waitUntil(lambda: count_of_image(workspace) == 40, timeout=60_000)
    assert [len(one.item.frames) for one in workspace.controller.case.items] == [40, 30]
    workspace.image.go_to(0)
    qtbot.waitUntil(lambda: workspace.image._shown_index == 0, timeout=60_000)
