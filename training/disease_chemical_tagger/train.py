"""Train the members: seeded, resumable, the weights of the last epochs averaged."""

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
    TAGS,
    EncodedCorpus,
    Sentence,
    assemble,
    draw_batches,
    draw_chunks,
)
from training.disease_chemical_tagger.evaluate import decode, f1_of_tags
from training.disease_chemical_tagger.model import Tagger, build_tagger
from training.disease_chemical_tagger.vocabulary import WordKnowledge
from training.optimizers import plan_updates
from training.progress_bar import ProgressBar

# No tag path may enter a mention in its middle.
_FORBIDDEN = -1e4


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one member is trained.

    A chunk holds consecutive sentences up to `maximum_tokens`, a batch about `batch_tokens`
    tokens. The weights after the last `averaged` epochs are averaged.
    """

    epochs: int = 12
    maximum_tokens: int = 64
    batch_tokens: int = 1200
    learning_rate: float = 2.5e-3
    averaged: int = 4


@dataclass(frozen=True, slots=True)
class Run:
    """One member's place and choices."""

    name: str
    seed: int
    work: Path
    optimizer: str = "adam"
    is_resumed: bool = False


def train_member(
    knowledge: WordKnowledge,
    sentences: Sequence[Sentence],
    recipe: Recipe,
    run: Run,
    held_out: EncodedCorpus | None = None,
) -> tuple[Tagger, list[dict[str, float]]]:
    """Train one member and return it with its history, one record an epoch."""
    corpus = knowledge.encode(sentences)
    model = build_tagger(knowledge.network_spec(), run.seed)
    compile_member(model, recipe, run.optimizer, len(corpus.tags))
    checkpoint = Checkpoint(
        run.work / f"{run.name}.npz",
        {"seed": run.seed, "recipe": repr(recipe), "tokens": len(corpus.tags)},
    )
    if not run.is_resumed:
        checkpoint.path.unlink(missing_ok=True)
    done, history = checkpoint.restore(model)
    for epoch in range(done, recipe.epochs):
        record = {"loss": _train_epoch(model, corpus, recipe, (run.seed, epoch, run.name))}
        if held_out is not None:
            record["held-out F1"] = held_out_f1(model, held_out)
        history.append(record)
        say(
            f"{run.name} epoch {epoch + 1}: " + ", ".join(f"{k} {v:.4f}" for k, v in record.items())
        )
        np.savez(_epoch_file(run, epoch), *model.get_weights())
        checkpoint.save(model, epoch + 1, history)
    average_epochs(model, run, range(max(0, recipe.epochs - recipe.averaged), recipe.epochs))
    return model, history


def compile_member(model: Tagger, recipe: Recipe, optimizer: str, tokens: int) -> None:
    """Set the optimizer; Adam gets a warm-up and a cosine decay."""
    steps = max(1, int(1.1 * tokens / recipe.batch_tokens)) * recipe.epochs
    schedule = keras.optimizers.schedules.CosineDecay(
        recipe.learning_rate / 10,
        steps,
        alpha=0.02,
        warmup_target=recipe.learning_rate,
        warmup_steps=max(1, steps // 20),
    )
    chunks = max(1, tokens // recipe.maximum_tokens)
    rows = max(1, recipe.batch_tokens // recipe.maximum_tokens)
    plan = plan_updates(optimizer, chunks, rows, schedule if optimizer == "adam" else None)
    plan.optimizer.clipnorm = 5.0
    model.compile(plan.optimizer, jit_compile=False)


def _train_epoch(
    model: Tagger, corpus: EncodedCorpus, recipe: Recipe, place: tuple[int, int, str]
) -> float:
    seed, epoch, name = place
    generator = epoch_generator(seed, epoch)
    chunks = draw_chunks(corpus.ranges, recipe.maximum_tokens, generator)
    batches = draw_batches(chunks, recipe.batch_tokens, generator)
    show = ProgressBar()
    losses = []
    for step, batch in enumerate(batches):
        losses.append(float(model.train_on_batch(*assemble(corpus, batch, "spelling"))))
        show(step + 1, len(batches), f"{name} epoch {epoch + 1} of {recipe.epochs}")
    return float(np.mean(losses))


def _epoch_file(run: Run, epoch: int) -> Path:
    return run.work / f"{run.name}-epoch-{epoch + 1}.npz"


def average_epochs(model: Tagger, run: Run, epochs: range) -> None:
    """Set the mean of the weights after these epochs (Izmailov 2018)."""
    stored = [np.load(_epoch_file(run, epoch)) for epoch in epochs]
    names = stored[0].files
    model.set_weights([np.mean([one[name] for one in stored], axis=0) for name in names])
    for one in stored:
        one.close()


def field_of(models: Sequence[Tagger]) -> RandomField:
    """Return the mean random field of the members, without paths into a mention's middle."""
    fields = [model.get_layer("random_field") for model in models]
    transitions, start, end = (
        np.asarray(np.mean([np.asarray(getattr(field, name)) for field in fields], axis=0), float)
        for name in ("transitions", "start", "end")
    )
    for column, tag in enumerate(TAGS):
        if tag.startswith("I-"):
            allowed = {f"B-{tag[2:]}", tag}
            start[column] = _FORBIDDEN
            for row, before in enumerate(TAGS):
                if before not in allowed:
                    transitions[row, column] = _FORBIDDEN
    return RandomField(transitions.round(5), start.round(5), end.round(5))


def emissions_of(model: Tagger, corpus: EncodedCorpus) -> NDArray[np.float32]:
    """Return the emissions of every token, shape (tokens, tags), chunked as the app does."""
    emissions = np.zeros((len(corpus.tags), len(TAGS)), np.float32)
    chunks = sorted(corpus.prepared.chunks, key=lambda one: one[1] - one[0])
    for first in range(0, len(chunks), 32):
        batch = chunks[first : first + 32]
        inputs, _ = assemble(corpus, batch, "spelling")
        values = np.asarray(model.predict_on_batch(inputs))
        for row, (start, end) in enumerate(batch):
            emissions[start:end] = values[row, : end - start]
    return emissions


def held_out_f1(model: Tagger, corpus: EncodedCorpus) -> float:
    """Return the strict F1 over both types on held-out sentences."""
    emissions = emissions_of(model, corpus)
    decoded = decode(emissions, corpus, field_of([model]))
    return f1_of_tags(corpus, decoded.tags)
