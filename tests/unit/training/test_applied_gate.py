"""The gates of a shipped sound model, rated together as the app applies them."""

from pathlib import Path

import numpy as np

from meddx_desktop.inference.model_package import load_package
from training.applied_gate import SUBJECTS, judge
from training.command_line import REPOSITORY
from training.heart_murmur.synthetic_sound import HeartSound, synthesize

RATE = 4000
PACKAGE: Path = REPOSITORY / "resources" / "models" / "heart-murmur"


def test_a_beating_heart_is_near_and_hum_is_poor() -> None:
    heart = synthesize(HeartSound(duration_s=5.0, murmur=0.35, seed=7))[None]
    hum = np.full((1, 5 * RATE), 1e-5, np.float32)
    judged = judge(load_package(PACKAGE), [(heart, RATE), (hum, RATE)])
    assert judged.is_poor.tolist() == [False, True]
    assert judged.distances[0] < judged.distances[1]


def test_the_card_of_the_hearts_holds_both_ratings() -> None:
    manifest = load_package(PACKAGE).manifest
    gate = manifest.out_of_distribution
    assert gate is not None
    assert manifest.version == SUBJECTS["heart-murmur"].edition.version
    assert gate.false_refusals <= (gate.false_refusals_with_quality or 0) <= 0.05
    assert all((each.auroc_with_quality or 0) >= max(each.auroc, 0.95) for each in gate.negatives)
    assert "AUROC with the limits of quality" in (PACKAGE / "MODEL_CARD.md").read_text("utf-8")
