"""The recordings: patients, labels and splits of the source, prepared by the app's code."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.preprocessing.audio import (
    AudioOperation,
    BandEnvelopes,
    CutWindows,
    NormalizeRms,
    Resample,
    band_power,
    prepare_audio,
)
from meddx_desktop.preprocessing.filter_banks import log_spaced_filters
from training.patient_folds import folds_by_patient
from training.sound_files import read_source

POSITIVES = ("murmur", "abnormal")
# The same seven recordings stand under both numbers, so these are one patient.
SAME_PATIENT = {"pascal-146": "pascal-103"}

RESAMPLE = Resample(sampling_frequency=2000)
LEVEL = NormalizeRms(level=1.0)
CUT = CutWindows(duration_s=3.0, step_s=1.0)
# The floor, 1/10 of the mean square, hides how silent a recording device is between the sounds.
ENVELOPES = BandEnvelopes(
    window_s=0.05,
    step_s=0.02,
    fft_length=256,
    bands=16,
    low=25.0,
    high=900.0,
    floor=0.1,
    standardize="none",
)
OPERATIONS: tuple[AudioOperation, ...] = (RESAMPLE, LEVEL, CUT, ENVELOPES)
FRAMES = 148


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One recording at the network's rate and level, with what its set says about it.

    `power` has shape (frames, bands); `kind` is the set's own label, `group` the database or
    the auscultation spot.
    """

    path: Path
    samples: NDArray[np.float32]
    power: NDArray[np.float32]
    kind: str
    patient: str
    split: str
    group: str
    is_noisy: bool

    @property
    def label(self) -> int:
        """1 for a murmur, in the other sets for an abnormal recording, else 0."""
        return int(self.kind in POSITIVES)


def read_recordings(folder: Path, limit: int | None = None) -> tuple[Recording, ...]:
    """Read every recording of `index.csv`; with `limit` every so-manieth, so all kinds stay."""
    with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if limit is not None and limit < len(rows):
        rows = [rows[i] for i in np.linspace(0, len(rows) - 1, limit).astype(int)]
    return tuple(_read_recording(folder, row) for row in rows)


def _read_recording(folder: Path, row: dict[str, str]) -> Recording:
    path = folder / row["file"]
    samples = read_prepared(path)
    patient = row["patient_id"]
    return Recording(
        path=path,
        samples=samples,
        power=power_of(samples),
        kind=row["label"],
        patient=SAME_PATIENT.get(patient, patient),
        split=row["split"],
        group=row.get("database") or path.stem.rsplit("_", 1)[-1][:1],
        is_noisy=row.get("noisy") == "1",
    )


def read_prepared(path: Path) -> NDArray[np.float32]:
    """Return a file's mono samples at the network's rate and level."""
    samples, rate = read_source(path)
    return prepare_audio(samples, rate, (RESAMPLE, LEVEL))


def power_of(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the band power of prepared samples, shape (frames, bands), at least one window."""
    length = round(CUT.duration_s * RESAMPLE.sampling_frequency)
    if len(samples) < length:
        samples = np.resize(samples, length)
    filters = log_spaced_filters(
        RESAMPLE.sampling_frequency,
        ENVELOPES.fft_length,
        ENVELOPES.bands,
        ENVELOPES.low,
        ENVELOPES.high,
    )
    power = band_power(samples[None], RESAMPLE.sampling_frequency, ENVELOPES, filters)
    return np.asarray(power[0], np.float32)


def windows_of(samples: NDArray[np.float32], sampling_frequency: int) -> NDArray[np.float32]:
    """Return the network's input for a recording, exactly as the app makes it."""
    return prepare_audio(samples, sampling_frequency, OPERATIONS)


def unique_recordings(recordings: Sequence[Recording]) -> tuple[Recording, ...]:
    """Return the recordings without exact repetitions of an earlier one."""
    kept: dict[bytes, Recording] = {}
    for recording in recordings:
        kept.setdefault(np.round(recording.samples[:4000], 2).tobytes(), recording)
    return tuple(kept.values())


def in_split(recordings: Iterable[Recording], *splits: str) -> tuple[Recording, ...]:
    """Return the recordings of these splits."""
    return tuple(each for each in recordings if each.split in splits)


def labels_of(recordings: Sequence[Recording]) -> NDArray[np.int64]:
    """Return the labels, shape (n,)."""
    return np.array([each.label for each in recordings], np.int64)


def patients_of(recordings: Sequence[Recording]) -> NDArray[np.str_]:
    """Return the patients, shape (n,)."""
    return np.array([each.patient for each in recordings], np.str_)


def folds_of(recordings: Sequence[Recording], count: int, seed: int) -> NDArray[np.int64]:
    """Return a fold number for each recording; patients stay whole, murmurs are shared out."""
    return folds_by_patient(patients_of(recordings), labels_of(recordings), count, seed)
