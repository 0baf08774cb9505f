"""Write a record's text without what the redaction model has marked in it."""

from collections import Counter
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

from meddx_desktop.analysis.analyze import AnalyzeOptions, analyze_item
from meddx_desktop.case.case import CaseItem, kind_of
from meddx_desktop.case.finding import AnalysisStatus, Entity
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.case.text_record import TextRecord

MODEL = "phi-redaction"
NOTICE = (
    "Names, dates, locations, contacts and numbers that the model has found are replaced. It does "
    "not find all of them: read the text before you pass it on."
)
_TEXT_ONLY = (
    "is no text record. 'meddx anonymize' handles text only so far, not DICOM, pictures or sound; "
    "nothing was written."
)


def anonymize_to_line(item: CaseItem, output: Path, progress: ReportProgress) -> dict[str, Any]:
    """Return the JSON line of one input after writing its redacted text into the folder `output`.

    The new file's name is a number, because the old one may name the patient.

    Raises
    ------
    MedDxError : the redaction model is not installed.
    """
    if not isinstance(item, TextRecord):
        return _refused(item, "not_text", f"{item.source.path.name} {_TEXT_ONLY}")
    (analysis,) = analyze_item(item, AnalyzeOptions(models=(MODEL,)), progress)
    if analysis.status is not AnalysisStatus.ASSESSED:
        reason = f"{item.source.path.name}: {analysis.reason} Nothing was written."
        return _refused(item, analysis.reason_code or "not_assessed", reason)
    written = _write(redact(item.text, analysis.entities), output)
    counts = Counter(entity.entity_type for entity in analysis.entities)
    return _line(item, "anonymized") | {
        "output": str(written),
        "replaced": dict(sorted(counts.items())),
    }


def redact(text: str, entities: Sequence[Entity]) -> str:
    """Return the text with each marked place replaced by its type, as in "[NAME]"."""
    parts, done = [], 0
    for entity in sorted(entities, key=lambda one: one.start):
        if entity.start >= done:
            parts += [text[done : entity.start], f"[{entity.entity_type.upper()}]"]
        done = max(done, entity.end)
    return "".join([*parts, text[done:]])


def _write(text: str, output: Path) -> Path:
    for number in count(1):
        path = output / f"text-{number:04d}.txt"
        try:
            with path.open("x", encoding="utf-8", newline="") as file:
                file.write(text)
        except FileExistsError:
            continue
        return path
    raise AssertionError("numbers do not end")


def _refused(item: CaseItem, code: str, message: str) -> dict[str, Any]:
    return _line(item, "refused") | {"error": {"code": code, "message": message}}


def _line(item: CaseItem, status: str) -> dict[str, Any]:
    return {
        "path": str(item.source.path),
        "paths": [str(path) for path in item.source.paths],
        "kind": kind_of(item),
        "status": status,
        "error": None,
        "warnings": list(item.source.warnings),
        "notice": NOTICE,
        "output": None,
        "replaced": {},
    }
