"""The package's golden inputs: synthesized heart sounds, one of each kind that matters."""

from pathlib import Path

from training.export import GoldenInput
from training.heart_murmur.synthetic_sound import HeartSound, synthesize
from training.sound_package import write_golden_sounds

SOUNDS = {
    "synthetic-heart-sound-normal": HeartSound(duration_s=4.0, heart_rate=84, seed=1),
    "synthetic-heart-sound-murmur": HeartSound(duration_s=4.0, murmur=0.35, seed=2),
    "synthetic-heart-sound-short": HeartSound(
        duration_s=1.6, heart_rate=110, murmur=0.2, sampling_frequency=11025, seed=3
    ),
}


def make_golden_inputs(folder: Path) -> list[GoldenInput]:
    """Write the golden inputs into a folder; the short one has two channels."""
    sounds = {name: (synthesize(sound), sound.sampling_frequency) for name, sound in SOUNDS.items()}
    return write_golden_sounds(folder, sounds)
