"""Word vectors from a transformer: the mean of its states over a word's places in running text.

Only training runs the transformer; a package carries the vectors.

References
----------
Bommasani R, Davis K, Cardie C. Interpreting pretrained contextualized representations via
reductions to static embeddings. ACL 2020.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from meddx_desktop.preprocessing.text import normalize_word
from training.progress_bar import ProgressBar
from training.tagging.transformer import LONGEST, Transformer, pieces_of, states_of

PLACES = 4
_FIRST, _LAST = 101, 102
_PIECES_PER_BATCH = 2048
_PIECES_PER_WORD = 20

# The numbers of the pieces, and the row of the word that each belongs to.
Sequences: TypeAlias = list[tuple[list[int], list[int]]]


def write_states(
    transformer: Transformer,
    texts: Sequence[Sequence[str]],
    more_words: Sequence[str],
    file: Path,
) -> None:
    """Write the mean states of each word that occurs twice in `texts`, and of `more_words`.

    A word is seen at four places at least, where the texts have them, and once by itself.
    """
    counts = Counter(normalize_word(word) for text in texts for word in text)
    frequent = [word for word, count in counts.items() if count > 1]
    words = list(dict.fromkeys([*frequent, *map(normalize_word, more_words)]))
    row_of = {word: row for row, word in enumerate(words)}
    chosen = list(choose_texts(texts, row_of))
    sequences = sorted(
        spell([*chosen, *((word,) for word in words)], row_of, transformer),
        key=lambda one: len(one[0]),
    )
    means = _mean_states(transformer, sequences, len(words))
    file.parent.mkdir(parents=True, exist_ok=True)
    np.savez(file, words=np.array("\n".join(words)), states=means.astype(np.float16))


def choose_texts(texts: Sequence[Sequence[str]], row_of: dict[str, int]) -> Iterator[Sequence[str]]:
    """Yield texts in random order as long as they hold a word that was seen too seldom."""
    seen = np.zeros(len(row_of), np.int64)
    for place in np.random.default_rng(0).permutation(len(texts)):
        normal = {normalize_word(word) for word in texts[place]}
        rows = [row_of[word] for word in normal if word in row_of]
        if any(seen[row] < PLACES for row in rows):
            seen[rows] += 1
            yield texts[place]


def spell(
    texts: Sequence[Sequence[str]], row_of: dict[str, int], transformer: Transformer
) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the pieces of each text with the row of their word, -1 for words without one."""
    for text in texts:
        numbers: list[int] = []
        rows: list[int] = []
        for word in text:
            pieces = pieces_of(word, transformer.pieces)[:_PIECES_PER_WORD]
            if len(numbers) + len(pieces) > LONGEST - 2:
                yield numbers, rows
                numbers, rows = [], []
            numbers += pieces
            rows += [row_of.get(normalize_word(word), -1)] * len(pieces)
        yield numbers, rows


def _mean_states(transformer: Transformer, sequences: Sequences, words: int) -> NDArray[np.float32]:
    sums: NDArray[np.float32] | None = None
    counts = np.zeros(words)
    run = states_of(transformer)
    show, done = ProgressBar(), 0
    while done < len(sequences):
        near = sequences[min(len(sequences) - 1, done + 16)]
        batch = sequences[done : done + max(1, _PIECES_PER_BATCH // (len(near[0]) + 2))]
        numbers, rows = _pad(batch)
        states = np.asarray(run(tf.constant(numbers)))
        sums = np.zeros((words, states.shape[-1]), np.float32) if sums is None else sums
        np.add.at(sums, rows[rows >= 0], states[rows >= 0])
        np.add.at(counts, rows[rows >= 0], 1)
        done += len(batch)
        show(done, len(sequences), "states of words")
    if sums is None:
        raise ValueError("no text to take the states of words from")
    return np.asarray(sums / np.maximum(1, counts)[:, None], np.float32)


def _pad(batch: Sequences) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    length = 8 * -(-(max(len(numbers) for numbers, _ in batch) + 2) // 8)
    numbers = np.zeros((len(batch), length), np.int32)
    rows = np.full((len(batch), length), -1, np.int64)
    for place, (pieces, owners) in enumerate(batch):
        numbers[place, : len(pieces) + 2] = [_FIRST, *pieces, _LAST]
        rows[place, 1 : len(owners) + 1] = owners
    return numbers, rows


def read_states(file: Path, dimensions: int) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Return the words of the file and their states on the first principal directions."""
    with np.load(file) as stored:
        words = tuple(str(stored["words"]).split("\n"))
        states = stored["states"].astype(np.float32)
    centered = states - states.mean(axis=0)
    _, _, directions = np.linalg.svd(np.cov(centered, rowvar=False))
    return words, np.asarray(centered @ directions[:dimensions].T.astype(np.float32), np.float32)
