"""The slices with their findings, patients and folds, prepared by the app's own code."""

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.preprocessing.head import CropHead, StandardizeTissue
from meddx_desktop.preprocessing.image import Presentation, Resize
from training.head_ct_hemorrhage.simulated_bleeds import KINDS
from training.transfer_ensemble.pictures import Pictures, Preparation

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


def read_slices(folder: Path, limit: int | None = None) -> Pictures:
    """Read every slice of `index.csv`; labels are any bleed, then each of `KINDS`.

    With `limit` every so-manieth slice is taken, so that all folds stay.
    """
    with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if limit is not None and limit < len(rows):
        rows = [rows[i] for i in np.linspace(0, len(rows) - 1, limit).astype(int)]
    labels = [[row["label"] == POSITIVE, *(row[kind] == "1" for kind in KINDS)] for row in rows]
    return Pictures(
        np.stack([PREPARATION.prepare_file(folder / row["file"]) for row in rows]),
        np.array(labels, np.int64),
        np.array([row["patient_id"] for row in rows], np.str_),
        {name: np.array([row[name] for row in rows], np.str_) for name in ATTRIBUTES},
    )


def folds_of(slices: Pictures) -> NDArray[np.int64]:
    """Return the fold of each slice, as the set divides its patients."""
    return slices.attributes["fold"].astype(np.int64)
