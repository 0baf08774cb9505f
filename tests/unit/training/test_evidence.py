"""Tests of evidence: hiding what carries an answer costs it, and hiding nothing changes nothing."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

from meddx_desktop.inference.model_package import ModelPackage, load_package
from training.command_line import REPOSITORY
from training.evidence.__main__ import likeness, shuffled_package
from training.evidence.curves import Case, Kept, measure_chance, measure_evidence
from training.evidence.sounds import sound_cases
from training.evidence.subjects import SUBJECTS
from training.evidence.texts import mention_cases, note_cases
from training.heart_murmur.synthetic_sound import HeartSound, synthesize
from training.lung_sound_events.synthetic_breath import BreathSound
from training.lung_sound_events.synthetic_breath import synthesize as breathe

MODELS = REPOSITORY / "resources" / "models"
PLACES = 8
NOTE = "The patient has chest pain and a murmur. An echocardiogram showed aortic stenosis. " * 3


def one_place_decides(weights: np.ndarray) -> Case:
    def score(kept: Kept) -> float:
        return float(kept[3])

    return Case(weights, score)


def package(model_id: str) -> ModelPackage:
    return load_package(MODELS / model_id)


def test_areas_under_the_score_of_a_known_case() -> None:
    right, wrong = np.zeros(PLACES), np.ones(PLACES)
    right[3], wrong[3] = 1, 0
    curves = measure_evidence([one_place_decides(right), one_place_decides(wrong)])
    # Nine steps from nothing to everything: the deciding place goes first, or last.
    np.testing.assert_allclose(curves.deletion, [1 / 9, 8 / 9])
    np.testing.assert_allclose(curves.insertion, [8 / 9, 1 / 9])


def test_random_order_lies_between() -> None:
    chance = measure_chance([one_place_decides(np.zeros(PLACES)) for _ in range(200)])
    assert chance.deletion.mean() == pytest.approx(0.5, abs=0.05)
    assert chance.insertion.mean() == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(
    ("model_id", "sound"),
    [
        ("heart-murmur", (synthesize(HeartSound(duration_s=5.0, murmur=0.35, seed=7))[None], 4000)),
        ("heart-murmur", (synthesize(HeartSound(duration_s=2.0, murmur=0.35, seed=7))[None], 4000)),
        ("lung-sound-events", (breathe(BreathSound(duration_s=3.0, crackles=15.0))[None], 4000)),
    ],
    ids=["heart", "short heart", "lung"],
)
def test_evidence_of_a_sound_is_tested_with_what_the_app_computes(
    model_id: str, sound: tuple[np.ndarray, int]
) -> None:
    (case,) = sound_cases(package(model_id), [(sound, 0)])
    everything, nothing = np.ones(len(case.weights), bool), np.zeros(len(case.weights), bool)
    heaviest = everything.copy()
    heaviest[np.argmax(case.weights)] = False
    assert case.score(heaviest) != case.score(everything)
    assert case.score(nothing) != case.score(everything)
    curves, chance = measure_evidence([case]), measure_chance([case])
    assert curves.deletion[0] < chance.deletion[0]


def test_a_note_with_all_its_words_has_the_score_of_the_app(tmp_path: Path) -> None:
    model = package("note-section-classifier")
    (case,) = note_cases(model, [(NOTE, 0)])
    everything = np.ones(len(case.weights), bool)
    assert case.score(everything) > case.score(~everything)
    assert measure_evidence([case]).deletion[0] < measure_chance([case]).deletion[0]
    others = note_cases(shuffled_package(model, tmp_path / "package"), [(NOTE, 0)])
    assert abs(likeness([case], others)[0]) < 0.6


def test_the_words_of_a_mention_itself_stay() -> None:
    model = package("disease-tagger")
    text = "She was treated for breast cancer in May and has recovered."
    (case,) = mention_cases(model, model, [text, "Nothing of interest."])
    words = len(text.replace(".", " .").split())
    assert len(case.weights) == words - 2
    assert 0.5 < case.score(np.ones(len(case.weights), bool)) <= 1
    assert case.score(np.zeros(len(case.weights), bool)) > 0


def test_every_subject_is_a_bundled_model_of_the_version_in_the_code() -> None:
    for model_id, subject in SUBJECTS.items():
        manifest = package(model_id).manifest
        assert manifest.version == subject.edition.version
        assert manifest.changelog == dict(subject.edition.changelog)
