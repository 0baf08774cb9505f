"""Train on our own texts once, then on the set: a fold's held-out texts are in neither."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.random_field import RandomField
from meddx_desktop.preprocessing.tokens import tokenize
from training.checkpoints import Checkpoint, epoch_generator
from training.command_line import say
from training.phi_redaction.dataset import TAGS, AnnotatedText
from training.phi_redaction.knowledge import MAXIMUM_TOKENS, Knowledge
from training.phi_redaction.model import Tagger, build_tagger
from training.progress_bar import ProgressBar
from training.tagging.encoding import EncodedCorpus, assemble, draw_batches, draw_chunks

# No tag path may enter a mention in its middle.
_FORBIDDEN = -1e4
_BATCH_TOKENS = 900
_ROWS = 32
_WORDS = _ROWS * MAXIMUM_TOKENS


@dataclass(frozen=True, slots=True)
class Course:
    """A part of the training: its texts, epochs and highest learning rate."""

    name: str
    texts: Sequence[AnnotatedText]
    epochs: int
    learning_rate: float
    seed: int
    is_resumed: bool


def train(knowledge: Knowledge, course: Course, work: Path, first: Tagger | None = None) -> Tagger:
    """Train a network, from the weights of `first` where given; go on where a run was cut off."""
    model = build_tagger(knowledge, course.seed)
    if first is not None:
        model.set_weights(first.get_weights())
    checkpoint = Checkpoint(
        work / f"{course.name}.npz",
        {"seed": course.seed, "epochs": course.epochs, "texts": len(course.texts)},
    )
    if not course.is_resumed:
        checkpoint.path.unlink(missing_ok=True)
    model.compile(_optimizer(course), jit_compile=False)
    done, history = checkpoint.restore(model)
    if done == course.epochs:
        return model
    corpus = knowledge.encode(course.texts).corpus
    for epoch in range(done, course.epochs):
        history.append({"loss": _train_epoch(model, corpus, course, epoch)})
        say(f"{course.name} epoch {epoch + 1}: loss {history[-1]['loss']:.4f}")
        checkpoint.save(model, epoch + 1, history)
    return model


def _optimizer(course: Course) -> keras.optimizers.Optimizer:
    """Return Adam with a warm-up and a cosine decay."""
    tokens = sum(len(tokenize(one.text)) for one in course.texts)
    steps = max(1, int(1.1 * tokens / _BATCH_TOKENS)) * course.epochs
    schedule = keras.optimizers.schedules.CosineDecay(
        course.learning_rate / 10,
        steps,
        alpha=0.02,
        warmup_target=course.learning_rate,
        warmup_steps=max(1, steps // 20),
    )
    return keras.optimizers.Adam(schedule, clipnorm=5.0)


def mean_of(models: Sequence[Tagger]) -> Tagger:
    """Return the last model with the mean weights of all, which began from the same weights."""
    weights = [model.get_weights() for model in models]
    models[-1].set_weights([np.mean(each, axis=0) for each in zip(*weights, strict=True)])
    return models[-1]


def _train_epoch(model: Tagger, corpus: EncodedCorpus, course: Course, epoch: int) -> float:
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
    """Return the emissions of every token, shape (tokens, tags), chunked as the app does.

    Batches are padded to one shape, because every new shape would be compiled anew.
    """
    emissions = np.zeros((len(corpus.tags), len(TAGS)), np.float32)
    for batch in _slices(corpus.prepared.chunks, _ROWS):
        inputs, _ = assemble(corpus, batch, "spelling")
        padded = {
            name: _pad(values, (_WORDS,) if name == "characters" else (_ROWS, MAXIMUM_TOKENS))
            for name, values in inputs.items()
        }
        values = np.asarray(model.predict_on_batch(padded))
        for row, (start, end) in enumerate(batch):
            emissions[start:end] = values[row, : end - start]
    return emissions


def _pad(values: NDArray[np.generic], goals: Sequence[int]) -> NDArray[np.generic]:
    missing = [(0, goal - size) for goal, size in zip(goals, values.shape, strict=False)]
    missing += [(0, 0)] * (values.ndim - len(missing))
    return np.pad(values, missing)


def _slices(chunks: Sequence[tuple[int, int]], size: int) -> list[Sequence[tuple[int, int]]]:
    return [chunks[first : first + size] for first in range(0, len(chunks), size)]
