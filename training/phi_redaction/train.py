"""Train on our own texts once, then on the set: a fold's held-out texts are in neither."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.random_field import RandomField
from training.checkpoints import Checkpoint, epoch_generator
from training.command_line import say
from training.disease_chemical_tagger.dataset import (
    EncodedCorpus,
    assemble,
    draw_batches,
    draw_chunks,
)
from training.disease_chemical_tagger.model import Tagger
from training.phi_redaction.dataset import TAGS, EncodedTexts
from training.phi_redaction.knowledge import MAXIMUM_TOKENS, Knowledge
from training.phi_redaction.model import build_tagger
from training.progress_bar import ProgressBar

# No tag path may enter a mention in its middle.
_FORBIDDEN = -1e4
_BATCH_TOKENS = 900


@dataclass(frozen=True, slots=True)
class Course:
    """A part of the training: its texts, epochs and highest learning rate."""

    name: str
    texts: EncodedTexts
    epochs: int
    learning_rate: float
    seed: int
    is_resumed: bool


def train(knowledge: Knowledge, course: Course, work: Path, first: Tagger | None = None) -> Tagger:
    """Train a network, from the weights of `first` where given; go on where a run was cut off."""
    model = build_tagger(knowledge, course.seed)
    if first is not None:
        model.set_weights(first.get_weights())
    corpus = course.texts.corpus
    steps = max(1, int(1.1 * len(corpus.tags) / _BATCH_TOKENS)) * course.epochs
    schedule = keras.optimizers.schedules.CosineDecay(
        course.learning_rate / 10,
        steps,
        alpha=0.02,
        warmup_target=course.learning_rate,
        warmup_steps=max(1, steps // 20),
    )
    model.compile(keras.optimizers.Adam(schedule, clipnorm=5.0), jit_compile=False)
    checkpoint = Checkpoint(
        work / f"{course.name}.npz",
        {"seed": course.seed, "epochs": course.epochs, "tokens": len(corpus.tags)},
    )
    if not course.is_resumed:
        checkpoint.path.unlink(missing_ok=True)
    done, history = checkpoint.restore(model)
    for epoch in range(done, course.epochs):
        history.append({"loss": _train_epoch(model, course, epoch)})
        say(f"{course.name} epoch {epoch + 1}: loss {history[-1]['loss']:.4f}")
        checkpoint.save(model, epoch + 1, history)
    return model


def _train_epoch(model: Tagger, course: Course, epoch: int) -> float:
    corpus = course.texts.corpus
    generator = epoch_generator(course.seed, epoch)
    chunks = draw_chunks(corpus.ranges, MAXIMUM_TOKENS, generator)
    batches = draw_batches(chunks, _BATCH_TOKENS, generator)
    show = ProgressBar()
    losses = []
    for step, batch in enumerate(batches):
        losses.append(float(model.train_on_batch(*assemble(corpus, batch, "spelling"))))
        show(step + 1, len(batches), f"{course.name} epoch {epoch + 1} of {course.epochs}")
    return float(np.mean(losses))


def field_of(model: Tagger) -> RandomField:
    """Return the random field, without paths into a mention's middle."""
    field = model.get_layer("random_field")
    transitions, start, end = (
        np.asarray(getattr(field, name), float).copy() for name in ("transitions", "start", "end")
    )
    for column, tag in enumerate(TAGS):
        if tag.startswith("I-"):
            start[column] = _FORBIDDEN
            for row, before in enumerate(TAGS):
                if before not in (f"B-{tag[2:]}", tag):
                    transitions[row, column] = _FORBIDDEN
    return RandomField(transitions.round(5), start.round(5), end.round(5))


def emissions_of(model: Tagger, corpus: EncodedCorpus) -> NDArray[np.float32]:
    """Return the emissions of every token, shape (tokens, tags), chunked as the app does."""
    emissions = np.zeros((len(corpus.tags), len(TAGS)), np.float32)
    chunks = sorted(corpus.prepared.chunks, key=lambda one: one[1] - one[0])
    for batch in _slices(chunks, 32):
        inputs, _ = assemble(corpus, batch, "spelling")
        values = np.asarray(model.predict_on_batch(inputs))
        for row, (start, end) in enumerate(batch):
            emissions[start:end] = values[row, : end - start]
    return emissions


def _slices(chunks: Sequence[tuple[int, int]], size: int) -> list[Sequence[tuple[int, int]]]:
    return [chunks[first : first + size] for first in range(0, len(chunks), size)]
