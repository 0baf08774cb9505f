import numpy as np
import pytest

from meddx_desktop.case.grayscale import GrayscaleTransform
from meddx_desktop.case.mask_subtraction import MaskSubtraction
from meddx_desktop.rendering.mask_subtraction import shifted, subtract_mask

RNG = np.random.default_rng(7)
FRAMES = RNG.integers(0, 4096, (4, 9, 11)).astype(np.uint16)


def how(
    shift: tuple[float, float] = (0.0, 0.0), slope: float = 1.0, logarithm_of: float = 0.0
) -> MaskSubtraction:
    grayscale = GrayscaleTransform(rescale_slope=slope, rescale_intercept=-5.0)
    return MaskSubtraction((2, 3), (0, 1), shift, grayscale, logarithm_of)


def test_averages_are_subtracted_in_modality_values() -> None:
    difference = subtract_mask(FRAMES[2:], FRAMES[:2], how(slope=0.5))
    expected = 0.5 * (FRAMES[2:].astype(float).mean(axis=0) - FRAMES[:2].astype(float).mean(axis=0))
    np.testing.assert_allclose(difference, expected, atol=1e-3)


def test_a_frame_less_itself_is_nothing() -> None:
    assert not subtract_mask(FRAMES[:1], FRAMES[:1], how(logarithm_of=4095)).any()


def test_linear_pixels_are_compared_by_their_logarithm() -> None:
    # Half the dose everywhere: the same contrast gives the same difference on a logarithm's scale.
    bright = np.array([[1000, 4000]], np.uint16)
    half = (bright // 2).astype(np.uint16)
    strong, weak = bright.copy(), half.copy()
    strong[:], weak[:] = bright // 4, half // 4
    first = subtract_mask([strong], [bright], how(logarithm_of=4095))
    second = subtract_mask([weak], [half], how(logarithm_of=4095))
    np.testing.assert_allclose(first, second, rtol=0.01)
    assert (first < 0).all()


@pytest.mark.parametrize("shift", [(1.0, 0.0), (0.0, 2.0), (-1.0, -3.0)])
def test_the_mask_moves_down_and_to_the_right(shift: tuple[float, float]) -> None:
    mask = FRAMES[0].astype(np.float32)
    moved = shifted(mask, shift)
    rows, columns = (np.arange(size) for size in mask.shape)
    down = np.clip(rows - int(shift[0]), 0, mask.shape[0] - 1)
    right = np.clip(columns - int(shift[1]), 0, mask.shape[1] - 1)
    np.testing.assert_allclose(moved, mask[np.ix_(down, right)])


def test_half_a_pixel_is_the_mean_of_two() -> None:
    moved = shifted(np.array([[0.0, 10.0, 20.0]], np.float32), (0.0, 0.5))
    np.testing.assert_allclose(moved, [[0.0, 5.0, 15.0]])
