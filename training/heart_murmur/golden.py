"""The package's golden inputs: synthesized heart sounds, one of each kind that matters."""

from pathlib import Path

import numpy as np
import soundfile

from training.export import GoldenInput
from training.heart_murmur.synthetic_sound import HeartSound, synthesize

SOUNDS = {
    "synthetic-heart-sound-normal": HeartSound(duration_s=4.0, heart_rate=84, seed=1),
    "synthetic-heart-sound-murmur": HeartSound(duration_s=4.0, murmur=0.35, seed=2),
    "synthetic-heart-sound-short": HeartSound(
        duration_s=1.6, heart_rate=110, murmur=0.2, sampling_frequency=11025, seed=3
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
