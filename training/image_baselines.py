"""What an image model must beat on the same split: simple pictures, frozen features, the start."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from meddx_desktop.preprocessing.audio import standardize_picture
from meddx_desktop.preprocessing.image import Resize, resize
from training.command_line import TrainingOptions
from training.efficientnet_lite import BLOCK_COUNT, efficientnet_lite0, load_imagenet_weights
from training.metrics import Labels, Scores
from training.optimizers import plan_updates
from training.progress_bar import ProgressBar
from training.reference_models import REFERENCE_BATCH, REFERENCE_EPOCHS, reference_cnn

FLOOR_SIZE = 224
FLOOR_BLOCKS = 7
CHUNK = 32


def fit_logistic(
    features: NDArray[np.floating], labels: Labels, strength: float
) -> Callable[[NDArray[np.floating]], Scores]:
    """Fit a logistic regression on standardized features; return what gives others' logits."""
    model = make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=2000))
    model.fit(features, labels)
    return lambda others: np.asarray(model.decision_function(others), np.float64)


def logistic_logits(
    features: NDArray[np.floating], labels: Labels, others: NDArray[np.floating], strength: float
) -> Scores:
    """Fit a logistic regression on standardized features; return the logits of `others`."""
    return fit_logistic(features, labels, strength)(others)


def thumbnails(pictures: NDArray[np.float32], size: int = 24) -> NDArray[np.float32]:
    """Return pictures (n, rows, columns) as rows of size x size gray values."""
    small = Resize(rows=size, columns=size)
    return np.stack([resize(picture, small).ravel() for picture in pictures])


def frozen_features(
    pictures: NDArray[np.float32], cache: Path | None = None
) -> NDArray[np.float32]:
    """Return EfficientNet-Lite0's last seven block outputs, average and maximum pooled.

    Pictures are (n, rows, columns) in [0, 1]; ImageNet weights, 224 x 224. `cache` is a .npy file
    that is read where it exists.
    """
    if cache is not None and cache.is_file():
        stored = np.load(cache)
        if len(stored) == len(pictures):
            return np.asarray(stored, np.float32)
    network = _frozen_network()
    features = _in_chunks(
        pictures,
        lambda part: np.asarray(network.predict_on_batch((_enlarge(part) * 255 - 127) / 128)),
    )
    if cache is not None:
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.save(cache, features)
    return features


@cache
def _frozen_network() -> keras.Model:
    """Return the frozen blocks with their poolings; building them takes longer than a trial run."""
    image = keras.Input((FLOOR_SIZE, FLOOR_SIZE, 1))
    pooled = [
        pool()(block)
        for block in efficientnet_lite0(image)[BLOCK_COUNT - FLOOR_BLOCKS :]
        for pool in (keras.layers.GlobalAveragePooling2D, keras.layers.GlobalMaxPooling2D)
    ]
    network = keras.Model(image, keras.layers.Concatenate()(pooled))
    load_imagenet_weights(network)
    return network


def reference_cnn_logits(
    pictures: NDArray[np.float32],
    labels: Labels,
    others: NDArray[np.float32],
    optimizer: str = "adam",
    epochs: int = REFERENCE_EPOCHS,
) -> Scores:
    """Train the reference network; return the logits of `others`."""
    model = reference_cnn()
    plan = plan_updates(optimizer, len(labels), REFERENCE_BATCH)
    model.compile(plan.optimizer, "binary_crossentropy")
    show = ProgressBar()
    for epoch in range(epochs):
        order = np.random.default_rng([0, epoch]).permutation(len(labels))
        for start in range(0, len(order), plan.batch_size):
            chosen = order[start : start + plan.batch_size]
            model.train_on_batch(
                _colored(pictures[chosen]), labels[chosen, None].astype(np.float32)
            )
            show(min(start + plan.batch_size, len(order)), len(order), f"reference_cnn {epoch + 1}")
    probabilities = _in_chunks(
        others, lambda part: np.asarray(model.predict_on_batch(_colored(part)))
    )
    return logit(probabilities[:, 0].astype(np.float64))


def gray_pictures(log_power: NDArray[np.float32], epsilon: float) -> NDArray[np.float32]:
    """Return the band power of sounds, (n, frames, bands), as gray pictures in [0, 1]."""
    standard = standardize_picture(log_power, "window", epsilon)
    return np.asarray(np.clip(0.5 + standard / 6, 0, 1), np.float32)


def kept_logits(file: Path, compute: Callable[[], Scores]) -> Scores:
    """Return what an earlier run kept in a file, or compute and keep it."""
    if not file.is_file():
        logits = compute()
        file.parent.mkdir(parents=True, exist_ok=True)
        np.save(file, logits)
    return np.asarray(np.load(file), np.float64)


def reference_file(options: TrainingOptions) -> Path:
    """Return where the reference network's logits are kept between runs."""
    return options.work / f"reference-cnn-{options.optimizer}-test.npy"


def logit(probabilities: Scores) -> Scores:
    """Return the inverse of the logistic function, clipped at one in ten million."""
    clipped = np.clip(probabilities, 1e-7, 1 - 1e-7)
    return np.asarray(np.log(clipped / (1 - clipped)))


def majority_logits(labels: Labels, count: int) -> Scores:
    """Return the logit of the training frequency for everybody."""
    return np.full(count, logit(np.array([labels.mean()]))[0])


def _in_chunks(
    pictures: NDArray[np.float32], compute: Callable[[NDArray[np.float32]], NDArray[np.float32]]
) -> NDArray[np.float32]:
    starts = range(0, len(pictures), CHUNK)
    show = ProgressBar()
    parts = []
    for start in starts:
        parts.append(compute(pictures[start : start + CHUNK]))
        show(min(start + CHUNK, len(pictures)), len(pictures), "network outputs")
    return np.concatenate(parts)


def _enlarge(pictures: NDArray[np.float32]) -> NDArray[np.float32]:
    large = Resize(rows=FLOOR_SIZE, columns=FLOOR_SIZE)
    return np.stack([resize(picture, large) for picture in pictures])[..., None]


def _colored(pictures: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.repeat(_enlarge(pictures), 3, axis=-1)
