"""The respiratory cycles: labels, patients and splits of the source, prepared by the app's code."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.preprocessing.audio import (
    AudioOperation,
    CutWindows,
    NormalizeRms,
    Resample,
    prepare_audio,
)
from meddx_desktop.preprocessing.breath_statistics import BreathStatistics
from training.patient_folds import folds_by_patient
from training.progress_bar import ProgressBar
from training.sound_files import Sound, read_source

CLASSES = ("normal", "crackle", "wheeze")
RESAMPLE = Resample(sampling_frequency=4000)
CUT = CutWindows(duration_s=5.0, step_s=2.5, fills="nothing")
STATISTICS = BreathStatistics(
    low=60.0,
    high=1900.0,
    bands=20,
    window_s=0.032,
    step_s=0.01,
    percentiles=(5, 25, 75, 95, 99),
    click_window_s=0.008,
    click_step_s=0.002,
    click_background_s=0.1,
    click_ranges=((100, 300), (250, 550), (500, 1000), (900, 1950)),
    click_percentiles=(75, 90, 95, 99),
    click_heights=(1.5, 2.5, 3.5),
    tone_window_s=0.08,
    tone_step_s=0.02,
    tone_background=200.0,
    tone_ranges=((80, 160), (150, 300), (280, 500), (450, 800), (750, 1600)),
    tone_held=(1, 4, 8),
    tone_percentiles=(25, 50, 75, 90, 97),
    tone_heights=(1.0, 1.5, 2.0, 2.5),
)
OPERATIONS: tuple[AudioOperation, ...] = (RESAMPLE, NormalizeRms(level=1.0), CUT, STATISTICS)
Statistics: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Cycle:
    """One respiratory cycle; `statistics` of shape (windows, statistics) are what the app makes.

    `kind` is one of `CLASSES`; a crackle may be with or without a wheeze.
    """

    path: Path
    statistics: Statistics
    kind: str
    patient: str
    split: str
    device: str
    site: str

    @property
    def label(self) -> int:
        """Place of the kind in `CLASSES`."""
        return CLASSES.index(self.kind)


def read_cycles(
    folder: Path, limit: int | None = None, work: Path | None = None
) -> tuple[Cycle, ...]:
    """Read every cycle of `index.csv`; with `limit` every so-manieth, so all kinds stay.

    `work` is a folder that keeps statistics for a later run of the same operations.
    """
    bare = list_cycles(folder, limit)
    statistics = _kept(work and work / "statistics.npz", bare)
    return tuple(
        replace(cycle, statistics=values) for cycle, values in zip(bare, statistics, strict=True)
    )


def list_cycles(folder: Path, limit: int | None = None) -> tuple[Cycle, ...]:
    """Return the cycles of `index.csv` without their statistics; see `read_cycles`."""
    with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if limit is not None and limit < len(rows):
        rows = [rows[i] for i in np.linspace(0, len(rows) - 1, limit).astype(int)]
    return tuple(_bare_cycle(folder, row) for row in rows)


def _bare_cycle(folder: Path, row: dict[str, str]) -> Cycle:
    return Cycle(
        path=folder / row["file"],
        statistics=np.zeros((0, 0), np.float32),
        kind=row["label"],
        patient=row["patient_id"],
        split=row["split"],
        device=row.get("device", ""),
        site=row.get("site", ""),
    )


def _kept(cache: Path | None, cycles: Sequence[Cycle]) -> list[Statistics]:
    kept = _read_cache(cache, cycles)
    if kept is None:
        kept = _compute(cycles)
        if cache is not None:
            _write_cache(cache, cycles, kept)
    return kept


def _compute(cycles: Sequence[Cycle]) -> list[Statistics]:
    show, result = ProgressBar(), []
    for place, cycle in enumerate(cycles):
        result.append(statistics_of(*read_source(cycle.path)))
        show(place + 1, len(cycles), "statistics")
    return result


def statistics_of(samples: NDArray[np.float32], sampling_frequency: int) -> Statistics:
    """Return the network's input for a recording, exactly as the app makes it."""
    return prepare_audio(samples, sampling_frequency, OPERATIONS)


def _facts(cycles: Sequence[Cycle]) -> str:
    return "\n".join([repr(OPERATIONS), *(str(cycle.path) for cycle in cycles)])


def _read_cache(cache: Path | None, cycles: Sequence[Cycle]) -> list[Statistics] | None:
    if cache is None or not cache.is_file():
        return None
    with np.load(cache) as stored:
        if str(stored["facts"]) != _facts(cycles):
            return None
        return np.split(stored["statistics"], np.cumsum(stored["counts"])[:-1])


def _write_cache(cache: Path, cycles: Sequence[Cycle], statistics: Sequence[Statistics]) -> None:
    cache.parent.mkdir(parents=True, exist_ok=True)
    counts = [len(values) for values in statistics]
    joined = np.concatenate(list(statistics))
    np.savez(cache, statistics=joined, counts=counts, facts=np.array(_facts(cycles)))


def in_split(cycles: Iterable[Cycle], *splits: str) -> tuple[Cycle, ...]:
    """Return the cycles of these splits."""
    return tuple(each for each in cycles if each.split in splits)


def labels_of(cycles: Sequence[Cycle]) -> NDArray[np.int64]:
    """Return the places of the kinds in `CLASSES`, shape (n,)."""
    return np.array([each.label for each in cycles], np.int64)


def patients_of(cycles: Sequence[Cycle]) -> NDArray[np.str_]:
    """Return the patients, shape (n,)."""
    return np.array([each.patient for each in cycles], np.str_)


def means_of(cycles: Sequence[Cycle]) -> Statistics:
    """Return the mean statistics of each cycle, (n, statistics)."""
    return np.stack([cycle.statistics.mean(axis=0) for cycle in cycles])


def folds_of(cycles: Sequence[Cycle], count: int, seed: int) -> NDArray[np.int64]:
    """Return a fold number for each cycle; patients stay whole, abnormal cycles are shared out."""
    is_abnormal = (labels_of(cycles) > 0).astype(np.int64)
    return folds_by_patient(patients_of(cycles), is_abnormal, count, seed)


def sounds_of(cycles: Sequence[Cycle]) -> list[Sound]:
    """Return the samples of the files with their sampling frequency."""
    return [read_source(each.path) for each in cycles]
