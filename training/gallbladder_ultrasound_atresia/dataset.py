"""The gallbladder pictures with their patients and splits, prepared by the app's own code."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.image_series import Box, ImageSeries
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.preprocessing.image import (
    CropRegion,
    ImageInput,
    ImageOperation,
    Presentation,
    Resize,
    StandardizeImage,
    prepare_image,
)
from meddx_desktop.readers import open_path
from meddx_desktop.readers.frames import decode_frame

SOURCE_SIZE = 60
INPUT_SIZE = 96
POSITIVE = "biliary_atresia"

# The training pictures are 60 x 60. A box on a real frame holds more pixels, so it is first
# brought to the same sharpness; only then do both look alike to the network.
TO_SOURCE_SIZE: tuple[ImageOperation, ...] = (
    Presentation(),
    CropRegion(margin=0.0),
    Resize(rows=SOURCE_SIZE, columns=SOURCE_SIZE, method="linear"),
)
OPERATIONS: tuple[ImageOperation, ...] = (
    *TO_SOURCE_SIZE,
    Resize(rows=INPUT_SIZE, columns=INPUT_SIZE, method="linear"),
    StandardizeImage(epsilon=0.02),
)


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """Pictures of shape (n, 60, 60) in [0, 1] with labels (1 = biliary atresia) and patients."""

    values: NDArray[np.float32]
    labels: NDArray[np.int64]
    patients: NDArray[np.str_]

    def take(self, index: NDArray[np.int64] | NDArray[np.bool_]) -> "Pictures":
        """Return the chosen pictures."""
        return Pictures(self.values[index], self.labels[index], self.patients[index])


def read_split(folder: Path, split: str, limit: int | None = None) -> Pictures:
    """Read "train", "val" or "test" as `index.csv` divides the patients.

    With `limit` every so-manieth picture is taken, so that both classes stay.
    """
    with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == split]
    if limit is not None and limit < len(rows):
        rows = [rows[i] for i in np.linspace(0, len(rows) - 1, limit).astype(int)]
    return Pictures(
        np.stack([prepare_picture(folder / row["file"]) for row in rows]),
        np.array([row["label"] == POSITIVE for row in rows], np.int64),
        np.array([row["patient_id"] for row in rows], np.str_),
    )


def join(parts: tuple[Pictures, ...]) -> Pictures:
    """Return several parts as one."""
    return Pictures(
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.patients for part in parts]),
    )


def prepare_picture(path: Path) -> NDArray[np.float32]:
    """Return the first frame of an image file at the source's size, read as the app reads it."""
    item = open_path(path, ignore_progress)
    if not isinstance(item, ImageSeries):
        raise TypeError(f"{path.name} is no image")
    return prepare_frame(item, 0)


def prepare_frame(series: ImageSeries, index: int, box: Box | None = None) -> NDArray[np.float32]:
    """Return the box of a frame, or all of it, at the source's size in [0, 1]."""
    grayscale = series.frames[index].grayscale
    image = ImageInput(decode_frame(series, index).values, grayscale, box)
    return prepare_image(image, TO_SOURCE_SIZE)[0, :, :, 0]


def folds_by_patient(pictures: Pictures, count: int, seed: int) -> NDArray[np.int64]:
    """Return a fold number for each picture; patients stay whole, classes are spread evenly."""
    generator = np.random.default_rng(seed)
    names, index = np.unique(pictures.patients, return_inverse=True)
    labels = np.zeros(len(names), np.int64)
    np.maximum.at(labels, index, pictures.labels)
    fold = np.empty(len(names), np.int64)
    for label in (0, 1):
        members = generator.permutation(np.flatnonzero(labels == label))
        fold[members] = np.arange(len(members)) % count
    return fold[index]
