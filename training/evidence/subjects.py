"""The models whose evidence is tested here, each with the inputs that have its finding."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, TypeVar

import numpy as np

from meddx_desktop.inference.model_package import ModelPackage
from training.case_report_tagger.__main__ import SPEC as CASE_REPORTS
from training.condition_treatment_tagger.__main__ import SPEC as CONDITIONS
from training.disease_chemical_tagger.__main__ import SPEC as CHEMICALS
from training.disease_tagger.__main__ import SPEC as DISEASES
from training.edition import Edition
from training.evidence.curves import Case
from training.evidence.sounds import sound_cases
from training.evidence.texts import mention_cases, note_cases
from training.heart_murmur.dataset import RESAMPLE, in_split, read_recordings
from training.heart_murmur.package import EDITION as HEART_MURMUR
from training.lung_sound_events.dataset import list_cycles
from training.lung_sound_events.package import EDITION as LUNG_SOUNDS
from training.note_section_classifier.dataset import read_notes
from training.note_section_classifier.package import EDITION as NOTES
from training.phi_redaction.dataset import read_asq_phi
from training.phi_redaction.package import EDITION as PHI
from training.sound_files import read_source
from training.tagging.sentences import documents_of
from training.tagging.spec import TaggerSpec

ITEMS = 24
# From a package that finds the answers and one that explains them; both the same but for a test
# with shuffled weights.
MakeCases: TypeAlias = Callable[[ModelPackage, ModelPackage], list[Case]]
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Subject:
    """A model under test; `read` gives for its data folder what makes the cases."""

    edition: Edition
    data_set: str
    items: str
    score: str
    read: Callable[[Path], MakeCases]


def chosen(items: Sequence[_Item]) -> list[_Item]:
    """Return at most `ITEMS`, evenly over all."""
    places = np.linspace(0, len(items) - 1, min(ITEMS, len(items))).astype(int)
    return [items[place] for place in places.tolist()]


def _heart(data: Path) -> MakeCases:
    murmurs = [each for each in in_split(read_recordings(data), "test") if each.label]
    rate = RESAMPLE.sampling_frequency
    told = [((each.samples[None], rate), 0) for each in chosen(murmurs)]
    return lambda _, package: sound_cases(package, told)


def _lungs(data: Path) -> MakeCases:
    cycles = [each for each in list_cycles(data) if each.split == "test" and each.label]
    told = [(read_source(each.path), each.label - 1) for each in chosen(cycles)]
    return lambda _, package: sound_cases(package, told)


def _notes(data: Path) -> MakeCases:
    told = [(note.text, note.label) for note in chosen(read_notes(data))]
    return lambda _, package: note_cases(package, told)


def _phi(data: Path) -> MakeCases:
    texts = [one.text for one in read_asq_phi(data) if one.places]
    return lambda finder, package: mention_cases(finder, package, chosen(texts))


def _tagger(spec: TaggerSpec) -> Subject:
    def read(data: Path) -> MakeCases:
        sentences = spec.corpus.read(data, "dev")
        documents: dict[int, list[str]] = {}
        for number, one in zip(documents_of(sentences).tolist(), sentences, strict=True):
            documents.setdefault(number, []).append(" ".join(one.words))
        texts = ["\n".join(lines) for lines in documents.values()]
        return lambda finder, package: mention_cases(finder, package, chosen(texts))

    items = "mentions that it finds first in texts of the development part"
    return Subject(spec.edition, spec.corpus.name, items, "probability", read)


SUBJECTS = {
    subject.edition.model_id: subject
    for subject in (
        Subject(
            HEART_MURMUR,
            "PASCAL CHSC-2011 set B (DigiScope)",
            "recordings of test patients with a murmur",
            "logit",
            _heart,
        ),
        Subject(
            LUNG_SOUNDS,
            "ICBHI 2017, single-channel recordings, cut to respiratory cycles",
            "cycles of test patients with a crackle or wheeze",
            "logit",
            _lungs,
        ),
        Subject(
            NOTES, "MTSamples, duplicates removed", "notes that it learned from", "logit", _notes
        ),
        Subject(
            PHI, "ASQ-PHI", "mentions that it finds first in texts of the development part",
            "probability", _phi,
        ),
        *(_tagger(spec) for spec in (CHEMICALS, DISEASES, CONDITIONS, CASE_REPORTS)),
    )
}  # fmt: skip
