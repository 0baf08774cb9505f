"""Sound: one recording, read block by block."""

from dataclasses import dataclass, field
from pathlib import Path

from meddx_desktop.case.source import Patient, Source


@dataclass(frozen=True, slots=True)
class AudioClip:
    """A recording whose samples are read on demand.

    `samples_path` is a file that can be read block by block: the recording itself or, for
    compressed formats that only the system decoder knows, a decoded copy in the worker's
    private folder, which can be made again from `decoded_from`. `sample_count` is per channel.
    """

    source: Source
    samples_path: Path
    sampling_frequency: int
    channels: int
    sample_count: int
    audio_format: str
    patient: Patient = field(default_factory=Patient)
    decoded_from: Path | None = None

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.sample_count / self.sampling_frequency
