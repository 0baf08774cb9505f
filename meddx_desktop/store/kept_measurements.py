"""Measurements as they are written to disk: JSON with the number of its format."""

import json
import time
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from meddx_desktop.case.measurement import Calibration, FrameReference, Measurement

FORMAT = 1


@dataclass(frozen=True, slots=True)
class KeptMeasurements:
    """Measurements and calibrations of one key; their frames are lasting references."""

    measurements: tuple[Measurement, ...] = ()
    calibrations: tuple[Calibration, ...] = ()
    saved_s: float = field(default=0.0, compare=False)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to keep."""
        return not (self.measurements or self.calibrations)

    def is_same_as(self, other: "KeptMeasurements") -> bool:
        """Whether both hold the same, in whatever order."""
        return (
            {one.identifier: one for one in self.measurements}
            == {one.identifier: one for one in other.measurements}
        ) and set(self.calibrations) == set(other.calibrations)


class Unreadable(StrEnum):
    """Why kept measurements cannot be shown."""

    DAMAGED = "damaged"
    NEWER = "newer"


class NewerFormatError(Exception):
    """A newer version of MedDx wrote it."""


class WrongFormatError(Exception):
    """It is not what this version writes."""


def to_bytes(kept: KeptMeasurements) -> bytes:
    """Return measurements as JSON."""
    content = asdict(replace(kept, saved_s=time.time()))
    text = json.dumps({"format": FORMAT, **content}, ensure_ascii=False)
    # A half of a surrogate pair, as a person may paste it, has no UTF-8.
    return text.encode(errors="replace")


def from_bytes(content: bytes) -> KeptMeasurements:
    """Read measurements from JSON, every value of the kind that it must have.

    Raises
    ------
    NewerFormatError, WrongFormatError : they are not of this format.
    """
    # Only workers read, and only they need pydantic.
    from pydantic import TypeAdapter, ValidationError

    try:
        found = json.loads(content)
        if _number_of_format(found) > FORMAT:
            raise NewerFormatError
        return TypeAdapter(KeptMeasurements).validate_json(content, strict=True)
    except (ValidationError, ValueError, RecursionError) as error:
        raise WrongFormatError from error


def _number_of_format(found: Any) -> int:  # noqa: ANN401 - what JSON may hold
    number = found.get("format") if isinstance(found, dict) else None
    if not isinstance(number, int) or number < 1:
        raise WrongFormatError
    return number


def merge(parts: tuple[KeptMeasurements, ...]) -> KeptMeasurements:
    """Join what several files hold; of one measurement the latest version counts."""
    measurements: dict[str, Measurement] = {}
    calibrations: dict[tuple[str | None, bool], Calibration] = {}
    for part in sorted(parts, key=lambda one: one.saved_s):
        measurements |= {one.identifier: one for one in part.measurements}
        calibrations |= {_file_of(one.frame): one for one in part.calibrations}
    return KeptMeasurements(tuple(measurements.values()), tuple(calibrations.values()))


def _file_of(lasting: FrameReference) -> tuple[str | None, bool]:
    # Frames computed from a file are calibrated by themselves.
    return lasting.sop_instance_uid, bool(lasting.sop_instance_uid and lasting.plane)
