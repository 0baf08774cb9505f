"""What the packages of sound models have in common: golden recordings and outputs."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import Output, OutputRole
from training.export import GoldenInput


def write_golden_sounds(
    folder: Path, sounds: Mapping[str, tuple[NDArray[np.float32], int]]
) -> list[GoldenInput]:
    """Write named samples of shape (samples,) with their sampling frequency as golden inputs.

    Names that end in "short" get a second, softer channel, so that mixing down is tested too.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for name, (samples, rate) in sounds.items():
        path = folder / f"{name}.flac"
        is_stereo = name.endswith("short")
        channels = np.stack([samples, 0.5 * samples], axis=1) if is_stereo else samples
        soundfile.write(path, channels, rate, subtype="PCM_16")
        made.append(GoldenInput(path))
    return made


def window_outputs(classes: int, features: int, largest_logit: float) -> tuple[Output, ...]:
    """Return the outputs of a network that judges windows: logits, and features for the gate."""
    return (
        Output(
            name="logits",
            axes=("batch", "class"),
            shape=(None, classes),
            dtype="float32",
            value_range=(-largest_logit, largest_logit),
            role=OutputRole.LOGITS,
        ),
        Output(
            name="features",
            axes=("batch", "feature"),
            shape=(None, features),
            dtype="float32",
            role=OutputRole.FEATURES,
        ),
    )
