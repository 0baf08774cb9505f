"""Gray pictures with labels and patients, prepared by the app's own code."""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.grayscale import GrayscaleTransform
from meddx_desktop.case.image_series import Box, ImageSeries
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.preprocessing.image import (
    ImageInput,
    ImageOperation,
    Presentation,
    Resize,
    StandardizeImage,
    prepare_image,
    resize,
)
from meddx_desktop.readers import open_path
from meddx_desktop.readers.frames import decode_frame
from training.image_augmentation import warp

Values: TypeAlias = NDArray[np.float32]
Labels: TypeAlias = NDArray[np.int64]
Index: TypeAlias = NDArray[np.int64] | NDArray[np.bool_]
Row: TypeAlias = Mapping[str, str]

WHOLE_SIZE = 224


@dataclass(frozen=True, slots=True)
class Preparation:
    """What the package declares to be done with a frame, cut where the augmentation comes in.

    `source` brings a frame to the size of the training pictures; these are then resized to
    `size` x `size`, and `final` comes last. Augmentation changes pictures that are larger than
    `size` after they are shrunk, smaller ones before they are enlarged.
    """

    source: tuple[ImageOperation, ...]
    size: int
    final: tuple[ImageOperation, ...]

    @property
    def operations(self) -> tuple[ImageOperation, ...]:
        """All operations in their order, as they stand in the manifest."""
        last = self.source[-1]
        if isinstance(last, Resize) and last.rows == last.columns == self.size:
            return (*self.source, *self.final)
        return (*self.source, self._resize, *self.final)

    @property
    def _resize(self) -> Resize:
        return Resize(rows=self.size, columns=self.size, method="linear")

    def prepare_frame(self, series: ImageSeries, index: int, box: Box | None = None) -> Values:
        """Return the box of a frame, or all of it, at the source's size in [0, 1]."""
        grayscale = series.frames[index].grayscale
        return self.prepare_values(ImageInput(decode_frame(series, index).values, grayscale, box))

    def prepare_values(self, image: ImageInput) -> Values:
        """Return a decoded frame at the source's size in [0, 1]."""
        return prepare_image(image, self.source)[0, :, :, 0]

    def prepare_file(self, path: Path) -> Values:
        """Return the first frame of an image file at the source's size, read as the app reads it.

        Raises
        ------
        TypeError : the file is no image.
        """
        item = open_path(path, ignore_progress)
        if not isinstance(item, ImageSeries):
            raise TypeError(f"{path.name} is no image")
        return self.prepare_frame(item, 0)

    def finish(self, pictures: Values) -> Values:
        """Apply the final operations to pictures (n, size, size); returns (n, size, size, 1)."""
        tone = GrayscaleTransform()
        finished = [prepare_image(ImageInput(picture, tone), self.final) for picture in pictures]
        return np.concatenate(finished)

    def shrunk(self, pictures: Values) -> Values:
        """Return pictures (n, rows, columns) at the network's size where they are larger."""
        if pictures.shape[1] <= self.size:
            return pictures
        return np.stack([resize(picture, self._resize) for picture in pictures])

    def network_input(self, pictures: Values) -> Values:
        """Return the network's input for unchanged pictures at the source's size."""
        if pictures.shape[1] >= self.size:
            return self.finish(self.shrunk(pictures))
        identity = np.tile(np.array([[1.0, 0, 0], [0, 1, 0]]), (len(pictures), 1, 1))
        return self.finish(warp(pictures, self.size, identity))


def prepare_whole(size: int) -> Preparation:
    """Return what is done with a whole picture: stretched to a square, then standardized."""
    square = Resize(rows=WHOLE_SIZE, columns=WHOLE_SIZE, method="linear", aspect="stretch")
    return Preparation((Presentation(), square), size, (StandardizeImage(epsilon=0.02),))


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """Pictures of shape (n, rows, columns) in [0, 1], labels (n, classes) of 0 and 1, patients.

    `attributes` are further facts of each picture, age or sex for example, as the set gives them.
    """

    values: Values
    labels: Labels
    patients: NDArray[np.str_]
    attributes: Mapping[str, NDArray[np.str_]] = field(default_factory=dict)

    def take(self, index: Index) -> "Pictures":
        """Return the chosen pictures."""
        attributes = {name: values[index] for name, values in self.attributes.items()}
        return Pictures(self.values[index], self.labels[index], self.patients[index], attributes)

    def sample(self, count: int | None) -> "Pictures":
        """Return so many pictures, evenly chosen; None or more than there are: all."""
        if count is None or count >= len(self.labels):
            return self
        return self.take(np.linspace(0, len(self.labels) - 1, count).astype(np.int64))


@dataclass(frozen=True, slots=True)
class Columns:
    """How `index.csv` names things: the labels of a row, and what to keep beside them.

    `attributes` are columns; `derived` are facts that a row gives to know from elsewhere.
    """

    labels: Callable[[Row], Sequence[bool]]
    attributes: tuple[str, ...] = ()
    derived: Mapping[str, Callable[[Row], str]] = field(default_factory=dict)

    def facts_of(self, row: Row) -> dict[str, str]:
        """Return what to keep beside the labels of a row."""
        known = {name: row[name] for name in self.attributes}
        return known | {name: derive(row) for name, derive in self.derived.items()}


def read_split(
    folder: Path, split: str, limit: int | None, columns: Columns, preparation: Preparation
) -> Pictures:
    """Read "train", "val" or "test" as `index.csv` (file, patient_id, split, …) divides patients.

    With `limit` every so-manieth picture is taken, so that all classes stay.
    """
    with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == split]
    if limit is not None and limit < len(rows):
        rows = [rows[i] for i in np.linspace(0, len(rows) - 1, limit).astype(int)]
    facts = [columns.facts_of(row) for row in rows]
    return Pictures(
        np.stack([preparation.prepare_file(folder / row["file"]) for row in rows]),
        np.array([columns.labels(row) for row in rows], np.int64),
        np.array([row["patient_id"] for row in rows], np.str_),
        {name: np.array([one[name] for one in facts], np.str_) for name in facts[0]},
    )


def join(parts: Sequence[Pictures]) -> Pictures:
    """Return several parts as one."""
    return Pictures(
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.patients for part in parts]),
        {
            name: np.concatenate([part.attributes[name] for part in parts])
            for name in parts[0].attributes
        },
    )


def folds_by_patient(
    patients: NDArray[np.str_], strata: Labels, count: int, seed: int
) -> NDArray[np.int64]:
    """Return a fold number for each item; patients stay whole, strata are spread evenly.

    `strata` is one number an item; a patient belongs to the highest of theirs.
    """
    generator = np.random.default_rng(seed)
    names, index = np.unique(patients, return_inverse=True)
    stratum = np.zeros(len(names), np.int64)
    np.maximum.at(stratum, index, strata)
    fold = np.empty(len(names), np.int64)
    for one in np.unique(stratum):
        members = generator.permutation(np.flatnonzero(stratum == one))
        fold[members] = np.arange(len(members)) % count
    return fold[index]
