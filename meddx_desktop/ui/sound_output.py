"""The loudspeaker."""

from typing import Protocol

from PySide6.QtMultimedia import QAudioFormat, QAudioSink, QMediaDevices

_BUFFER_S = 0.4


class SoundOutput(Protocol):
    """What playing needs of a loudspeaker; samples are 16-bit mono."""

    sampling_frequency: int

    def bytes_free(self) -> int:
        """Return how much can be written now."""

    def write(self, samples: bytes) -> int:
        """Take samples and return how many bytes were taken."""

    def played_s(self) -> float:
        """Return how much was heard since the start, in seconds."""

    def stop(self) -> None:
        """Be silent at once."""


class Loudspeaker:
    """The system's default output."""

    def __init__(self, audio_format: QAudioFormat) -> None:
        self.sampling_frequency = audio_format.sampleRate()
        self._sink = QAudioSink(QMediaDevices.defaultAudioOutput(), audio_format)
        self._sink.setBufferSize(audio_format.bytesForDuration(int(_BUFFER_S * 1e6)))
        self._entry = self._sink.start()

    def bytes_free(self) -> int:
        """Return how much can be written now."""
        return self._sink.bytesFree()

    def write(self, samples: bytes) -> int:
        """Take samples and return how many bytes were taken."""
        return max(0, self._entry.write(samples))

    def played_s(self) -> float:
        """Return how much was heard since the start, in seconds."""
        return self._sink.processedUSecs() / 1e6

    def stop(self) -> None:
        """Be silent at once."""
        self._sink.stop()


def open_loudspeaker() -> Loudspeaker | None:
    """Return the default output, or None where there is none for 16-bit mono."""
    device = QMediaDevices.defaultAudioOutput()
    if device.isNull():
        return None
    audio_format = QAudioFormat()
    audio_format.setSampleRate(device.preferredFormat().sampleRate())
    audio_format.setChannelCount(1)
    audio_format.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    return Loudspeaker(audio_format) if device.isFormatSupported(audio_format) else None
