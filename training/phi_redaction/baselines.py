"""What the tagger must beat on the same texts: nothing, patterns alone, a linear CRF, an LSTM."""

from collections.abc import Sequence

import numpy as np
import sklearn_crfsuite
from numpy.typing import NDArray

from training.phi_redaction.dataset import TAGS, AnnotatedText, EncodedTexts, Place
from training.phi_redaction.folds import FOLDS, fold_of
from training.phi_redaction.knowledge import KINDS, pattern_kinds
from training.tagging.baselines import crf_features, reference_logits
from training.tagging.sentences import Sentence, spans_of_labels

# Presidio 2.2.366 with en_core_web_sm 3.8 on all 1,051 texts of ASQ-PHI, measured once.
PRESIDIO = {
    "private places fully covered": (0.771, 2973),
    "harmless texts with anything marked": (209 / 219, 219),
    "characters, F1": (0.779, 2973),
}


def pattern_places(encoded: EncodedTexts) -> list[tuple[Place, ...]]:
    """Return what the certain patterns mark, without any network."""
    marks = encoded.corpus.prepared.by_token["patterns"]
    tags = np.full(len(marks), "O", object)
    for kind in pattern_kinds():
        first = 4 * KINDS.index(kind)
        tags[marks[:, [first, first + 3]].any(axis=1)] = f"B-{kind}"
        tags[marks[:, [first + 1, first + 2]].any(axis=1)] = f"I-{kind}"
    return [
        _places(encoded, number, tags[slice(*span)]) for number, span in enumerate(encoded.ranges)
    ]


def _places(
    encoded: EncodedTexts, number: int, tags: Sequence[str] | NDArray[np.object_]
) -> tuple[Place, ...]:
    tokens, offset = encoded.corpus.prepared.tokens, encoded.offsets[number]
    first = encoded.ranges[number][0]
    return tuple(
        Place(
            int(tokens.starts[first + start]) - offset,
            int(tokens.ends[first + end - 1]) - offset,
            kind,
        )
        for start, end, kind in spans_of_labels([str(tag) for tag in tags])
    )


def crf_places(encoded: EncodedTexts, seed: int) -> list[tuple[Place, ...]]:
    """Return what a linear-chain CRF finds in the held-out texts of each fold."""
    sentences = sentences_of(encoded)
    features = [crf_features(one.words) for one in sentences]
    fold = fold_of(encoded.texts, seed)
    found: list[tuple[Place, ...]] = [() for _ in sentences]
    for number in range(FOLDS):
        model = sklearn_crfsuite.CRF(
            algorithm="lbfgs", c1=0.05, c2=0.05, max_iterations=80, all_possible_transitions=True
        )
        known = np.flatnonzero(fold != number)
        model.fit([features[at] for at in known], [list(sentences[at].labels) for at in known])
        others = np.flatnonzero(fold == number)
        for at, tags in zip(others, model.predict([features[at] for at in others]), strict=True):
            found[at] = _places(encoded, int(at), tags)
    return found


def sentences_of(encoded: EncodedTexts) -> tuple[Sentence, ...]:
    """Return each text as one sentence of words and labels."""
    words, tags = encoded.corpus.prepared.tokens.words, encoded.corpus.tags
    return tuple(
        Sentence(tuple(words[start:end]), tuple(TAGS[tag] for tag in tags[start:end]))
        for start, end in encoded.ranges
    )


def reference_answers(encoded: EncodedTexts, seed: int) -> NDArray[np.float64]:
    """Return the reference LSTM's held-out log odds that a text holds a name."""
    sentences, fold = sentences_of(encoded), fold_of(encoded.texts, seed)
    logits = np.zeros(len(sentences))
    for number in range(FOLDS):
        known = [one for one, place in zip(sentences, fold, strict=True) if place != number]
        others = [one for one, place in zip(sentences, fold, strict=True) if place == number]
        logits[fold == number] = reference_logits(known, others, ("name",))
    return logits


def holds_name(texts: Sequence[AnnotatedText]) -> NDArray[np.int64]:
    """Return 1 for each text with a name."""
    return np.array([any(p.entity_type == "name" for p in one.places) for one in texts], np.int64)
