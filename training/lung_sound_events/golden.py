"""The package's golden inputs: synthesized breaths, one of each kind that matters."""

from pathlib import Path

from training.export import GoldenInput
from training.lung_sound_events.synthetic_breath import BreathSound, synthesize
from training.sound_package import write_golden_sounds

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
    sounds = {name: (synthesize(sound), sound.sampling_frequency) for name, sound in SOUNDS.items()}
    return write_golden_sounds(folder, sounds)
