"""Who the patient is and how old at the examination."""

import re
from collections.abc import Iterable
from datetime import date

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

from meddx_desktop.case.source import Patient
from meddx_desktop.readers.attributes import text, value

_DAYS_PER_YEAR = 365.25
_DATES = ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate")
_DAYS = {"D": 1.0, "W": 7.0, "M": _DAYS_PER_YEAR / 12, "Y": _DAYS_PER_YEAR}


def read_patient(dataset: Dataset) -> Patient:
    """Return what a data set says about the patient."""
    sex = (text(dataset, "PatientSex") or "").upper()
    return Patient(
        name=read_name(dataset),
        patient_id=text(dataset, "PatientID"),
        birth_date=text(dataset, "PatientBirthDate"),
        sex=sex if sex in ("M", "F", "O") else None,
        age_years=age_years(
            text(dataset, "PatientAge"),
            text(dataset, "PatientBirthDate"),
            (text(dataset, keyword) for keyword in _DATES),
        ),
    )


def read_name(dataset: Dataset) -> str | None:
    """Return the name as Unicode, its component groups joined with "=" as they are written."""
    # pydicom drops empty groups at the end, so the bytes are looked at before it converts them.
    raw = dataset.get_item("PatientName") if "PatientName" in dataset else None
    written = raw.value if isinstance(raw, RawDataElement) and raw.value else b""
    found = value(dataset, "PatientName")
    if found is None:
        return None
    trimmed = written.rstrip(b" \0")
    empty_groups = len(trimmed) - len(trimmed.rstrip(b"="))
    return str(found).strip() + "=" * empty_groups or None


def age_years(
    written: str | None, birth_date: str | None, dates: Iterable[str | None]
) -> float | None:
    """Return the age from Patient's Age, or at the first of the dates of the examination."""
    declared = re.fullmatch(r"(\d{1,3})([DWMY])", written or "")
    if declared is not None:
        return int(declared[1]) * _DAYS[declared[2]] / _DAYS_PER_YEAR
    born = as_date(birth_date)
    for one in dates:
        examined = as_date(one)
        if born is not None and examined is not None and examined >= born:
            return (examined - born).days / _DAYS_PER_YEAR
    return None


def as_date(written: str | None) -> date | None:
    """Return a DICOM date, also in the old form with dots, or None."""
    digits = (written or "").replace(".", "")
    try:
        return date.fromisoformat(digits) if len(digits) == 8 and digits.isdigit() else None
    except ValueError:
        return None
