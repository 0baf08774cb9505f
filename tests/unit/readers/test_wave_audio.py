"""Recordings through libsndfile: formats, claims, damage."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.errors import JobCancelled, RefusedFileError
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.readers.audio_samples import read_samples
from meddx_desktop.readers.reader import HEAD_LENGTH
from meddx_desktop.readers.wave_audio import WAVE_AUDIO_READER

FREQUENCY = 16000
TONE = (0.5 * np.sin(2 * np.pi * 440 * np.arange(FREQUENCY) / FREQUENCY)).astype(np.float32)


def read(path: Path) -> AudioClip:
    with path.open("rb") as file:
        assert WAVE_AUDIO_READER.can_read(path, file.read(HEAD_LENGTH))
    return WAVE_AUDIO_READER.read(path, ignore_progress)


def read_or_refuse(path: Path) -> AudioClip | None:
    try:
        return read(path)
    except RefusedFileError:
        return None


def written(
    folder: Path, container: str, subtype: str, samples: NDArray[np.generic] = TONE
) -> Path:
    # The suffix says nothing on purpose.
    path = folder / "recording.bin"
    soundfile.write(path, samples, FREQUENCY, format=container, subtype=subtype)
    return path


@pytest.mark.parametrize(
    ("container", "subtype", "tolerance"),
    [
        ("WAV", "PCM_U8", 1e-2),
        ("WAV", "PCM_16", 1e-4),
        ("WAV", "PCM_24", 1e-6),
        ("WAV", "PCM_32", 1e-6),
        ("WAV", "FLOAT", 0),
        ("WAV", "DOUBLE", 0),
        ("WAV", "ULAW", 2e-2),
        ("WAV", "IMA_ADPCM", 5e-2),
        ("WAVEX", "PCM_16", 1e-4),
        ("WAVEX", "PCM_24", 1e-6),
        ("WAVEX", "FLOAT", 0),
        ("RF64", "PCM_16", 1e-4),
        ("W64", "PCM_16", 1e-4),
        ("AIFF", "PCM_16", 1e-4),
        ("CAF", "PCM_16", 1e-4),
        ("FLAC", "PCM_16", 1e-4),
        ("FLAC", "PCM_24", 1e-6),
        ("OGG", "VORBIS", 5e-2),
        ("OGG", "OPUS", 5e-2),
    ],
)
def test_every_format_and_width_gives_its_samples(
    tmp_path: Path, container: str, subtype: str, tolerance: float
) -> None:
    clip = read(written(tmp_path, container, subtype))
    assert (clip.sampling_frequency, clip.channels) == (FREQUENCY, 1)
    assert clip.source.warnings == ()
    assert clip.duration_s == pytest.approx(1.0, abs=0.05)
    middle = read_samples(clip)[0, 2000:14000]
    assert np.abs(middle - TONE[2000:14000]).max() <= tolerance


def test_mp3_is_recognized_and_decoded_with_and_without_a_tag(tmp_path: Path) -> None:
    path = written(tmp_path, "MP3", "MPEG_LAYER_III")
    bare = read(path)
    tagged = tmp_path / "tagged"
    tagged.write_bytes(b"ID3\x04\x00\x00\x00\x01\x00\x00" + bytes(1 << 14) + path.read_bytes())
    for clip in (bare, read(tagged)):
        assert clip.audio_format == "MP3 MPEG_LAYER_III"
        samples = read_samples(clip)[0, 4000:12000]
        assert np.sqrt(np.mean(samples**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.03)


def test_big_endian_wave_is_read(tmp_path: Path) -> None:
    path = tmp_path / "rifx.wav"
    soundfile.write(path, TONE, FREQUENCY, "PCM_16", "BIG", "WAV")
    assert path.read_bytes()[:4] == b"RIFX"
    assert np.abs(read_samples(read(path))[0] - TONE).max() < 1e-4


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"RIFF\x00\x00\x00\x00AVI LIST",
        b"FORM\x00\x00\x00\x00ILBM",
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
        b"\xff\xfe" + "Patient".encode("utf-16-le"),
        b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(20),
        b"\xff\xfb\x90\x00" + bytes(1000),
        b"ID3 clinic: the patient is well",
    ],
)
def test_other_content_is_left_to_others(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "other.wav"
    path.write_bytes(head)
    assert not WAVE_AUDIO_READER.can_read(path, head)


def test_a_wave_file_that_was_cut_off_opens_with_a_warning(tmp_path: Path) -> None:
    path = written(tmp_path, "WAV", "PCM_16")
    path.write_bytes(path.read_bytes()[: 44 + FREQUENCY])
    clip = read(path)
    assert clip.sample_count == FREQUENCY // 2
    assert "0.5 s are there, its header promises 1.0 s" in clip.source.warnings[0]
    assert read_samples(clip).shape == (1, FREQUENCY // 2)


def test_a_wave_file_from_a_streaming_recorder_opens_without_warning(tmp_path: Path) -> None:
    path = written(tmp_path, "WAV", "PCM_16")
    content = bytearray(path.read_bytes())
    content[4:8] = content[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    clip = read(path)
    assert clip.sample_count == FREQUENCY
    assert clip.source.warnings == ()


@pytest.mark.parametrize(
    ("container", "subtype"),
    [("FLAC", "PCM_16"), ("OGG", "VORBIS"), ("OGG", "OPUS"), ("MP3", "MPEG_LAYER_III")],
)
def test_a_compressed_file_that_was_cut_off_gives_what_is_there_or_is_refused(
    tmp_path: Path, container: str, subtype: str
) -> None:
    path = written(tmp_path, container, subtype, np.tile(TONE, 8))
    whole = path.read_bytes()
    for part in (0.9, 0.5, 0.1):
        path.write_bytes(whole[: int(len(whole) * part)])
        clip = read_or_refuse(path)
        if clip is not None:
            assert 0 < clip.sample_count < 8 * FREQUENCY
            assert read_samples(clip).shape == (1, clip.sample_count)


def test_a_flac_claiming_two_to_the_36_samples_opens_with_what_is_there(tmp_path: Path) -> None:
    path = written(tmp_path, "FLAC", "PCM_16")
    content = bytearray(path.read_bytes())
    content[21] |= 0x0F
    content[22:26] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    clip = read(path)
    assert clip.sample_count == FREQUENCY
    assert "its header promises" in clip.source.warnings[0]
    assert np.abs(read_samples(clip)[0] - TONE).max() < 1e-4


def test_a_day_of_silence_opens_without_being_decoded(tmp_path: Path) -> None:
    path = tmp_path / "silence.flac"
    block = np.zeros(1 << 20, np.int16)
    with soundfile.SoundFile(path, "w", 500, 1, "PCM_16", format="FLAC") as file:
        for _ in range(24 * 3600 * 500 // len(block)):
            file.write(block)
    steps: list[str] = []
    clip = WAVE_AUDIO_READER.read(path, lambda done, total, step: steps.append(step))
    assert clip.duration_s > 23 * 3600
    assert steps == []


def test_a_recording_of_more_than_two_days_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sparse.wav"
    soundfile.write(path, np.zeros(8, np.int16), 1, "PCM_16")
    size = 2 * (49 * 3600)
    content = bytearray(path.read_bytes()[:44])
    content[4:8] = (size + 36).to_bytes(4, "little")
    content[40:44] = size.to_bytes(4, "little")
    path.write_bytes(content + bytes(size))
    with pytest.raises(RefusedFileError, match="48 hours") as refusal:
        read(path)
    assert refusal.value.code == "too_large"


@pytest.mark.parametrize("subtype", ["FLOAT", "DOUBLE"])
@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_a_few_samples_that_are_no_numbers_are_silent_and_reported(
    tmp_path: Path, subtype: str, wrong: float
) -> None:
    samples = TONE.copy()
    samples[100:103] = wrong
    clip = read(written(tmp_path, "WAV", subtype, samples))
    assert "3 samples are not numbers" in clip.source.warnings[0]
    assert np.all(read_samples(clip)[0, 100:103] == 0)
    assert np.isfinite(read_samples(clip)).all()


def test_many_samples_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    samples = TONE.copy()
    samples[::2] = np.nan
    with pytest.raises(RefusedFileError, match="not numbers"):
        read(written(tmp_path, "WAV", "FLOAT", samples))


def test_float_samples_in_the_wrong_scale_are_reported(tmp_path: Path) -> None:
    clip = read(written(tmp_path, "WAV", "FLOAT", TONE * 32767))
    assert "times full scale" in clip.source.warnings[0]


@pytest.mark.parametrize(
    "content",
    [
        b"RIFF\x24\x00\x00\x00WAVE",
        b"RIFF\x24\x00\x00\x00WAVEfmt \xff\xff\xff\x7f" + bytes(50),
        b"fLaC" + bytes(100),
        b"OggS" + bytes(100),
        b"OggS" + b"\xff" * 5000,
        b"FORM\x00\x00\x00\x20AIFF" + bytes(40),
        b"caff\x00\x01\x00\x00" + bytes(100),
    ],
)
def test_a_header_without_sound_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "heart.wav"
    path.write_bytes(content)
    with pytest.raises(RefusedFileError, match=r"heart\.wav: "):
        read(path)


def test_a_recording_without_samples_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedFileError, match="no sound"):
        read(written(tmp_path, "WAV", "PCM_16", np.zeros(0, np.int16)))


def test_checking_float_samples_can_be_stopped(tmp_path: Path) -> None:
    def stop(done: int, total: int, step: str) -> None:
        raise JobCancelled

    with pytest.raises(JobCancelled):
        WAVE_AUDIO_READER.read(written(tmp_path, "WAV", "FLOAT"), stop)


def test_a_damaged_mp3_prints_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, "MP3", "MPEG_LAYER_III", np.tile(TONE, 4))
    content = bytearray(path.read_bytes())
    content[2000:2600] = bytes(600)
    path.write_bytes(content)
    read_samples(read(path))
    assert capfd.readouterr() == ("", "")


@pytest.mark.real_data
def test_real_recordings_open_without_warning(shared_data: Path) -> None:
    paths = [
        next((shared_data / "audio" / name).rglob("*.flac"))
        for name in ("heart-pascal-b", "heart-cinc2016", "lung-icbhi-cycles", "asr-samples")
    ]
    for path in paths:
        clip = read(path)
        assert clip.source.warnings == ()
        assert np.isfinite(read_samples(clip)).all()
