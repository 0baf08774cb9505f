"""MTSamples: notes whose list of specialties maps to exactly one body system."""

import gzip
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.preprocessing.text import (
    SplitChunks,
    TextOperation,
    Tokenize,
    Vocabulary,
    normalize_word,
    prepare_text,
)
from meddx_desktop.preprocessing.tokens import tokenize

# The meaning that the app shows, by the mapping's own name of the class.
CLASSES = {
    "Cardiovascular/Pulmonary": "Cardiovascular or pulmonary note",
    "Dermatology": "Dermatology note",
    "ENT": "Ear, nose and throat note",
    "Gastroenterology": "Gastroenterology note",
    "Hematology/Oncology": "Hematology or oncology note",
    "Neurology/Neurosurgery": "Neurology or neurosurgery note",
    "Obstetrics/Gynecology": "Obstetrics or gynecology note",
    "Ophthalmology": "Ophthalmology note",
    "Orthopedic": "Orthopedic note",
    "Pediatrics": "Pediatrics note",
    "Psychiatry": "Psychiatry note",
    "Urology/Nephrology": "Urology or nephrology note",
}
NAMES = tuple(CLASSES)
MAXIMUM_TOKENS = 1024
WORDS_FILE = "words.txt"
MINIMUM_NOTES = 3

OPERATIONS: tuple[TextOperation, ...] = (
    Tokenize(),
    SplitChunks(maximum_tokens=MAXIMUM_TOKENS),
    Vocabulary(input="words", file=WORDS_FILE),
)


@dataclass(frozen=True, slots=True)
class Note:
    """A note and the number of its class; only its text is ever an input."""

    name: str
    text: str
    label: int


@dataclass(frozen=True, slots=True, eq=False)
class EncodedNote:
    """The word numbers of a note's chunks, each of shape (tokens,)."""

    chunks: tuple[NDArray[np.int32], ...]
    label: int


def read_notes(folder: Path, limit: int | None = None) -> tuple[Note, ...]:
    """Read the train and dev parts; the set's description and keywords name the class: left out."""
    mapping = json.loads((folder / "labels.json").read_text(encoding="utf-8"))["specialty"]
    notes = []
    for part in ("train", "dev"):
        content = gzip.decompress((folder / f"{part}.jsonl.gz").read_bytes()).decode("utf-8")
        for line in content.splitlines():
            record = json.loads(line)
            classes = {mapping.get(one.strip()) for one in record["specialties"]} - {None}
            if len(classes) == 1:
                label = NAMES.index(classes.pop())
                notes.append(Note(f"{part}-{record['id']}", record["text"], label))
    return tuple(notes[:: max(1, len(notes) // limit)] if limit else notes)


def write_words(notes: Sequence[Note], folder: Path) -> tuple[str, ...]:
    """Write the vocabulary: words with a letter that at least three notes hold."""
    counts = Counter(
        word
        for note in notes
        for word in {normalize_word(word) for word in tokenize(note.text).words}
        if any(map(str.isalpha, word))
    )
    words = tuple(sorted(word for word, count in counts.items() if count >= MINIMUM_NOTES))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WORDS_FILE).write_text("\n".join(words) + "\n", encoding="utf-8", newline="\n")
    return words


def encode_notes(notes: Sequence[Note], folder: Path) -> list[EncodedNote]:
    """Prepare notes with the app's own operations."""
    return [EncodedNote(encode_text(note.text, folder), note.label) for note in notes]


def encode_text(text: str, folder: Path) -> tuple[NDArray[np.int32], ...]:
    """Return the word numbers of each chunk."""
    prepared = prepare_text(text, OPERATIONS, folder)
    numbers = np.asarray(prepared.by_token["words"], np.int32)
    return tuple(numbers[start:end] for start, end in prepared.chunks)
