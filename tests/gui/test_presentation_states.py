"""Shutters, and presentation states that are looked through one after the other."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from PySide6.QtGui import QGuiApplication

from meddx_desktop.case.grayscale import Window
from meddx_desktop.ui.desktop import Desktop
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
        PresentationLUTShape="IDENTITY", SoftcopyVOILUTSequence=None,
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
