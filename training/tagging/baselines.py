"""What the tagger must beat on the same split: a lexicon, a linear CRF, the reference LSTM."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import sklearn_crfsuite
from numpy.typing import NDArray

from meddx_desktop.preprocessing.text import normalize_word
from training.optimizers import plan_updates
from training.reference_models import (
    REFERENCE_BATCH,
    REFERENCE_EPOCHS,
    compile_reference,
    reference_lstm,
)
from training.tagging.figures import Found
from training.tagging.sentences import Sentence, Span, count_words, has_kind, spans_of_labels

REFERENCE_TOKENS = 100
REFERENCE_WORDS = 10_000
_LONGEST = 10


def lexicon_spans(known: Sequence[Sentence], others: Sequence[Sentence]) -> Found:
    """Mark the longest mention of the training set at each place, with its commonest type."""
    counts: dict[tuple[str, ...], dict[str, int]] = {}
    for sentence in known:
        lowered = tuple(word.lower() for word in sentence.words)
        for start, end, kind in sentence.spans:
            kinds = counts.setdefault(lowered[start:end], {})
            kinds[kind] = kinds.get(kind, 0) + 1
    lexicon = {name: max(kinds, key=lambda kind: kinds[kind]) for name, kinds in counts.items()}
    return [frozenset(_longest_matches(sentence.words, lexicon)) for sentence in others]


def _longest_matches(words: Sequence[str], lexicon: dict[tuple[str, ...], str]) -> Iterator[Span]:
    lowered = tuple(word.lower() for word in words)
    start = 0
    while start < len(lowered):
        for end in range(min(len(lowered), start + _LONGEST), start, -1):
            kind = lexicon.get(lowered[start:end])
            if kind is not None:
                yield start, end, kind
                start = end - 1
                break
        start += 1


def crf_spans(known: Sequence[Sentence], others: Sequence[Sentence]) -> Found:
    """Train a linear-chain CRF on words around, shapes, affixes and character trigrams."""
    model = sklearn_crfsuite.CRF(
        algorithm="lbfgs", c1=0.05, c2=0.05, max_iterations=80, all_possible_transitions=True
    )
    model.fit([crf_features(one.words) for one in known], [list(one.labels) for one in known])
    labels = model.predict([crf_features(one.words) for one in others])
    return [frozenset(spans_of_labels(list(one))) for one in labels]


def crf_features(words: Sequence[str]) -> list[list[str]]:
    """Return the features of each token."""
    lowered = ["<s>", "<s>", *(word.lower() for word in words), "</s>", "</s>"]
    rows = []
    for place, word in enumerate(words):
        around = lowered[place : place + 5]
        low = around[2]
        row = [f"w{offset - 2}={near}" for offset, near in enumerate(around)]
        row += [f"b-1={around[1]}|{low}", f"b+1={low}|{around[3]}", f"shape={_crf_shape(word)}"]
        row += [f"prefix={low[:size]}" for size in range(2, 6)]
        row += [f"suffix={low[-size:]}" for size in range(2, 6)]
        padded = f"^{low}$"
        row += [f"tri={padded[at : at + 3]}" for at in range(len(padded) - 2)]
        rows.append(row)
    return rows


def _crf_shape(word: str) -> str:
    kinds = [
        "A" if c.isupper() else "a" if c.islower() else "0" if c.isdigit() else c for c in word
    ]
    return "".join(kind for at, kind in enumerate(kinds) if at == 0 or kinds[at - 1] != kind)


def reference_logits(
    known: Sequence[Sentence],
    others: Sequence[Sentence],
    kinds: Sequence[str],
    optimizer: str = "adam",
) -> NDArray[np.float64]:
    """Train the reference LSTM to say whether a sentence mentions a kind; return log odds.

    It reads the first 100 tokens of the 10,000 commonest words and gives one answer a sentence,
    so it can be compared only with what the tagger says about the whole sentence.
    """
    common = [word for word, _ in count_words(known).most_common(REFERENCE_WORDS - 2)]
    number = {word: place for place, word in enumerate(common, 2)}
    model = reference_lstm(REFERENCE_WORDS, REFERENCE_TOKENS)
    plan = plan_updates(optimizer, len(known), REFERENCE_BATCH)
    compile_reference(model, plan.optimizer)
    model.fit(
        _numbers(known, number),
        has_kind(known, kinds).astype(np.float32)[:, None],
        batch_size=plan.batch_size,
        epochs=REFERENCE_EPOCHS,
        verbose=0,
    )
    probability = model.predict(_numbers(others, number), batch_size=256, verbose=0)[:, 0]
    clipped = np.clip(probability.astype(np.float64), 1e-7, 1 - 1e-7)
    return np.asarray(np.log(clipped) - np.log1p(-clipped))


def _numbers(sentences: Sequence[Sentence], number: dict[str, int]) -> NDArray[np.int32]:
    rows = np.zeros((len(sentences), REFERENCE_TOKENS), np.int32)
    for row, sentence in enumerate(sentences):
        words = sentence.words[:REFERENCE_TOKENS]
        # Keras pads in front by default: an LSTM that reads padding last forgets the text.
        first = REFERENCE_TOKENS - len(words)
        rows[row, first:] = [number.get(normalize_word(word), 1) for word in words]
    return rows


def cached_spans(file: Path, sentences: Sequence[Sentence], compute: Callable[[], Found]) -> Found:
    """Return the spans of a file made for the same sentences, or compute and keep them."""
    words = json.dumps([one.words for one in sentences]).encode()
    key = hashlib.sha256(words).hexdigest()
    if file.is_file():
        record = json.loads(file.read_text(encoding="utf-8"))
        if record["sentences"] == key:
            return [frozenset((a, b, kind) for a, b, kind in one) for one in record["spans"]]
    found = compute()
    spans = [sorted(one) for one in found]
    file.write_text(json.dumps({"sentences": key, "spans": spans}), encoding="utf-8")
    return found
