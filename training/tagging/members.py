"""Train the members: seeded, resumable, the weights of the last epochs averaged.

A member first learns from all given corpora together, each batch by the head of its corpus, then,
where the recipe says so, goes on with the first corpus alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import keras
import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.random_field import RandomField
from training.checkpoints import Checkpoint, epoch_generator
from training.command_line import say
from training.optimizers import plan_updates
from training.progress_bar import ProgressBar
from training.tagging.corpora import Corpus
from training.tagging.encoding import Batch, EncodedCorpus, draw_batches, draw_chunks
from training.tagging.knowledge import Knowledge
from training.tagging.network import Tagger
from training.tagging.sentences import Sentence

# No tag path may enter a mention in its middle.
_FORBIDDEN = -1e4
# Far from the seeds of further members.
TUNING_SEEDS = 10

# The corpora of a training, the one that is shipped first, each with its sentences.
Lessons: TypeAlias = Mapping[Corpus, tuple[Sentence, ...]]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one member is trained.

    A chunk holds consecutive sentences up to `maximum_tokens`, a batch about `batch_tokens`
    tokens. The weights after the last `averaged` epochs of each stage are averaged. A chunk is
    shown in lower case with the probability `lowered`, in capitals with half of it.
    `tuned_epochs` follow on the first corpus alone, at `tuned_rate`; they are run `tunings` times
    in other orders from the same weights, and what they reach is averaged (Wortsman 2022, model
    soups).
    """

    epochs: int = 12
    maximum_tokens: int = 64
    batch_tokens: int = 1200
    learning_rate: float = 2.5e-3
    averaged: int = 4
    lowered: float = 0.0
    tuned_epochs: int = 0
    tuned_rate: float = 8e-4
    tunings: int = 1

    @property
    def common(self) -> "Recipe":
        """What the stage before the tuning depends on; packages that agree in it share it."""
        return replace(self, tuned_epochs=0, tuned_rate=0.0, tunings=1)


@dataclass(frozen=True, slots=True)
class Run:
    """One member's place and choices; `shared` keeps what several packages have in common."""

    name: str
    seed: int
    work: Path
    shared: Path
    optimizer: str = "adam"
    is_resumed: bool = False


@dataclass(frozen=True, slots=True)
class _Stage:
    """A stretch of a training with its own learning rate and corpora."""

    name: str
    folder: Path
    epochs: int
    rate: float
    optimizer: str
    seed: int
    recipe: Recipe
    vectors: str


class Lesson:
    """A corpus as it is, in lower case and in capitals, for one head."""

    def __init__(
        self,
        knowledge: Knowledge,
        corpus: Corpus,
        sentences: Sequence[Sentence],
        lowered: float,
    ) -> None:
        self.corpus = corpus
        self.digest = knowledge.digest
        self.assemble = knowledge.assemble
        self._chances = (1 - 1.5 * lowered, lowered, lowered / 2)
        changes = (str, str.lower, str.upper) if lowered else (str,)
        self._versions = [
            knowledge.encode(
                [replace(one, words=tuple(map(change, one.words))) for one in sentences],
                corpus.tags,
            )
            for change in changes
        ]

    @property
    def tokens(self) -> int:
        """How many tokens it has."""
        return len(self._versions[0].tags)

    def draw(
        self, recipe: Recipe, share: float, generator: np.random.Generator
    ) -> Iterator[tuple[EncodedCorpus, list[tuple[int, int]]]]:
        """Yield the batches of one epoch, in random order."""
        chunks = draw_chunks(self._versions[0].ranges, recipe.maximum_tokens, generator)
        chosen = generator.random(len(chunks)) < share
        version = generator.choice(len(self._versions), len(chunks), p=self._chances_given())
        for place, corpus in enumerate(self._versions):
            taken = [chunks[at] for at in np.flatnonzero(chosen & (version == place))]
            if taken:
                for batch in draw_batches(taken, recipe.batch_tokens, generator):
                    yield corpus, batch

    def _chances_given(self) -> tuple[float, ...]:
        return self._chances if len(self._versions) > 1 else (1.0,)


def train_member(
    knowledge: Knowledge,
    lessons: Lessons,
    recipe: Recipe,
    run: Run,
    tuning: tuple[Corpus, tuple[Sentence, ...]] | None = None,
) -> tuple[Tagger, list[dict[str, float]]]:
    """Train one member and return it with its history, one record an epoch.

    Parameters
    ----------
    tuning : what the member goes on with alone, after all lessons.
    """
    # The common stage does not know which corpus is shipped: packages share its members.
    common = [
        Lesson(knowledge, corpus, lessons[corpus], recipe.lowered)
        for corpus in sorted(lessons, key=lambda one: one.folder)
    ]
    heads = {one.corpus.folder: len(one.corpus.tags) for one in common}
    model = knowledge.build(heads, run.seed)
    folder = run.shared if tuning else run.work
    name = f"common-{run.seed}" if tuning else run.name
    stage = _Stage(
        name,
        folder,
        recipe.epochs,
        recipe.learning_rate,
        run.optimizer,
        run.seed,
        recipe.common if tuning else recipe,
        knowledge.digest,
    )
    history = _train(model, common, recipe, stage, is_resumed=run.is_resumed or tuning is not None)
    if tuning is not None:
        corpus, sentences = tuning
        model.keep_head(corpus.folder)
        own = Lesson(knowledge, corpus, sentences, recipe.lowered)
        history += _tune(model, own, recipe, run)
    return model, history


def _tune(model: Tagger, own: Lesson, recipe: Recipe, run: Run) -> list[dict[str, float]]:
    """Go on with one corpus, as often as the recipe says; set the mean of the weights reached.

    Return the history of the first time.
    """
    begun, reached = model.get_weights(), []
    histories = []
    for place in range(recipe.tunings):
        model.set_weights(begun)
        stage = _Stage(
            run.name if place == 0 else f"{run.name}-{place + 1}",
            run.work,
            recipe.tuned_epochs,
            recipe.tuned_rate,
            run.optimizer,
            run.seed + TUNING_SEEDS * place,
            replace(recipe, tunings=1),
            own.digest,
        )
        histories.append(_train(model, [own], recipe, stage, is_resumed=run.is_resumed))
        reached.append(model.get_weights())
    model.set_weights([np.mean(values, axis=0) for values in zip(*reached, strict=True)])
    return histories[0]


def _train(
    model: Tagger, lessons: Sequence[Lesson], recipe: Recipe, stage: _Stage, *, is_resumed: bool
) -> list[dict[str, float]]:
    tokens = sum(int(one.tokens * _share(one, lessons)) for one in lessons)
    compile_member(model, recipe, stage, tokens)
    stage.folder.mkdir(parents=True, exist_ok=True)
    checkpoint = Checkpoint(
        stage.folder / f"{stage.name}.npz",
        {
            "seed": stage.seed,
            "recipe": repr(stage.recipe),
            "tokens": tokens,
            "epochs": stage.epochs,
            "vectors": stage.vectors,
        },
    )
    if not is_resumed:
        checkpoint.path.unlink(missing_ok=True)
    done, history = checkpoint.restore(model)
    for epoch in range(done, stage.epochs):
        history.append({"loss": _train_epoch(model, lessons, recipe, (stage, epoch))})
        say(f"{stage.name} epoch {epoch + 1}: loss {history[-1]['loss']:.4f}")
        np.savez(_epoch_file(stage, epoch), *model.get_weights())
        checkpoint.save(model, epoch + 1, history)
    last = range(max(0, stage.epochs - recipe.averaged), stage.epochs)
    average_epochs(model, [_epoch_file(stage, epoch) for epoch in last])
    return history


def _share(lesson: Lesson, lessons: Sequence[Lesson]) -> float:
    return lesson.corpus.share if len(lessons) > 1 else 1.0


def compile_member(model: Tagger, recipe: Recipe, stage: _Stage, tokens: int) -> None:
    """Set the optimizer; Adam gets a warm-up and a cosine decay."""
    steps = max(1, int(1.1 * tokens / recipe.batch_tokens)) * stage.epochs
    schedule = keras.optimizers.schedules.CosineDecay(
        stage.rate / 10,
        steps,
        alpha=0.02,
        warmup_target=stage.rate,
        warmup_steps=max(1, steps // 20),
    )
    chunks = max(1, tokens // recipe.maximum_tokens)
    rows = max(1, recipe.batch_tokens // recipe.maximum_tokens)
    is_adam = stage.optimizer == "adam"
    plan = plan_updates(stage.optimizer, chunks, rows, schedule if is_adam else None)
    plan.optimizer.clipnorm = 5.0
    own = model.make_optimizer(schedule) if is_adam else None
    model.compile(own or plan.optimizer, jit_compile=False)


def _train_epoch(
    model: Tagger, lessons: Sequence[Lesson], recipe: Recipe, place: tuple[_Stage, int]
) -> float:
    stage, epoch = place
    generator = epoch_generator(stage.seed, epoch)
    drawn = [
        (lesson, corpus, batch)
        for lesson in lessons
        for corpus, batch in lesson.draw(recipe, _share(lesson, lessons), generator)
    ]
    show = ProgressBar()
    losses = []
    for step, number in enumerate(generator.permutation(len(drawn))):
        lesson, corpus, batch = drawn[number]
        head = model.heads.index(lesson.corpus.folder)
        inputs, target = with_head(lesson.assemble(corpus, batch), head)
        losses.append(float(model.train_on_batch(inputs, target)))
        show(step + 1, len(drawn), f"{stage.name} epoch {epoch + 1} of {stage.epochs}")
    return float(np.mean(losses))


def with_head(
    batch: Batch, head: int
) -> tuple[dict[str, NDArray[np.generic]], dict[str, NDArray[np.int32]]]:
    """Return the inputs, and the target as the network's loss wants it."""
    inputs, tags = batch
    return inputs, {"tags": tags, "head": np.full(len(tags), head, np.int32)}


def _epoch_file(stage: _Stage, epoch: int) -> Path:
    return stage.folder / f"{stage.name}-epoch-{epoch + 1}.npz"


def average_epochs(model: Tagger, files: Sequence[Path]) -> None:
    """Set the mean of the weights in these files (Izmailov 2018)."""
    stored = [np.load(file) for file in files]
    names = stored[0].files
    model.set_weights([np.mean([one[name] for one in stored], axis=0) for name in names])
    for one in stored:
        one.close()


def field_of(models: Sequence[Tagger], corpus: Corpus) -> RandomField:
    """Return the mean random field of the members, without paths into a mention's middle."""
    fields = [model.field_of(corpus.folder) for model in models]
    transitions, start, end = (
        np.asarray(np.mean([np.asarray(getattr(field, name)) for field in fields], axis=0), float)
        for name in ("transitions", "start", "end")
    )
    for column, tag in enumerate(corpus.tags):
        if tag.startswith("I-"):
            allowed = {f"B-{tag[2:]}", tag}
            start[column] = _FORBIDDEN
            for row, before in enumerate(corpus.tags):
                if before not in allowed:
                    transitions[row, column] = _FORBIDDEN
    return RandomField(transitions.round(5), start.round(5), end.round(5))
