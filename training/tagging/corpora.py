"""The annotated corpora: their parts, their labels, and how each is read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from training.tagging.sentences import (
    Document,
    Sentence,
    read_json_lines,
    read_pubtator,
    read_sentences,
    sentences_of,
)

TRIAL_DOCUMENTS = 9


@dataclass(frozen=True, slots=True)
class Corpus:
    """A set of texts annotated by one policy.

    `kinds` are its types of mentions; `labels` maps the file's labels to them where they differ.
    `has_test` says whether the official test part is at hand. `share` is the part of its tokens
    that one epoch draws where it only accompanies another corpus.
    """

    name: str
    folder: str
    kinds: tuple[str, ...]
    labels: Mapping[str, str] | None = field(default=None, hash=False)
    has_test: bool = False
    share: float = 1.0

    @property
    def tags(self) -> tuple[str, ...]:
        """The IOB2 tags, "O" first."""
        return ("O", *(f"{place}-{kind}" for kind in self.kinds for place in "BI"))

    def read(self, folder: Path, part: str, limit: int | None = None) -> tuple[Sentence, ...]:
        """Read "train", "dev" or "test" from a folder; a trial run takes a few of them."""
        documents = self.documents(folder, part)
        if documents is None:
            return read_sentences(folder / f"{part}.tsv", limit)
        few = documents if limit is None else islice(documents, TRIAL_DOCUMENTS)
        return tuple(sentences_of(few))

    def documents(self, folder: Path, part: str) -> Iterable[Document] | None:
        """Return the texts of a part with offsets, None where only labelled tokens are known."""
        if (file := folder / f"{part}.jsonl").is_file():
            return read_json_lines(file, self.labels or {kind: kind for kind in self.kinds})
        if (file := folder / f"{part}.pubtator.txt").is_file():
            return read_pubtator(file, self.kinds[0])
        return None


BC5CDR = Corpus("BC5CDR", "bc5cdr", ("Chemical", "Disease"), has_test=True, share=0.5)
NCBI_DISEASE = Corpus("NCBI-disease", "ncbi-disease", ("Disease",))
NEURO_TRIALS = Corpus(
    "NeuroTrialNER",
    "neurotrialner",
    ("Condition", "Drug", "Intervention"),
    {
        "CONDITION": "Condition",
        "DRUG": "Drug",
        **dict.fromkeys(
            ("OTHER", "CONTROL", "PHYSICAL", "BEHAVIOURAL", "SURGICAL", "RADIOTHERAPY"),
            "Intervention",
        ),
    },
)
CASE_REPORTS = Corpus(
    "MACCROBAT",
    "maccrobat",
    (
        "Sign_symptom",
        "Disease_disorder",
        "Medication",
        "Diagnostic_procedure",
        "Therapeutic_procedure",
        "Biological_structure",
        "Lab_value",
        "Dosage",
        "Severity",
        "History",
        "Family_history",
    ),
)
CORPORA = (BC5CDR, NCBI_DISEASE, NEURO_TRIALS, CASE_REPORTS)
