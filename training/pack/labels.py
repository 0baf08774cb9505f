"""A labelled folder: `index.csv`, or one folder a class.

`index.csv` has the columns `file` and `label`, and may have `patient_id`, `split` ("calibration",
"test" or "negatives") and `region` ("left top right bottom" in pixels). Several labels of one item
are joined with ";", none at all is an item without findings. Of folders, each one's name is the
label of the files in it. For a text tagger the labels are BRAT standoff files (`note.ann` beside
`note.txt`) instead.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from training.pack.faults import PackError

CALIBRATION, TEST, NEGATIVES = "calibration", "test", "negatives"
_SPLITS = {"val": CALIBRATION, "validation": CALIBRATION, "train": CALIBRATION}


@dataclass(frozen=True, slots=True)
class LabelledItem:
    """A file with what it shows; `patient` is the file itself where the source does not say."""

    path: Path
    labels: frozenset[str]
    patient: str
    split: str
    region: tuple[int, int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """All items, each in its split; `has_patients` where the source names them."""

    items: tuple[LabelledItem, ...]
    has_patients: bool

    def part(self, split: str) -> tuple[LabelledItem, ...]:
        """Return the items of one split."""
        return tuple(item for item in self.items if item.split == split)


def read_labels(path: Path, seed: int = 0) -> LabelledSet:
    """Read a labelled folder, or its `index.csv`.

    Where no split is given, half of the patients calibrate and half are the test.

    Raises
    ------
    PackError : it is not there, a file is missing, or a patient stands in two splits.
    """
    index = path / "index.csv" if path.is_dir() else path
    if index.is_file():
        items, has_patients = _from_index(index)
    elif path.is_dir():
        items, has_patients = tuple(_from_folders(path)), False
    else:
        raise PackError(f"{path} is neither a folder nor an index.csv.")
    if not items:
        raise PackError(f"{path} holds no labelled files.")
    found = LabelledSet(_divided(items, seed), has_patients)
    _check_patients(found)
    return found


def _from_index(index: Path) -> tuple[tuple[LabelledItem, ...], bool]:
    with index.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        columns = set(reader.fieldnames or ())
        rows = list(reader)
    if "file" not in columns:
        raise PackError(f"{index} needs a column `file`; it has {', '.join(sorted(columns))}.")
    items = []
    for line, row in enumerate(rows, 2):
        path = index.parent / row["file"]
        if not path.exists():
            raise PackError(f"{index.name} line {line}: there is no file {row['file']}.")
        items.append(
            LabelledItem(
                path,
                frozenset(one.strip() for one in (row.get("label") or "").split(";") if one),
                row.get("patient_id") or row["file"],
                _split_of(row.get("split") or "", f"{index.name} line {line}"),
                _region_of(row.get("region") or "", f"{index.name} line {line}"),
            )
        )
    return tuple(items), "patient_id" in columns


def _split_of(written: str, place: str) -> str:
    split = _SPLITS.get(written, written)
    if split not in ("", CALIBRATION, TEST, NEGATIVES):
        raise PackError(
            f"{place}: the split {written!r} is none of {CALIBRATION}, {TEST}, {NEGATIVES}."
        )
    return split


def _region_of(written: str, place: str) -> tuple[int, int, int, int] | None:
    if not written:
        return None
    numbers = written.split()
    if len(numbers) != 4 or not all(number.isdigit() for number in numbers):
        raise PackError(f"{place}: a region is `left top right bottom`, not {written!r}.")
    left, top, right, bottom = map(int, numbers)
    return left, top, right, bottom


def _from_folders(folder: Path) -> Iterator[LabelledItem]:
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.suffix == ".ann" or path.name.startswith("."):
            continue
        relative = path.relative_to(folder)
        label = relative.parts[0] if len(relative.parts) > 1 else ""
        split = NEGATIVES if label == NEGATIVES else ""
        labels = frozenset((label,) if label and not split else ())
        yield LabelledItem(path, labels, str(relative), split)


def _divided(items: Sequence[LabelledItem], seed: int) -> tuple[LabelledItem, ...]:
    undecided = sorted({item.patient for item in items if not item.split})
    order = np.random.default_rng(seed).permutation(len(undecided))
    calibrate = {undecided[place] for place in order[: (len(undecided) + 1) // 2]}
    return tuple(
        item
        if item.split
        else replace(item, split=CALIBRATION if item.patient in calibrate else TEST)
        for item in items
    )


def _check_patients(found: LabelledSet) -> None:
    calibration = {item.patient for item in found.part(CALIBRATION)}
    shared = sorted(calibration & {item.patient for item in found.part(TEST)})
    if shared:
        raise PackError(
            f"{len(shared)} patients stand in both {CALIBRATION} and {TEST}, {shared[0]} for one. "
            "Every patient belongs to one split, or the figures flatter the model."
        )
