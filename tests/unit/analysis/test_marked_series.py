from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from meddx_desktop.analysis.open_files import open_paths
from meddx_desktop.case.case import CaseItem, RefusedFile
from meddx_desktop.case.grayscale import Window
from meddx_desktop.case.image_marks import (
    DisplayedArea,
    KeyObjects,
    MarkShape,
    PresentationState,
    Segmentation,
)
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.case.shutter import Shutter
from meddx_desktop.readers.frames import decode_frame
from tests import marked_images
from tests.marked_images import COLUMNS, ROWS, UIDS


@pytest.fixture
def folder(tmp_path: Path, write_dicom: Any) -> Path:
    """A folder with three slices."""
    found = tmp_path / "study"
    found.mkdir()
    marked_images.images(found, write_dicom)
    return found


def opened(*paths: Path) -> list[CaseItem | RefusedFile]:
    return list(open_paths(paths, ignore_progress))


def ct_of(results: list[CaseItem | RefusedFile]) -> ImageSeries:
    return next(one for one in results if isinstance(one, ImageSeries) and one.modality == "CT")


def test_shapes_and_texts_lie_on_the_images_that_they_name(folder: Path) -> None:
    marked_images.presentation_state(folder / "state.dcm")
    series = ct_of(opened(folder))
    (state,) = series.marks
    assert isinstance(state, PresentationState)
    circle, text = state.marks
    assert (circle.shape, circle.points) == (MarkShape.CIRCLE, ((32.0, 24.0), (32.0, 34.0)))
    assert (text.text, text.points, text.is_relative) == ("Nodule?", ((0.25, 0.5),), True)
    assert [one.references[0].sop_instance_uid for one in state.marks] == [UIDS[1]] * 2


def test_the_states_window_follows_the_files_own(folder: Path) -> None:
    marked_images.presentation_state(folder / "state.dcm")
    frame = ct_of(opened(folder)).frames[0]
    assert frame.grayscale.windows == (
        Window(100, 200),
        Window(40, 80, explanation="NODULE"),
    )


def test_what_a_state_asks_for_in_vain_is_said(folder: Path) -> None:
    marked_images.presentation_state(folder / "state.dcm", ShutterShape="BITMAP")
    warnings = ct_of(opened(folder)).source.warnings
    assert "shutters of bits of the presentation state are not applied" in warnings


def test_a_state_says_how_images_are_turned_cut_out_and_covered(folder: Path) -> None:
    area = Dataset()
    # Once turned by 180 degrees, the pixel at the top left has the larger numbers.
    area.DisplayedAreaTopLeftHandCorner = [40, 30]
    area.DisplayedAreaBottomRightHandCorner = [11, 6]
    area.PresentationSizeMode = "MAGNIFY"
    area.PresentationPixelMagnificationRatio = 2.5
    marked_images.presentation_state(
        folder / "state.dcm",
        ImageRotation=180,
        ImageHorizontalFlip="Y",
        PresentationLUTShape="INVERSE",
        DisplayedAreaSelectionSequence=Sequence([area]),
        ShutterShape="CIRCULAR",
        CenterOfCircularShutter=[24, 32],
        RadiusOfCircularShutter=9,
    )
    series = ct_of(opened(folder))
    (state,) = series.marks
    assert isinstance(state, PresentationState)
    assert (state.rotation_deg, state.is_flipped, state.is_inverted) == (180, True, True)
    assert state.areas == (DisplayedArea(((10, 5), (40, 30)), 2.5),)
    assert state.shutter == Shutter(circle=((31.5, 23.5), 9))
    assert series.source.warnings == ()


def test_key_images_keep_their_reason(folder: Path) -> None:
    marked_images.key_objects(folder / "key.dcm")
    (key,) = ct_of(opened(folder)).marks
    assert isinstance(key, KeyObjects)
    assert (key.title, key.description) == ("For Referring Provider", "Compare with 2024.")
    assert key.references[0].includes(UIDS[2], 0)


def test_segments_are_decoded_with_their_frames(folder: Path, write_dicom: Any) -> None:
    marked_images.segmentation(folder / "seg.dcm", write_dicom)
    results = opened(folder)
    series = ct_of(results)
    assert isinstance(series.marks[0], Segmentation)
    first, second, third = (decode_frame(series, index).segments for index in range(3))
    assert [(one.number, one.label) for one in first] == [(1, "Liver")]
    left = np.zeros((ROWS, COLUMNS), np.bool_)
    left[:, : COLUMNS // 2] = True
    np.testing.assert_array_equal(first[0].mask, left)
    np.testing.assert_array_equal(second[0].mask, ~left)
    assert third == ()
    # It can be looked at by itself, too.
    assert {one.modality for one in results if isinstance(one, ImageSeries)} == {"CT", "SEG"}


def test_marks_without_their_images_are_refused_with_the_next_step(
    folder: Path, tmp_path: Path
) -> None:
    alone = marked_images.presentation_state(tmp_path / "state.dcm")
    (refused,) = opened(alone)
    assert isinstance(refused, RefusedFile)
    assert refused.message == (
        "state.dcm: it marks images that are not among the opened files. "
        "Open it together with the images of the same study."
    )
    other = marked_images.key_objects(folder / "key.dcm", uid="1.2.826.77")
    results = opened(folder)
    assert [one.path for one in results if isinstance(one, RefusedFile)] == [other]
    assert ct_of(results).marks == ()


def test_loose_files_find_each_other(folder: Path) -> None:
    state = marked_images.presentation_state(folder / "state.dcm")
    results = opened(*sorted(folder.glob("[0-9].dcm")), state)
    assert len(ct_of(results).marks) == 1
