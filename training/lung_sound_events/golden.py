"""The package's golden inputs: synthesized breaths, one of each kind that matters."""

from pathlib import Path

import numpy as np
import soundfile

from training.export import GoldenInput
from training.lung_sound_events.synthetic_breath import BreathSound, synthesize

SOUNDS = {
    "synthetic-breath-normal": BreathSound(seed=1),
    "synthetic-breath-crackles": BreathSound(crackles=14.0, seed=2),
    "synthetic-breath-wheeze": BreathSound(wheeze=1.5, duration_s=7.5, seed=3),
    "synthetic-breath-short": BreathSound(
        duration_s=0.6, cycle_s=0.6, sampling_frequency=11025, seed=4
    ),
}


def make_golden_inputs(folder: Path) -> list[GoldenInput]:
    """Write the golden inputs into a folder; the short one has two channels."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for name, sound in SOUNDS.items():
        samples = synthesize(sound)
        path = folder / f"{name}.flac"
        is_stereo = name.endswith("short")
        channels = np.stack([samples, 0.5 * samples], axis=1) if is_stereo else samples
        soundfile.write(path, channels, sound.sampling_frequency, subtype="PCM_16")
        made.append(GoldenInput(path))
    return made
