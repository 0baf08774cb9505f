"""Recordings of a training set, read by the app's own readers."""

from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.inference.audio_classification import Recording
from meddx_desktop.readers import open_path
from meddx_desktop.readers.audio_samples import read_samples

Samples: TypeAlias = NDArray[np.float32]
Sound: TypeAlias = tuple[Samples, int]


def recording_from(samples: Samples, sampling_frequency: int) -> Recording:
    """Return samples of shape (channels, samples) as a recording that the app's code reads."""

    def read(start: int, stop: int) -> Samples:
        return samples[:, start:stop]

    return Recording(samples.shape[1], sampling_frequency, read)


def read_source(path: Path) -> Sound:
    """Return samples of shape (channels, samples) and the sampling frequency of a file."""
    item = open_path(path, ignore_progress)
    if not isinstance(item, AudioClip):
        raise TypeError(f"{path.name} is not a recording")
    return read_samples(item), item.sampling_frequency
