"""Stretches of speech from probabilities, and their windows, with numbers made by hand."""

from itertools import pairwise

import numpy as np
import pytest

from meddx_desktop.inference.speech import Network, VoiceActivity
from meddx_desktop.inference.tensors import Output, OutputRole, Tensor
from meddx_desktop.inference.voice_activity import Stretch, collect_stretches, join_stretches

RATE, STEP = 1000, 100
ANY = {"axes": ("batch",), "shape": (None,), "dtype": "float32"}


@pytest.fixture
def settings() -> VoiceActivity:
    return VoiceActivity(
        network=Network(
            model="voice.onnx",
            opset=16,
            inputs=(Tensor(name="input", **ANY),),
            outputs=(Output(name="output", role=OutputRole.VOICE_PROBABILITY, **ANY),),
        ),
        sampling_frequency=RATE,
        step=STEP,
        context=10,
        on=0.5,
        off=0.35,
        longest_pause_s=0.3,
        shortest_s=0.2,
        margin_s=0.05,
        longest_s=2.1,
    )


def _collect(settings, *values):
    pieces = np.array_split(np.array(values, np.float32), 3)
    return list(collect_stretches(pieces, settings, len(values) * STEP))


def test_silence_holds_no_stretch(settings):
    assert _collect(settings, *[0.1] * 20) == []


def test_a_stretch_has_margins_but_stays_in_the_recording(settings):
    (stretch,) = _collect(settings, 0.9, 0.9, 0.9, 0, 0, 0, 0)
    assert (stretch.start, stretch.stop) == (0, 350)
    assert stretch.voice == pytest.approx(0.9)


def test_short_pauses_are_bridged_and_long_ones_divide(settings):
    values = [0.9, 0.9, 0, 0, 0.9, 0.9, 0, 0, 0, 0.9, 0.9]
    found = _collect(settings, *values)
    assert [(stretch.start, stretch.stop) for stretch in found] == [(0, 650), (850, 1100)]


def test_between_the_two_thresholds_speech_goes_on_but_does_not_begin(settings):
    assert _collect(settings, *[0.4] * 10) == []
    (stretch,) = _collect(settings, 0, 0.6, *[0.4] * 6, 0, 0, 0)
    assert (stretch.start, stretch.stop) == (50, 850)


def test_a_click_is_no_speech(settings):
    assert _collect(settings, 0, 0.9, 0, 0, 0, 0) == []


def test_long_speech_is_cut_where_it_is_quietest_and_nothing_is_heard_twice(settings):
    values = [0.9] * 40
    values[15] = 0.6
    found = _collect(settings, *values)
    assert (found[0].start, found[0].stop) == (0, 1500)
    assert found[1].start == 1500
    assert found[-1].stop == 4000
    for before, after in pairwise(found):
        assert before.stop == after.start
        assert before.samples <= settings.longest_s * RATE


def test_short_stretches_share_a_window_and_a_full_one_is_closed():
    stretches = [Stretch(start, start + 400, 0.9) for start in (0, 1000, 2000)]
    joined = list(join_stretches(stretches, longest=1000, pause=100))
    assert joined == [tuple(stretches[:2]), (stretches[2],)]
    assert list(join_stretches([], 1000, 100)) == []
