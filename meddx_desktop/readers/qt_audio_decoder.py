"""m4a, AAC, WMA and WebM through Qt's decoder, in the worker only.

Qt decodes in the recording's own format: its resampler hangs on some files and its stereo to
mono comes out 1.414 times too loud. The samples go to a private file that lives as long as the
process.
"""

import atexit
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import soundfile
from numpy.typing import NDArray

from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.progress import ReportProgress, ignore_progress
from meddx_desktop.case.source import Source
from meddx_desktop.readers.refusals import damaged
from meddx_desktop.readers.sound_file import quiet_codecs
from meddx_desktop.resources import scratch_folder

if TYPE_CHECKING:
    # PySide6 is imported when a file needs it: most workers never do.
    from PySide6.QtCore import QCoreApplication
    from PySide6.QtMultimedia import QAudioBuffer, QAudioDecoder

Samples: TypeAlias = NDArray[Any]

_SILENT_LIMIT_S = 8.0
_TICK_MS = 100
_LARGEST_COPY_BYTES = 4_000_000_000
_NOT_SOUND_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis", b"crx ")
_ASF = bytes.fromhex("3026b2758e66cf11")
_MATROSKA = b"\x1a\x45\xdf\xa3"
_copies: dict[tuple[Path, int, int], Path] = {}


@dataclass(frozen=True, slots=True)
class QtAudioReader:
    """Reads recordings in formats that only the system's decoders know."""

    name: str = "compressed audio (m4a, AAC, WMA, WebM)"

    def can_read(self, path: Path, head: bytes) -> bool:
        """Tell whether the file begins like MPEG-4, ADTS, ASF or Matroska."""
        return _audio_format(head) is not None

    def read(self, path: Path, progress: ReportProgress) -> AudioClip:
        """Decode the recording once and describe the decoded copy.

        Raises
        ------
        RefusedFileError : the decoder is missing, or the file has no sound that it can decode.
        """
        with path.open("rb") as file:
            audio_format = _audio_format(file.read(64)) or "compressed audio"
        copy = _decoded_copy(path, progress)
        described = soundfile.info(copy)
        return AudioClip(
            source=Source(path, (path,)),
            samples_path=copy,
            sampling_frequency=described.samplerate,
            channels=described.channels,
            sample_count=described.frames,
            audio_format=audio_format,
            decoded_from=path,
        )


QT_AUDIO_READER = QtAudioReader()


def samples_file(clip: AudioClip) -> Path:
    """Return the file with the clip's samples; a decoded copy that is gone is made again.

    A copy belongs to the process that made it, and another lane may outlive that process.
    """
    recording = clip.decoded_from
    if recording is None or clip.samples_path.exists() or not recording.exists():
        return clip.samples_path
    return _decoded_copy(recording, ignore_progress)


def _audio_format(head: bytes) -> str | None:
    if head[4:8] == b"ftyp" and head[8:12] not in _NOT_SOUND_BRANDS:
        return "MPEG-4"
    # ADTS: twelve sync bits, then layer 0, which MPEG audio layers I to III never have.
    if len(head) > 6 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0 and head[2] >> 2 & 15 < 13:
        return "AAC"
    if head.startswith(_ASF):
        return "Windows Media"
    return "Matroska or WebM" if head.startswith(_MATROSKA) else None


@lru_cache(maxsize=1)
def _private_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="audio-", dir=scratch_folder()))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _decoded_copy(path: Path, progress: ReportProgress) -> Path:
    status = path.stat()
    key = (path.resolve(), status.st_mtime_ns, status.st_size)
    if key not in _copies or not _copies[key].exists():
        copy = _private_folder() / f"{len(_copies)}.wav"
        with ExitStack() as unfinished:
            unfinished.callback(copy.unlink, missing_ok=True)
            with quiet_codecs():
                _write_copy(path, copy, progress)
            unfinished.pop_all()
        _copies[key] = copy
    return _copies[key]


def _write_copy(path: Path, copy: Path, progress: ReportProgress) -> None:
    blocks = _decode(path, progress)
    first, sampling_frequency = next(blocks, (None, 0))
    if first is None:
        raise damaged(path, "it holds no sound that can be decoded")
    written = 0
    try:
        with soundfile.SoundFile(
            copy, "w", sampling_frequency, first.shape[1], _subtype(first), format="WAV"
        ) as output:
            for samples, rate in chain([(first, sampling_frequency)], blocks):
                _check_block(path, samples, first, is_same_rate=rate == sampling_frequency)
                written += samples.nbytes
                if written > _LARGEST_COPY_BYTES:
                    raise _too_long(path)
                output.write(samples)
    except (OSError, soundfile.LibsndfileError) as error:
        raise RefusedFileError(
            path,
            "its decoded sound cannot be stored",
            "Free some space on the disk with temporary files and open it again.",
            code="no_disk_space",
        ) from error


def _check_block(path: Path, samples: Samples, first: Samples, *, is_same_rate: bool) -> None:
    if not is_same_rate or samples.shape[1] != first.shape[1] or samples.dtype != first.dtype:
        raise damaged(path, "its sampling frequency or channels change in the middle")


def _too_long(path: Path) -> RefusedFileError:
    return RefusedFileError(
        path,
        "its sound takes more than 4 GB when decoded",
        "Cut it into shorter recordings, or convert it to FLAC.",
        code="too_large",
    )


def _subtype(samples: Samples) -> str:
    return {"int16": "PCM_16", "int32": "PCM_32"}.get(str(samples.dtype), "FLOAT")


def _decode(path: Path, progress: ReportProgress) -> Iterator[tuple[Samples, int]]:
    """Yield samples of shape (samples, channels) with their sampling frequency.

    Some bad files bring no signal at all, so a timer wakes the loop and the silence is counted.
    """
    from PySide6.QtCore import QUrl
    from PySide6.QtMultimedia import QAudioDecoder

    _application()
    decoder = QAudioDecoder()
    if not decoder.isSupported():
        raise _no_decoder(path)
    listener = _Listener(decoder)
    decoder.setSource(QUrl.fromLocalFile(str(path.resolve())))
    decoder.start()
    last_heard = time.monotonic()
    try:
        while not listener.is_over:
            listener.wait()
            while decoder.bufferAvailable():
                last_heard = time.monotonic()
                buffer = decoder.read()
                if buffer.isValid() and buffer.frameCount():
                    yield _samples_of(path, buffer)
            progress(max(decoder.position(), 0), max(decoder.duration(), 0), "Decoding the sound")
            if time.monotonic() - last_heard > _SILENT_LIMIT_S:
                raise damaged(path, f"the decoder gave no sound for {_SILENT_LIMIT_S:.0f} s")
        if listener.has_failed:
            raise damaged(path, "its sound cannot be decoded")
    finally:
        decoder.stop()


class _Listener:
    """Wakes the loop when Qt's decoder has something to say, and at every tick of a timer."""

    def __init__(self, decoder: "QAudioDecoder") -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        self._loop = QEventLoop()
        self._timer = QTimer()
        self._timer.timeout.connect(self._loop.quit)
        self._timer.start(_TICK_MS)
        self.is_over = False
        self.has_failed = False
        decoder.bufferReady.connect(self._loop.quit)
        decoder.finished.connect(self._finish)
        decoder.error.connect(self._fail)

    def wait(self) -> None:
        """Run the event loop until something happened; an earlier event costs one tick."""
        self._loop.exec()

    def _finish(self) -> None:
        self.is_over = True
        self._loop.quit()

    def _fail(self, _error: object) -> None:
        self.has_failed = True
        self._finish()


@lru_cache(maxsize=1)
def _application() -> "QCoreApplication":
    from PySide6.QtCore import QCoreApplication

    return QCoreApplication.instance() or QCoreApplication([])


def _samples_of(path: Path, buffer: "QAudioBuffer") -> tuple[Samples, int]:
    from PySide6.QtMultimedia import QAudioFormat

    dtypes: dict[QAudioFormat.SampleFormat, type[np.generic]] = {
        QAudioFormat.SampleFormat.UInt8: np.uint8,
        QAudioFormat.SampleFormat.Int16: np.int16,
        QAudioFormat.SampleFormat.Int32: np.int32,
        QAudioFormat.SampleFormat.Float: np.float32,
    }
    sample_format = buffer.format()
    dtype = dtypes.get(sample_format.sampleFormat())
    if dtype is None:
        raise damaged(path, "its sample format is unknown to the decoder")
    values: Samples = np.frombuffer(bytes(buffer.constData()), dtype)
    if dtype is np.uint8:
        values = (values.astype(np.int16) - 128) << 8
    return values.reshape(-1, sample_format.channelCount()), sample_format.sampleRate()


def _no_decoder(path: Path) -> RefusedFileError:
    return RefusedFileError(
        path,
        "this installation has no decoder for compressed sound",
        "Convert it to WAV, FLAC, MP3, OGG or Opus and open that.",
        code="no_decoder",
    )
