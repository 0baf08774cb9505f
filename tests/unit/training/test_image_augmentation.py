"""Augmentation stays in range, follows its seed, and begins at the app's own resize."""

import numpy as np
import pytest

from meddx_desktop.preprocessing.image import Resize, resize
from training.image_augmentation import Augmentation, add_speckle, augment, compress_jpeg, warp

IDENTITY = np.array([[1.0, 0, 0], [0, 1, 0]])


def pictures(count: int = 6) -> np.ndarray:
    return np.random.default_rng(0).random((count, 60, 60), dtype=np.float32)


def test_identity_warp_is_the_app_s_own_enlarging() -> None:
    stack = pictures(2)
    got = warp(stack, 96, np.tile(IDENTITY, (2, 1, 1)))
    for picture, enlarged in zip(stack, got, strict=True):
        assert enlarged == pytest.approx(resize(picture, Resize(rows=96, columns=96)), abs=1e-5)


def test_mirror_warp_turns_left_and_right() -> None:
    stack = pictures(1)
    mirror = np.array([[[1.0, 0, 0], [0, -1, 0]]])
    assert warp(stack, 60, mirror)[0] == pytest.approx(stack[0, :, ::-1], abs=1e-6)


def test_augmented_pictures_stay_between_black_and_white() -> None:
    got = augment(pictures(24), 96, Augmentation(), np.random.default_rng(1))
    assert got.shape == (24, 96, 96)
    assert got.dtype == np.float32
    assert got.min() >= 0
    assert got.max() <= 1


def test_curves_sharpening_and_frames_stay_between_black_and_white() -> None:
    how = Augmentation(curve=1.0, sharpen=1.0, frame=1.0)
    got = augment(pictures(24), 60, how, np.random.default_rng(4))
    assert got.min() >= 0
    assert got.max() <= 1
    plain = augment(pictures(24), 60, Augmentation(), np.random.default_rng(4))
    assert not np.array_equal(got, plain)


def test_same_seed_gives_same_pictures() -> None:
    first, second = (
        augment(pictures(), 64, Augmentation(), np.random.default_rng([3, 1])) for _ in range(2)
    )
    assert np.array_equal(first, second)


def test_every_picture_is_changed() -> None:
    stack = pictures()
    got = augment(stack, 60, Augmentation(), np.random.default_rng(2))
    assert (np.abs(got - stack).mean(axis=(1, 2)) > 0.01).all()


def test_speckle_leaves_black_black() -> None:
    assert add_speckle(np.zeros((20, 20), np.float32), np.random.default_rng(0)).max() == 0


def test_jpeg_of_low_quality_changes_more_than_of_high() -> None:
    picture = pictures(1)[0]
    changes = [np.abs(compress_jpeg(picture, quality) - picture).mean() for quality in (20, 95)]
    assert changes[0] > 3 * changes[1]
