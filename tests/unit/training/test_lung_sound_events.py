"""The lung sound training: its parts, and a tiny run to a package that loads."""

import csv
from pathlib import Path

import numpy as np
import pytest
import soundfile

from training.lung_sound_events.synthetic_breath import BreathSound, synthesize

pytest.importorskip("keras")

from training.lung_sound_events.dataset import (
    CLASSES,
    OPERATIONS,
    folds_of,
    read_cycles,
    statistics_of,
)
from training.lung_sound_events.decision import (
    balanced_accuracy,
    choose_thresholds,
    decide,
    odds_of,
)
from training.lung_sound_events.model import build_ensemble
from training.lung_sound_events.train import Recipe, class_scores, cycle_weights, fit_member

KINDS = {
    "normal": {},
    "crackle": {"crackles": 15.0},
    "wheeze": {"wheeze": 1.5},
}


def write_set(folder: Path, patients: int) -> None:
    """Write a set of synthesized cycles, one of each kind of every patient."""
    rows = []
    for patient in range(patients):
        split = ("train", "train", "val", "test")[patient % 4]
        for kind, changes in KINDS.items():
            name = f"{patient}_{kind}.flac"
            sound = BreathSound(duration_s=1.5, cycle_s=1.5, seed=10 * patient, **changes)
            soundfile.write(folder / name, synthesize(sound), 4000)
            rows.append((name, kind, f"p{patient}", split, "Ar", "Meditron"))
    with (folder / "index.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "label", "patient_id", "split", "site", "device"))
        writer.writerows(rows)


def test_a_positive_finding_names_the_class_and_the_more_probable_one_of_two() -> None:
    probabilities = np.array([[0.1, 0.1], [0.4, 0.1], [0.1, 0.3], [0.4, 0.5], [0.9, 0.5]])
    assert decide(probabilities, (0.3, 0.2)).tolist() == [0, 1, 2, 2, 1]
    assert balanced_accuracy(np.array([0, 0, 1, 2]), np.array([0, 1, 1, 0])) == 0.5


def test_log_odds_are_those_of_the_class_shares() -> None:
    shares = np.array([[0.5, 0.3, 0.2]])
    assert odds_of(np.log(shares)) == pytest.approx(np.log([[0.3 / 0.7, 0.2 / 0.8]]))


def test_thresholds_separate_what_can_be_separated() -> None:
    labels = np.repeat([0, 1, 2], 20)
    probabilities = np.full((60, 2), 0.05)
    probabilities += np.linspace(0, 0.01, 60)[:, None]
    probabilities[20:40, 0] += 0.3
    probabilities[40:, 1] += 0.3
    patients = np.tile(np.array([f"p{i}" for i in range(20)]), 3)
    thresholds = choose_thresholds(labels, probabilities, patients)
    assert (decide(probabilities, thresholds) == labels).mean() > 0.9


def test_folds_keep_patients_whole_and_the_cache_gives_the_same(tmp_path: Path) -> None:
    write_set(tmp_path, 8)
    cycles = read_cycles(tmp_path, work=tmp_path / "work")
    again = read_cycles(tmp_path, work=tmp_path / "work")
    for first, second in zip(cycles, again, strict=True):
        np.testing.assert_array_equal(first.statistics, second.statistics)
    fold = folds_of(cycles, 4, seed=0)
    for patient in {each.patient for each in cycles}:
        assert len({fold[i] for i, each in enumerate(cycles) if each.patient == patient}) == 1


def test_classes_weigh_the_same_and_many_cycles_of_a_patient_less_each(tmp_path: Path) -> None:
    write_set(tmp_path, 4)
    cycles = read_cycles(tmp_path)
    cycles = (*cycles[:-1], cycles[0], cycles[0])  # three normal cycles of one patient
    weights = cycle_weights(cycles, leveling=1.0)
    labels = np.array([cycle.label for cycle in cycles])
    assert [weights[labels == label].sum() for label in range(len(CLASSES))] == pytest.approx(
        [len(cycles) / 3] * 3
    )
    assert weights[0] == pytest.approx(weights[3] / 3)


def test_the_graph_gives_what_the_members_give(tmp_path: Path) -> None:
    write_set(tmp_path, 6)
    cycles = read_cycles(tmp_path)
    members = [fit_member(cycles[start:], Recipe(strength=0.1)) for start in (0, 3)]
    statistics = np.concatenate([cycle.statistics for cycle in cycles])
    outputs = build_ensemble(members, statistics)(statistics)
    expected = odds_of(np.mean([class_scores(member, cycles) for member in members], axis=0))
    np.testing.assert_allclose(outputs["logits"], expected, atol=1e-3)
    decided = decide(1 / (1 + np.exp(-expected)), (0.3, 0.3))
    assert np.mean(decided == [cycle.label for cycle in cycles]) > 0.9


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_a_tiny_run_writes_a_package_that_answers(tmp_path: Path) -> None:
    from meddx_desktop.case.progress import ignore_progress
    from meddx_desktop.inference.audio_classification import Recording, classify_recording
    from meddx_desktop.inference.model_package import load_package
    from training.lung_sound_events.__main__ import main

    data, output = tmp_path / "lung", tmp_path / "lung-sound-events"
    data.mkdir()
    write_set(data, 24)
    arguments = ["--data", str(data), "--output", str(output), "--work", str(tmp_path / "work")]
    main([*arguments, "--limit", "72"])
    package = load_package(output)
    assert package.manifest.preprocessing == OPERATIONS
    samples = synthesize(BreathSound(duration_s=9.0, wheeze=1.5))
    outcome = classify_recording(
        package,
        Recording(len(samples), 4000, lambda start, stop: samples[None, start:stop]),
        ignore_progress,
        ignore_gates=True,
    )
    assert [each.concept.meaning for each in outcome.findings] == ["Crackle", "Wheeze"]
    assert all(each.is_experimental for each in outcome.findings)
    assert [segment.end_s for segment in outcome.segments] == [5.0, 7.5, 9.0]
    assert "Research only" in (output / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert statistics_of(samples[None], 4000).shape[0] == len(outcome.segments)
