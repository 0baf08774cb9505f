"""Train the recurrent member on stretches of notes; fit the bag; answer whole notes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from training.checkpoints import Checkpoint, epoch_generator
from training.command_line import say
from training.note_section_classifier.bag import Bag, count_terms, fit_bag
from training.note_section_classifier.dataset import (
    NAMES,
    EncodedNote,
    Note,
    encode_notes,
    write_words,
)
from training.note_section_classifier.model import Spec, build_network
from training.progress_bar import ProgressBar
from training.tagging.words import place_vectors, read_vectors

_BATCH, _LONGEST, _SHORTEST = 12, 600, 24


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and how the members are trained."""

    vectors: Path | None
    work: Path
    seed: int
    epochs: int
    is_resumed: bool


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """Both members with the folder of their vocabulary."""

    folder: Path
    bag: Bag
    network: keras.Model
    recurrent: Callable[[NDArray[np.int32]], tf.Tensor]

    def scores(self, notes: Sequence[EncodedNote]) -> NDArray[np.float64]:
        """Return both members' scores, shape (2, notes, classes), chunks weighted by length."""
        return np.array([self._both(note) for note in notes]).swapaxes(0, 1)

    def _both(self, note: EncodedNote) -> NDArray[np.float64]:
        lengths = [len(chunk) for chunk in note.chunks]
        linear = [bag_scores(self.bag, chunk) for chunk in note.chunks]
        recurrent = [np.asarray(self.recurrent(chunk[None]))[0] for chunk in note.chunks]
        both = (np.average(one, axis=0, weights=lengths) for one in (linear, recurrent))
        return np.array(list(both))


def bag_scores(bag: Bag, numbers: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return in NumPy what `BagScores` returns for one chunk."""
    counted = count_terms([numbers], bag.words)
    values = counted.data * bag.frequencies[counted.indices]
    length = max(float(np.linalg.norm(values)), 1e-9)
    return np.asarray(values @ bag.weights[counted.indices] / length + bag.bias, np.float64)


def train(notes: Sequence[Note], name: str, setting: Setting) -> Trained:
    """Train both members on notes."""
    folder = setting.work / name
    words = write_words(notes, folder)
    known, vectors = read_vectors(setting.vectors)
    spec = Spec(place_vectors(words, known, vectors), len(NAMES))
    encoded = [note for note in encode_notes(notes, folder) if note.chunks]
    network = build_network(spec, setting.seed)
    _fit(network, encoded, Checkpoint(folder / "network.npz", _facts(setting, encoded)), setting)
    # Compiled once for any length; Keras would compile anew for many of them.
    shape = tf.TensorSpec((None, None), tf.int32)
    recurrent = tf.function(lambda given: network(given, training=False), input_signature=[shape])
    return Trained(folder, fit_bag(encoded, len(words), len(NAMES)), network, recurrent)


def _facts(setting: Setting, notes: Sequence[EncodedNote]) -> dict[str, str | int | float | None]:
    return {"seed": setting.seed, "epochs": setting.epochs, "notes": len(notes)}


def _fit(
    network: keras.Model, notes: Sequence[EncodedNote], checkpoint: Checkpoint, setting: Setting
) -> None:
    labels = np.array([note.label for note in notes])
    weights = len(labels) / (len(NAMES) * np.maximum(1, np.bincount(labels, minlength=len(NAMES))))
    weights = np.sqrt(weights)
    steps = setting.epochs * (len(notes) // _BATCH + 1)
    schedule = keras.optimizers.schedules.CosineDecay(
        2e-4, steps, alpha=0.02, warmup_target=2e-3, warmup_steps=max(1, steps // 20)
    )
    network.compile(
        keras.optimizers.Adam(schedule, clipnorm=5.0),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    if not setting.is_resumed:
        checkpoint.path.unlink(missing_ok=True)
    done, history = checkpoint.restore(network)
    for epoch in range(done, setting.epochs):
        generator = epoch_generator(setting.seed, epoch)
        losses, show = [], ProgressBar()
        batches = draw_batches(notes, generator)
        for step, batch in enumerate(batches):
            words, target = _stretches([notes[place] for place in batch], generator)
            losses.append(float(network.train_on_batch(words, target, weights[target])))
            show(step + 1, len(batches), f"epoch {epoch + 1} of {setting.epochs}")
        history.append({"loss": float(np.mean(losses))})
        say(f"{checkpoint.path.parent.name} epoch {epoch + 1}: loss {history[-1]['loss']:.4f}")
        checkpoint.save(network, epoch + 1, history)


def draw_batches(
    notes: Sequence[EncodedNote], generator: np.random.Generator
) -> list[NDArray[np.int64]]:
    """Group notes of like length, in random order."""
    lengths = np.array([len(note.chunks[0]) for note in notes])
    order = np.argsort(lengths * generator.uniform(0.8, 1.25, len(lengths)))
    batches = [order[first : first + _BATCH] for first in range(0, len(order), _BATCH)]
    return [batches[place] for place in generator.permutation(len(batches))]


def _stretches(
    notes: Sequence[EncodedNote], generator: np.random.Generator
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Cut a stretch of equal length out of each note, so that nothing is padded."""
    shortest = min(len(note.chunks[0]) for note in notes)
    length = max(min(shortest, _LONGEST), _SHORTEST)
    rows = np.ones((len(notes), length), np.int32)
    for row, note in enumerate(notes):
        numbers = note.chunks[0]
        start = int(generator.integers(0, max(1, len(numbers) - length + 1)))
        cut = numbers[start : start + length]
        rows[row, : len(cut)] = cut
    return rows, np.array([note.label for note in notes])
