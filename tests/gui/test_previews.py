"""A large JPEG 2000 picture is shown at a fraction of its size until it is decoded."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
from pydicom.encaps import encapsulate
from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from meddx_desktop.analysis.frames import load_with_preview
from meddx_desktop.case.image_series import FramePixels, FramePreview, ImageSeries
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.readers.dicom import read_series
from meddx_desktop.readers.frames import decode_frame
from meddx_desktop.ui.desktop import Desktop
from meddx_desktop.ui.engine_signals import EngineSignals
from meddx_desktop.ui.image_export import ImageExport
from meddx_desktop.ui.image_view import ImageView
from meddx_desktop.ui.previews import preview_reduction

WriteDicom = Callable[..., Path]
J2K, HTJ2K = "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.201"
ROWS, COLUMNS = 1031, 1101
BADGE = "Preview: the full image is being decoded…"


def film(rows: int = ROWS, columns: int = COLUMNS) -> np.ndarray[Any, np.dtype[np.uint16]]:
    """Return a smooth picture with one bright corner, so that a shift would be seen."""
    down, across = np.indices((rows, columns))
    waves = 2000 + 900 * np.sin(down / 40) * np.cos(across / 50)
    waves[:200, :300] += 1000
    return waves.astype(np.uint16)


@pytest.fixture
def write_film(tmp_path: Path, write_dicom: WriteDicom) -> Callable[..., ImageSeries]:
    """A function that writes one or several films in a file and reads the header."""

    def write(syntax: str = J2K, count: int = 1, **attributes: Any) -> ImageSeries:
        pixels = film()
        if syntax == J2K:
            stream = imagecodecs.jpeg2k_encode(pixels, reversible=True, codecformat="j2k")
        else:
            stream = imagecodecs.htj2k_encode(pixels, reversible=True)
        content = encapsulate([bytes(stream)] * count)
        if count > 1:
            attributes["NumberOfFrames"] = count
        path = write_dicom(
            tmp_path / "film.dcm", pixels, syntax=syntax, content=content, **attributes
        )
        return read_series(path)

    return write


@pytest.mark.parametrize("syntax", [J2K, HTJ2K])
def test_the_preview_comes_first_and_the_pixels_are_the_same_as_ever(
    write_film: Callable[..., ImageSeries], syntax: str
) -> None:
    series = write_film(syntax)
    preview, pixels = load_with_preview(series, 0, 2, ignore_progress)
    assert isinstance(preview, FramePreview)
    assert preview.values.shape == (-(-ROWS // 4), -(-COLUMNS // 4))
    assert isinstance(pixels, FramePixels)
    assert np.array_equal(pixels.values, film())
    difference = np.abs(preview.values.astype(int) - film()[::4, ::4])
    assert np.median(difference) < 20


def test_other_encodings_and_damaged_frames_have_no_preview(
    tmp_path: Path, write_dicom: WriteDicom, write_film: Callable[..., ImageSeries]
) -> None:
    plain = read_series(write_dicom(tmp_path / "plain.dcm", film()))
    (pixels,) = load_with_preview(plain, 0, 2, ignore_progress)
    assert isinstance(pixels, FramePixels)
    assert preview_reduction(plain, QSize(500, 500)) == 0
    series = write_film()
    path = series.frames[0].path
    path.write_bytes(path.read_bytes().replace(b"\xff\x52", b"\xff\x5f"))
    damaged = load_with_preview(series, 0, 2, ignore_progress)
    with pytest.raises(Exception, match="damaged"):
        list(damaged)


def test_the_preview_has_at_least_half_of_the_views_pixels(
    write_film: Callable[..., ImageSeries],
) -> None:
    series = write_film()
    sizes = [QSize(side, side) for side in (2000, 1000, 600, 300, 100)]
    assert [preview_reduction(series, size) for size in sizes] == [1, 1, 1, 2, 3]
    assert preview_reduction(write_film(HTJ2K), sizes[0]) == 0, "it is decoded as soon"


def record(view: ImageView) -> list[tuple[bool, tuple[str, ...], str]]:
    """Note what is said and seen whenever something of a frame arrives."""
    seen: list[tuple[bool, tuple[str, ...], str]] = []

    def note(*_: Any) -> None:
        middle = view.canvas.rect().center()
        view._show_value(middle.x(), middle.y())
        seen.append((view.shows_preview, view.canvas.annotations.badges, view.controls.value))

    cache = view._cache
    assert cache is not None
    cache.previewed.connect(note)
    cache.arrived.connect(note)
    return seen


def test_a_preview_is_marked_and_gives_no_values(
    qtbot: Any, signals: EngineSignals, write_film: Callable[..., ImageSeries]
) -> None:
    view = ImageView(signals)
    qtbot.addWidget(view)
    view.resize(700, 700)
    view.show()
    view.show_series(write_film())
    seen = record(view)
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert [one[0] for one in seen] == [True, False]
    assert BADGE in seen[0][1]
    assert seen[0][2] == ""
    assert BADGE not in seen[1][1]
    assert seen[1][2].startswith("x ")
    assert view.canvas.frame is not None
    assert view.canvas.frame.indices.shape == (ROWS, COLUMNS)
    view.close_series()
    assert not view.shows_preview


def test_the_picture_does_not_move_when_it_becomes_sharp(
    qtbot: Any, signals: EngineSignals, write_film: Callable[..., ImageSeries]
) -> None:
    view = ImageView(signals)
    qtbot.addWidget(view)
    view.resize(700, 700)
    view.show()
    view.show_series(write_film(WindowCenter=2500, WindowWidth=4000))
    view.canvas.turn(lambda transform: transform)
    pictures: list[Any] = []
    transforms: list[Any] = []

    def note(*_: Any) -> None:
        picture = view.canvas.frame_picture()
        grays = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), -1, 4)
        pictures.append(grays[..., 0].astype(int))
        transforms.append(view.canvas.transform)

    cache = view._cache
    assert cache is not None
    cache.previewed.connect(note)
    cache.arrived.connect(note)
    qtbot.waitUntil(lambda: len(pictures) == 2)
    assert transforms[0] == transforms[1]
    difference = np.abs(pictures[0] - pictures[1])
    assert np.median(difference) <= 1
    # The edge of the bright corner lies within a pixel of where it will be.
    middle_row = pictures[1].shape[0] // 8
    steps = [int(np.argmax(-np.diff(one[middle_row]))) for one in pictures]
    assert abs(steps[0] - steps[1]) <= 1
    view.close_series()


def test_a_preview_is_neither_copied_nor_saved_nor_printed(
    desktop: Desktop, qtbot: Any, write_film: Callable[..., ImageSeries]
) -> None:
    workspace = desktop.window.workspace
    view = workspace.image
    series = write_film()
    said: list[str] = []
    QGuiApplication.clipboard().clear()

    def try_to_take(*_: Any) -> None:
        exports: ImageExport = workspace.exports
        exports.copy_view(view, with_texts=False)
        exports.save_view(view)
        workspace.prints.ask(view)
        for dialog in QApplication.topLevelWidgets():
            if dialog is not desktop.window and dialog.isVisible():
                said.append(type(dialog).__name__)
                dialog.close()

    view.show_series(series)
    cache = view._cache
    assert cache is not None
    cache.previewed.connect(try_to_take)
    qtbot.waitUntil(lambda: view.canvas.frame is not None and not view.shows_preview)
    assert said == ["ErrorDialog"] * 3
    assert QGuiApplication.clipboard().image().isNull()
    workspace.exports.copy_view(view, with_texts=False)
    assert not QGuiApplication.clipboard().image().isNull()


def test_going_on_replaces_the_preview_of_another_frame(
    qtbot: Any, signals: EngineSignals, write_film: Callable[..., ImageSeries]
) -> None:
    view = ImageView(signals)
    qtbot.addWidget(view)
    view.resize(500, 500)
    view.show()
    view.show_series(write_film(count=3))
    view.go_to(2)
    qtbot.waitUntil(lambda: view._shown_index == 2 and not view.shows_preview)
    assert decode_frame(view.series, 2).values.shape == (ROWS, COLUMNS)  # type: ignore[arg-type]
    assert view.canvas.to_frame(view.canvas.rect().center() + QPoint(0, 0)) is not None
    view.close_series()
