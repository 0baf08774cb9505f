from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from meddx_desktop.analysis.open_files import open_paths
from meddx_desktop.case.case import CaseItem, RefusedFile
from meddx_desktop.case.grayscale import LookupTable, Window
from meddx_desktop.case.image_marks import (
    DisplayedArea,
    KeyObjects,
    MarkShape,
    PresentationState,
    Segmentation,
)
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.mask_subtraction import MaskOperation, MaskRule
from meddx_desktop.case.overlay_plane import OverlayPlane
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.case.shutter import Shutter
from meddx_desktop.readers.frames import decode_frame
from meddx_desktop.rendering.presented_series import series_through
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


def test_gray_values_are_those_of_the_state_for_those_who_ask(folder: Path) -> None:
    marked_images.presentation_state(folder / "state.dcm")
    series = ct_of(opened(folder))
    assert series.frames[0].grayscale.windows == (Window(100, 200),), "models see the file's own"
    (state,) = series.marks
    assert isinstance(state, PresentationState)
    through = series_through(series, state).frames[0].grayscale
    assert through.windows == (Window(40, 80, explanation="NODULE"),)


def test_a_bitmap_shutter_without_its_bits_is_said_to_be_left_out(folder: Path) -> None:
    marked_images.presentation_state(folder / "state.dcm", ShutterShape="BITMAP")
    warnings = ct_of(opened(folder)).source.warnings
    assert warnings == ("the bitmap shutter of the presentation state is damaged and left out",)


def lookup_table(entries: list[int], bits: int, first: int = 0) -> Sequence:
    item = Dataset()
    item.add_new("LUTDescriptor", "US", [len(entries), first, bits])
    item.add_new("LUTData", "US", entries)
    return Sequence([item])


def test_planes_of_a_state_are_drawn_where_it_gives_them_a_layer(folder: Path) -> None:
    drawn = np.zeros((ROWS, COLUMNS), np.bool_)
    drawn[3, 5:9] = True
    written = marked_images.presentation_state(folder / "state.dcm")
    bits = marked_images.add_plane(written, 0x6000, drawn, "LAYER1")
    marked_images.add_plane(written, 0x6002, ~drawn)
    dataset = pydicom.dcmread(written)
    dataset.add_new((0x6004, 0x1001), "CS", "LAYER1")
    dataset.save_as(written)
    (state,) = ct_of(opened(folder)).marks
    assert isinstance(state, PresentationState)
    assert [plane.bits for plane in state.overlays] == [bits]
    assert state.shows_overlays_of_image, "the third group is one of the image"


def test_tables_bitmap_and_mask_of_a_state_are_read(folder: Path) -> None:
    covered = np.zeros((ROWS, COLUMNS), np.bool_)
    covered[:4] = True
    voi, mask = Dataset(), Dataset()
    voi.VOILUTSequence = lookup_table([0, 100, 255], 8, 5)
    mask.MaskOperation, mask.MaskFrameNumbers = "AVG_SUB", [2, 3]
    mask.MaskSubPixelShift, mask.ContrastFrameAveraging = [0.5, -1.0], 2
    written = marked_images.presentation_state(
        folder / "state.dcm",
        ModalityLUTSequence=lookup_table([10, 20, 30], 16),
        SoftcopyVOILUTSequence=Sequence([voi]),
        PresentationLUTSequence=lookup_table([1023, 0], 10),
        MaskSubtractionSequence=Sequence([mask]),
        ShutterShape="BITMAP",
        ShutterOverlayGroup=0x6002,
        ShutterPresentationValue=0xFFFF,
    )
    bits = marked_images.add_plane(written, 0x6002, covered)
    series = ct_of(opened(folder))
    assert series.source.warnings == ()
    (state,) = series.marks
    assert isinstance(state, PresentationState)
    modality, presentation = state.grayscale.modality_lut, state.grayscale.presentation_lut
    assert modality is not None
    assert presentation is not None
    assert modality.entries.tolist() == [10, 20, 30]
    assert (presentation.entries.tolist(), presentation.bits_per_entry) == ([1023, 0], 10)
    (voi_read,) = state.vois
    assert isinstance(voi_read.voi, LookupTable)
    assert voi_read.voi.first_value_mapped == 5
    assert state.mask_rules == (
        MaskRule(MaskOperation.AVERAGE, (), (1, 2), contrast_count=2, shift=(0.5, -1.0)),
    )
    plane = OverlayPlane(ROWS, COLUMNS, 0, 0, 1, 0, applies_to_all=True, bits=bits)
    assert state.shutter == Shutter(gray=1.0, bitmap=plane)
    assert not state.overlays, "the shutter is not drawn as well"
    assert not state.shows_overlays_of_image


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
    assert (state.rotation_deg, state.is_flipped) == (180, True)
    assert state.grayscale.is_inverted
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
