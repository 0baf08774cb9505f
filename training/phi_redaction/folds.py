"""Held-out emissions of every text of the set, by folds of whole texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.random_field import RandomField
from training.command_line import say
from training.phi_redaction.dataset import AnnotatedText, EncodedTexts, Place
from training.phi_redaction.evaluate import Mention, decode, mentions_of
from training.phi_redaction.knowledge import Knowledge
from training.phi_redaction.model import Tagger, set_recall_bias
from training.phi_redaction.train import Course, emissions_of, field_of, train

FOLDS = 5
# The set's own texts are few beside ours: each is seen so often an epoch.
_REPEATED = 2


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What every part of the training shares."""

    knowledge: Knowledge
    own: tuple[AnnotatedText, ...]
    work: Path
    seed: int
    epochs: tuple[int, int]
    is_resumed: bool = False

    def pretrain(self) -> Tagger:
        """Train on our own texts alone."""
        course = Course("own", self.own, self.epochs[0], 3e-3, self.seed, self.is_resumed)
        return train(self.knowledge, course, self.work)

    def finish(self, name: str, texts: Sequence[AnnotatedText], first: Tagger) -> Tagger:
        """Train on texts of the set and a part of our own; lean towards finding."""
        repeated = [one for _ in range(_REPEATED) for one in texts]
        texts = [*repeated, *self.own[: 3 * len(texts)]]
        course = Course(name, texts, self.epochs[1], 1.5e-3, self.seed + 1, self.is_resumed)
        model = train(self.knowledge, course, self.work, first)
        set_recall_bias(model)
        return model


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """What the model of a text's fold, which has not seen the text, finds in it."""

    texts: tuple[AnnotatedText, ...]
    mentions: tuple[tuple[Mention, ...], ...]

    @property
    def places(self) -> tuple[tuple[Place, ...], ...]:
        """The places alone."""
        return tuple(tuple(one.place for one in mentions) for mentions in self.mentions)


def fold_of(texts: Sequence[AnnotatedText], seed: int) -> NDArray[np.int64]:
    """Return each text's fold; texts that are equal share one."""
    distinct = {text: place for place, text in enumerate(sorted({one.text for one in texts}))}
    drawn = np.random.default_rng(seed).permutation(len(distinct)) % FOLDS
    return np.array([drawn[distinct[one.text]] for one in texts], np.int64)


def train_folds(
    material: Material, texts: Sequence[AnnotatedText], first: Tagger
) -> list[tuple[Tagger, NDArray[np.int64]]]:
    """Return the model of each fold with the places of its held-out texts."""
    fold = fold_of(texts, material.seed)
    trained = []
    for number in range(FOLDS):
        say(f"fold {number + 1} of {FOLDS}")
        known = [one for one, place in zip(texts, fold, strict=True) if place != number]
        model = material.finish(f"fold-{number + 1}", known, first)
        trained.append((model, np.flatnonzero(fold == number)))
    return trained


def find_held_out(
    material: Material,
    trained: Sequence[tuple[Tagger, NDArray[np.int64]]],
    texts: Sequence[AnnotatedText],
) -> HeldOut:
    """Let each fold's model find what is private in its held-out texts."""
    found: dict[int, tuple[Mention, ...]] = {}
    for model, places in trained:
        encoded = material.knowledge.encode([texts[place] for place in places])
        here = find(model, encoded, field_of(model))
        found.update(zip(places.tolist(), here, strict=True))
    return HeldOut(tuple(texts), tuple(found[place] for place in range(len(texts))))


def find(model: Tagger, encoded: EncodedTexts, field: RandomField) -> list[tuple[Mention, ...]]:
    """Return what a model finds in each text."""
    return mentions_of(encoded, decode(emissions_of(model, encoded.corpus), encoded, field))
