"""Other sounds, divided so that a gate is never measured on what it learned from."""

import csv
from pathlib import Path

import numpy as np
import soundfile

from training.sound_gate import GateData, GateRecipe, Judged, measure_sound_gate, rate_kind
from training.sound_negatives import HEART, OTHER_HEART, Negatives, read_negatives

RATE = 2000


def write_set(folder: Path, splits: tuple[str, ...]) -> None:
    """Write two recordings of noise for each of eight patients; patient n has the level n / 20."""
    folder.mkdir(parents=True)
    rows = []
    generator = np.random.default_rng(0)
    for patient in range(8):
        for place in range(2):
            name = f"{patient}_{place}.flac"
            sound = generator.uniform(-1, 1, 2 * RATE) * (patient + 1) / 20
            soundfile.write(folder / name, sound, RATE)
            rows.append((name, "normal", f"p{patient}", splits[patient % len(splits)]))
    with (folder / "index.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "label", "patient_id", "split"))
        writer.writerows(rows)


def test_patients_are_either_learned_from_or_measured(tmp_path: Path) -> None:
    write_set(tmp_path / HEART.folder, ("train", "test"))
    found = read_negatives(tmp_path / "lung", (HEART, OTHER_HEART))
    assert found[0].name == HEART.name
    assert OTHER_HEART.name not in [each.name for each in found]
    assert len(found[0].fitted) == len(found[0].measured) == 8
    ratio = np.array([len(each.fitted) - len(each.measured) for each in found])
    assert not ratio.any()


def test_a_set_may_be_divided_by_its_own_splits(tmp_path: Path) -> None:
    write_set(tmp_path / OTHER_HEART.folder, ("train", "val", "test", "test"))
    (own, *_) = read_negatives(tmp_path / "lung", (OTHER_HEART,))
    assert (len(own.fitted), len(own.measured)) == (4, 12)


def test_few_samples_a_second_are_no_telltale(tmp_path: Path) -> None:
    """Below 4 kHz the upper band would be empty; it is given a device's faint noise."""
    write_set(tmp_path / HEART.folder, ("train",))
    (heart, *_) = read_negatives(tmp_path / "lung", (HEART,))
    for samples, rate in (*heart.fitted, *heart.measured):
        assert rate == 4000
        power = np.abs(np.fft.rfft(samples[0])) ** 2
        frequency = np.fft.rfftfreq(samples.shape[1], 1 / rate)
        share = power[frequency > 1200].sum() / power.sum()
        assert 1e-7 < share < 1e-1


def test_each_kind_is_also_measured_without_having_been_learned_from(capsys) -> None:
    generator = np.random.default_rng(0)

    def make(mean: float, count: int):
        return tuple(
            (generator.normal(mean, 1, (1, 3, 20)).astype(np.float32), 1000) for _ in range(count)
        )

    recipe = GateRecipe(
        0, 0.05, (), lambda sounds: [samples[0] for samples, _ in sounds], learns_negatives=True
    )
    known = [samples[0].astype(np.float64) for samples, _ in make(0, 100)]
    negatives = [
        Negatives("Near", make(1, 30), make(1, 30)),
        Negatives("Far", make(3, 30), make(3, 30)),
        Negatives("Never met", (), make(-3, 30)),
    ]
    data = GateData(known, np.arange(100) % 5, make(0, 50), negatives)
    gate, fitted = measure_sound_gate(recipe, data)
    names = [each.name for each in gate.negatives]
    left_out = ", kind left out of the fit"
    assert names == ["Near", "Near" + left_out, "Far", "Far" + left_out, "Never met"]
    rated = {each.name: each for each in gate.negatives}
    assert rated["Near"].refused > 0.9
    assert rated["Far"].auroc > 0.99
    assert gate.false_refusals <= 0.2
    assert fitted.projection is not None
    assert fitted.projection.shape == (20, 2)
    assert "Near" in capsys.readouterr().out


def test_what_breaks_a_limit_of_quality_is_farther_than_any_distance() -> None:
    inside = Judged(np.array([1.0, 2.0, 3.0, 4.0]), np.zeros(4, np.bool_))
    # One is far, one is near but poor, one near and good.
    outside = Judged(np.array([9.0, 0.5, 0.5]), np.array([False, True, False]))
    rated = rate_kind("Other", inside, outside, limit=3.5)
    assert np.isclose(rated.auroc, 1 / 3)
    assert np.isclose(rated.auroc_with_quality, 2 / 3)
    assert np.isclose(rated.refused, 1 / 3)
    assert np.isclose(rated.refused_with_quality, 2 / 3)


def test_hearts_that_are_poor_count_against_the_gate() -> None:
    inside = Judged(np.array([1.0, 1.0]), np.array([True, False]))
    outside = Judged(np.array([2.0]), np.array([False]))
    rated = rate_kind("Other", inside, outside, limit=1.5)
    assert (rated.auroc, rated.auroc_with_quality) == (1.0, 0.5)
    assert inside.refused(1.5) == 0.5
