"""DICOM structured reports as records that a person, and a tagger, can read."""

from collections.abc import Iterator
from pathlib import Path

from pydicom.dataset import Dataset

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.case.text_record import Section, TextRecord
from meddx_desktop.readers.attributes import first_item, items, text, values
from meddx_desktop.readers.dicom_file import looks_like_dicom, open_dicom, quiet_pydicom
from meddx_desktop.readers.dicom_patient import as_date, read_patient
from meddx_desktop.readers.record_text import RecordOrigin, make_record, normalize_text
from meddx_desktop.readers.refusals import no_pixels

_SR_CLASSES = b"1.2.840.10008.5.1.4.1.1.88."
_DEPTH_LIMIT = 24
_ITEMS_LIMIT = 20_000
_INDENT = "  "


class StructuredReportReader:
    """Reads one structured report; images that it names are named by their UID."""

    name = "DICOM structured report"

    def can_read(self, path: Path, head: bytes) -> bool:
        """Say whether this is a structured report; references to one do not count."""
        # The class is written early in the file; a longer look is needed for few files.
        if not (looks_like_dicom(head) and _SR_CLASSES in head):
            return False
        try:
            return _is_report(_dataset(path))
        except RefusedFileError:
            return False

    def read(self, path: Path, progress: ReportProgress) -> TextRecord:
        """Return the content tree as text, one line an item, indented by its depth."""
        progress(0, 1, "Reading the report")
        dataset = _dataset(path)
        if not items(dataset, "ContentSequence"):
            raise no_pixels(path, "an empty structured report")
        with quiet_pydicom():
            lines = [*_heading(dataset), "", *_tree(dataset)]
            patient = read_patient(dataset)
        progress(1, 1, "Reading the report")
        body = normalize_text("\n".join(lines))
        return make_record(
            body,
            RecordOrigin(
                path,
                self.name,
                text(dataset, "SpecificCharacterSet") or "ISO_IR 6",
                tuple(_warnings(dataset)),
                patient,
                _sections(body),
            ),
        )


def _dataset(path: Path) -> Dataset:
    with quiet_pydicom():
        return open_dicom(path).dataset


def _is_report(dataset: Dataset) -> bool:
    return (text(dataset, "SOPClassUID") or "").startswith(_SR_CLASSES.decode("ascii"))


def _warnings(dataset: Dataset) -> Iterator[str]:
    if text(dataset, "CompletionFlag") == "PARTIAL":
        yield "the report is marked as partial"
    if text(dataset, "VerificationFlag") != "VERIFIED":
        yield "nobody has verified the report"


def _heading(dataset: Dataset) -> Iterator[str]:
    yield _meaning(first_item(dataset, "ConceptNameCodeSequence")) or "Structured report"
    written = as_date(text(dataset, "ContentDate"))
    if written is not None:
        yield f"Date: {written.isoformat()}"
    flags = [text(dataset, keyword) for keyword in ("CompletionFlag", "VerificationFlag")]
    named = [flag.lower() for flag in flags if flag]
    if named:
        yield f"Status: {', '.join(named)}"
    for observer in items(dataset, "VerifyingObserverSequence"):
        yield f"Verified by: {text(observer, 'VerifyingObserverName') or 'not named'}"


def _tree(root: Dataset) -> Iterator[str]:
    """Yield the lines of the content items below the root.

    References
    ----------
    DICOM PS3.3 C.17.3, SR Document Content.
    """
    waiting = [(item, 0) for item in reversed(items(root, "ContentSequence"))]
    for _ in range(_ITEMS_LIMIT):
        if not waiting:
            return
        item, depth = waiting.pop()
        is_container = text(item, "ValueType") == "CONTAINER"
        if is_container and depth == 0:
            yield ""
        yield _INDENT * depth + _line(item)
        if depth < _DEPTH_LIMIT:
            inner = items(item, "ContentSequence")
            waiting += [(one, depth + 1) for one in reversed(inner)]
    if waiting:
        yield f"… the report goes on; only {_ITEMS_LIMIT} items are shown"


def _line(item: Dataset) -> str:
    name = _meaning(first_item(item, "ConceptNameCodeSequence"))
    kind = text(item, "ValueType") or ""
    referred = values(item, "ReferencedContentItemIdentifier")
    if referred:
        return f"[see item {'.'.join(str(one) for one in referred)}]"
    if kind == "CONTAINER":
        return f"{name or 'Section'}:"
    shown = _value(item, kind)
    # What is told of a finding's place or evidence often has no name of its own.
    return f"{name}: {shown}" if name else shown


def _value(item: Dataset, kind: str) -> str:
    match kind:
        case "TEXT":
            return _all_text(item, "TextValue")
        case "CODE":
            return _meaning(first_item(item, "ConceptCodeSequence"))
        case "NUM":
            return _measurement(first_item(item, "MeasuredValueSequence"))
        case "DATE" | "TIME" | "DATETIME":
            return _all_text(item, {"DATE": "Date", "TIME": "Time"}.get(kind, "DateTime"))
        case "PNAME":
            return _all_text(item, "PersonName")
        case "UIDREF":
            return _all_text(item, "UID")
        case "IMAGE" | "COMPOSITE" | "WAVEFORM":
            return _reference(kind, first_item(item, "ReferencedSOPSequence"))
        case "SCOORD" | "SCOORD3D" | "TCOORD":
            shape = text(item, "GraphicType") or text(item, "TemporalRangeType") or "place"
            return f"[{shape.lower()} marked on an image]"
        case _:
            return f"[{kind or 'unknown kind of content'}]"


def _all_text(item: Dataset, keyword: str) -> str:
    return " ".join(str(one).strip() for one in values(item, keyword))


def _measurement(measured: Dataset) -> str:
    number = text(measured, "NumericValue")
    if number is None:
        return "no value"
    units = first_item(measured, "MeasurementUnitsCodeSequence")
    unit = text(units, "CodeValue") or _meaning(units)
    # UCUM writes "no unit" as 1 and annotations in braces.
    return number if unit in ("1", "", None) else f"{number} {unit.strip('{}')}"


def _reference(kind: str, reference: Dataset) -> str:
    uid = text(reference, "ReferencedSOPInstanceUID") or "not named"
    frames = [str(one) for one in values(reference, "ReferencedFrameNumber")]
    frame = f", frame {', '.join(frames)}" if frames else ""
    return f"[{kind.lower()} {uid}{frame}]"


def _meaning(code: Dataset) -> str:
    return text(code, "CodeMeaning") or text(code, "CodeValue") or ""


def _sections(body: str) -> tuple[Section, ...]:
    """Return the parts that an unindented container begins; their titles are the report's own."""
    starts = []
    position = 0
    for line in body.split("\n"):
        if line.endswith(":") and not line.startswith(_INDENT):
            starts.append((line[:-1], position))
        position += len(line) + 1
    ends = [*(start for _, start in starts[1:]), len(body)]
    # A report without containers has one end too many.
    return tuple(
        Section(title, start, end) for (title, start), end in zip(starts, ends, strict=False)
    )


READER = StructuredReportReader()
