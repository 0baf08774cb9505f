"""Where a case item came from."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Source:
    """The file or files behind a case item, and what the reader noticed.

    `path` is the file, folder or archive that the person named; `paths` are all the files that
    went into the item, members of an archive as archive/inner/name: no path to open, but one that
    can be traced. `warnings` are sentences for the person, without patient data.
    """

    path: Path
    paths: tuple[Path, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Patient:
    """What the files say about the patient; None where they say nothing.

    `age_years` is the age at the examination, from Patient's Age or from the two dates.
    `name` is Unicode in DICOM component order, `sex` is M, F or O.
    """

    name: str | None = None
    patient_id: str | None = None
    birth_date: str | None = None
    sex: str | None = None
    age_years: float | None = None
