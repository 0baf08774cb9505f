"""Recordings of a training set, read by the app's own readers."""

from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.readers import open_path
from meddx_desktop.readers.audio_samples import read_samples

Samples: TypeAlias = NDArray[np.float32]
Sound: TypeAlias = tuple[Samples, int]


def read_source(path: Path) -> Sound:
    """Return samples of shape (channels, samples) and the sampling frequency of a file."""
    item = open_path(path, ignore_progress)
    if not isinstance(item, AudioClip):
        raise TypeError(f"{path.name} is not a recording")
    return read_samples(item), item.sampling_frequency
