"""Waveforms: curves such as those of an ECG, measured over time in several channels."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.source import Patient, Source

MILLIVOLT = "mV"


@dataclass(frozen=True, slots=True)
class WaveformChannel:
    """One curve: "II" is the label of the source "Lead II".

    `unit` is that of the samples as they are handed out: mV for what an ECG measures, else as
    UCUM writes it, empty where the file gives no sensitivity. `time_skew_s` is how much later than
    the first channel it was sampled. `filters` are the pass band's ends and the notch in Hz, None
    where the file is silent.
    """

    label: str
    source: str
    unit: str
    time_skew_s: float = 0.0
    filters: tuple[float | None, float | None, float | None] = (None, None, None)


@dataclass(frozen=True, slots=True)
class MultiplexGroup:
    """Channels that were sampled together (PS3.3 C.10.9.1.3); `sample_count` is per channel."""

    label: str
    sampling_frequency: float
    sample_count: int
    channels: tuple[WaveformChannel, ...]

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.sample_count / self.sampling_frequency


@dataclass(frozen=True, slots=True)
class WaveformAnnotation:
    """What the file says about a waveform: a statement, a measurement, or a named moment.

    `times_s` are seconds in the group with this number; empty for what concerns all of it.
    `channel` is None where all channels are meant.
    """

    text: str
    group: int | None = None
    channel: int | None = None
    times_s: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class WaveformRecord:
    """A DICOM waveform object whose samples are read on demand.

    `title` is the kind of waveform, as "12-lead ECG".
    """

    source: Source
    title: str
    groups: tuple[MultiplexGroup, ...]
    annotations: tuple[WaveformAnnotation, ...] = ()
    patient: Patient = field(default_factory=Patient)
    modality: str = ""
    acquired: str | None = None
    study_date: str | None = None
    study_description: str | None = None
    series_description: str | None = None
    study_instance_uid: str | None = None
    sop_class_uid: str | None = None
    transfer_syntax_uid: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class WaveformStretch:
    """Samples `start` and following of one group, of shape (channels, samples); NaN for gaps."""

    group: int
    start: int
    values: NDArray[np.float32]

    def __post_init__(self) -> None:
        self.values.setflags(write=False)

    @property
    def stop(self) -> int:
        """The sample after the last."""
        return self.start + int(self.values.shape[1])
