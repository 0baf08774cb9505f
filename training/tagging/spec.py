"""What one tagger is: its corpus and companions, its entity types, what its card says."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from meddx_desktop.inference.manifest import (
    ExpandAbbreviations,
    Label,
    PostprocessingOperation,
    ShareEmissions,
    ViterbiDecode,
)
from training.edition import Edition
from training.tagging.corpora import Corpus
from training.tagging.members import Recipe

FIELD_FILE = "crf.json"


@dataclass(frozen=True, slots=True)
class OtherCorpus:
    """A part of a corpus of another policy that shows how figures fall.

    `names` maps the tagger's kinds, `truth_names` the corpus' kinds to common names.
    """

    corpus: Corpus
    part: str
    names: Mapping[str, str]
    truth_names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Statement:
    """The words of a package: summary, versions, label, references."""

    name: str
    summary: str
    changelog: Mapping[str, str]
    label: Label
    references: tuple[str, ...]
    reference_group: str


@dataclass(frozen=True, slots=True)
class TaggerSpec:
    """One tagger.

    `entity_types` gives the entity type of each kind of mention that the package reports; other
    kinds of the corpus are learned but not told. `companions` are learned along by heads of
    their own. The refinement (`shared`, `abbreviations`) was chosen on the development part.
    `sentence_type` is the entity type of the question "does the sentence mention …". With
    `pieces` the transformer itself is tuned and shipped, with so many pieces of words; otherwise
    it lends its states to a network of words. `learns_development` ships members that learned
    from the development part too, otherwise those that were measured on it.
    """

    model_id: str
    corpus: Corpus
    entity_types: Mapping[str, str]
    statement: Statement
    golden: Mapping[str, str]
    sentence_type: str
    companions: tuple[Corpus, ...] = ()
    others: tuple[OtherCorpus, ...] = ()
    recipe: Recipe = field(default_factory=Recipe)
    members: int = 2
    uses_transformer: bool = True
    pieces: int | None = None
    learns_development: bool = True
    refinement: tuple[PostprocessingOperation, ...] = (
        ShareEmissions(weight=0.5, sentences=7, minimum_characters=3),
        ExpandAbbreviations(support=4, doubt=2, sentences=9),
    )

    @property
    def edition(self) -> Edition:
        """What the package calls itself."""
        return Edition(self.model_id, self.statement.changelog, self.statement.label)

    @property
    def postprocessing(self) -> tuple[PostprocessingOperation, ...]:
        """What the app does with the emissions."""
        decoding = ViterbiDecode(tags=self.corpus.tags, parameters=FIELD_FILE)
        return (*self.refinement, decoding)

    @property
    def types(self) -> tuple[str, ...]:
        """The entity types, each once."""
        return tuple(dict.fromkeys(self.entity_types.values()))

    def kinds_of(self, entity_type: str) -> tuple[str, ...]:
        """Return the kinds of mentions that are told as this entity type."""
        return tuple(kind for kind, name in self.entity_types.items() if name == entity_type)
