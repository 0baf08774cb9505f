"""Each measure tells a usable input from an unusable one."""

import numpy as np
import pytest

from meddx_desktop.inference.manifest import QualityLimit
from meddx_desktop.inference.quality import (
    beat_energy_fraction,
    clipped_fraction,
    envelope_periodicity,
    failed_limits,
    in_band_energy_fraction,
    letter_fraction,
    low_energy_fraction,
    measure_audio,
    measure_image,
    measure_text,
    rms_dbfs,
    saturated_fraction,
    standard_deviation,
)

_RATE = 2000
_TIME = np.arange(10 * _RATE) / _RATE
_NOISE = np.random.default_rng(7).normal(0, 0.1, len(_TIME)).astype(np.float32)


def _beats(per_minute: float) -> np.ndarray:
    phase = (_TIME * per_minute / 60) % 1
    return (_NOISE * np.where(phase < 0.15, 1.0, 0.05)).astype(np.float32)


def test_a_flat_picture_has_no_deviation():
    assert standard_deviation(np.full((8, 8), 0.5)) == 0
    assert standard_deviation(np.array([[0.0, 1.0]])) == 0.5
    assert standard_deviation(np.zeros((0, 0))) == 0


def test_black_and_white_pixels_are_saturated():
    assert saturated_fraction(np.array([[0.0, 0.5, 1.0, 0.2]])) == 0.5
    assert saturated_fraction(np.zeros((0, 0))) == 1


def test_the_level_is_relative_to_full_scale():
    assert rms_dbfs(np.ones(10, np.float32), _RATE) == pytest.approx(0)
    assert rms_dbfs(np.full(10, 0.1, np.float32), _RATE) == pytest.approx(-20, abs=1e-4)
    assert rms_dbfs(np.zeros(10, np.float32), _RATE) == -200
    assert rms_dbfs(np.zeros(0, np.float32), _RATE) == -200


def test_clipping_is_counted_at_full_scale_only():
    tone = np.sin(2 * np.pi * 50 * _TIME).astype(np.float32)
    assert clipped_fraction(0.5 * tone, _RATE) == 0
    assert clipped_fraction(np.clip(3 * tone, -1, 1), _RATE) > 0.5


@pytest.mark.parametrize("per_minute", [50, 75, 120, 180])
def test_a_beating_sound_is_more_periodic_than_noise(per_minute):
    assert envelope_periodicity(_beats(per_minute), _RATE) > 0.8
    assert envelope_periodicity(_NOISE, _RATE) < 0.4


def test_too_short_or_silent_a_sound_has_no_period():
    assert envelope_periodicity(_NOISE[:100], _RATE) == 0
    assert envelope_periodicity(np.zeros(_RATE * 5, np.float32), _RATE) == 0
    assert envelope_periodicity(np.zeros(0, np.float32), _RATE) == 0


def test_the_band_holds_a_low_tone_and_not_a_high_one():
    assert in_band_energy_fraction(np.sin(2 * np.pi * 100 * _TIME), _RATE) > 0.99
    assert in_band_energy_fraction(np.sin(2 * np.pi * 800 * _TIME), _RATE) < 0.01
    assert in_band_energy_fraction(np.zeros(10), _RATE) == 0
    assert in_band_energy_fraction(np.zeros(0), _RATE) == 0


def _heart(per_minute: float) -> np.ndarray:
    """Two short low sounds a beat, as a valve closes."""
    phase = (_TIME * per_minute / 60) % 1 * 60 / per_minute
    first, second = (np.exp(-(((phase - at) / 0.02) ** 2)) for at in (0.1, 0.4))
    return (first + 0.7 * second) * np.sin(2 * np.pi * 45 * _TIME)


_RUMBLE = 3 * np.sin(2 * np.pi * 7 * _TIME)


@pytest.mark.parametrize("per_minute", [50, 75, 110])
def test_single_heart_sounds_stand_out_from_hum_and_noise(per_minute):
    heart = _heart(per_minute)
    assert beat_energy_fraction(heart, _RATE) > 0.8
    assert beat_energy_fraction(_NOISE, _RATE) < 0.5
    assert beat_energy_fraction(np.sin(2 * np.pi * 50 * _TIME), _RATE) < 0.25
    # As loud as the beats, all the time, and higher.
    murmur = heart + 0.5 * np.sin(2 * np.pi * 160 * _TIME)
    assert beat_energy_fraction(murmur, _RATE) > 0.8


def test_rumble_makes_no_recording_poor():
    heart = _heart(75)
    assert in_band_energy_fraction(heart + _RUMBLE, _RATE) < 0.1
    assert low_energy_fraction(heart + _RUMBLE, _RATE) > 0.99
    rumbling = beat_energy_fraction(heart + _RUMBLE, _RATE)
    assert rumbling == pytest.approx(beat_energy_fraction(heart, _RATE), abs=0.05)


def test_what_lies_above_the_band_is_not_low():
    low, high = (np.sin(2 * np.pi * hertz * _TIME) for hertz in (100, 800))
    assert low_energy_fraction(low, _RATE) > 0.99
    assert low_energy_fraction(low + high, _RATE) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("measure", [low_energy_fraction, beat_energy_fraction])
@pytest.mark.parametrize("count", [0, 10, 500])
def test_silence_of_any_length_has_no_energy(measure, count):
    assert measure(np.zeros(count), _RATE) == 0


def test_letters_are_counted_in_every_script():
    assert letter_fraction("ab 12") == 0.5
    assert letter_fraction("病历") == 1
    assert letter_fraction(" \n") == 0


def test_only_what_is_wanted_and_fits_the_kind_is_measured():
    assert set(measure_image(np.zeros((2, 2)), ["standard_deviation", "rms_dbfs"])) == {
        "standard_deviation"
    }
    assert set(measure_audio(_NOISE, _RATE, ["rms_dbfs", "letter_fraction"])) == {"rms_dbfs"}
    assert measure_text("abc", ["letter_fraction"]) == {"letter_fraction": 1.0}


def test_limits_include_their_ends():
    limits = (
        QualityLimit(measure="rms_dbfs", minimum=-40, maximum=0, answer="Too quiet or too loud."),
        QualityLimit(measure="letter_fraction", minimum=0.5, answer="No text."),
    )
    assert failed_limits(limits, {"rms_dbfs": -40}) == ()
    assert failed_limits(limits, {"rms_dbfs": 0}) == ()
    assert failed_limits(limits, {"rms_dbfs": -41}) == limits[:1]
    assert failed_limits(limits, {"rms_dbfs": 1, "letter_fraction": 0.1}) == limits
