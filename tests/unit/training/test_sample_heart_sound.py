"""The bundled recording: made by its script, accepted and found positive by the bundled model."""

import importlib.util
from pathlib import Path

import numpy as np
import soundfile

from meddx_desktop.analysis.model_inputs import recording_of
from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.finding import Word
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.inference.audio_classification import classify_recording
from meddx_desktop.inference.model_package import load_package
from meddx_desktop.readers import open_path
from meddx_desktop.resources import resources_folder
from training.heart_murmur.synthetic_sound import HeartSound, synthesize

SAMPLES = resources_folder() / "samples"


def classify(path: Path):
    clip = open_path(path, ignore_progress)
    assert isinstance(clip, AudioClip)
    package = load_package(resources_folder() / "models" / "heart-murmur")
    return classify_recording(package, recording_of(clip), ignore_progress)


def test_the_sample_is_what_its_script_writes(tmp_path: Path) -> None:
    script = SAMPLES / "sample_heart_sound.py"
    specification = importlib.util.spec_from_file_location("sample_heart_sound", script)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    entry = module.make(tmp_path)
    made, rate = soundfile.read(tmp_path / entry["file"])
    bundled, bundled_rate = soundfile.read(SAMPLES / entry["file"])
    assert rate == bundled_rate
    # One step of 16 bits: processors may differ in the last digit before rounding.
    np.testing.assert_allclose(made, bundled, atol=1.01 / 2**15)


def test_the_model_hears_the_murmur_in_the_sample() -> None:
    outcome = classify(SAMPLES / "synthetic-heart-sound-murmur.flac")
    assert outcome.closed == ()
    assert [finding.word for finding in outcome.findings] == [Word.LIKELY]
    assert all(segment.findings[0].is_positive for segment in outcome.segments)


def test_the_model_hears_no_murmur_in_the_same_heart_without_one(tmp_path: Path) -> None:
    path = tmp_path / "quiet.wav"
    sound = HeartSound(duration_s=12.0, heart_rate=92, murmur=0.0, seed=7)
    soundfile.write(path, synthesize(sound), sound.sampling_frequency)
    outcome = classify(path)
    assert outcome.closed == ()
    assert [finding.word for finding in outcome.findings] == [Word.UNLIKELY]


def test_speechlike_tones_and_noise_are_not_assessed(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    time = np.arange(6 * 8000) / 8000
    vowels = np.sin(2 * np.pi * 900 * time) * (np.sin(2 * np.pi * 2.5 * time) > 0)
    for name, sound in {"noise": generator.standard_normal(len(time)), "vowels": vowels}.items():
        path = tmp_path / f"{name}.wav"
        soundfile.write(path, 0.3 * sound / np.abs(sound).max(), 8000)
        outcome = classify(path)
        assert outcome.findings == ()
        assert "Poor recording" in outcome.closed[0].sentence
