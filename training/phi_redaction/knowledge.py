"""What the tagger knows before it is trained: word vectors, lists of names, and patterns."""

import gzip
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.preprocessing.text import (
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
from meddx_desktop.preprocessing.token_patterns import TokenPatterns
from meddx_desktop.preprocessing.tokens import tokenize
from training.phi_redaction.dataset import AnnotatedText, EncodedTexts, encode_texts
from training.phi_redaction.drawing import Lists, read_list
from training.tagging.words import place_vectors, read_vectors

MAXIMUM_TOKENS = 64
WORD_LENGTH = 16
GLOVE_WORDS = 16_000
ALPHABET = "".join(map(chr, range(ord("!"), ord("~") + 1))) + "’éèáíóúñöüäçøåß"
NAME_LISTS = ("given", "family", "place", "hospital", "eponym", "drug", "disease")
KINDS = ("date", "contact", "identifier", "code", "quantity")
WORDS_FILE, NAMES_FILE, PATTERNS_FILE = "words.txt", "names.tsv.gz", "patterns.json"
# Half of the listed names are kept from the list that the network sees, so that it learns to find
# names that no list holds.
_LISTED = 0.6

OPERATIONS: tuple[TextOperation, ...] = (
    Tokenize(),
    SplitChunks(maximum_tokens=MAXIMUM_TOKENS),
    Vocabulary(input="words", file=WORDS_FILE),
    Characters(input="characters", index_input="spelling", alphabet=ALPHABET, length=WORD_LENGTH),
    WordShape(input="shape"),
    Gazetteer(input="names", file=NAMES_FILE, lists=NAME_LISTS, maximum_tokens=6),
    TokenPatterns(input="patterns", file=PATTERNS_FILE, kinds=KINDS),
)


@dataclass(frozen=True, slots=True, eq=False)
class Knowledge:
    """Vocabulary with fixed vectors; the package's files lie in `folder`."""

    folder: Path
    learned_words: int
    vectors: NDArray[np.float32]

    def encode(self, texts: Sequence[AnnotatedText]) -> EncodedTexts:
        """Prepare texts with the app's own operations."""
        return encode_texts(texts, OPERATIONS, self.folder, MAXIMUM_TOKENS)


def read_lists(vocabularies: Path | None) -> Lists:
    """Return what the templates draw from."""
    diseases, drugs = read_terms(vocabularies)
    common_diseases, common_drugs = read_list("diseases"), read_list("drugs")
    return Lists(
        given=read_list("given_names"),
        family=read_list("family_names"),
        places=read_list("places"),
        hospitals=read_list("hospitals"),
        eponyms=read_list("eponyms"),
        diseases=(*diseases, *common_diseases * max(1, len(diseases) // 80)),
        drugs=(*drugs, *common_drugs * max(1, len(drugs) // 50)),
    )


def read_terms(folder: Path | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return names of diseases (Disease Ontology, CC0) and drugs (DrugBank vocabulary, CC0)."""
    if folder is None or not (folder / "doid.tsv.gz").is_file():
        return (), ()
    diseases = [row["label"] for row in _rows(folder / "doid.tsv.gz") if len(row["label"]) < 40]
    drugs = [row["name"] for row in _rows(folder / "drugs.tsv.gz") if row["drugbank_id"]]
    return tuple(diseases), tuple(name for name in drugs if len(name) < 25)


def _rows(file: Path) -> Iterator[dict[str, str]]:
    lines = gzip.decompress(file.read_bytes()).decode("utf-8").splitlines()
    header = lines[0].split("\t")
    for line in lines[1:]:
        yield dict(zip(header, line.split("\t"), strict=False))


def write_names(lists: Lists, file: Path) -> int:
    """Compile the gazetteer; return the number of names in it."""
    generator = np.random.default_rng(0)
    terms: dict[str, Iterable[str]] = {
        "given": _some(lists.given, generator),
        "family": _some(lists.family, generator),
        "place": _some(lists.places, generator),
        "hospital": _some(lists.hospitals, generator),
        "eponym": _some(lists.eponyms, generator),
        "drug": lists.drugs,
        "disease": lists.diseases,
    }
    names = {
        (name_list, " ".join(map(normalize_name_token, words)))
        for name_list, listed in terms.items()
        for name in listed
        for words in [tokenize(name).words]
        if 0 < len(words) <= 6
    }
    lines = "".join(f"{name_list}\t{name}\n" for name_list, name in sorted(names))
    file.write_bytes(gzip.compress(lines.encode(), 9, mtime=0))
    return len(names)


def _some(listed: Sequence[str], generator: np.random.Generator) -> list[str]:
    kept = generator.random(len(listed)) < _LISTED
    return [name for name, is_kept in zip(listed, kept, strict=True) if is_kept]


def learn_words(
    vectors_folder: Path | None, lists: Lists, texts: Sequence[AnnotatedText], folder: Path
) -> Knowledge:
    """Choose the vocabulary, place its vectors and compile the names into `folder`.

    Only words that occur outside private places get a learned vector: a name that is learned by
    heart says nothing of the next one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_names(lists, folder / NAMES_FILE)
    shutil.copy(Path(__file__).with_name(PATTERNS_FILE), folder / PATTERNS_FILE)
    words, vectors = read_vectors(vectors_folder)
    general = [normalize_word(word) for word in words[:GLOVE_WORDS]]
    learned = [word for word, count in count_open_words(texts).most_common() if count >= 8]
    seen = set(learned)
    vocabulary = (*learned, *dict.fromkeys(word for word in general if word not in seen))
    (folder / WORDS_FILE).write_text("\n".join(vocabulary) + "\n", encoding="utf-8", newline="\n")
    table = place_vectors(vocabulary, words, vectors)
    return Knowledge(folder, len(learned), table.astype(np.float16).astype(np.float32))


def count_open_words(texts: Sequence[AnnotatedText]) -> Counter[str]:
    """Count normalized words outside private places."""
    counts: Counter[str] = Counter()
    for one in texts:
        tokens = tokenize(one.text)
        inside = [(place.start, place.end) for place in one.places]
        for word, start in zip(tokens.words, tokens.starts.tolist(), strict=True):
            if not any(low <= start < high for low, high in inside):
                counts[normalize_word(word)] += 1
    return counts


def pattern_kinds() -> dict[str, int]:
    """Return the kinds whose matches are certain, with their places among the features."""
    return {kind: KINDS.index(kind) for kind in ("date", "contact", "identifier")}
