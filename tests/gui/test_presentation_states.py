"""Shutters, and presentation states that are looked through one after the other."""

from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from PySide6.QtGui import QGuiApplication

from meddx_desktop.analysis.export_images import export_images
from meddx_desktop.case.export import PictureFormat
from meddx_desktop.case.grayscale import Window
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.rendering.picture import Appearance
from meddx_desktop.ui.desktop import Desktop
from meddx_desktop.ui.image_annotations import PLANE_COLOR
from meddx_desktop.ui.image_view import ImageView
from tests import marked_images
from tests.gui.test_window import open_files, press
from tests.marked_images import COLUMNS, ROWS, UIDS

BLACK, WHITE = 0, 255


def corner_image(folder: Path, write_dicom: Any, **attributes: Any) -> None:
    """Write one gray image with a white corner at the top left."""
    pixels = np.full((ROWS, COLUMNS), 100, np.uint16)
    pixels[:12, :16] = 200
    write_dicom(
        folder / "image.dcm",
        pixels,
        SOPInstanceUID=UIDS[0],
        WindowCenter=100.5,
        WindowWidth=201,
        **attributes,
    )


def shown(desktop: Desktop, qtbot: Any, *paths: Path) -> ImageView:
    view = open_files(desktop, qtbot, *paths).image
    qtbot.waitUntil(lambda: view.canvas.transform is not None)
    desktop.window.activateWindow()
    view.canvas.setFocus()
    return view


def gray_at(view: ImageView, x: float, y: float) -> int:
    """Return the gray of the picture at a point of the frame."""
    place = view.canvas.to_widget((x, y)).toPoint()
    return int(view.canvas.frame_picture().pixelColor(place).lightness())


def gray_in_view(view: ImageView, across: float, down: float) -> int:
    """Return the gray at a part of the view's width and height."""
    canvas = view.canvas
    picture = canvas.frame_picture()
    x, y = round(across * (canvas.width() - 1)), round(down * (canvas.height() - 1))
    return int(picture.pixelColor(x, y).lightness())


def test_what_lies_outside_a_shutter_is_covered_until_that_is_not_wanted(
    desktop: Desktop, qtbot: Any, write_dicom: Any, tmp_path: Path
) -> None:
    corner_image(
        tmp_path,
        write_dicom,
        ShutterShape=["RECTANGULAR", "CIRCULAR"],
        ShutterLeftVerticalEdge=1,
        ShutterRightVerticalEdge=32,
        ShutterUpperHorizontalEdge=1,
        ShutterLowerHorizontalEdge=48,
        CenterOfCircularShutter=[24, 32],
        RadiusOfCircularShutter=16,
    )
    view = shown(desktop, qtbot, tmp_path / "image.dcm")
    look = view.canvas.look.voi
    places = {"inside": (24.0, 24.0), "right of both": (40.0, 24.0), "outside the circle": (8, 6)}
    grays = {name: gray_at(view, *place) for name, place in places.items()}
    assert grays["inside"] == pytest.approx(127, abs=2)
    assert grays["right of both"] == grays["outside the circle"] == BLACK
    assert "Partly covered by a shutter" in view.canvas.annotations.badges
    press(desktop, qtbot, "Shift+O")
    assert gray_at(view, *places["right of both"]) == grays["inside"]
    assert gray_at(view, *places["outside the circle"]) > 200
    assert view.canvas.annotations.badges == ()
    press(desktop, qtbot, "Shift+O")
    assert gray_at(view, *places["right of both"]) == BLACK
    assert view.canvas.look.voi == look


def test_a_copy_without_texts_keeps_the_shutter(
    desktop: Desktop, qtbot: Any, write_dicom: Any, tmp_path: Path
) -> None:
    corner_image(
        tmp_path,
        write_dicom,
        ShutterShape="POLYGONAL",
        VerticesOfThePolygonalShutter=[20, 20, 20, 60, 40, 60, 40, 20],
        ShutterPresentationValue=0xFFFF,
    )
    view = shown(desktop, qtbot, tmp_path / "image.dcm")
    press(desktop, qtbot, "Ctrl+Shift+C")
    picture = QGuiApplication.clipboard().image()
    inside, outside = (view.canvas.to_widget(place).toPoint() for place in ((40, 30), (40, 10)))
    assert picture.pixelColor(inside).lightness() == pytest.approx(127, abs=2)
    assert picture.pixelColor(outside).lightness() == WHITE


def area(first: tuple[int, int], last: tuple[int, int]) -> Sequence:
    item = Dataset()
    item.DisplayedAreaTopLeftHandCorner = list(first)
    item.DisplayedAreaBottomRightHandCorner = list(last)
    item.PresentationSizeMode = "SCALE TO FIT"
    return Sequence([item])


def window(center: float, width: float) -> Sequence:
    voi = Dataset()
    voi.WindowCenter, voi.WindowWidth = center, width
    return Sequence([voi])


def test_keys_lead_through_the_states_and_back_to_the_file(
    real_desktop: Desktop, qtbot: Any, write_dicom: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "study"
    folder.mkdir()
    corner_image(folder, write_dicom)
    only = marked_images.series_of(UIDS[0])
    shared = {"ReferencedSeriesSequence": only, "GraphicAnnotationSequence": None}
    marked_images.presentation_state(
        folder / "state-a.dcm", ContentLabel="TURNED", ImageRotation=90, ImageHorizontalFlip="N",
        PresentationLUTShape="INVERSE",
        DisplayedAreaSelectionSequence=area((1, 48), (64, 1)), **shared,
    )  # fmt: skip
    marked_images.presentation_state(
        folder / "state-b.dcm", ContentLabel="CORNER", ImageRotation=0, ImageHorizontalFlip="N",
        PresentationLUTShape="IDENTITY", SoftcopyVOILUTSequence=window(100.5, 201),
        DisplayedAreaSelectionSequence=area((1, 1), (16, 12)),
        ShutterShape="CIRCULAR", CenterOfCircularShutter=[6, 8], RadiusOfCircularShutter=3,
        **shared,
    )  # fmt: skip
    real_desktop.window.workspace.toggle_automatic_analysis()
    view = shown(real_desktop, qtbot, folder)
    start = view.canvas.transform
    assert gray_at(view, 4, 4) > 200
    press(real_desktop, qtbot, "Shift+S")
    assert view.canvas.transform is not None
    assert view.canvas.transform.turn == ((0.0, -1.0), (1.0, 0.0))
    assert view.canvas.look.voi == Window(40, 80, explanation="TURNED")
    # The white corner is at the top right now, and all is the other way round.
    top_right = view.canvas.to_widget((4, 4))
    assert top_right.x() > view.canvas.width() / 2
    assert gray_at(view, 4, 4) == BLACK
    press(real_desktop, qtbot, "Shift+S")
    assert view.canvas.look.shutter is not None
    assert gray_in_view(view, 0.5, 0.5) > 200, "the corner fills the view"
    assert gray_in_view(view, 0.05, 0.5) == BLACK
    press(real_desktop, qtbot, "Shift+S")
    assert view.canvas.transform == start
    assert view.canvas.look.shutter is None
    assert gray_at(view, 4, 4) > 200
    press(real_desktop, qtbot, "Shift+S")
    view.reset()
    assert view.canvas.transform == start
    assert not view.canvas.look.is_inverted


def test_marks_of_the_state_that_is_looked_through_stand_alone(
    desktop: Desktop, qtbot: Any, write_dicom: Any, tmp_path: Path
) -> None:
    corner_image(tmp_path, write_dicom)
    only = marked_images.series_of(UIDS[0])
    for name, radius in (("A", 10), ("B", 20)):
        circle, annotation = Dataset(), Dataset()
        circle.GraphicAnnotationUnits, circle.GraphicType = "PIXEL", "CIRCLE"
        circle.GraphicDimensions, circle.NumberOfGraphicPoints = 2, 2
        circle.GraphicData, circle.GraphicFilled = [32.0, 24.0, 32.0, 24.0 + radius], "N"
        annotation.GraphicObjectSequence = Sequence([circle])
        marked_images.presentation_state(
            tmp_path / f"state-{name}.dcm", ContentLabel=name, ReferencedSeriesSequence=only,
            GraphicAnnotationSequence=Sequence([annotation]),
        )  # fmt: skip
    view = shown(desktop, qtbot, tmp_path)
    assert len(view.planes._graphics) == 2
    press(desktop, qtbot, "Shift+S")
    assert [one.points[1] for one in view.planes._graphics] == [(32.0, 34.0)]
    press(desktop, qtbot, "Shift+S")
    assert [one.points[1] for one in view.planes._graphics] == [(32.0, 44.0)]
    press(desktop, qtbot, "Shift+S")
    assert len(view.planes._graphics) == 2


def test_without_states_the_key_does_nothing(
    desktop: Desktop, qtbot: Any, write_dicom: Any, tmp_path: Path
) -> None:
    corner_image(tmp_path, write_dicom)
    view = shown(desktop, qtbot, tmp_path / "image.dcm")
    view.rotate(clockwise=True)
    before = view.canvas.transform
    press(desktop, qtbot, "Shift+S")
    assert view.canvas.transform == before


FRAMES = np.full((4, ROWS, COLUMNS), 100, np.uint16)
FRAMES[2:, 10:20, 10:30] = 60


@pytest.fixture
def angiogram(tmp_path: Path, write_dicom: Any) -> Path:
    """Four frames; a vessel fills in the third, and the first is the mask."""
    mask = Dataset()
    mask.MaskOperation, mask.MaskFrameNumbers = "AVG_SUB", [1, 2]
    written: Path = write_dicom(
        tmp_path / "angiogram.dcm",
        FRAMES,
        Modality="XA",
        SOPClassUID="1.2.840.10008.5.1.4.1.1.12.1",
        SOPInstanceUID=UIDS[0],
        NumberOfFrames=4,
        BitsStored=12,
        HighBit=11,
        WindowCenter=100.5,
        WindowWidth=201,
        RescaleSlope=None,
        RescaleIntercept=None,
        FrameTime=40,
        MaskSubtractionSequence=Sequence([mask]),
    )
    return written


def test_a_mask_is_subtracted_where_the_file_says_so(
    real_desktop: Desktop, qtbot: Any, angiogram: Path
) -> None:
    real_desktop.window.workspace.toggle_automatic_analysis()
    view = shown(real_desktop, qtbot, angiogram)
    qtbot.waitUntil(lambda: gray_at(view, 40, 40) > 0)
    bone = gray_at(view, 40, 40)
    press(real_desktop, qtbot, "Shift+S")
    qtbot.waitUntil(lambda: "Mask subtracted" in view.canvas.annotations.badges)
    view.go_to(2)
    qtbot.waitUntil(lambda: view.canvas.annotations.bottom_left[-1] == "Image 3 of 4")
    vessel, background = gray_at(view, 20, 15), gray_at(view, 40, 40)
    assert vessel < 10, "the vessel alone is left"
    assert background > 245
    seen = view.appearance()
    assert view.series is not None
    content = export_bytes(view.series, seen)
    picture = imagecodecs.png_decode(content)
    assert (picture[15, 20], picture[40, 40]) == (vessel, background)
    press(real_desktop, qtbot, "Shift+S")
    qtbot.waitUntil(lambda: "Mask subtracted" not in view.canvas.annotations.badges)
    qtbot.waitUntil(lambda: gray_at(view, 40, 40) == bone)
    view.go_to(2)
    qtbot.waitUntil(lambda: view.canvas.annotations.bottom_left[-1] == "Image 3 of 4")
    assert 0 < gray_at(view, 20, 15) < bone


def export_bytes(series: ImageSeries, how: Appearance) -> bytes:
    """Return the third frame as the worker exports it."""
    (file,) = export_images(series, (2,), PictureFormat.PNG, how, ignore_progress)
    return file.content


def test_differences_are_what_is_measured_on_a_subtracted_image(
    real_desktop: Desktop, qtbot: Any, angiogram: Path
) -> None:
    real_desktop.window.workspace.toggle_automatic_analysis()
    view = shown(real_desktop, qtbot, angiogram)
    press(real_desktop, qtbot, "Shift+S")
    qtbot.waitUntil(lambda: "Mask subtracted" in view.canvas.annotations.badges)
    view.go_to(2)
    qtbot.waitUntil(lambda: view.canvas.annotations.bottom_left[-1] == "Image 3 of 4")
    view.canvas.hovered.emit(20, 15)
    assert "-40" in view.controls.value.replace("\N{MINUS SIGN}", "-")


def test_an_animation_runs_at_the_rate_set_by_hand(
    real_desktop: Desktop, qtbot: Any, angiogram: Path, tmp_path: Path
) -> None:
    workspace = real_desktop.window.workspace
    workspace.toggle_automatic_analysis()
    view = shown(real_desktop, qtbot, angiogram)
    target = tmp_path / "film.gif"
    for rate, duration_ms in ((None, 40), (5, 200)):
        view.set_rate(rate)
        with qtbot.waitSignal(workspace.exports.written, timeout=20_000):
            workspace.exports.export(view, PictureFormat.GIF, (0, 1, 2, 3), target)
        with Image.open(target) as animation:
            assert animation.info["duration"] == duration_ms
        target.unlink()


def test_a_bitmap_covers_and_a_plane_is_drawn_when_the_state_is_looked_through(
    real_desktop: Desktop, qtbot: Any, write_dicom: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "study"
    folder.mkdir()
    corner_image(folder, write_dicom)
    written = marked_images.presentation_state(
        folder / "state.dcm", ReferencedSeriesSequence=marked_images.series_of(UIDS[0]),
        GraphicAnnotationSequence=None, SoftcopyVOILUTSequence=window(100.5, 201),
        PresentationLUTShape="IDENTITY", ShutterShape="BITMAP", ShutterOverlayGroup=0x6000,
        ShutterPresentationValue=0xFFFF, ImageRotation=90, ImageHorizontalFlip="N",
    )  # fmt: skip
    covered, drawn = (np.zeros((ROWS, COLUMNS), np.bool_) for _ in range(2))
    covered[:, 40:] = True
    drawn[30:34, 8:24] = True
    marked_images.add_plane(written, 0x6000, covered)
    marked_images.add_plane(written, 0x6002, drawn, "LAYER")
    real_desktop.window.workspace.toggle_automatic_analysis()
    view = shown(real_desktop, qtbot, folder)
    assert gray_at(view, 50, 20) == pytest.approx(127, abs=2)
    press(real_desktop, qtbot, "Shift+S")
    assert gray_at(view, 50, 20) == WHITE
    assert gray_at(view, 30, 20) == pytest.approx(127, abs=2)
    whole = view.canvas.grab().toImage()
    line = whole.pixelColor(view.canvas.to_widget((16, 32)).toPoint())
    assert line.getRgb()[:3] == PLANE_COLOR.getRgb()[:3]
    press(real_desktop, qtbot, "Shift+O")
    assert gray_at(view, 50, 20) == pytest.approx(127, abs=2)


def test_windows_of_all_states_are_offered_after_those_of_the_file(
    desktop: Desktop, qtbot: Any, write_dicom: Any, tmp_path: Path
) -> None:
    corner_image(tmp_path, write_dicom)
    only = marked_images.series_of(UIDS[0])
    for name, center in (("A", 10), ("B", 20)):
        marked_images.presentation_state(
            tmp_path / f"state-{name}.dcm", ContentLabel=name, ReferencedSeriesSequence=only,
            GraphicAnnotationSequence=None, SoftcopyVOILUTSequence=window(center, 80),
        )  # fmt: skip
    view = shown(desktop, qtbot, tmp_path)
    centers = []
    for _ in range(4):
        voi = view.canvas.look.voi
        assert isinstance(voi, Window)
        centers.append(voi.center)
        view.choose_file_window()
    assert centers == [100.5, 10, 20, 100.5]
