"""DICOM waveforms that tests write by themselves."""

from collections.abc import Sequence as Sequence_
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian

TWELVE_LEAD = "1.2.840.10008.5.1.4.1.1.9.1.1"
HEMODYNAMIC = "1.2.840.10008.5.1.4.1.1.9.2.1"
EEG = "1.2.840.10008.5.1.4.1.1.9.7.1"
LEADS = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
_CODES = (1, 2, 61, 62, 63, 64, 3, 4, 5, 6, 7, 8)


def coded(meaning: str, value: str = "1", scheme: str = "99TEST") -> Sequence:
    """A code sequence of one item."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return Sequence([item])


@dataclass(frozen=True)
class Channel:
    """How a channel is described; None leaves the sensitivity out."""

    meaning: str
    code: str = "0"
    sensitivity: str | None = "1"
    unit: str = "uV"
    correction: str = "1"
    baseline: str = "0"
    more: dict[str, Any] = field(default_factory=dict)


def leads(sensitivity: str = "2.5") -> tuple[Channel, ...]:
    """The channels of a 12-lead ECG."""
    pairs = zip(LEADS, _CODES, strict=True)
    return tuple(Channel(f"Lead {name}", f"2:{code}", sensitivity) for name, code in pairs)


def heartbeats(seconds: float = 10.0, frequency: int = 500, rate: float = 75) -> NDArray[np.int16]:
    """Samples of shape (samples, 12) that look like a sinus rhythm; 1 is 2.5 µV."""
    times = np.arange(round(seconds * frequency)) / frequency
    phase = (times * rate / 60) % 1.0
    waves = ((0.18, 0.025, 0.12), (0.285, 0.008, -0.1), (0.3, 0.011, 1.1), (0.32, 0.009, -0.25),
             (0.52, 0.045, 0.28))  # fmt: skip
    beat = sum(height * np.exp(-(((phase - at) / width) ** 2)) for at, width, height in waves)
    first, second = 0.7 * np.asarray(beat), np.asarray(beat)
    third = second - first
    limb = [first, second, third, -(first + second) / 2, first - second / 2, second - first / 2]
    chest = [share * second for share in (-0.4, 0.5, 0.8, 1.3, 1.1, 0.8)]
    return np.rint(np.stack([*limb, *chest], axis=1) * 400).astype(np.int16)


def group(
    samples: NDArray[Any], channels: Sequence_[Channel], frequency: float = 500, **changes: Any
) -> Dataset:
    """An item of the Waveform Sequence, with little-endian samples."""
    item = Dataset()
    item.WaveformOriginality = "ORIGINAL"
    item.NumberOfWaveformChannels = samples.shape[1]
    item.NumberOfWaveformSamples = samples.shape[0]
    item.SamplingFrequency = str(frequency)
    item.MultiplexGroupLabel = "RHYTHM"
    item.ChannelDefinitionSequence = Sequence([_channel(one) for one in channels])
    item.WaveformBitsAllocated = samples.dtype.itemsize * 8
    item.WaveformSampleInterpretation = {
        "i1": "SB", "u1": "UB", "i2": "SS", "u2": "US", "i4": "SL", "u4": "UL",
    }[samples.dtype.kind + str(samples.dtype.itemsize)]  # fmt: skip
    item.add_new("WaveformData", "OW", samples.tobytes())
    for keyword, value in changes.items():
        if value is None:
            delattr(item, keyword)
        elif keyword in ("WaveformData", "WaveformPaddingValue"):
            item.add_new(keyword, "OW", value)
        else:
            setattr(item, keyword, value)
    return item


def _channel(described: Channel) -> Dataset:
    item = Dataset()
    item.ChannelSourceSequence = coded(described.meaning, described.code, "MDC")
    item.ChannelSampleSkew = "0"
    if described.sensitivity is not None:
        item.ChannelSensitivity = described.sensitivity
        item.ChannelSensitivityUnitsSequence = coded(described.unit, described.unit, "UCUM")
        item.ChannelSensitivityCorrectionFactor = described.correction
        item.ChannelBaseline = described.baseline
    for keyword, value in described.more.items():
        setattr(item, keyword, value)
    return item


def statement(text: str) -> Dataset:
    """An annotation in words."""
    item = Dataset()
    item.ReferencedWaveformChannels = [1, 0]
    item.AnnotationGroupNumber = 0
    item.UnformattedTextValue = text
    return item


def measured(name: str, figure: str, unit: str) -> Dataset:
    """An annotation with a figure."""
    item = Dataset()
    item.ReferencedWaveformChannels = [1, 0]
    item.ConceptNameCodeSequence = coded(name)
    item.NumericValue = figure
    item.MeasurementUnitsCodeSequence = coded(unit, unit, "UCUM")
    return item


def moment(name: str, sample: int, channel: int = 0) -> Dataset:
    """An annotation of one sample; the first is 1."""
    item = Dataset()
    item.ReferencedWaveformChannels = [1, channel]
    item.TemporalRangeType = "POINT"
    item.ReferencedSamplePositions = [sample]
    item.ConceptNameCodeSequence = coded(name)
    return item


def write_waveform(
    path: Path, *groups: Dataset, sop_class: str = TWELVE_LEAD, syntax: str = "", **changes: Any
) -> Path:
    """Write a waveform object."""
    attributes: dict[str, Any] = {
        "SOPClassUID": sop_class,
        "SOPInstanceUID": "1.2.3.9",
        "PatientName": "Muster^Erika",
        "PatientID": "E1",
        "PatientBirthDate": "19700203",
        "PatientSex": "F",
        "StudyInstanceUID": "1.2.3",
        "SeriesInstanceUID": "1.2.3.2",
        "StudyDate": "20260102",
        "StudyDescription": "Resting ECG",
        "AcquisitionDateTime": "20260102101500",
        "Modality": "ECG",
        "WaveformSequence": Sequence(groups),
    }
    dataset = Dataset()
    for keyword, value in (attributes | changes).items():
        if value is not None:
            setattr(dataset, keyword, value)
    used = syntax or ExplicitVRLittleEndian
    if used == ExplicitVRBigEndian:
        for item in groups:
            width = item.WaveformBitsAllocated // 8
            item.WaveformData = (
                np.frombuffer(item.WaveformData, f"<u{width}").astype(f">u{width}").tobytes()
            )
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = UID(used)
    dataset.save_as(path, enforce_file_format=True)
    return path


def resting_ecg(path: Path) -> Path:
    """Write a 12-lead ECG of 10 s with statements, measurements and moments."""
    return write_waveform(
        path,
        group(heartbeats(), leads()),
        WaveformAnnotationSequence=Sequence(
            [
                statement("Sinus rhythm"),
                measured("QT Interval", "368", "ms"),
                moment("QRS Onset", 221),
                moment("T Offset", 501, channel=2),
            ]
        ),
    )
