"""The reference network on pictures of breath sounds: crackles against the rest."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import Evaluation
from meddx_desktop.preprocessing.audio import (
    BandEnvelopes,
    CutWindows,
    NormalizeRms,
    prepare_audio,
    standardize_picture,
)
from training.command_line import TrainingOptions
from training.image_baselines import reference_cnn_logits
from training.lung_sound_events.dataset import CLASSES, RESAMPLE, Cycle, labels_of
from training.lung_sound_events.decision import Values
from training.lung_sound_events.evaluate import TEST_SPLIT, Row, auc_row
from training.progress_bar import ProgressBar
from training.reference_models import REFERENCE_EPOCHS
from training.sound_files import read_source

ARCHITECTURE = "reference_cnn"
CRACKLE = CLASSES.index("crackle")
EPSILON = 0.1
WINDOW = CutWindows(duration_s=5.0, step_s=5.0)
ENVELOPES = BandEnvelopes(
    window_s=0.032,
    step_s=0.01,
    fft_length=256,
    bands=40,
    low=60.0,
    high=1900.0,
    standardize="none",
)


def reference_row(
    known: Sequence[Cycle], test: Sequence[Cycle], options: TrainingOptions
) -> Evaluation:
    """Return the AUC of the reference network, trained where no earlier run left its logits.

    It has one sigmoid, so it answers the first finding alone; it sees the first five seconds.
    """
    cache = options.work / f"reference-cnn-{options.optimizer}-test.npy"
    if not cache.is_file():
        labels = (labels_of(known) == CRACKLE).astype(np.int64)
        epochs = options.epochs or REFERENCE_EPOCHS
        logits = reference_cnn_logits(
            _pictures(known), labels, _pictures(test), options.optimizer, epochs
        )
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.save(cache, logits)
    odds: Values = np.asarray(np.load(cache), np.float64)[:, None]
    row = Row(f"{ARCHITECTURE} on the band picture", TEST_SPLIT, is_baseline=True)
    return auc_row(row, test, odds, CRACKLE - 1)


def has_reference(options: TrainingOptions) -> bool:
    """Say whether an earlier run left the reference network's logits."""
    return (options.work / f"reference-cnn-{options.optimizer}-test.npy").is_file()


def _pictures(cycles: Sequence[Cycle]) -> NDArray[np.float32]:
    """Return each cycle as a gray picture in [0, 1] of shape (time, band)."""
    operations = (RESAMPLE, NormalizeRms(level=1.0), WINDOW, ENVELOPES)
    show, pictures = ProgressBar(), []
    for place, cycle in enumerate(cycles):
        window = prepare_audio(*read_source(cycle.path), operations)[0, ..., 0]
        standard = standardize_picture(window[None], "window", EPSILON)[0]
        pictures.append(np.clip(0.5 + standard / 6, 0, 1).astype(np.float32))
        show(place + 1, len(cycles), "pictures")
    return np.stack(pictures)
