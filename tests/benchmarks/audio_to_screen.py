"""One hour of sound to waveform and spectrogram, beside the tools that people use for it.

Run it as `python -m tests.benchmarks.audio_to_screen [--rounds 5] [--hours 1]`. Every job is a
process of its own, the jobs take turns, and a ratio is the median of the ratios of the rounds, so
that a busy machine disturbs all alike. Peers that are not installed are left out.
Goals: waveform and spectrogram within 1.0 of ffmpeg and sox; no more than 100 MiB over an idle
process, for one hour and for four.
"""

import argparse
import importlib.util
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

FREQUENCY = 16000
COLUMNS = 1200
STATUS = Path("/proc/self/status")


def make_recording(path: Path, hours: float) -> None:
    """Write a beating tone with noise, block by block."""
    generator = np.random.default_rng(1)
    time_s = np.arange(60 * FREQUENCY) / FREQUENCY
    with soundfile.SoundFile(path, "w", FREQUENCY, 1, "PCM_16") as file:
        for minute in range(round(hours * 60)):
            beat = np.exp(-5 * ((1.2 * time_s) % 1)) * np.sin(2 * np.pi * (200 + minute) * time_s)
            file.write(0.2 * beat + 0.01 * generator.standard_normal(time_s.size))


def draw_ours(path: Path) -> None:
    """Compute what the audio view shows: all peaks and the whole spectrogram."""
    from meddx_desktop.analysis.audio_views import load_peaks, load_spectrogram
    from meddx_desktop.case.audio_clip import AudioClip
    from meddx_desktop.case.progress import ignore_progress
    from meddx_desktop.readers.wave_audio import WAVE_AUDIO_READER

    clip: AudioClip = WAVE_AUDIO_READER.read(path, ignore_progress)
    for _ in load_peaks(clip, ignore_progress):
        pass
    load_spectrogram(clip, 0, clip.duration_s, COLUMNS, ignore_progress)


def draw_with_scipy(path: Path) -> None:
    """Read the whole recording, take its peaks and scipy's spectrogram with 10 ms steps."""
    from scipy.signal import spectrogram

    samples, frequency = soundfile.read(path, dtype="float32")
    columns = samples[: samples.size // COLUMNS * COLUMNS].reshape(COLUMNS, -1)
    columns.min(axis=1)
    columns.max(axis=1)
    spectrogram(samples, frequency, nperseg=400, noverlap=240)


def draw_with_librosa(path: Path) -> None:
    """Load the recording and compute librosa's mel spectrogram with 10 ms steps."""
    import librosa  # type: ignore[import-not-found]

    samples, frequency = librosa.load(path, sr=None)
    librosa.feature.melspectrogram(y=samples, sr=frequency, n_fft=400, hop_length=160, n_mels=80)


def idle(path: Path) -> None:
    """Import what is needed to read sound and do nothing."""


PYTHON_JOBS: dict[str, Callable[[Path], None]] = {
    "idle": idle,
    "ours": draw_ours,
    "scipy": draw_with_scipy,
    "librosa": draw_with_librosa,
}


def commands(path: Path, folder: Path) -> dict[str, list[str]]:
    """Return the command of every job whose program is installed, ours first."""
    child = [sys.executable, "-m", "tests.benchmarks.audio_to_screen", "--path", str(path), "--job"]
    found = {name: [*child, name] for name in ("ours", "idle", "scipy")}
    if importlib.util.find_spec("librosa"):
        found["librosa"] = [*child, "librosa"]
    if ffmpeg := shutil.which("ffmpeg"):
        picture = "[0:a]showwavespic=s=1200x200[w];[0:a]showspectrumpic=s=1200x512[s]"
        read = [ffmpeg, "-loglevel", "error", "-y", "-i", str(path), "-filter_complex", picture]
        waves = ["-map", "[w]", "-frames:v", "1", str(folder / "w.png")]
        found["ffmpeg"] = [*read, *waves, "-map", "[s]", "-frames:v", "1", str(folder / "s.png")]
    if sox := shutil.which("sox"):
        spectrogram = [
            "-n",
            "spectrogram",
            "-x",
            "1200",
            "-y",
            "513",
            "-o",
            str(folder / "sox.png"),
        ]
        found["sox (no waveform)"] = [sox, str(path), *spectrogram]
    return found


def run(command: list[str]) -> tuple[float, float, float]:
    """Run a job; return seconds of the process, seconds of its work alone and peak MiB."""
    started = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - started
    numbers = done.stdout.split()
    return (seconds, float(numbers[0]), float(numbers[1])) if numbers else (seconds, seconds, 0.0)


def compare(hours: float, rounds: int) -> None:
    """Run all jobs in turn and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recording.wav"
        make_recording(path, hours)
        jobs = commands(path, Path(folder))
        results = [{name: run(command) for name, command in jobs.items()} for _ in range(rounds)]
    print(f"{hours:g} h at {FREQUENCY} Hz, mono, 16 bit; median of {rounds} rounds")
    print("ours / it: our work in a warm worker to its work, or to its whole process if it has no")
    print("warm form; least: the least of the rounds; cold: whole process to whole process")
    print(
        f"{'job':<20}{'process s':>10}{'work s':>9}{'peak MiB':>10}"
        f"{'ours / it':>11}{'least':>8}{'cold':>8}"
    )
    for name in jobs:
        process, work, peak = (statistics.median(one[name][i] for one in results) for i in range(3))
        memory = f"{peak:10.0f}" if peak else f"{'-':>10}"
        print(f"{name:<20}{process:10.2f}{work:9.2f}{memory}{_ratios(results, name)}")


def _ratios(results: list[dict[str, tuple[float, float, float]]], name: str) -> str:
    if name in {"ours", "idle"}:
        return ""
    warm = [one["ours"][1] / one[name][1] for one in results]
    cold = [one["ours"][0] / one[name][0] for one in results]
    return f"{statistics.median(warm):11.2f}{min(warm):8.2f}{statistics.median(cold):8.2f}"


def run_child(job: str, path: Path) -> None:
    """Do one Python job and print its working time and peak memory.

    The worker process of the app is warm, so imports are paid on a second of sound before.
    """
    with tempfile.TemporaryDirectory() as folder:
        second = Path(folder) / "second.wav"
        soundfile.write(second, np.zeros(FREQUENCY, np.int16), FREQUENCY)
        PYTHON_JOBS[job](second)
    started = time.perf_counter()
    PYTHON_JOBS[job](path)
    seconds = time.perf_counter() - started
    lines = STATUS.read_text().splitlines() if STATUS.exists() else []
    peak = next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0)
    print(seconds, peak)


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("--job", choices=PYTHON_JOBS, help=argparse.SUPPRESS)
    parser.add_argument("--path", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.job:
        run_child(arguments.job, arguments.path)
    else:
        compare(arguments.hours, arguments.rounds)


if __name__ == "__main__":
    main()
