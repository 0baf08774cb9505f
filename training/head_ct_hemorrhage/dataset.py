"""The slices with their findings, patients and folds, prepared by the app's own code."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.preprocessing.head import CropHead, StandardizeTissue
from meddx_desktop.preprocessing.image import Presentation, Resize
from training.head_ct_hemorrhage.simulated_bleeds import KINDS
from training.transfer_ensemble.pictures import Pictures, Preparation, Values

SIZE = 160
POSITIVE = "haemorrhage"
ATTRIBUTES = ("fold", "slice", "age", "sex")

# The films were made with this window: between brain and fluid lie 17 HU, and 0.15 on the films.
PREPARATION = Preparation(
    source=(
        Presentation(center=40, width=120, unit="HU"),
        CropHead(),
        Resize(rows=SIZE, columns=SIZE),
    ),
    size=SIZE,
    final=(StandardizeTissue(),),
)


def read_slices(folder: Path, limit: int | None = None, cache: Path | None = None) -> Pictures:
    """Read every slice of `index.csv`; labels are any bleed, then each of `KINDS`.

    With `limit` every so-manieth slice is taken, so that all folds stay. `cache` is a .npy file
    of the prepared slices, read where it fits.
    """
    with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if limit is not None and limit < len(rows):
        rows = [rows[i] for i in np.linspace(0, len(rows) - 1, limit).astype(int)]
    labels = [[row["label"] == POSITIVE, *(row[kind] == "1" for kind in KINDS)] for row in rows]
    return Pictures(
        _prepared([folder / row["file"] for row in rows], cache),
        np.array(labels, np.int64),
        np.array([row["patient_id"] for row in rows], np.str_),
        {name: np.array([row[name] for row in rows], np.str_) for name in ATTRIBUTES},
    )


def _prepared(paths: Sequence[Path], cache: Path | None) -> Values:
    if cache is not None and cache.is_file():
        stored = np.load(cache)
        if len(stored) == len(paths):
            return np.asarray(stored, np.float32)
    values = np.stack([PREPARATION.prepare_file(path) for path in paths])
    if cache is not None:
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.save(cache, values)
    return values


def folds_of(slices: Pictures) -> NDArray[np.int64]:
    """Return the fold of each slice, as the set divides its patients."""
    return slices.attributes["fold"].astype(np.int64)
