from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from meddx_desktop.rendering.gif import encode_gif


def test_grays_come_back_exactly_with_their_durations() -> None:
    generator = np.random.default_rng(3)
    frames = [generator.integers(0, 256, (37, 53)).astype(np.uint8) for _ in range(3)]
    content = b"".join(encode_gif(frames, (37, 53), [40, 100, 250]))
    with Image.open(BytesIO(content)) as animation:
        assert animation.n_frames == 3
        assert animation.info["loop"] == 0
        for number, frame in enumerate(frames):
            animation.seek(number)
            assert animation.info["duration"] == [40, 100, 250][number]
            np.testing.assert_array_equal(np.asarray(animation.convert("L")), frame)


def test_colors_lose_no_more_than_their_steps() -> None:
    generator = np.random.default_rng(4)
    frame = generator.integers(0, 256, (20, 30, 3)).astype(np.uint8)
    content = b"".join(encode_gif([frame], (20, 30), [100]))
    with Image.open(BytesIO(content)) as animation:
        shown = np.asarray(animation.convert("RGB")).astype(int)
    difference = np.abs(shown - frame).reshape(-1, 3).max(axis=0)
    assert difference.tolist() <= [32, 32, 64]


@pytest.mark.parametrize("wanted_ms", [0, 1, 5])
def test_nothing_is_faster_than_players_can_follow(wanted_ms: float) -> None:
    content = b"".join(encode_gif([np.zeros((4, 4), np.uint8)] * 2, (4, 4), [wanted_ms] * 2))
    with Image.open(BytesIO(content)) as animation:
        assert animation.info["duration"] == 20
