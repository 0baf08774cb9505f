from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.data import get_testdata_file
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian

from meddx_desktop.case.image_series import FramePixels, ImageSeries
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.readers import open_path
from meddx_desktop.readers.frames import decode_frame

WriteDicom = Callable[..., Path]
ROWS, COLUMNS = 6, 10


def packed(mask: NDArray[np.bool_]) -> bytes:
    bits = np.packbits(mask.ravel(), bitorder="little").tobytes()
    return bits + b"\0" * (len(bits) % 2)


def frame_of(path: Path, index: int = 0) -> FramePixels:
    series = open_path(path, ignore_progress)
    assert isinstance(series, ImageSeries)
    return decode_frame(series, index)


@pytest.fixture
def write(write_dicom: WriteDicom, tmp_path: Path) -> Callable[..., Path]:
    """A function that writes an image of 6 x 10 pixels with one overlay plane of group 6002."""

    def with_overlay(
        bits: bytes,
        size: tuple[int, int],
        origin: tuple[int, int] = (1, 1),
        *,
        frames: int | None = None,
        first_frame: int | None = None,
        **changes: Any,
    ) -> Path:
        pixels = changes.pop("pixels", np.zeros((ROWS, COLUMNS), np.uint16))
        path = write_dicom(tmp_path / "image.dcm", pixels, **changes)
        dataset = pydicom.dcmread(path)
        dataset.add_new(0x60020010, "US", size[0])
        dataset.add_new(0x60020011, "US", size[1])
        dataset.add_new(0x60020050, "SS", list(origin))
        dataset.add_new(0x60023000, "OW", bits)
        if frames is not None:
            dataset.add_new(0x60020015, "IS", frames)
        if first_frame is not None:
            dataset.add_new(0x60020051, "US", first_frame)
        dataset.save_as(path)
        return path

    return with_overlay


def test_pydicoms_own_overlay_is_drawn_where_it_belongs() -> None:
    found = get_testdata_file("examples_overlay.dcm", download=False)
    assert found is not None
    pixels = frame_of(Path(found))
    assert pixels.overlay is not None
    assert pixels.overlay.shape == pixels.values.shape
    assert 0 < pixels.overlay.sum() < pixels.overlay.size / 10


def test_an_image_without_overlay_has_no_mask() -> None:
    found = get_testdata_file("CT_small.dcm", download=False)
    assert found is not None
    assert frame_of(Path(found)).overlay is None


def test_the_origin_may_lie_outside_the_image(write: Callable[..., Path]) -> None:
    mask = np.zeros((4, 4), np.bool_)
    mask[0, 0] = mask[3, 3] = True
    overlay = frame_of(write(packed(mask), (4, 4), origin=(-1, 8))).overlay
    assert overlay is not None
    # Row 4 of the plane is row 2 of the image; its column 4 lies beyond the right edge.
    assert not overlay.any()
    mask[3, 1] = True
    overlay = frame_of(write(packed(mask), (4, 4), origin=(-1, 8))).overlay
    assert overlay is not None
    assert np.argwhere(overlay).tolist() == [[1, 8]]


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ExplicitVRBigEndian])
def test_words_of_either_byte_order_are_read(write: Callable[..., Path], syntax: str) -> None:
    mask = np.zeros((3, 8), np.bool_)
    mask[1, 2] = True
    bits = packed(mask)
    if syntax == ExplicitVRBigEndian:
        bits = np.frombuffer(bits, np.uint16).byteswap().tobytes()
    overlay = frame_of(write(bits, (3, 8), syntax=syntax)).overlay
    assert overlay is not None
    assert np.argwhere(overlay).tolist() == [[1, 2]]


def test_a_plane_without_frames_belongs_to_every_frame(write: Callable[..., Path]) -> None:
    pixels = np.zeros((3, ROWS, COLUMNS), np.uint16)
    path = write(packed(np.ones((2, 2), np.bool_)), (2, 2), pixels=pixels, NumberOfFrames=3)
    assert [int(frame_of(path, index).overlay.sum()) for index in range(3)] == [4, 4, 4]


def test_frames_of_an_overlay_begin_at_their_origin(write: Callable[..., Path]) -> None:
    pixels = np.zeros((3, ROWS, COLUMNS), np.uint16)
    masks = np.zeros((2, 3, 3), np.bool_)
    masks[0, 0, 0] = masks[1, 2, 2] = True
    path = write(packed(masks), (3, 3), frames=2, first_frame=2, pixels=pixels, NumberOfFrames=3)
    assert frame_of(path, 0).overlay is None
    assert np.argwhere(frame_of(path, 1).overlay).tolist() == [[0, 0]]
    assert np.argwhere(frame_of(path, 2).overlay).tolist() == [[2, 2]]


@pytest.mark.parametrize("size", [(100, 100), (0, 4)])
def test_a_plane_that_is_cut_off_is_left_out_and_named(
    write: Callable[..., Path], size: tuple[int, int]
) -> None:
    path = write(b"\xff\xff", size)
    series = open_path(path, ignore_progress)
    assert frame_of(path).overlay is None
    assert (
        "an overlay plane is left out: its size and its bits do not fit" in series.source.warnings
    )
