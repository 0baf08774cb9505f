"""A recording as mono at a model's own rate, read piece by piece."""

from dataclasses import dataclass

from meddx_desktop.inference.audio_classification import Recording, Samples
from meddx_desktop.preprocessing.audio import Resample, resample


@dataclass(frozen=True, slots=True, eq=False)
class MonoSound:
    """Samples counted at the rate of `operation`."""

    recording: Recording
    operation: Resample

    @property
    def sampling_frequency(self) -> int:
        """Samples a second."""
        return self.operation.sampling_frequency

    @property
    def sample_count(self) -> int:
        """Length in samples."""
        exact = self.recording.sample_count * self.sampling_frequency
        return -(-exact // self.recording.sampling_frequency)

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.recording.sample_count / self.recording.sampling_frequency

    def seconds_done(self, sample: int) -> tuple[int, int]:
        """Return whole seconds up to a sample and in all, as progress is told to the person."""
        rate = self.sampling_frequency
        return sample // rate, -(-self.sample_count // rate)

    def read(self, start: int, stop: int) -> Samples:
        """Return samples of shape (stop - start,).

        A second more is read at both ends, so that pieces join as if resampled in one.
        """
        rate, source = self.sampling_frequency, self.recording.sampling_frequency
        first_s = max(0, start // rate - 1)
        end = min(self.recording.sample_count, (stop // rate + 2) * source)
        values = resample(self.recording.read(first_s * source, end), source, self.operation)
        return values[start - first_s * rate : stop - first_s * rate]
