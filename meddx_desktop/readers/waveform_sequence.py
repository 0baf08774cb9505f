"""The multiplex groups of a DICOM waveform: their channels and, on demand, their samples."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.waveform_record import (
    MILLIVOLT,
    MultiplexGroup,
    WaveformChannel,
    WaveformRecord,
    WaveformStretch,
)
from meddx_desktop.readers import refusals
from meddx_desktop.readers.attributes import first_item, integer, items, number, text, value
from meddx_desktop.readers.dicom_file import (
    DEFLATED,
    DicomFile,
    inflated_dataset,
    open_dicom,
    quiet_pydicom,
)

_FILE_LIMIT = 256 << 20
_CHANNELS_LIMIT = 512
_GROUPS_LIMIT = 64
_HIGHEST_FREQUENCY = 1e6
# PS3.3 C.10.9.1.5; the logarithmic MB and AB are for telephone sound.
_SAMPLE_TYPES = {
    (8, "SB"): "i1",
    (8, "UB"): "u1",
    (16, "SS"): "i2",
    (16, "US"): "u2",
    (32, "SL"): "i4",
    (32, "UL"): "u4",
    (64, "SV"): "i8",
    (64, "UV"): "u8",
}
# Millivolts in one unit, as UCUM writes it.
_MILLIVOLTS = {"nV": 1e-6, "uV": 1e-3, "µV": 1e-3, "mV": 1.0, "V": 1e3}
_LEADS = ("I", "II", "V1", "V2", "V3", "V4", "V5", "V6")
_MORE_LEADS = {"61": "III", "62": "aVR", "63": "aVL", "64": "aVF"}
_LEAD_CODE = re.compile(r"(?:5\.6\.3-9-|2:)(\d+)")
_LEAD_NAME = re.compile(r"(?:Lead )?(I{1,3}|aV[RLF]|V\d{1,2}R?)(?: \(.*\))?", re.IGNORECASE)
# Electroencephalography and its kin are measured in microvolts.
_NEURAL = "1.2.840.10008.5.1.4.1.1.9.7."


@dataclass(frozen=True, slots=True, eq=False)
class _Samples:
    """Stored samples of one group, of shape (samples, channels), and how they become values."""

    stored: NDArray[np.generic]
    factors: NDArray[np.float64]
    offsets: NDArray[np.float64]
    padding: int | None


def read_groups(file: DicomFile) -> tuple[MultiplexGroup, ...]:
    """Return the groups of a waveform without their samples, which are proved to be there.

    Raises
    ------
    RefusedFileError : damaged, cut off, too large, or encoded in a way that is not read here.
    """
    found = tuple(_read_group(file, item) for item in group_items(file))
    for item, group in zip(group_items(file), found, strict=True):
        _stored(file, item, group)
    return found


def group_items(file: DicomFile) -> list[Dataset]:
    """Return the items of the Waveform Sequence."""
    path = file.path
    if path.stat().st_size > _FILE_LIMIT:
        fault = f"the waveform file is larger than {_FILE_LIMIT >> 20} MiB"
        next_step = "Export a shorter part of the recording."
        raise RefusedFileError(path, fault, next_step, code="too_large")
    _load(file)
    found = items(file.dataset, "WaveformSequence")
    if not found:
        raise refusals.damaged(path, "this DICOM waveform lacks its curves")
    if len(found) > _GROUPS_LIMIT:
        raise refusals.damaged(path, f"it claims {len(found)} groups of curves")
    return found


def _load(file: DicomFile) -> None:
    """Read a long sequence, which was left in the file."""
    dataset = file.dataset
    if "WaveformSequence" not in dataset:
        return
    raw = dataset.get_item("WaveformSequence", keep_deferred=True)
    if isinstance(raw, RawDataElement) and raw.value is None and raw.length:
        if file.transfer_syntax_uid == DEFLATED:
            content = inflated_dataset(file.path)[raw.value_tell : raw.value_tell + raw.length]
        else:
            with file.path.open("rb") as stream:
                stream.seek(raw.value_tell)
                content = stream.read(raw.length)
        dataset[raw.tag] = raw._replace(value=content)


def _read_group(file: DicomFile, item: Dataset) -> MultiplexGroup:
    frequency = number(item, "SamplingFrequency")
    count = integer(item, "NumberOfWaveformSamples")
    definitions = items(item, "ChannelDefinitionSequence")
    if frequency is None or not 0 < frequency <= _HIGHEST_FREQUENCY:
        raise refusals.damaged(file.path, "a group of curves has no sampling frequency")
    if count is None or count <= 0 or not 0 < len(definitions) <= _CHANNELS_LIMIT:
        raise refusals.damaged(file.path, "a group of curves does not say how many samples it has")
    if integer(item, "NumberOfWaveformChannels") != len(definitions):
        raise refusals.damaged(file.path, "a group of curves has more channels than it describes")
    is_neural = (text(file.dataset, "SOPClassUID") or "").startswith(_NEURAL)
    channels = tuple(
        _channel(one, place, frequency, is_neural=is_neural)
        for place, one in enumerate(definitions, start=1)
    )
    return MultiplexGroup(text(item, "MultiplexGroupLabel") or "", frequency, count, channels)


def _channel(item: Dataset, place: int, frequency: float, *, is_neural: bool) -> WaveformChannel:
    source = first_item(item, "ChannelSourceSequence")
    meaning = text(source, "CodeMeaning") or text(item, "ChannelLabel") or f"Channel {place}"
    skew = number(item, "ChannelTimeSkew")
    if skew is None:
        skew = (number(item, "ChannelSampleSkew") or 0.0) / frequency
    return WaveformChannel(
        lead_label(text(source, "CodeValue") or "", meaning),
        meaning,
        _unit(item, is_neural=is_neural),
        skew,
        (
            _frequency(item, "FilterLowFrequency"),
            _frequency(item, "FilterHighFrequency"),
            _frequency(item, "NotchFilterFrequency"),
        ),
    )


def _frequency(item: Dataset, keyword: str) -> float | None:
    # Devices write 0 for a filter that was off.
    return number(item, keyword) or None


def lead_label(code: str, meaning: str) -> str:
    """Return the short name of an ECG lead, the meaning itself for other sources.

    References
    ----------
    DICOM PS3.16 CID 3001: SCP-ECG codes 5.6.3-9-n and MDC codes 2:n have the same numbers.
    """
    found = _LEAD_CODE.fullmatch(code)
    if found is not None:
        name = _MORE_LEADS.get(found[1])
        place = int(found[1])
        if name is not None:
            return name
        if 1 <= place <= len(_LEADS):
            return _LEADS[place - 1]
    named = _LEAD_NAME.fullmatch(meaning)
    if named is None:
        return meaning
    upper = named[1].upper()
    return f"aV{upper[2]}" if upper.startswith("AV") else upper


def _unit(item: Dataset, *, is_neural: bool) -> str:
    if number(item, "ChannelSensitivity") is None:
        return ""
    unit = _written_unit(item)
    return MILLIVOLT if unit in _MILLIVOLTS and not is_neural else unit


def _written_unit(item: Dataset) -> str:
    units = first_item(item, "ChannelSensitivityUnitsSequence")
    written = text(units, "CodeValue") or text(units, "CodeMeaning") or ""
    # UCUM writes millimeters of mercury with brackets.
    return "" if written == "1" else written.replace("[", "").replace("]", "")


def read_stretch(record: WaveformRecord, group: int, start: int, stop: int) -> WaveformStretch:
    """Return samples of a group as values in the units of its channels.

    Raises
    ------
    RefusedFileError : the file has changed since it was opened.
    """
    path = record.source.paths[0]
    status = path.stat()
    kept = _kept_samples(path, status.st_size, status.st_mtime_ns)
    declared = record.groups[group]
    if group >= len(kept) or kept[group].stored.shape != (
        declared.sample_count,
        len(declared.channels),
    ):
        raise refusals.damaged(path, "it has changed since it was opened")
    samples = kept[group]
    first, last = max(0, start), min(stop, declared.sample_count)
    stored = samples.stored[first:last].astype(np.float64)
    values = stored * samples.factors + samples.offsets
    if samples.padding is not None:
        values[stored == samples.padding] = np.nan
    return WaveformStretch(group, first, np.ascontiguousarray(values.T, np.float32))


@lru_cache(maxsize=1)
def _kept_samples(path: Path, size: int, changed_ns: int) -> tuple[_Samples, ...]:
    with quiet_pydicom():
        file = open_dicom(path)
        return tuple(_samples(file, item) for item in group_items(file))


def _samples(file: DicomFile, item: Dataset) -> _Samples:
    """Prepare a group: value = stored × sensitivity × correction + baseline (PS3.3 C.10.9.1.4)."""
    group = _read_group(file, item)
    stored = _stored(file, item, group)
    factors, offsets = np.ones(len(group.channels)), np.zeros(len(group.channels))
    definitions = items(item, "ChannelDefinitionSequence")
    for place, (one, channel) in enumerate(zip(definitions, group.channels, strict=True)):
        sensitivity = number(one, "ChannelSensitivity")
        if sensitivity is None:
            continue
        correction = number(one, "ChannelSensitivityCorrectionFactor")
        scale = _MILLIVOLTS[_written_unit(one)] if channel.unit == MILLIVOLT else 1.0
        factors[place] = sensitivity * (1.0 if correction is None else correction) * scale
        offsets[place] = (number(one, "ChannelBaseline") or 0.0) * scale
    return _Samples(stored, factors, offsets, _padding(item, stored.dtype))


def _stored(file: DicomFile, item: Dataset, group: MultiplexGroup) -> NDArray[np.generic]:
    key = (integer(item, "WaveformBitsAllocated"), text(item, "WaveformSampleInterpretation"))
    kind = _SAMPLE_TYPES.get((key[0] or 0, key[1] or ""))
    if kind is None:
        fault = f"its samples are encoded as {key[1] or 'nothing known'} in {key[0]} bits"
        next_step = "Export the waveform with linear samples."
        raise RefusedFileError(file.path, fault, next_step, code="unsupported_format")
    dtype = np.dtype(f"{'<' if file.is_little_endian else '>'}{kind}")
    content = value(item, "WaveformData")
    needed = group.sample_count * len(group.channels) * dtype.itemsize
    held = content if isinstance(content, bytes) else b""
    if len(held) < needed:
        raise refusals.truncated(file.path, f"{len(held)} of {needed} bytes of samples are there")
    stored = np.frombuffer(held, dtype, group.sample_count * len(group.channels))
    return stored.reshape(group.sample_count, len(group.channels))


def _padding(item: Dataset, dtype: np.dtype[np.generic]) -> int | None:
    written = value(item, "WaveformPaddingValue")
    if isinstance(written, int):
        return written
    if not isinstance(written, bytes) or len(written) < dtype.itemsize:
        return None
    return int(np.frombuffer(written, dtype, 1)[0])
