"""Resampling for the loudspeaker."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meddx_desktop.rendering.playback import resample_blocks, to_sixteen_bit

RATES = [
    (4000, 48000),
    (16000, 48000),
    (44100, 48000),
    (48000, 44100),
    (96000, 48000),
    (8000, 8000),
]


@pytest.mark.parametrize(("source", "target"), RATES)
def test_a_tone_keeps_its_pitch_level_and_duration(source: int, target: int) -> None:
    hertz = 700
    samples = np.sin(2 * np.pi * hertz * np.arange(source) / source).astype(np.float32)
    resampled = np.concatenate([*resample_blocks(np.array_split(samples, 7), source, target)])
    assert len(resampled) == target
    expected = np.sin(2 * np.pi * hertz * np.arange(target) / target)
    edge = target // 50
    np.testing.assert_allclose(resampled[edge:-edge], expected[edge:-edge], atol=2e-3)


def test_a_tone_above_the_new_limit_vanishes() -> None:
    samples = np.sin(2 * np.pi * 15000 * np.arange(48000) / 48000).astype(np.float32)
    resampled = np.concatenate([*resample_blocks([samples], 48000, 16000)])
    assert np.abs(resampled[500:-500]).max() < 1e-2


@given(
    st.lists(st.integers(1, 400), min_size=1, max_size=6),
    st.sampled_from([(3, 7), (7, 3), (1, 12), (147, 160), (5, 1)]),
)
def test_blocks_give_the_same_as_the_whole(sizes: list[int], rates: tuple[int, int]) -> None:
    samples = np.random.default_rng(1).uniform(-1, 1, sum(sizes)).astype(np.float32)
    blocks = np.split(samples, np.cumsum(sizes)[:-1])
    whole = np.concatenate([*resample_blocks([samples], *rates)])
    in_parts = np.concatenate([*resample_blocks(blocks, *rates)])
    assert len(whole) == -(-len(samples) * rates[1] // rates[0])
    np.testing.assert_allclose(in_parts, whole, atol=1e-6)


def test_sixteen_bit_samples_are_clipped_and_not_wrapped() -> None:
    raw = to_sixteen_bit(np.array([-2, -1, 0, 0.5, 1, 2], np.float32))
    assert np.frombuffer(raw, np.int16).tolist() == [-32767, -32767, 0, 16384, 32767, 32767]
