"""DICOM waveforms: ECG, hemodynamic and other curves that are looked at, not heard."""

from pathlib import Path

from pydicom.uid import UID

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.case.source import Source
from meddx_desktop.case.waveform_record import MultiplexGroup, WaveformRecord
from meddx_desktop.readers.attributes import text
from meddx_desktop.readers.dicom_file import (
    DicomFile,
    looks_like_dicom,
    open_dicom,
    quiet_pydicom,
)
from meddx_desktop.readers.dicom_patient import read_patient
from meddx_desktop.readers.waveform_annotations import read_annotations
from meddx_desktop.readers.waveform_sequence import read_groups

_WAVEFORM_CLASSES = "1.2.840.10008.5.1.4.1.1.9."
_SOUND_CLASSES = "1.2.840.10008.5.1.4.1.1.9.4."
_STEP = "Reading the waveform"


class DicomWaveformReader:
    """Reads one waveform object; its samples are decoded when they are looked at."""

    name = "DICOM waveform"

    def can_read(self, path: Path, head: bytes) -> bool:
        """Say whether this is a waveform other than sound; references to one do not count."""
        if not (looks_like_dicom(head) and _WAVEFORM_CLASSES.encode("ascii") in head):
            return False
        try:
            return _is_waveform(_open(path))
        except RefusedFileError:
            return False

    def read(self, path: Path, progress: ReportProgress) -> WaveformRecord:
        """Return what the object holds."""
        progress(0, 1, _STEP)
        file = _open(path)
        with quiet_pydicom():
            record = _describe(file)
        progress(1, 1, _STEP)
        return record


def _open(path: Path) -> DicomFile:
    with quiet_pydicom():
        return open_dicom(path)


def _is_waveform(file: DicomFile) -> bool:
    sop_class = text(file.dataset, "SOPClassUID") or ""
    return sop_class.startswith(_WAVEFORM_CLASSES) and not sop_class.startswith(_SOUND_CLASSES)


def _describe(file: DicomFile) -> WaveformRecord:
    dataset = file.dataset
    groups = read_groups(file)
    sop_class = text(dataset, "SOPClassUID") or ""
    return WaveformRecord(
        source=Source(file.path, (file.path,), (*file.notes, *_doubts(groups))),
        title=UID(sop_class).name.removesuffix(" Waveform Storage"),
        groups=groups,
        annotations=read_annotations(dataset, groups),
        patient=read_patient(dataset),
        modality=text(dataset, "Modality") or "",
        acquired=text(dataset, "AcquisitionDateTime"),
        study_date=text(dataset, "StudyDate"),
        study_description=text(dataset, "StudyDescription"),
        series_description=text(dataset, "SeriesDescription"),
        study_instance_uid=text(dataset, "StudyInstanceUID"),
        sop_class_uid=sop_class,
        transfer_syntax_uid=file.transfer_syntax_uid,
    )


def _doubts(groups: tuple[MultiplexGroup, ...]) -> tuple[str, ...]:
    if all(channel.unit for group in groups for channel in group.channels):
        return ()
    return ("some curves have no sensitivity: their height has no unit and cannot be measured",)


DICOM_WAVEFORM_READER = DicomWaveformReader()
