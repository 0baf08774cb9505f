"""The head is found wherever it lies, and its tissue comes out alike in every window."""

import numpy as np
import pytest
from numpy.typing import NDArray

from meddx_desktop.case.grayscale import GrayscaleTransform, Window
from meddx_desktop.preprocessing.head import (
    CropHead,
    StandardizeTissue,
    crop_head,
    head_box,
    standardize_tissue,
)
from meddx_desktop.preprocessing.image import ImageInput, Presentation, to_presentation
from meddx_desktop.rendering.grayscale import apply_voi_window
from training.head_ct_phantom import Bleed, HeadScan, scan_head

BRAIN = Window(40, 120)
SCAN = HeadScan(size=128, millimeters_per_pixel=1.8, noise=3)


@pytest.fixture(scope="module")
def hounsfield() -> NDArray[np.int16]:
    return scan_head(SCAN, (40.0,), 1, Bleed(-30, 20, 40, 16))[0]


@pytest.fixture(scope="module")
def film(hounsfield: NDArray[np.int16]) -> NDArray[np.float32]:
    return apply_voi_window(hounsfield.astype(np.float32), BRAIN)


def extent(film: NDArray[np.float32]) -> tuple[int, int, int, int]:
    """Return where the bright skull lies: top, bottom, left, right."""
    is_bone = film > 0.99
    is_bone[116:] = False
    rows, columns = np.flatnonzero(is_bone.any(axis=1)), np.flatnonzero(is_bone.any(axis=0))
    return int(rows[0]), int(rows[-1]), int(columns[0]), int(columns[-1])


def test_the_head_fills_the_square_and_the_table_does_not_count(
    film: NDArray[np.float32],
) -> None:
    box = head_box(film, CropHead(margin=0.0))
    top, bottom, *_ = extent(film)
    assert box.bottom - box.top == box.right - box.left
    assert box.top == pytest.approx(top, abs=5)
    assert box.bottom == pytest.approx(bottom, abs=5)


@pytest.mark.parametrize("shift", [-14, 9])
def test_the_square_moves_with_the_head(film: NDArray[np.float32], shift: int) -> None:
    moved = np.roll(film, shift, axis=1)
    box, other = head_box(film, CropHead()), head_box(moved, CropHead())
    assert other.left - box.left == pytest.approx(shift, abs=2)
    assert other.right - other.left == pytest.approx(box.right - box.left, abs=3)


def test_a_white_border_and_burned_in_text_do_not_move_the_square(
    film: NDArray[np.float32],
) -> None:
    bordered = np.pad(film, 16, constant_values=1.0)
    bordered[20:24, 20:50:2] = 1.0
    box, other = head_box(film, CropHead()), head_box(bordered, CropHead())
    assert other.top - 16 == pytest.approx(box.top, abs=4)
    assert other.left - 16 == pytest.approx(box.left, abs=4)


def test_a_tight_film_is_padded_to_a_square_of_the_same_content(
    film: NDArray[np.float32],
) -> None:
    top, bottom, left, right = extent(film)
    tight = film[top - 3 : bottom + 4, left - 3 : right + 4]
    square = crop_head(tight, CropHead())
    assert square.shape[0] == square.shape[1] >= max(tight.shape)
    assert square.sum() == pytest.approx(tight.sum(), rel=1e-4)


@pytest.mark.parametrize("value", [0.0, 0.05, 0.5, 1.0])
def test_a_picture_without_a_head_stays_whole(value: float) -> None:
    square = crop_head(np.full((40, 60), value, np.float32), CropHead(margin=0.0))
    assert square.shape == (60, 60)
    assert square.sum() == pytest.approx(value * 2400, rel=1e-4)


@pytest.mark.parametrize("width", [80, 100, 150])
def test_tissue_looks_alike_in_every_window(
    hounsfield: NDArray[np.int16], film: NDArray[np.float32], width: float
) -> None:
    other = apply_voi_window(hounsfield.astype(np.float32), Window(36, width))
    operation = StandardizeTissue(floor=0.0)
    one, two = standardize_tissue(film, operation), standardize_tissue(other, operation)
    is_brain = (hounsfield > 15) & (hounsfield < 60)
    is_brain[:30], is_brain[98:] = False, False
    assert np.median(one[is_brain]) == pytest.approx(np.median(two[is_brain]), abs=0.05)
    assert np.abs(one - two)[is_brain].mean() < 0.1


def test_a_bleed_stands_out_and_bone_is_cut_off(
    hounsfield: NDArray[np.int16], film: NDArray[np.float32]
) -> None:
    standard = standardize_tissue(film, StandardizeTissue())
    is_blood = (hounsfield > 60) & (hounsfield < 76)
    is_blood[:50] = False
    assert np.median(standard[is_blood]) > 0.8
    assert standard.max() == standard[hounsfield > 1000].min() == 2.0
    assert standard.min() == -2.0


def test_a_picture_without_tissue_uses_the_declared_median() -> None:
    standard = standardize_tissue(np.zeros((20, 20), np.float32), StandardizeTissue())
    assert (standard == -2.0).all()


def test_a_window_in_hounsfield_units_leaves_films_as_they_are() -> None:
    operation = Presentation(center=40, width=120, unit="HU")
    film = ImageInput(np.array([[0, 51, 255]], np.uint8), GrayscaleTransform())
    assert to_presentation(film, operation)[0] == pytest.approx([0, 0.2, 1])
    tone = GrayscaleTransform(rescale_intercept=-1000, rescale_type="HU")
    slice_ = ImageInput(np.array([[0, 1040, 3000]], np.int16), tone)
    assert to_presentation(slice_, operation)[0] == pytest.approx([0, 0.5, 1], abs=0.01)


def test_an_inverted_display_does_not_turn_hounsfield_units_around() -> None:
    tone = GrayscaleTransform(rescale_type="HU", is_inverted=True)
    bone = ImageInput(np.array([[-500, 800]], np.int16), tone)
    operation = Presentation(center=40, width=120, unit="HU")
    assert to_presentation(bone, operation)[0] == pytest.approx([0, 1])
