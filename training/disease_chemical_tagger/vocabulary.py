"""Words, word vectors and lists of names that the tagger knows before it is trained."""

import gzip
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import svds

from meddx_desktop.preprocessing.sentences import split_sentences
from meddx_desktop.preprocessing.text import (
    FIRST_WORD,
    Characters,
    Gazetteer,
    SplitChunks,
    TextOperation,
    Tokenize,
    Vocabulary,
    WordShape,
    normalize_name_token,
    normalize_word,
)
from meddx_desktop.preprocessing.tokens import tokenize
from training.disease_chemical_tagger.dataset import (
    EncodedCorpus,
    Sentence,
    count_words,
    encode,
    read_sentences,
)
from training.disease_chemical_tagger.model import NetworkSpec

MAXIMUM_NAME_TOKENS = 8
NAME_LISTS = ("disease", "drug", "substance")
WORDS_FILE, NAMES_FILE = "words.txt", "names.tsv.gz"
TEXT_SETS = ("bc5cdr", "ncbi-disease", "maccrobat", "neurotrialner", "mtsamples")
DOMAIN_DIMENSIONS = 60
MAXIMUM_TOKENS = 64
WORD_LENGTH = 20
ALPHABET = "".join(map(chr, range(ord("!"), ord("~") + 1))) + "αβγδκμωΔ±°"

OPERATIONS: tuple[TextOperation, ...] = (
    Tokenize(),
    SplitChunks(maximum_tokens=MAXIMUM_TOKENS),
    Vocabulary(input="words", file=WORDS_FILE),
    Characters(input="characters", index_input="spelling", alphabet=ALPHABET, length=WORD_LENGTH),
    WordShape(input="shape"),
    Gazetteer(input="names", file=NAMES_FILE, lists=NAME_LISTS, maximum_tokens=MAXIMUM_NAME_TOKENS),
)


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


def count_vectors(
    texts: Sequence[Sequence[str]], dimensions: int, window: int = 4, minimum_count: int = 3
) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Factorize the positive pointwise mutual information of words in running text.

    References
    ----------
    Levy, Goldberg, Dagan: Improving distributional similarity with lessons learned from word
    embeddings, TACL 2015 (context distribution smoothing 0.75, eigenvalue weight 0.5).
    """
    numbers: dict[str, int] = {}
    lines = [
        np.array([numbers.setdefault(normalize_word(w), len(numbers)) for w in line], np.int64)
        for line in texts
    ]
    running = np.concatenate(lines)
    sentence = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    kept = np.bincount(running, minlength=len(numbers)) >= minimum_count
    renumbered = np.cumsum(kept) - 1
    rows, columns, weights = [], [], []
    for distance in range(1, window + 1):
        left, right = running[:-distance], running[distance:]
        usable = (sentence[:-distance] == sentence[distance:]) & kept[left] & kept[right]
        pairs = renumbered[left[usable]], renumbered[right[usable]]
        rows += [pairs[0], pairs[1]]
        columns += [pairs[1], pairs[0]]
        weights.append(np.full(2 * len(pairs[0]), (window + 1 - distance) / window))
    size = int(kept.sum())
    counts = coo_matrix(
        (np.concatenate(weights), (np.concatenate(rows), np.concatenate(columns))), (size, size)
    ).tocsr()
    words = tuple(word for word, number in numbers.items() if kept[number])
    return words, _factorize(counts.tocoo(), dimensions)


def _factorize(counts: coo_matrix, dimensions: int) -> NDArray[np.float32]:
    by_word = np.asarray(counts.sum(axis=1)).ravel()
    context = by_word**0.75
    ratio = counts.data * context.sum() / (by_word[counts.row] * context[counts.col])
    information = coo_matrix((np.maximum(0, np.log(ratio)), (counts.row, counts.col)), counts.shape)
    left, values, _ = svds(
        information.tocsr(), k=min(dimensions, counts.shape[0] - 1), random_state=0
    )
    vectors = left * np.sqrt(values)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-6), np.float32)


def write_names(folder: Path | None, file: Path) -> int:
    """Compile the gazetteer from the vocabulary lists; return the number of names."""
    names = {
        (name_list, " ".join(map(normalize_name_token, words)))
        for name_list, name in (() if folder is None else _read_names(folder))
        for words in [tokenize(name).words]
        if 0 < len(words) <= MAXIMUM_NAME_TOKENS and len(name) > 2
    }
    lines = "".join(f"{name_list}\t{name}\n" for name_list, name in sorted(names))
    file.write_bytes(gzip.compress(lines.encode(), 9, mtime=0))
    return len(names)


def _read_names(folder: Path) -> Iterable[tuple[str, str]]:
    for row in _read_table(folder / "mesh_diseases.tsv.gz"):
        for name in (row["name"], *row["synonyms"].split("|")):
            # "neoplasms, benign" is an index entry; nobody writes it in a sentence.
            if "," not in name:
                yield "disease", name
    for row in _read_table(folder / "doid.tsv.gz"):
        for name in (row["label"], *row["synonyms_partial"].split("|")):
            yield "disease", name
    for row in _read_table(folder / "drugs.tsv.gz"):
        is_drug = row["drugbank_id"] or row["medlineplus_id"] or row["nhs_url"]
        name_list = "drug" if is_drug else "substance"
        for name in (row["name"], *row["variants"].split("|")):
            yield name_list, name


def _read_table(file: Path) -> Iterable[dict[str, str]]:
    lines = gzip.decompress(file.read_bytes()).decode("utf-8").splitlines()
    header = lines[0].split("\t")
    for line in lines[1:]:
        yield dict(zip(header, line.split("\t"), strict=False))


@dataclass(frozen=True, slots=True, eq=False)
class WordKnowledge:
    """Vocabulary, fixed vectors and names of one training, with their files in `folder`."""

    folder: Path
    learned_words: int
    vectors: NDArray[np.float32]

    def encode(self, sentences: Sequence[Sentence]) -> EncodedCorpus:
        """Prepare sentences with the app's own operations."""
        return encode(sentences, OPERATIONS, self.folder)

    def network_spec(self) -> NetworkSpec:
        """Return what the network is built for."""
        return NetworkSpec(
            vectors=self.vectors,
            learned_words=self.learned_words,
            characters=len(ALPHABET),
            word_length=WORD_LENGTH,
            name_features=4 * len(NAME_LISTS),
        )


@dataclass(frozen=True, slots=True)
class Sources:
    """Where knowledge comes from; None where a source is not to be used.

    `vectors` holds GloVe vectors, `vocabularies` lists of names, `texts` running biomedical and
    clinical text without labels.
    """

    vectors: Path | None
    vocabularies: Path | None
    texts: Path | None


def learn_words(sources: Sources, sentences: Sequence[Sentence], folder: Path) -> WordKnowledge:
    """Choose the vocabulary, make its vectors and compile the names into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    names = folder / NAMES_FILE
    if not names.is_file():
        write_names(sources.vocabularies, names)
    general_words, general = read_vectors(sources.vectors)
    texts = [sentence.words for sentence in sentences]
    if sources.texts is not None:
        texts += list(read_running_text(sources.texts))
    domain_words, domain = count_vectors(texts, DOMAIN_DIMENSIONS)
    words, learned = choose_words(
        sentences, [*(normalize_word(word) for word in general_words), *domain_words]
    )
    (folder / WORDS_FILE).write_text("\n".join(words) + "\n", encoding="utf-8", newline="\n")
    vectors = np.concatenate(
        [
            place_vectors(words, general_words, general),
            place_vectors(words, domain_words, domain),
        ],
        axis=1,
    )
    return WordKnowledge(folder, learned, vectors.astype(np.float16).astype(np.float32))


def read_running_text(folder: Path) -> Iterable[tuple[str, ...]]:
    """Yield the sentences of every unlabelled text below the folder, no test part among them."""
    for file in sorted(folder.glob("*/train*")) + sorted(folder.glob("*/dev*")):
        if file.parent.name not in TEXT_SETS:
            continue
        if file.name in ("train.tsv", "dev.tsv"):
            yield from (sentence.words for sentence in read_sentences(file))
        elif file.name.endswith((".jsonl", ".jsonl.gz")):
            raw = file.read_bytes()
            content = gzip.decompress(raw) if file.suffix == ".gz" else raw
            for line in content.decode("utf-8").splitlines():
                text = json.loads(line)["text"]
                tokens = tokenize(text)
                for start, end in split_sentences(text, tokens):
                    yield tokens.words[start:end]
