"""m4a, AAC, WMA and WebM through Qt's decoder."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.errors import JobCancelled, RefusedFileError
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.case.source import Source
from meddx_desktop.readers.audio_samples import read_samples
from meddx_desktop.readers.qt_audio_decoder import QT_AUDIO_READER
from meddx_desktop.readers.reader import HEAD_LENGTH

FREQUENCY = 44100
ENCODERS = {
    "m4a": ["-c:a", "aac", "-f", "ipod"],
    "aac": ["-c:a", "aac", "-f", "adts"],
    "wma": ["-c:a", "wmav2", "-f", "asf"],
    "webm": ["-c:a", "libopus", "-f", "webm"],
}


def encoded(folder: Path, kind: str, channels: int = 2) -> Path:
    """Write two seconds of a tone of amplitude 0.5, equal in all channels."""
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        pytest.skip("ffmpeg, which makes the test files, is not installed")
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(2 * FREQUENCY) / FREQUENCY)
    source = folder / "tone.wav"
    soundfile.write(source, np.stack([tone] * channels, axis=1), FREQUENCY)
    # The suffix says nothing on purpose.
    path = folder / f"recording-{kind}"
    command = [ffmpeg, "-loglevel", "error", "-y", "-i", str(source), *ENCODERS[kind], str(path)]
    subprocess.run(command, check=True, capture_output=True)
    return path


def read_or_refuse(path: Path) -> AudioClip | None:
    try:
        return QT_AUDIO_READER.read(path, ignore_progress)
    except RefusedFileError:
        return None


@pytest.mark.parametrize("kind", ENCODERS)
def test_each_format_is_decoded_at_its_own_level(
    tmp_path: Path, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = encoded(tmp_path, kind)
    assert QT_AUDIO_READER.can_read(path, path.read_bytes()[:HEAD_LENGTH])
    clip = QT_AUDIO_READER.read(path, ignore_progress)
    assert clip.channels == 2
    assert clip.duration_s == pytest.approx(2.0, abs=0.15)
    assert clip.source.paths == (path,)
    middle = read_samples(clip)[:, FREQUENCY // 2 : FREQUENCY]
    mono = middle.mean(axis=0)
    assert np.sqrt(np.mean(mono**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.05)
    assert capfd.readouterr() == ("", "")


def test_a_recording_is_decoded_once(tmp_path: Path) -> None:
    path = encoded(tmp_path, "m4a")
    first = QT_AUDIO_READER.read(path, ignore_progress)
    assert QT_AUDIO_READER.read(path, ignore_progress).samples_path == first.samples_path


def test_a_decoded_copy_that_is_gone_is_made_again(tmp_path: Path) -> None:
    clip = QT_AUDIO_READER.read(encoded(tmp_path, "m4a", channels=1), ignore_progress)
    before = read_samples(clip)
    clip.samples_path.unlink()
    np.testing.assert_array_equal(read_samples(clip), before)


def test_a_copy_of_a_recording_in_an_archive_is_made_again_too(tmp_path: Path) -> None:
    read = QT_AUDIO_READER.read(encoded(tmp_path, "m4a", channels=1), ignore_progress)
    shown = Source(tmp_path / "a.zip", (tmp_path / "a.zip" / "inner" / "x.m4a",))
    clip = replace(read, source=shown)
    before = read_samples(clip)
    clip.samples_path.unlink()
    np.testing.assert_array_equal(read_samples(clip), before)


def test_the_decoded_copy_is_private_and_deleted_when_the_process_ends(tmp_path: Path) -> None:
    path = encoded(tmp_path, "aac")
    code = (
        "import sys; from pathlib import Path\n"
        "from meddx_desktop.readers.qt_audio_decoder import QT_AUDIO_READER\n"
        "from meddx_desktop.case.progress import ignore_progress\n"
        "copy = QT_AUDIO_READER.read(Path(sys.argv[1]), ignore_progress).samples_path\n"
        "print(copy, copy.exists(), oct(copy.parent.stat().st_mode & 0o777))\n"
    )
    command = [sys.executable, "-c", code, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    copy, existed, mode = done.stdout.split()
    assert existed == "True"
    assert not Path(copy).exists()
    assert mode == "0o700" or sys.platform == "win32"
    assert done.stderr == ""


@pytest.mark.parametrize("kind", ["m4a", "wma", "webm"])
@pytest.mark.parametrize("part", [0.02, 0.5])
def test_a_file_that_was_cut_off_gives_what_is_there_or_is_refused(
    tmp_path: Path, kind: str, part: float
) -> None:
    path = encoded(tmp_path, kind)
    content = path.read_bytes()
    path.write_bytes(content[: max(64, int(len(content) * part))])
    clip = read_or_refuse(path)
    assert clip is None or 0 < clip.duration_s < 2


@pytest.mark.parametrize(
    "content",
    [
        b"\x00\x00\x00\x18ftypM4A " + bytes(500),
        bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes(500),
        b"\x1a\x45\xdf\xa3" + b"\xff" * 500,
        b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(500),
    ],
)
def test_a_header_without_sound_is_refused_quietly(
    tmp_path: Path, content: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.m4a"
    path.write_bytes(content)
    assert QT_AUDIO_READER.can_read(path, content)
    with pytest.raises(RefusedFileError, match=r"broken\.m4a"):
        QT_AUDIO_READER.read(path, ignore_progress)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "head",
    [b"", b"\x00\x00\x00\x18ftypheic", b"\x00\x00\x00\x1cftypavif", b"\xff\xfb\x90\x00" + bytes(9)],
)
def test_pictures_and_mp3_are_left_to_others(tmp_path: Path, head: bytes) -> None:
    assert not QT_AUDIO_READER.can_read(tmp_path / "x", head)


def test_decoding_can_be_stopped_and_leaves_no_copy(tmp_path: Path) -> None:
    def stop(done: int, total: int, step: str) -> None:
        raise JobCancelled

    path = encoded(tmp_path, "aac")
    with pytest.raises(JobCancelled):
        QT_AUDIO_READER.read(path, stop)
    clip = QT_AUDIO_READER.read(path, ignore_progress)
    assert clip.duration_s == pytest.approx(2.0, abs=0.15)


def test_importing_the_readers_loads_no_qt() -> None:
    code = "import sys, meddx_desktop.readers; print('PySide6' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"
