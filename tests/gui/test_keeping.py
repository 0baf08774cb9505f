"""Measurements are there again when the same images are opened, in the window itself."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton

from meddx_desktop.analysis import jobs
from meddx_desktop.app import start_engine
from meddx_desktop.case.image_series import SpacingOrigin
from meddx_desktop.case.measurement import MeasurementKind
from meddx_desktop.engine.messages import Job, Lane, Reply
from meddx_desktop.resources import measurements_folder
from meddx_desktop.ui.desktop import Desktop, StartEngine
from meddx_desktop.ui.image_view import ImageView
from meddx_desktop.ui.mark_dialogs import CalibrationDialog, MarkTextDialog
from meddx_desktop.ui.measurement_text import label_lines
from meddx_desktop.ui.tools import Tool
from meddx_desktop.ui.workspace import Workspace
from tests.conftest import REPOSITORY, WriteDicom
from tests.gui.conftest import DirectEngine, ramp
from tests.gui.test_measuring import answer, close, drag
from tests.gui.test_reformations import pixels_of

Program: TypeAlias = Callable[..., Any]
OPENED_MS = 30_000


@pytest.fixture
def program(qtbot: Any, qapp: QApplication) -> Program:
    """A function that runs the whole program once, from its window's opening to its closing."""

    @contextmanager
    def run(*paths: Path, engine: StartEngine = DirectEngine) -> Iterator[Workspace]:
        desktop = Desktop(qapp, engine)
        desktop.window.painted.disconnect(desktop.load_workspace)
        workspace = desktop.load_workspace()
        if workspace._analyzes_automatically:
            workspace.toggle_automatic_analysis()
        desktop.window.resize(1360, 860)
        desktop.show()
        open_in(workspace, qtbot, *paths)
        yield workspace
        desktop.window.close()
        assert not desktop.window.isVisible()

    return run


def open_in(workspace: Workspace, qtbot: Any, *paths: Path) -> None:
    with qtbot.waitSignal(workspace.controller.opening_ended, timeout=OPENED_MS):
        workspace.open_paths(paths)
    qtbot.waitUntil(lambda: workspace.image.canvas.transform is not None, timeout=OPENED_MS)
    qtbot.waitUntil(lambda: workspace.image._shown_index is not None, timeout=OPENED_MS)


def write_ct(folder: Path, write_dicom: WriteDicom, count: int = 3) -> Path:
    folder.mkdir()
    for number in range(count):
        write_dicom(
            folder / f"{number}.dcm",
            ramp(),
            SOPInstanceUID=f"1.2.826.0.1.{number + 1}",
            SeriesInstanceUID="1.2.826.0.1",
            PatientID="P-4711",
            InstanceNumber=number + 1,
            ImagePositionPatient=[0, 0, number],
            ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
            PixelSpacing=[0.5, 0.5],
            RescaleSlope=1,
            RescaleIntercept=0,
            RescaleType="HU",
        )
    return folder


@pytest.fixture
def ct(tmp_path: Path, write_dicom: WriteDicom) -> Path:
    return write_ct(tmp_path / "ct", write_dicom)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.png"
    pixels = np.tile(np.arange(96, dtype=np.uint8) * 2, (64, 1))
    Image.fromarray(pixels).save(path)
    return path


def draw_length(view: ImageView, qtbot: Any) -> None:
    view.choose_tool(Tool.LENGTH)
    drag(view, qtbot, (10, 20), (50, 20))


def draw_everything(view: ImageView, qtbot: Any) -> None:
    """Draw one of each kind, by mouse."""
    lines = {
        Tool.LENGTH: ((10, 20), (50, 20)),
        Tool.ELLIPSE: ((10, 30), (30, 40)),
        Tool.RECTANGLE: ((40, 30), (60, 40)),
        Tool.FREEHAND: ((70, 20), (85, 20), (85, 35), (70, 35), (70, 21)),
        Tool.PROBE: ((5.5, 5.5), (5.5, 5.5)),
    }
    for tool, points in lines.items():
        view.choose_tool(tool)
        drag(view, qtbot, *points)
    view.choose_tool(Tool.ANGLE)
    drag(view, qtbot, (20, 10), (20, 18))
    qtbot.mouseClick(
        view.canvas, Qt.MouseButton.LeftButton, pos=view.canvas.to_widget((60, 15)).toPoint()
    )
    view.choose_tool(Tool.COBB_ANGLE)
    drag(view, qtbot, (10, 45), (30, 45))
    drag(view, qtbot, (10, 60), (30, 50))
    for tool, points in {Tool.TEXT: ((80, 50),) * 2, Tool.ARROW: ((40, 55), (60, 50))}.items():
        view.choose_tool(tool)
        drag(view, qtbot, *points)
        dialog = answer(qtbot, MarkTextDialog, view)
        qtbot.keyClicks(dialog.line, f"node of Mrs Miller, {tool}")
        close(dialog, qtbot)


def kept_files() -> list[Path]:
    return sorted(measurements_folder().glob("*"))


def wait_for(workspace: Workspace, qtbot: Any, count: int) -> None:
    qtbot.waitUntil(lambda: len(workspace.book.measurements) == count, timeout=OPENED_MS)


def copied(folder: Path, to: str) -> Path:
    return Path(shutil.copytree(folder, folder.parent / to))


def test_a_length_is_there_again_with_workers_from_another_folder(
    program: Program, qtbot: Any, ct: Path
) -> None:
    with program(ct, engine=start_engine) as workspace:
        workspace.image.go_to(1)
        qtbot.waitUntil(lambda: workspace.image._shown_index == 1, timeout=OPENED_MS)
        draw_length(workspace.image, qtbot)
        (drawn,) = workspace.book.measurements
        assert label_lines(drawn) == ("20.0 mm", "Pixel Spacing")
    elsewhere = copied(ct, "stick")
    shutil.rmtree(ct)
    with program(elsewhere, engine=start_engine) as workspace:
        wait_for(workspace, qtbot, 1)
        assert workspace.book.measurements == (drawn,)
        panel = workspace.measurements
        assert panel.earlier.text() == "1 from earlier"
        assert (panel.warning.text(), panel.note.text()) == ("", "")
        panel.wanted.emit(drawn)
        qtbot.waitUntil(lambda: workspace.image._shown_index == 1, timeout=OPENED_MS)
        assert workspace.image.markup._shown() == (drawn,)


def test_a_picture_without_uid_is_known_by_its_content_with_workers(
    program: Program, qtbot: Any, film: Path
) -> None:
    with program(film, engine=start_engine) as workspace:
        draw_length(workspace.image, qtbot)
        (drawn,) = workspace.book.measurements
    renamed = film.rename(film.parent / "other name.png")
    with program(renamed, engine=start_engine) as workspace:
        wait_for(workspace, qtbot, 1)
        (found,) = workspace.book.measurements
        assert (found.points, found.reading) == (drawn.points, drawn.reading)
        assert workspace.image.markup._shown() == (found,)


def test_a_picture_in_an_archive_is_the_same_picture(
    program: Program, qtbot: Any, film: Path, tmp_path: Path
) -> None:
    packed = tmp_path / "packed"
    packed.mkdir()
    shutil.copy(film, packed / "inside.png")
    archive = Path(shutil.make_archive(str(tmp_path / "films"), "zip", packed))
    with program(archive, engine=start_engine) as workspace:
        draw_length(workspace.image, qtbot)
        (drawn,) = workspace.book.measurements
    with program(film, engine=start_engine) as workspace:
        wait_for(workspace, qtbot, 1)
        assert workspace.book.measurements[0].points == drawn.points


def test_every_kind_comes_back_with_its_reading_and_nothing_in_the_clear(
    program: Program, qtbot: Any, ct: Path
) -> None:
    with program(ct) as workspace:
        draw_everything(workspace.image, qtbot)
        drawn = workspace.book.measurements
        assert {one.kind for one in drawn} == set(MeasurementKind)
    (file,) = kept_files()
    # Each long enough not to stand in sealed bytes by chance.
    for word in (b"Miller", b"1.2.826", b"P-4711", b"Phantom", b"measurements", b"length"):
        assert word not in file.read_bytes() + str(file.name).encode()
    with program(copied(ct, "stick")) as workspace:
        wait_for(workspace, qtbot, len(drawn))
        assert workspace.book.measurements == drawn


def test_a_change_is_on_disk_before_the_program_ends(
    program: Program, qtbot: Any, ct: Path
) -> None:
    with program(ct) as workspace:
        draw_length(workspace.image, qtbot)
        qtbot.waitUntil(lambda: len(kept_files()) == 1, timeout=900)
        (file,) = kept_files()
        assert file.stat().st_size > 0, "it is there while the program still runs"


def test_changes_that_follow_each_other_do_not_put_off_the_writing(
    program: Program, qtbot: Any, ct: Path
) -> None:
    with program(ct) as workspace:
        draw_length(workspace.image, qtbot)
        began = time.monotonic()
        while not kept_files():
            qtbot.keyClick(
                workspace.image.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier
            )
            qtbot.wait(50)
            assert time.monotonic() - began < 0.9
        assert len(workspace.book.measurements) == 1


def test_undo_takes_back_what_was_drawn_and_not_what_was_kept(
    program: Program, qtbot: Any, ct: Path
) -> None:
    with program(ct) as workspace:
        draw_length(workspace.image, qtbot)
        (kept,) = workspace.book.measurements
    with program(ct) as workspace:
        wait_for(workspace, qtbot, 1)
        workspace.undo()
        assert workspace.book.measurements == (kept,)
        workspace.image.choose_tool(Tool.PROBE)
        drag(workspace.image, qtbot, (70.5, 50.5), (70.5, 50.5))
        assert len(workspace.book.measurements) == 2
        workspace.undo()
        workspace.undo()
        assert workspace.book.measurements == (kept,)
        workspace.redo()
        assert len(workspace.book.measurements) == 2
    with program(ct) as workspace:
        wait_for(workspace, qtbot, 2)


def test_an_image_alone_shows_its_own_and_loses_none_of_the_others(
    program: Program, qtbot: Any, ct: Path
) -> None:
    with program(ct) as workspace:
        draw_length(workspace.image, qtbot)
        workspace.image.go_to(2)
        qtbot.waitUntil(lambda: workspace.image._shown_index == 2)
        drag(workspace.image, qtbot, (10, 40), (30, 40))
        first, last = workspace.book.measurements
    with program(ct / "1.dcm") as workspace:
        shelves = workspace.measuring.keeper._by_name
        qtbot.waitUntil(lambda: [shelf.is_read for shelf in shelves.values()] == [True])
        assert workspace.book.measurements == ()
        draw_length(workspace.image, qtbot)
    with program(ct) as workspace:
        wait_for(workspace, qtbot, 3)
        assert workspace.book.measurements[:2] == (first, last)
        assert len(kept_files()) == 1
        workspace.book.remove(workspace.book.measurements[2].identifier)
    with program(ct / "2.dcm") as workspace:
        wait_for(workspace, qtbot, 1)
        assert workspace.book.measurements == (last,)
        workspace.book.remove(last.identifier)
        open_in(workspace, qtbot, ct)
        wait_for(workspace, qtbot, 1)
        assert workspace.book.measurements == (first,)
        workspace.undo()
        assert set(workspace.book.measurements) == {first, last}
        workspace.redo()
    with program(ct) as workspace:
        wait_for(workspace, qtbot, 1)
        assert workspace.book.measurements == (first,)


def test_a_calibration_by_hand_is_there_again(program: Program, qtbot: Any, film: Path) -> None:
    with program(film) as workspace:
        view = workspace.image
        draw_length(view, qtbot)
        view.choose_tool(Tool.CALIBRATION)
        drag(view, qtbot, (10, 40), (50, 40))
        dialog = answer(qtbot, CalibrationDialog, view)
        dialog.length_box.setValue(80.0)
        close(dialog, qtbot)
        (drawn,) = workspace.book.measurements
        assert drawn.reading.spacing_origin is SpacingOrigin.BY_HAND
    other = film.rename(film.parent / "b.png")
    with program(other) as workspace:
        wait_for(workspace, qtbot, 1)
        assert workspace.book.measurements[0].reading == drawn.reading
        view = workspace.image
        view.choose_tool(Tool.LENGTH)
        drag(view, qtbot, (10, 50), (30, 50))
        added = workspace.book.measurements[1].reading
        assert added.spacing_origin is SpacingOrigin.BY_HAND
        assert added.length == pytest.approx(40.0, abs=0.5)
        view.markup.remove_calibration()
    with program(other) as workspace:
        wait_for(workspace, qtbot, 2)
        assert workspace.book.calibrations == ()
        assert [one.reading.spacing_origin for one in workspace.book.measurements] == [None, None]


def test_a_measurement_on_a_reformation_is_on_it_again(
    program: Program, qtbot: Any, tmp_path: Path, write_dicom: WriteDicom
) -> None:
    def coronal_of(workspace: Workspace) -> ImageView:
        workspace.views.reformations.toggle()
        grid = workspace.views.grid
        qtbot.waitUntil(lambda: all(pixels_of(one) is not None for one in grid.viewports()))
        view: ImageView = grid.viewports()[1].view
        return view

    folder = write_ct(tmp_path / "head", write_dicom, 24)
    with program(folder) as workspace:
        view = coronal_of(workspace)
        middle = (view.canvas.width() // 2 + 40, view.canvas.height() // 2 + 40)
        view.choose_tool(Tool.LENGTH)
        qtbot.mousePress(view.canvas, Qt.MouseButton.LeftButton, pos=QPoint(*middle))
        qtbot.mouseMove(view.canvas, QPoint(middle[0] + 50, middle[1]))
        qtbot.mouseRelease(
            view.canvas, Qt.MouseButton.LeftButton, pos=QPoint(middle[0] + 50, middle[1])
        )
        (drawn,) = workspace.book.measurements
        assert drawn.reading.spacing_origin is SpacingOrigin.REFORMATION
    elsewhere = copied(folder, "stick")
    with program(elsewhere) as workspace:
        wait_for(workspace, qtbot, 1)
        view = coronal_of(workspace)
        (shown,) = view.markup._shown()
        assert (shown.points, shown.reading) == (drawn.points, drawn.reading)


def test_without_measurements_there_is_no_file(program: Program, qtbot: Any, ct: Path) -> None:
    with program(ct) as workspace:
        pass
    assert not measurements_folder().exists()
    with program(ct) as workspace:
        draw_length(workspace.image, qtbot)
    assert len(kept_files()) == 1
    with program(ct) as workspace:
        wait_for(workspace, qtbot, 1)
        workspace.book.remove_all()
    assert kept_files() == []


def test_closing_the_case_keeps_and_the_next_case_is_another(
    program: Program, qtbot: Any, ct: Path, film: Path
) -> None:
    with program(ct) as workspace:
        draw_length(workspace.image, qtbot)
        workspace.close_case()
        open_in(workspace, qtbot, film)
        assert workspace.book.measurements == ()
        workspace.close_case()
        open_in(workspace, qtbot, ct)
        wait_for(workspace, qtbot, 1)


def test_a_damaged_file_is_told_and_left_alone(program: Program, qtbot: Any, ct: Path) -> None:
    with program(ct) as workspace:
        draw_length(workspace.image, qtbot)
    (file,) = kept_files()
    damaged = file.read_bytes()[:-5]
    file.write_bytes(damaged)
    with program(ct) as workspace:
        note = workspace.measurements.note
        qtbot.waitUntil(note.isVisible)
        assert "damaged" in note.text()
        assert str(measurements_folder()) in note.text()
        draw_length(workspace.image, qtbot)
        listed = workspace.measurements.list
        qtbot.waitUntil(lambda: listed.geometry().bottom() < note.geometry().top())
        assert note.height() >= note.heightForWidth(note.width())
    assert file.read_bytes() == damaged
    assert len(kept_files()) == 2
    with program(ct) as workspace:
        wait_for(workspace, qtbot, 1)


def test_a_file_of_a_newer_version_is_told_and_left_alone(
    program: Program, qtbot: Any, ct: Path
) -> None:
    with program(ct) as workspace:
        draw_length(workspace.image, qtbot)
    (file,) = kept_files()
    newer = file.read_bytes()[:9] + b"\x07" + file.read_bytes()[10:]
    file.write_bytes(newer)
    with program(ct) as workspace:
        qtbot.waitUntil(workspace.measurements.note.isVisible)
        assert "newer version" in workspace.measurements.note.text()
        draw_length(workspace.image, qtbot)
        workspace.book.remove_all()
    assert [path.read_bytes() for path in kept_files()] == [newer]


def test_a_folder_that_cannot_be_written_is_told_and_asked_about(
    program: Program, qtbot: Any, ct: Path, own_home: Path
) -> None:
    with program(ct) as workspace:
        measurements_folder().parent.mkdir(exist_ok=True)
        measurements_folder().write_text("in the way")
        draw_length(workspace.image, qtbot)
        warning = workspace.measurements.warning
        qtbot.waitUntil(warning.isVisible, timeout=2000)
        assert str(measurements_folder()) in warning.text()
        assert "lost when the program closes" in warning.text()
        window = workspace.window()
        window.close()
        assert window.isVisible(), "it asks first"
        (box,) = window.findChildren(QMessageBox)
        assert box.text() == warning.text()
        box.button(QMessageBox.StandardButton.Cancel).click()
        assert window.isVisible()
        measurements_folder().unlink()
        workspace.measuring.keeper.flush()
        assert not warning.isVisible()
    assert len(kept_files()) == 1


def test_what_cannot_be_kept_can_be_given_up(
    program: Program, qtbot: Any, ct: Path, own_home: Path
) -> None:
    with program(ct) as workspace:
        measurements_folder().parent.mkdir(exist_ok=True)
        measurements_folder().write_text("in the way")
        draw_length(workspace.image, qtbot)
        workspace.close_case()
        assert workspace.controller.case.items, "it asks first"
        (box,) = workspace.findChildren(QMessageBox)
        lose = [one for one in box.buttons() if one.text() == "Close and lose them"]
        lose[0].click()
        assert not workspace.controller.case.items
        assert workspace.book.measurements == ()


def find_button(box: QMessageBox, text: str) -> QPushButton:
    (found,) = (one for one in box.buttons() if one.text() == text)
    assert isinstance(found, QPushButton)
    return found


def test_forgetting_removes_everything_after_a_question(
    program: Program, qtbot: Any, ct: Path, film: Path
) -> None:
    for path in (ct, film):
        with program(path) as workspace:
            draw_length(workspace.image, qtbot)
    assert len(kept_files()) == 2
    with program(ct) as workspace:
        wait_for(workspace, qtbot, 1)
        workspace.window().ask_to_forget()
        (box,) = workspace.findChildren(QMessageBox)
        assert box.defaultButton() is box.button(QMessageBox.StandardButton.Cancel)
        assert " 2 series or picture" in box.text()
        box.button(QMessageBox.StandardButton.Cancel).click()
        assert len(kept_files()) == 2
        qtbot.waitUntil(lambda: not workspace.findChildren(QMessageBox))
        workspace.window().ask_to_forget()
        (box,) = workspace.findChildren(QMessageBox)
        find_button(box, "Forget all").click()
        assert kept_files() == []
        assert len(workspace.book.measurements) == 1
    assert kept_files() == []
    with program(ct) as workspace:
        assert workspace.book.measurements == ()


def test_an_administrator_may_switch_keeping_off(
    program: Program, qtbot: Any, ct: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDDX_KEEP_MEASUREMENTS", "0")
    with program(ct) as workspace:
        draw_length(workspace.image, qtbot)
    assert not measurements_folder().exists()


def test_two_windows_on_the_same_images_keep_both(
    program: Program, qtbot: Any, qapp: QApplication, ct: Path
) -> None:
    with program(ct) as first, program(ct) as second:
        draw_length(first.image, qtbot)
        draw_length(second.image, qtbot)
    assert len(kept_files()) == 2
    with program(ct) as workspace:
        wait_for(workspace, qtbot, 2)
        workspace.book.remove(workspace.book.measurements[0].identifier)
    assert len(kept_files()) == 1


class LateEngine(DirectEngine):
    """Finds kept measurements only when it is let; everything else at once."""

    def __init__(self, on_reply: Callable[[Reply], None]) -> None:
        super().__init__(on_reply)
        self.late: list[tuple[int, Job]] = []

    def submit(self, job: Job, lane: Lane, **others: Any) -> int:
        if isinstance(job, partial) and job.func in (jobs.find_places, jobs.open_kept):
            self._last += 1
            self.late.append((self._last, job))
            return self._last
        return super().submit(job, lane, **others)

    def let(self) -> None:
        waiting, self.late = self.late, []
        for job_id, job in waiting:
            self._on_reply(self._run(job_id, job))
        QApplication.processEvents()


def test_what_is_drawn_before_the_kept_ones_arrive_stays_and_so_do_they(
    program: Program, qtbot: Any, ct: Path
) -> None:
    with program(ct) as workspace:
        draw_length(workspace.image, qtbot)
        (kept,) = workspace.book.measurements
    with program(ct, engine=LateEngine) as workspace:
        engine = workspace._signals._engine
        assert isinstance(engine, LateEngine)
        workspace.image.choose_tool(Tool.PROBE)
        drag(workspace.image, qtbot, (70.5, 50.5), (70.5, 50.5))
        (drawn,) = workspace.book.measurements
        engine.let()
        engine.let()
        assert workspace.book.measurements == (kept, drawn)
        workspace.undo()
        assert workspace.book.measurements == (kept,)
        workspace.book.remove(kept.identifier)
        workspace.undo()
        assert workspace.book.measurements == (kept,)
        workspace.redo()
        assert workspace.book.measurements == ()
        workspace.undo()
    with program(ct) as workspace:
        wait_for(workspace, qtbot, 1)


@pytest.mark.parametrize("let", [0, 1])
def test_what_is_drawn_and_closed_before_the_kept_ones_arrive_is_kept_too(
    program: Program, qtbot: Any, ct: Path, let: int
) -> None:
    with program(ct) as workspace:
        draw_length(workspace.image, qtbot)
    with program(ct, engine=LateEngine) as workspace:
        for _ in range(let):
            workspace._signals._engine.let()
        draw_length(workspace.image, qtbot)
        assert len(workspace.book.measurements) == 1
    with program(ct) as workspace:
        wait_for(workspace, qtbot, 2)


def test_a_picture_that_is_gone_is_told(program: Program, qtbot: Any, film: Path) -> None:
    with program(film, engine=LateEngine) as workspace:
        film.unlink()
        workspace._signals._engine.let()
        draw_length(workspace.image, qtbot)
        warning = workspace.measurements.warning
        qtbot.waitUntil(warning.isVisible, timeout=2000)
        assert "cannot be read any more" in warning.text()


def test_two_copies_of_a_picture_share_what_is_kept(
    program: Program, qtbot: Any, film: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.png"
    shutil.copy(film, copy)
    with program(film, copy) as workspace:
        assert len(workspace.controller.case.items) == 2
        draw_length(workspace.image, qtbot)
        workspace.case_panel.choose(1)
        qtbot.waitUntil(lambda: workspace.image._shown_index is not None)
        assert workspace.image.markup._shown() == ()
        draw_length(workspace.image, qtbot)
        assert len(workspace.book.measurements) == 2
    assert len(kept_files()) == 1
    with program(copy) as workspace:
        wait_for(workspace, qtbot, 2)
        assert len(workspace.image.markup._shown()) == 2


_DRAWS = """
import sys
from pathlib import Path

def main():
    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtTest import QTest
    from meddx_desktop.app import start_engine
    from meddx_desktop.ui.desktop import Desktop, create_application
    from meddx_desktop.ui.tools import Tool
    application = create_application()
    desktop = Desktop(application, start_engine)
    desktop.show((Path(sys.argv[1]),))

    def draw():
        window = desktop.window
        if not window.has_workspace or window.workspace.image._shown_index is None:
            return
        timer.stop()
        view = desktop.window.workspace.image
        view.choose_tool(Tool.LENGTH)
        start, end = (view.canvas.to_widget(one).toPoint() for one in ((10, 20), (50, 20)))
        QTest.mousePress(view.canvas, Qt.MouseButton.LeftButton, pos=start)
        QTest.mouseMove(view.canvas, end)
        QTest.mouseRelease(view.canvas, Qt.MouseButton.LeftButton, pos=end)
        print(len(desktop.window.workspace.book.measurements), flush=True)

    timer = QTimer()
    timer.timeout.connect(draw)
    timer.start(20)
    application.exec()

if __name__ == "__main__":
    main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
@pytest.mark.parametrize("name", ["ct", "film.png"])
def test_a_program_that_is_killed_a_second_after_a_change_has_kept_it(
    program: Program, qtbot: Any, ct: Path, film: Path, tmp_path: Path, name: str
) -> None:
    script = tmp_path / "draws.py"
    script.write_text(_DRAWS, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, str(script), str(tmp_path / name)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as window:
        assert window.stdout is not None
        assert window.stdout.readline() == "1\n"
        time.sleep(1.0)
        window.send_signal(signal.SIGKILL)
    assert len(kept_files()) == 1
    with program(tmp_path / name) as workspace:
        wait_for(workspace, qtbot, 1)
        assert workspace.book.measurements[0].kind is MeasurementKind.LENGTH
