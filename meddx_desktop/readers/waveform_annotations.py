"""What a DICOM waveform says in words and figures about its curves."""

from pydicom.dataset import Dataset

from meddx_desktop.case.waveform_record import MultiplexGroup, WaveformAnnotation
from meddx_desktop.readers.attributes import first_item, items, numbers, text

_LIMIT = 5000


def read_annotations(
    dataset: Dataset, groups: tuple[MultiplexGroup, ...]
) -> tuple[WaveformAnnotation, ...]:
    """Return statements, measurements and named moments, in the order of the file.

    References
    ----------
    DICOM PS3.3 C.10.10, Waveform Annotation Module.
    """
    found = (_annotation(one, groups) for one in items(dataset, "WaveformAnnotationSequence"))
    return tuple(one for one in found if one is not None)[:_LIMIT]


def _annotation(item: Dataset, groups: tuple[MultiplexGroup, ...]) -> WaveformAnnotation | None:
    written = _words(item)
    if not written:
        return None
    referred = [int(one) for one in numbers(item, "ReferencedWaveformChannels")]
    group = referred[0] - 1 if referred and 1 <= referred[0] <= len(groups) else None
    channel = None
    # Channel 0 means all of the group.
    if group is not None and len(referred) == 2 and referred[1] > 0:
        channel = min(referred[1], len(groups[group].channels)) - 1
    return WaveformAnnotation(written, group, channel, _times(item, groups, group))


def _words(item: Dataset) -> str:
    free = text(item, "UnformattedTextValue")
    if free is not None:
        return free
    concept = first_item(item, "ConceptNameCodeSequence")
    name = text(concept, "CodeMeaning") or text(concept, "CodeValue") or ""
    figure = text(item, "NumericValue")
    if figure is not None:
        units = first_item(item, "MeasurementUnitsCodeSequence")
        unit = text(units, "CodeValue") or text(units, "CodeMeaning") or ""
        return f"{name}: {figure} {'' if unit == '1' else unit.strip('{}')}".rstrip()
    coded = first_item(item, "ConceptCodeSequence")
    meaning = text(coded, "CodeMeaning") or text(coded, "CodeValue")
    return ": ".join(part for part in (name, meaning) if part)


def _times(
    item: Dataset, groups: tuple[MultiplexGroup, ...], group: int | None
) -> tuple[float, ...]:
    """Return when, in seconds from the beginning of the group; its first sample is number 1."""
    if group is None:
        return ()
    frequency = groups[group].sampling_frequency
    positions = numbers(item, "ReferencedSamplePositions")
    if positions:
        return tuple((one - 1) / frequency for one in positions)
    return tuple(numbers(item, "ReferencedTimeOffsets"))
