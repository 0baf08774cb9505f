"""Image operations against Pillow, hand-made arrays and their own invariants."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from meddx_desktop.case.grayscale import GrayscaleTransform, Window
from meddx_desktop.case.image_series import Box
from meddx_desktop.preprocessing.image import (
    CropRegion,
    ImageInput,
    Presentation,
    RepeatChannels,
    Resize,
    Standardize,
    StandardizeImage,
    crop_region,
    full_range,
    prepare_image,
    resize,
    standardize_image,
    to_presentation,
)

PICTURES = arrays(np.float32, (13, 17), elements=st.floats(0, 1, width=32))


def smooth_picture(rows: int, columns: int) -> np.ndarray:
    generator = np.random.default_rng(rows * 1000 + columns)
    return generator.random((rows, columns), dtype=np.float32)


@pytest.mark.parametrize(
    ("method", "pillow"),
    [("linear", Image.Resampling.BILINEAR), ("cubic", Image.Resampling.BICUBIC)],
)
@pytest.mark.parametrize("shape", [(60, 60), (31, 47), (96, 20), (200, 333)])
def test_resize_agrees_with_pillow(method: str, pillow: int, shape: tuple[int, int]) -> None:
    picture = smooth_picture(120, 160)
    expected = np.asarray(Image.fromarray(picture).resize(shape[::-1], pillow))
    got = resize(picture, Resize(rows=shape[0], columns=shape[1], method=method))
    assert np.abs(got - expected).max() < 2e-5


@given(PICTURES)
def test_resize_to_its_own_size_changes_nothing(picture: np.ndarray) -> None:
    assert np.array_equal(resize(picture, Resize(rows=13, columns=17)), picture)


@given(PICTURES, st.integers(1, 40), st.integers(1, 40))
def test_linear_resize_stays_within_the_range(picture: np.ndarray, rows: int, columns: int) -> None:
    got = resize(picture, Resize(rows=rows, columns=columns))
    assert got.shape == (rows, columns)
    assert got.min() >= picture.min() - 1e-6
    assert got.max() <= picture.max() + 1e-6


@given(PICTURES)
def test_resize_commutes_with_mirroring(picture: np.ndarray) -> None:
    operation = Resize(rows=7, columns=29)
    assert resize(picture[:, ::-1], operation) == pytest.approx(
        resize(picture, operation)[:, ::-1], abs=1e-6
    )


def test_padding_centers_a_wide_picture() -> None:
    operation = Resize(rows=8, columns=8, aspect="pad", fill=0.25)
    got = resize(np.ones((10, 20), np.float32), operation)
    assert got[:2].tolist() == [[0.25] * 8] * 2
    assert got[2:6] == pytest.approx(1)
    assert got[6:].tolist() == [[0.25] * 8] * 2


def test_cropping_covers_and_keeps_the_middle() -> None:
    picture = np.zeros((10, 30), np.float32)
    picture[:, 10:20] = 1
    got = resize(picture, Resize(rows=10, columns=10, aspect="crop"))
    assert got == pytest.approx(1)


def test_color_channels_are_resized_alike() -> None:
    gray = smooth_picture(20, 30)
    color = np.stack([gray, gray * 2, gray * 3], axis=-1)
    operation = Resize(rows=9, columns=11)
    got = resize(color, operation)
    assert got.shape == (9, 11, 3)
    assert got[..., 1] == pytest.approx(2 * resize(gray, operation), abs=1e-6)


def test_8_bit_picture_without_window_is_divided_by_its_full_range() -> None:
    stored = np.array([[0, 51], [102, 255]], np.uint8)
    image = ImageInput(stored, GrayscaleTransform())
    assert to_presentation(image, Presentation()) == pytest.approx(
        np.array([[0, 0.2], [0.4, 1]]), abs=1e-6
    )


def test_inverted_picture_is_turned_over() -> None:
    stored = np.array([[0, 255]], np.uint8)
    image = ImageInput(stored, GrayscaleTransform(is_inverted=True))
    assert to_presentation(image, Presentation()).tolist() == [[1.0, 0.0]]


def test_declared_window_comes_before_the_file_s_own() -> None:
    grayscale = GrayscaleTransform(rescale_intercept=-1000, windows=(Window(0, 2000),))
    stored = np.array([[1000, 1040, 1080]], np.uint16)
    own = to_presentation(ImageInput(stored, grayscale), Presentation())
    brain = to_presentation(ImageInput(stored, grayscale), Presentation(center=40, width=80))
    assert own[0, 1] == pytest.approx(0.52, abs=0.001)
    assert brain[0].tolist() == pytest.approx([0, 0.5063, 1], abs=0.001)


def test_16_bit_frame_without_window_fills_the_range() -> None:
    stored = np.array([[100, 300, 500]], np.uint16)
    presented = to_presentation(ImageInput(stored, GrayscaleTransform()), Presentation())
    assert presented[0].tolist() == pytest.approx([0, 0.5, 1])


def test_uniform_frame_without_window_has_no_division_by_zero() -> None:
    window = full_range(np.full((2, 2), 7.0, np.float32))
    assert window.width == 1


def test_color_becomes_luma() -> None:
    stored = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255]]], np.uint8)
    presented = to_presentation(ImageInput(stored, GrayscaleTransform()), Presentation())
    assert presented[0].tolist() == pytest.approx([0.299, 0.587, 0.114], abs=1e-6)


def test_box_is_widened_but_stays_inside() -> None:
    values = np.arange(100, dtype=np.float32).reshape(10, 10)
    got = crop_region(values, Box(0, 4, 4, 8), CropRegion(margin=0.5))
    assert got.shape == (8, 6)
    assert got[0, 0] == 20


def test_no_box_keeps_the_whole_frame() -> None:
    values = np.zeros((3, 4), np.float32)
    assert crop_region(values, None, CropRegion()) is values


@given(PICTURES, st.floats(0.3, 3), st.floats(-0.5, 0.5))
def test_standardized_image_forgets_brightness(
    picture: np.ndarray, contrast: float, brightness: float
) -> None:
    operation = StandardizeImage(epsilon=1e-3)
    got = standardize_image(picture, operation)
    assert abs(float(got.mean())) < 1e-3
    if picture.std() > 0.1:
        changed = (picture * contrast + brightness).astype(np.float32)
        assert standardize_image(changed, operation) == pytest.approx(got, rel=0.05, abs=0.05)


def test_operations_run_in_the_declared_order() -> None:
    stored = np.zeros((40, 50), np.uint8)
    stored[10:30, 10:40] = 255
    image = ImageInput(stored, GrayscaleTransform(), Box(10, 10, 40, 30))
    tensor = prepare_image(
        image,
        (
            Presentation(),
            CropRegion(),
            Resize(rows=4, columns=6),
            Standardize(mean=0.5, standard_deviation=0.25),
            RepeatChannels(channels=3),
        ),
    )
    assert tensor.shape == (1, 4, 6, 3)
    assert tensor.dtype == np.float32
    assert tensor == pytest.approx(2.0)


def test_gray_tensor_has_one_channel() -> None:
    image = ImageInput(np.zeros((5, 6), np.uint8), GrayscaleTransform())
    assert prepare_image(image, (Presentation(),)).shape == (1, 5, 6, 1)


@pytest.mark.parametrize("enlarged", [2, 3, 5])
def test_large_box_looks_like_the_small_training_picture(enlarged: int) -> None:
    small = np.rint(smooth_picture(60, 60) * 255).astype(np.uint8)
    large = np.kron(small, np.ones((enlarged, enlarged), np.uint8))
    operations = (Presentation(), Resize(rows=60, columns=60), Resize(rows=96, columns=96))
    seen = [
        prepare_image(ImageInput(stored, GrayscaleTransform()), operations)
        for stored in (small, large)
    ]
    assert np.corrcoef(seen[0].ravel(), seen[1].ravel())[0, 1] > 0.95
