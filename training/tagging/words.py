"""Words and their vectors that a tagger knows before it is trained."""

import gzip
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.preprocessing.sentences import split_sentences
from meddx_desktop.preprocessing.text import FIRST_WORD, normalize_word
from meddx_desktop.preprocessing.tokens import tokenize
from training.half_precision import eight_bit_grid
from training.tagging.corpora import CORPORA
from training.tagging.count_vectors import count_vectors, point_alike
from training.tagging.names import write_names
from training.tagging.sentences import Sentence, count_words
from training.tagging.transformer_vectors import read_states
from training.tagging.word_knowledge import NAME_LISTS, NAMES_FILE, WORDS_FILE, WordKnowledge

DOMAIN_DIMENSIONS = 60
STATE_DIMENSIONS = 64
DIMENSIONS = 96


@dataclass(frozen=True, slots=True)
class Sources:
    """Where knowledge comes from; None where a source is not to be used.

    `vectors` holds GloVe vectors, `vocabularies` lists of names, `texts` running biomedical and
    clinical text without labels. `states` is the file of a transformer's states of words
    (`transformer_vectors.py`).
    """

    vectors: Path | None
    vocabularies: Path | None
    texts: Path | None
    states: Path | None = None


def choose_words(
    sentences: Sequence[Sentence], known: Iterable[str], minimum_count: int = 2
) -> tuple[tuple[str, ...], int]:
    """Return the vocabulary, the training set's frequent words first, and how many those are."""
    counts = count_words(sentences)
    learned = [word for word, count in counts.most_common() if count >= minimum_count]
    seen = set(learned)
    others = [word for word in known if word not in seen]
    return (*learned, *dict.fromkeys(others)), len(learned)


def read_vectors(folder: Path | None) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Read `words.txt` and `vectors_f16.npz`; without a folder there are no words."""
    if folder is None:
        return (), np.zeros((0, 50), np.float32)
    words = (folder / "words.txt").read_text(encoding="utf-8").splitlines()
    with np.load(folder / "vectors_f16.npz") as stored:
        return tuple(words), stored["vectors"].astype(np.float32)


def place_vectors(
    vocabulary: Sequence[str], words: Sequence[str], vectors: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return one row a vocabulary number (0 and 1 included); unknown words have zeros."""
    row_of: dict[str, int] = {}
    for row, word in enumerate(words):
        row_of.setdefault(normalize_word(word), row)
    table = np.zeros((len(vocabulary) + FIRST_WORD, vectors.shape[1]), np.float32)
    for number, word in enumerate(vocabulary, FIRST_WORD):
        if word in row_of:
            table[number] = vectors[row_of[word]]
    return table / max(1e-6, float(table.std()))


def learn_words(
    sources: Sources, sentences: Sequence[Sentence], folder: Path, hidden_parts: Sequence[str] = ()
) -> WordKnowledge:
    """Choose the vocabulary, make its vectors and compile the names into `folder`.

    What the folder holds from the same sources and sentences is used again.

    Parameters
    ----------
    hidden_parts : parts of the corpora whose running text must stay unknown too.
    """
    file = folder / "vectors.npz"
    names = [None if one is None else one.name for one in astuple(sources)]
    facts = repr((names, tuple(hidden_parts), DIMENSIONS, [one.words for one in sentences]))
    key = hashlib.sha256(facts.encode()).hexdigest()
    if file.is_file():
        with np.load(file) as stored:
            if str(stored["key"]) == key:
                return WordKnowledge(folder, int(stored["learned"]), stored["vectors"])
    folder.mkdir(parents=True, exist_ok=True)
    write_names(sources.vocabularies, folder / NAMES_FILE, NAME_LISTS)
    words, learned, vectors = _word_table(sources, sentences, hidden_parts)
    (folder / WORDS_FILE).write_text("\n".join(words) + "\n", encoding="utf-8", newline="\n")
    np.savez(file, key=np.array(key), learned=np.array(learned), vectors=vectors)
    return WordKnowledge(folder, learned, vectors)


def _word_table(
    sources: Sources, sentences: Sequence[Sentence], hidden_parts: Sequence[str]
) -> tuple[tuple[str, ...], int, NDArray[np.float32]]:
    general_words, general = read_vectors(sources.vectors)
    texts = [sentence.words for sentence in sentences]
    if sources.texts is not None:
        texts += list(read_running_text(sources.texts, hidden_parts))
    domain_words, domain = count_vectors(texts, DOMAIN_DIMENSIONS)
    words, learned = choose_words(
        sentences, [*(normalize_word(word) for word in general_words), *domain_words]
    )
    tables = [
        place_vectors(words, general_words, general),
        place_vectors(words, domain_words, domain),
    ]
    if sources.states is not None:
        tables.append(place_vectors(words, *read_states(sources.states, STATE_DIMENSIONS)))
    table = compress_vectors(np.concatenate(tables, axis=1), DIMENSIONS)
    whole, scale = eight_bit_grid(table)
    return words, learned, whole * scale


def compress_vectors(table: NDArray[np.float32], dimensions: int) -> NDArray[np.float32]:
    """Return the rows on their first principal directions; narrow tables stay as they are."""
    if table.shape[1] <= dimensions:
        return table
    _, _, directions = np.linalg.svd(np.cov(table, rowvar=False))
    turned = table @ point_alike(directions[:dimensions]).T.astype(np.float32)
    return np.asarray(turned / max(1e-6, float(turned.std())), np.float32)


def read_running_text(folder: Path, hidden_parts: Sequence[str]) -> Iterable[tuple[str, ...]]:
    """Yield the sentences of the corpora and of clinical notes without labels, no test part."""
    for corpus in sorted(CORPORA, key=lambda one: one.folder):
        for part in ("train", "dev"):
            if part not in hidden_parts and (folder / corpus.folder).is_dir():
                yield from (one.words for one in corpus.read(folder / corpus.folder, part))
    for part in ("train", "dev"):
        file = folder / "mtsamples" / f"{part}.jsonl.gz"
        if file.is_file():
            for line in gzip.decompress(file.read_bytes()).decode("utf-8").splitlines():
                text = json.loads(line)["text"]
                tokens = tokenize(text)
                for start, end in split_sentences(text, tokens):
                    yield tokens.words[start:end]
