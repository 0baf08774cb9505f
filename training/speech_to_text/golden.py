"""Golden inputs: a synthesized voice made by a script, and sounds in which nobody speaks."""

import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from training.export import GoldenInput

# Eight-bit networks round differently from one processor to the next.
TOLERANCE = 0.1
SENTENCES = {
    "synthetic-voice-sentence": ("The child almost hurt the small dog.",),
    "synthetic-voice-pauses": ("Good morning.", "Please sit down and wait a moment."),
}
PAUSE_S = 1.5
NOISE_S = 2.0
NOISE_RATE = 8000


def make_golden_inputs(folder: Path) -> list[GoldenInput]:
    """Write the golden inputs into a folder; needs the program espeak-ng.

    Returns
    -------
    One sentence; two sentences with a pause between, in two channels; and noise.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for name, sentences in SENTENCES.items():
        samples, rate = _speak(sentences)
        if len(sentences) > 1:
            samples = np.stack([samples, 0.5 * samples], axis=1)
        made.append(_write(folder / f"{name}.flac", samples, rate))
    noise = np.random.default_rng(0).normal(0.0, 0.05, round(NOISE_S * NOISE_RATE))
    made.append(_write(folder / "synthetic-noise.flac", noise, NOISE_RATE))
    return made


def take_over_golden(package: Path) -> list[GoldenInput]:
    """Return the inputs of an earlier package, for machines without espeak-ng."""
    paths = sorted((package / "golden").glob("*.flac"))
    return [GoldenInput(path, tolerance=TOLERANCE) for path in paths]


def _speak(sentences: tuple[str, ...]) -> tuple[NDArray[np.float64], int]:
    parts: list[NDArray[np.float64]] = []
    rate = 0
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "voice.wav"
        for sentence in sentences:
            command = ["espeak-ng", "-v", "en-us", "-s", "140", "-w", str(path), sentence]
            subprocess.run(command, check=True)  # noqa: S603 - our own words
            spoken, rate = soundfile.read(path, dtype="float64")
            parts += [spoken, np.zeros(round(PAUSE_S * rate))]
    return np.concatenate(parts[:-1]), rate


def _write(path: Path, samples: NDArray[np.float64], rate: int) -> GoldenInput:
    soundfile.write(path, samples, rate, subtype="PCM_16")
    return GoldenInput(path, tolerance=TOLERANCE)
