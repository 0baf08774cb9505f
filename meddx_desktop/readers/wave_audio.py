"""Recordings that libsndfile reads: WAV, FLAC, MP3, OGG, Opus, AIFF and their kin."""

import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.case.source import Source
from meddx_desktop.readers.refusals import damaged
from meddx_desktop.readers.sound_file import open_sound

_LONGEST_S = 48 * 3600
_MOST_CHANNELS = 64
_HIGHEST_FREQUENCY = 1_000_000
_BLOCK = 1 << 18
_TAIL = 4096
_MOST_NOT_FINITE = 0.01
_LOUDEST = 8.0
_FIXED_SIZE_FORMATS = {"WAV", "WAVEX", "RF64", "AIFF", "AU", "W64", "CAF", "NIST"}
_MPEG_FRAME = re.compile(rb"\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff]")
_SIGNATURES = (b"fLaC", b"OggS", b".snd\x00", b"caff\x00\x01", b"NIST_1A", b"riff\x2e\x91\xcf\x11")


@dataclass(frozen=True, slots=True)
class WaveAudioReader:
    """Reads recordings through libsndfile; the samples stay in the file until they are needed."""

    name: str = "audio (WAV, FLAC, MP3, OGG, Opus, AIFF)"

    def can_read(self, path: Path, head: bytes) -> bool:
        """Tell whether the content is a format that libsndfile decodes."""
        return (
            (head[:4] in {b"RIFF", b"RIFX", b"RF64"} and head[8:12] == b"WAVE")
            or (head[:4] == b"FORM" and head[8:12] in {b"AIFF", b"AIFC"})
            or head.startswith(_SIGNATURES)
            or _is_mpeg_audio(path, head)
        )

    def read(self, path: Path, progress: ReportProgress) -> AudioClip:
        """Check what the header claims against the file and describe the recording.

        Raises
        ------
        RefusedFileError : no sound that can be decoded, or claims that cannot be true.
        """
        with open_sound(path) as file:
            described = _Description.of(file)
        _check_claims(path, described)
        warnings = []
        present = _samples_present(path, described, progress)
        if present < described.frames:
            warnings.append(_shortfall(present, described.frames, described.sampling_frequency))
        elif (claimed := _claimed_wave_samples(path, described)) > present:
            warnings.append(_shortfall(present, claimed, described.sampling_frequency))
        if present == 0:
            raise damaged(path, "it holds no sound that can be decoded")
        if described.subtype in {"FLOAT", "DOUBLE"}:
            warnings += _check_float_samples(path, present, progress)
        return AudioClip(
            source=Source(path, (path,), tuple(warnings)),
            samples_path=path,
            sampling_frequency=described.sampling_frequency,
            channels=described.channels,
            sample_count=present,
            audio_format=f"{described.container} {described.subtype}",
        )


WAVE_AUDIO_READER = WaveAudioReader()


@dataclass(frozen=True, slots=True)
class _Description:
    frames: int
    channels: int
    sampling_frequency: int
    container: str
    subtype: str

    @classmethod
    def of(cls, file: Any) -> "_Description":  # noqa: ANN401 - soundfile has no types
        return cls(file.frames, file.channels, file.samplerate, file.format, file.subtype)


def _is_mpeg_audio(path: Path, head: bytes) -> bool:
    """Recognize MPEG audio by two frame headers in a row, after an ID3 tag if there is one."""
    start = 0
    if head.startswith(b"ID3") and len(head) >= 10:
        size = [byte & 0x7F for byte in head[6:10]]
        start = 10 + (size[0] << 21 | size[1] << 14 | size[2] << 7 | size[3])
        try:
            with path.open("rb") as file:
                file.seek(start)
                head = file.read(8192)
        except OSError:
            return False
    head = head.lstrip(b"\x00") if start else head
    if not _MPEG_FRAME.match(head):
        return False
    length = _mpeg_frame_length(head)
    return length > 0 and bool(_MPEG_FRAME.match(head, length))


_BIT_RATES = {
    # (MPEG-1?, layer): kbit/s by index; ISO 11172-3 2.4.2.3 and ISO 13818-3 2.4.2.3.
    (True, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}


def _mpeg_frame_length(head: bytes) -> int:
    """Return the bytes of the MPEG audio frame at the start, or 0 where its header is invalid."""
    if len(head) < 4:
        return 0
    version, layer = head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3)
    rate_index, frequency_index, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version == 1 or layer == 4 or not 0 < rate_index < 15 or frequency_index == 3:
        return 0
    frequency = (44100, 48000, 32000)[frequency_index] >> {3: 0, 2: 1, 0: 2}[version]
    bit_rate = 1000 * _BIT_RATES[version == 3, layer][rate_index]
    if layer == 1:
        return (12 * bit_rate // frequency + padding) * 4
    per_frame = 72 if layer == 3 and version != 3 else 144
    return per_frame * bit_rate // frequency + padding


def _check_claims(path: Path, described: _Description) -> None:
    if not 1 <= described.channels <= _MOST_CHANNELS:
        raise damaged(path, f"its header claims {described.channels} channels")
    if not 1 <= described.sampling_frequency <= _HIGHEST_FREQUENCY:
        raise damaged(path, f"its header claims {described.sampling_frequency} samples per second")


def _samples_present(path: Path, described: _Description, progress: ReportProgress) -> int:
    """Return how many samples each channel really has.

    Where the size of the file does not prove the header's claim, the last samples are read; where
    they are missing, everything is decoded once and counted.
    """
    is_proved = described.container in _FIXED_SIZE_FORMATS and described.subtype.startswith("PCM")
    present = described.frames
    if not is_proved and not _has_samples_until(path, described):
        present = _count_samples(path, described, progress)
    if present > _LONGEST_S * described.sampling_frequency:
        raise RefusedFileError(
            path,
            f"it claims to last more than {_LONGEST_S // 3600} hours",
            "Cut it into shorter recordings.",
            code="too_large",
        )
    return present


def _has_samples_until(path: Path, described: _Description) -> bool:
    start = max(0, described.frames - _TAIL)
    try:
        with open_sound(path, start=start) as file:
            return len(file.read(_TAIL + 1, dtype="float32")) == described.frames - start
    except RefusedFileError:
        return False


def _count_samples(path: Path, described: _Description, progress: ReportProgress) -> int:
    limit = _LONGEST_S * described.sampling_frequency
    count = 0
    try:
        with open_sound(path) as file:
            while count <= limit and (read := len(file.read(_BLOCK, dtype="int16"))):
                count += read
                progress(count, 0, "Counting the samples")
    except RefusedFileError:
        # The good samples before the damage stay usable.
        return count
    return count


def _claimed_wave_samples(path: Path, described: _Description) -> int:
    """Return the samples that a WAV header claims; libsndfile silently takes what is there."""
    if described.container not in {"WAV", "WAVEX"}:
        return 0
    with path.open("rb") as file:
        if file.read(4) != b"RIFF":
            return 0
        file.seek(12)
        frame_bytes = 0
        while len(header := file.read(8)) == 8:
            name, size = struct.unpack("<4sI", header)
            if name == b"fmt " and size >= 14:
                body = file.read(size)
                frame_bytes = struct.unpack_from("<H", body, 12)[0]
                file.seek(size & 1, 1)
            elif name == b"data":
                # Recorders that stream leave the size at its largest value.
                is_streamed = size >= 0x7FFFF000
                return 0 if is_streamed or not frame_bytes else size // frame_bytes
            else:
                file.seek(size + (size & 1), 1)
    return 0


def _shortfall(present: int, claimed: int, sampling_frequency: int) -> str:
    return (
        f"The recording ends early: {present / sampling_frequency:.1f} s are there, "
        f"its header promises {claimed / sampling_frequency:.1f} s."
    )


def _check_float_samples(path: Path, count: int, progress: ReportProgress) -> list[str]:
    """Refuse or warn about samples that are not numbers or far beyond full scale."""
    not_finite, loudest, position = 0, 0.0, 0
    with open_sound(path) as file:
        while len(values := file.read(_BLOCK, dtype="float32", always_2d=True)):
            position += len(values)
            peak = float(np.abs(values).max())
            if not np.isfinite(peak):
                is_finite = np.isfinite(values)
                not_finite += int(np.count_nonzero(~is_finite.all(axis=1)))
                peak = float(np.abs(values, where=is_finite, out=np.zeros_like(values)).max())
            loudest = max(loudest, peak)
            progress(position, count, "Checking the samples")
    if not_finite > _MOST_NOT_FINITE * count:
        raise damaged(path, f"{not_finite} of {count} samples are not numbers")
    warnings = []
    if not_finite:
        warnings.append(f"{not_finite} samples are not numbers and are read as silence.")
    if loudest > _LOUDEST:
        warnings.append(f"Samples reach {loudest:.3g} times full scale; the level is unreliable.")
    return warnings
