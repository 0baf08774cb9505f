"""The heart murmur training: its parts, and a tiny run to a package that loads."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from training.heart_murmur.synthetic_sound import HeartSound, synthesize

pytest.importorskip("keras")

from training.heart_murmur.augmentation import (
    Augmentation,
    change_pace,
    draw_window,
    mask_picture,
)
from training.heart_murmur.dataset import (
    ENVELOPES,
    FRAMES,
    OPERATIONS,
    RESAMPLE,
    folds_of,
    power_of,
    read_recordings,
    unique_recordings,
    windows_of,
)
from training.heart_murmur.train import Recipe, training_set


def write_set(folder: Path, patients: int) -> None:
    """Write a set of synthesized recordings, two of each patient, every second with a murmur."""
    rows = []
    for patient in range(patients):
        split = ("train", "train", "val", "test")[patient // 2 % 4]
        for spot in "AB":
            murmur = 0.4 if patient % 2 else 0.0
            sound = HeartSound(
                duration_s=3.5,
                sampling_frequency=2000,
                murmur=murmur,
                seed=10 * patient + ord(spot),
            )
            name = f"{patient}_{spot}.flac"
            soundfile.write(folder / name, synthesize(sound), 2000)
            label = "murmur" if murmur else "normal"
            rows.append((name, label, f"p{patient}", split, "0"))
    with (folder / "index.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "label", "patient_id", "split", "noisy"))
        writer.writerows(rows)


def test_the_synthesized_murmur_lies_between_the_sounds() -> None:
    quiet, loud = (
        synthesize(HeartSound(murmur=level, heart_rate=60, breathing=0, seed=3))
        for level in (0.0, 0.4)
    )
    assert np.abs(quiet).max() == pytest.approx(0.7)
    # 0.15 s to 0.25 s after each beat is systole; the first beat is at 0.12 s.
    systole = slice(round(0.27 * 4000), round(0.37 * 4000))
    diastole = slice(round(0.65 * 4000), round(1.0 * 4000))
    assert loud[systole].std() > 5 * quiet[systole].std()
    assert loud[diastole].std() < 2 * quiet[diastole].std()


def test_power_frames_are_the_windows_frames() -> None:
    samples = synthesize(HeartSound(duration_s=3.0, sampling_frequency=2000))
    samples = (samples - samples.mean()) / samples.std()
    from_power = np.log(power_of(samples) + ENVELOPES.floor)
    np.testing.assert_allclose(windows_of(samples, 2000)[0, ..., 0], from_power, atol=1e-4)
    assert from_power.shape == (FRAMES, ENVELOPES.bands)


def test_an_augmented_window_keeps_its_shape_and_is_repeatable() -> None:
    power = power_of(synthesize(HeartSound(duration_s=2.0, sampling_frequency=2000)))
    drawn = [draw_window(power, Augmentation(), np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert drawn[0].shape == (FRAMES, ENVELOPES.bands)
    assert np.all(drawn[0] > 0)
    np.testing.assert_array_equal(drawn[0], drawn[1])
    assert not np.array_equal(drawn[0], drawn[2])


def test_change_of_pace_keeps_the_ends() -> None:
    ramp = np.linspace(0, 1, 50, dtype=np.float32)[:, None]
    np.testing.assert_allclose(change_pace(ramp, 80)[:, 0], np.linspace(0, 1, 80), atol=1e-6)


def test_masking_hides_at_most_the_declared_shares() -> None:
    picture = np.ones((FRAMES, ENVELOPES.bands), np.float32)
    for seed in range(30):
        masked = mask_picture(picture, Augmentation(), np.random.default_rng(seed))
        assert np.sum(masked.max(axis=1) == 0) <= FRAMES // 4
        assert np.sum(masked.max(axis=0) == 0) <= ENVELOPES.bands // 4


def test_folds_keep_patients_whole_and_repetitions_count_once(tmp_path: Path) -> None:
    write_set(tmp_path, 12)
    recordings = read_recordings(tmp_path)
    assert len(unique_recordings((*recordings, *recordings))) == len(recordings)
    fold = folds_of(recordings, 3, seed=0)
    for patient in {each.patient for each in recordings}:
        assert len({fold[i] for i, each in enumerate(recordings) if each.patient == patient}) == 1
    murmurs = [sum(recordings[i].label for i in np.flatnonzero(fold == k)) for k in range(3)]
    assert murmurs == [4, 4, 4]


def test_abnormal_recordings_of_another_database_come_as_often_as_normal_ones(
    tmp_path: Path,
) -> None:
    write_set(tmp_path, 4)
    own = read_recordings(tmp_path)
    one = [replace(each, group="one", kind="abnormal") for each in own[:3]]
    extra = [*one, replace(own[3], group="one", kind="normal")]
    chosen = training_set(own, extra, Recipe(extra_weight=0.5))
    assert chosen.shares.sum() == pytest.approx(1)
    shares = chosen.shares[len(own) :]
    assert shares[:3].sum() == pytest.approx(shares[3])


@pytest.mark.slow
def test_every_database_is_left_out_once(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    from training.heart_murmur.leave_one_out import main

    for name in ("own", "extra"):
        (tmp_path / name).mkdir()
        write_set(tmp_path / name, 8)
    arguments = ["--data", str(tmp_path / "own"), "--extra", str(tmp_path / "extra")]
    main([*arguments, "--work", str(tmp_path / "work"), "--epochs", "1"])
    databases = {each.group for each in read_recordings(tmp_path / "extra")}
    lines = [line for line in capsys.readouterr().out.splitlines() if "AUC" in line]
    assert len(lines) == 2 * len(databases)
    assert {line.split(",")[0] for line in lines} == databases


@pytest.mark.slow
def test_a_tiny_run_writes_a_package_that_answers(tmp_path: Path) -> None:
    from meddx_desktop.case.progress import ignore_progress
    from meddx_desktop.inference.audio_classification import Recording, classify_recording
    from meddx_desktop.inference.model_package import load_package
    from training.heart_murmur.__main__ import main

    data = tmp_path / "heart"
    data.mkdir()
    write_set(data, 24)
    output = tmp_path / "heart-murmur"
    work = tmp_path / "work"
    arguments = ["--data", str(data), "--output", str(output), "--work", str(work)]
    main([*arguments, "--epochs", "1", "--limit", "48"])
    package = load_package(output)
    assert package.manifest.preprocessing == OPERATIONS
    assert {case.input for case in package.manifest.golden} == {
        f"golden/synthetic-heart-sound-{kind}.flac" for kind in ("normal", "murmur", "short")
    }
    samples = synthesize(HeartSound(murmur=0.4))[None]
    outcome = classify_recording(
        package,
        Recording(samples.shape[1], 4000, lambda start, stop: samples[:, start:stop]),
        ignore_progress,
        ignore_gates=True,
    )
    assert [finding.concept.meaning for finding in outcome.findings] == ["Heart murmur"]
    assert outcome.segments[0].end_s == pytest.approx(3.0)
    assert outcome.segments[-1].end_s == pytest.approx(8.0)
    assert RESAMPLE.sampling_frequency == 2000
