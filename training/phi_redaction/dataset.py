"""Annotated texts: the public sets, and what stays unmarked in running clinical text."""

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from meddx_desktop.preprocessing.sentences import split_sentences
from meddx_desktop.preprocessing.text import TextOperation, pack_chunks, prepare_text
from meddx_desktop.preprocessing.tokens import tokenize
from training.tagging.encoding import EncodedCorpus

ENTITY_TYPES = ("name", "date", "location", "contact", "identifier")
TAGS = ("O", *(f"{place}-{kind}" for kind in ENTITY_TYPES for place in "BI"))
ASQ_PHI = {
    "NAME": "name",
    "DATE": "date",
    "GEOGRAPHIC_LOCATION": "location",
    "PHONE_NUMBER": "contact",
    "FAX_NUMBER": "contact",
    "EMAIL_ADDRESS": "contact",
    "WEB_URL": "contact",
    "URL": "contact",
    "IP_ADDRESS": "contact",
    "MEDICAL_RECORD_NUMBER": "identifier",
    "HEALTH_PLAN_BENEFICIARY_NUMBER": "identifier",
    "SOCIAL_SECURITY_NUMBER": "identifier",
    "UNIQUE_IDENTIFIER": "identifier",
    "ACCOUNT_NUMBER": "identifier",
    "CERTIFICATE_LICENSE_NUMBER": "identifier",
    "VEHICLE_IDENTIFIER": "identifier",
    "DEVICE_IDENTIFIER": "identifier",
    "BIOMETRIC_IDENTIFIER": "identifier",
}
PRESIDIO = {
    "PERSON": "name",
    "STREET_ADDRESS": "location",
    "GPE": "location",
    "ZIP_CODE": "location",
    "PHONE_NUMBER": "contact",
    "EMAIL_ADDRESS": "contact",
    "IP_ADDRESS": "contact",
    "DOMAIN_NAME": "contact",
    "CREDIT_CARD": "identifier",
    "IBAN_CODE": "identifier",
    "US_SSN": "identifier",
    "US_DRIVER_LICENSE": "identifier",
}
# Marked in Presidio's set by other rules than ours: a sentence with one of them teaches nothing.
_OTHER_RULES = frozenset({"ORGANIZATION", "DATE_TIME"})
_SEPARATOR = "\n\n\n"
_SUSPECT = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Dr|MD|M\.D|D\.O|RN|Hospital|Clinic|Center|University|Street|County|City|"
    r"January|February|March|April|May|June|July|August|September|October|November|December|"
    r"XYZ|ABC|XXXX?)\b|\b\d{1,2}[/-]\d{1,2}(?:[/-]\d{2,4})?\b|\d{5}|[@#]"
)
_SENTENCE_CHARACTERS = (25, 260)


@dataclass(frozen=True, slots=True)
class Place:
    """A private stretch of a text in code points, half open."""

    start: int
    end: int
    entity_type: str


@dataclass(frozen=True, slots=True)
class AnnotatedText:
    """A text with everything private in it; `labels` are the set's own words, by place."""

    name: str
    text: str
    places: tuple[Place, ...] = ()
    labels: tuple[str, ...] = ()

    @property
    def is_harmless(self) -> bool:
        """Whether nothing in it is private."""
        return not self.places


def read_asq_phi(folder: Path, limit: int | None = None) -> tuple[AnnotatedText, ...]:
    """Read ASQ-PHI's `dev.jsonl`."""
    lines = (folder / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(_read(line, ASQ_PHI) for line in lines[:limit])


def read_presidio(folder: Path | None) -> tuple[AnnotatedText, ...]:
    """Read the sentences of Presidio's synthetic set that are marked as we would mark them."""
    file = None if folder is None else folder / "all.jsonl"
    if file is None or not file.is_file():
        return ()
    lines = file.read_text(encoding="utf-8").splitlines()
    kept = [
        line
        for line in lines
        if not _OTHER_RULES & {one["label"] for one in json.loads(line)["phi"]}
    ]
    return tuple(_read(line, PRESIDIO) for line in kept)


def _read(line: str, types: dict[str, str]) -> AnnotatedText:
    record = json.loads(line)
    marked = sorted(
        (one for one in record["phi"] if one["start"] >= 0 and one["label"] in types),
        key=lambda one: one["start"],
    )
    return AnnotatedText(
        record["id"],
        record["text"],
        tuple(Place(one["start"], one["end"], types[one["label"]]) for one in marked),
        tuple(one["label"] for one in marked),
    )


def read_harmless_sentences(texts: Path | None, file_name: str = "train") -> tuple[str, ...]:
    """Return sentences of clinical notes and abstracts in which nothing looks private.

    They are for training only and never leave this computer.
    """
    if texts is None:
        return ()
    return tuple(dict.fromkeys((*_of_notes(texts, file_name), *_of_abstracts(texts, file_name))))


def _of_notes(texts: Path, file_name: str) -> Iterator[str]:
    file = texts / "mtsamples" / f"{file_name}.jsonl.gz"
    if not file.is_file():
        return
    for line in gzip.decompress(file.read_bytes()).decode("utf-8").splitlines():
        text = json.loads(line)["text"]
        tokens = tokenize(text)
        for start, end in split_sentences(text, tokens):
            sentence = text[tokens.starts[start] : tokens.ends[end - 1]]
            low, high = _SENTENCE_CHARACTERS
            if low <= len(sentence) <= high and not _SUSPECT.search(sentence):
                yield sentence


def _of_abstracts(texts: Path, file_name: str) -> Iterator[str]:
    file = texts / "bc5cdr" / f"{file_name}.tsv"
    if not file.is_file():
        return
    for block in file.read_text(encoding="utf-8").strip().split("\n\n"):
        words = [line.split("\t")[0] for line in block.splitlines() if line.strip()]
        sentence = re.sub(r" ([.,;:)%\]])", r"\1", " ".join(words)).replace("( ", "(")
        if not _SUSPECT.search(sentence):
            yield sentence.replace(" - ", "-").replace(" / ", "/")


@dataclass(frozen=True, slots=True, eq=False)
class EncodedTexts:
    """Texts as one long corpus, with the half-open range of tokens of each."""

    texts: tuple[AnnotatedText, ...]
    corpus: EncodedCorpus
    ranges: tuple[tuple[int, int], ...]
    offsets: tuple[int, ...]


def encode_texts(
    texts: Sequence[AnnotatedText], operations: Sequence[TextOperation], folder: Path, chunk: int
) -> EncodedTexts:
    """Prepare texts with the app's own operations; no chunk reaches from one into the next."""
    offsets = np.cumsum([0, *(len(one.text) + len(_SEPARATOR) for one in texts)])
    prepared = prepare_text(_SEPARATOR.join(one.text for one in texts), operations, folder)
    starts, ends = prepared.tokens.starts, prepared.tokens.ends
    tags = np.zeros(len(starts), np.int32)
    ranges = []
    for one, offset in zip(texts, offsets, strict=False):
        first, last = np.searchsorted(starts, [offset, offset + len(one.text)])
        ranges.append((int(first), int(last)))
        for place in one.places:
            begin = int(np.searchsorted(ends, offset + place.start, side="right"))
            behind = int(np.searchsorted(starts, offset + place.end))
            tags[begin:behind] = TAGS.index(f"I-{place.entity_type}")
            tags[begin] = TAGS.index(f"B-{place.entity_type}")
    chunks = _chunks(prepared.sentences, ranges, chunk)
    firsts = [start for start, _ in prepared.sentences]
    documents = tuple(tuple(map(int, np.searchsorted(firsts, one))) for one in ranges)
    corpus = EncodedCorpus(
        replace(prepared, chunks=chunks), tags, tuple((low, high) for low, high in documents)
    )
    return EncodedTexts(tuple(texts), corpus, tuple(ranges), tuple(map(int, offsets[:-1])))


def _chunks(
    sentences: Sequence[tuple[int, int]], ranges: Sequence[tuple[int, int]], maximum: int
) -> tuple[tuple[int, int], ...]:
    firsts = np.array([start for start, _ in sentences])
    chunks: list[tuple[int, int]] = []
    for start, end in ranges:
        low, high = np.searchsorted(firsts, [start, end])
        inside = [(first - start, last - start) for first, last in sentences[low:high]]
        chunks += [(a + start, b + start) for a, b in pack_chunks(inside, maximum)]
    return tuple(chunks)
