"""The manifest of the package: what the model is, for whom, and what was measured."""

from dataclasses import dataclass

from meddx_desktop.case.task import Task
from meddx_desktop.inference.manifest import (
    Accepts,
    EntitySpec,
    Evaluation,
    Isotonic,
    Label,
    Manifest,
    Occlusion,
    OutOfDistribution,
    Output,
    OutputRole,
    QualityLimit,
    Temperature,
    Tensor,
)
from training.edition import EVIDENCE_TESTED, Edition
from training.export import OPSET
from training.phi_redaction.dataset import ENTITY_TYPES, TAGS
from training.phi_redaction.evaluate import POSTPROCESSING, Figures
from training.phi_redaction.knowledge import OPERATIONS, WORD_LENGTH
from training.phi_redaction.model import FEATURES

MODEL_ID = "phi-redaction"
DATA_SET = "ASQ-PHI"
SPLIT = "development part, held out by text (5 folds)"
REFERENCE_GROUP = "ASQ-PHI, 525 synthetic clinical queries, held out by text, exact places"

_TOKENS: tuple[int | None, ...] = (None, None)
_TOKEN_AXES = ("batch", "token")


def _tokens(name: str) -> Tensor:
    return Tensor(name=name, axes=_TOKEN_AXES, shape=_TOKENS, dtype="int32")


INPUTS = (
    _tokens("words"),
    Tensor(name="characters", axes=("word", "character"), shape=(None, WORD_LENGTH), dtype="int32"),
    _tokens("spelling"),
    *(
        Tensor(
            name=name,
            axes=(*_TOKEN_AXES, "feature"),
            shape=(*_TOKENS, count),
            dtype="float32",
            value_range=(0.0, 1.0),
        )
        for name, count in FEATURES.items()
    ),
)
OUTPUTS = (
    Output(
        name="emissions",
        axes=(*_TOKEN_AXES, "class"),
        shape=(*_TOKENS, len(TAGS)),
        dtype="float32",
        value_range=(-200.0, 200.0),
        role=OutputRole.EMISSIONS,
    ),
)

LABEL = Label(
    output_description="Places in an English text that may identify a person: names, dates, "
    "locations (hospitals and cities among them), contacts and identifying numbers.",
    developer="The MedDx Desktop authors",
    funding="None",
    intended_use="A first pass over clinical queries and records before a person checks and "
    "releases them; every text must be read by a person after it.",
    intended_users="Clinicians and data stewards who read English",
    intended_population="Texts about persons of any age; English, United States forms of numbers",
    cautioned_out_of_scope_use="Releasing texts without reading them; calling a text anonymous; "
    "other languages; pictures, scanned pages and DICOM files; legal de-identification under "
    "HIPAA without an expert's determination.",
    known_risks_and_limitations=(
        "It does not guarantee anonymity: some names, places and numbers are missed, and a rare "
        "disease or an unusual story can identify a person without any of them.",
        "The set on which it is measured is synthetic and narrow (short queries with few, common "
        "American names); real records hold misspellings, nicknames, signatures and tables. No "
        "figures on real annotated records exist.",
        "Texts of our own, from templates written after reading that set, are most of what it "
        "learned from.",
        "Years by themselves, ages, professions, relatives without names, and dates such as 'last "
        "month' are mostly not marked; ages over 89 are not marked either.",
        "In small letters throughout it misses more (see the table).",
        "Hospitals and practices count as locations; names of drugs, diseases and scores are left, "
        "and now and then one of them is marked.",
    ),
    training_data="ASQ-PHI, development part: 525 synthetic clinical queries (Weatherhead 2026, "
    "MIT); Presidio's synthetic sentences (Microsoft, MIT); 7,000 texts of our own from templates, "
    "with names of the Faker project (MIT) and places, hospitals and eponyms listed by us; "
    "sentences of MTSamples and BC5CDR in which nothing looks private, as examples of what is not "
    "to be marked. Word vectors: GloVe 6B (PDDL). Names of diseases and drugs: Disease Ontology "
    "and DrugBank open vocabulary (CC0).",
    training_demographics="Not applicable: the persons are invented. Names of about thirty "
    "countries in Latin letters; figures by origin of the name do not exist.",
    exclusion_criteria="Presidio's sentences with organizations or loose dates, which follow other "
    "rules.",
    fairness_process="Names were drawn evenly from lists of about thirty countries, and one in "
    "eight is invented, so that rare names are not missed for being rare; the effect was not "
    "measured by group.",
    external_validation="None: the other half of the set is kept apart.",
    quantitative_performance="See the table of evaluation.",
    subgroup_performance="By kind of place in the table; no attributes of persons are known.",
    maintenance="Retrained by one command from the public data; figures are measured anew.",
    update_schedule="With releases of MedDx Desktop",
)

EDITION = Edition(MODEL_ID, {"1.0.0": "First version.", "1.0.1": EVIDENCE_TESTED}, LABEL)

REFERENCES = (
    "Weatherhead J, Golovko G, McCaffrey P. ASQ-PHI. Data in Brief 2026;65:112586. Data: MIT.",
    "Microsoft Presidio research: synthetic data set, version 2. MIT.",
    "Faker, Copyright (c) 2012 Daniele Faraglia: lists of names. MIT.",
    "Lample G, et al. Neural architectures for named entity recognition. NAACL 2016.",
    "Pennington J, Socher R, Manning C. GloVe. EMNLP 2014. Vectors: PDDL 1.0.",
    "45 CFR 164.514(b)(2): the identifiers of the safe harbor method.",
)


@dataclass(frozen=True, slots=True)
class Measurements:
    """What the finished package states; figures and calibration by entity type."""

    figures: dict[str, Figures]
    calibrations: dict[str, Temperature | Isotonic | None]
    evaluation: tuple[Evaluation, ...]
    gate: OutOfDistribution


def build_manifest(measured: Measurements) -> Manifest:
    """Return the manifest, complete but for files and golden cases."""
    return Manifest(
        id=EDITION.model_id,
        version=EDITION.version,
        name="What may identify a person in text",
        summary="Marks names, dates, locations, contacts and identifying numbers in English text; "
        "no guarantee of anonymity.",
        changelog=EDITION.changelog,
        authors="The MedDx Desktop authors",
        copyright="Copyright 2026 The MedDx Desktop authors",
        license="Apache-2.0",
        references=REFERENCES,
        task=Task.TEXT_TAGGING,
        purpose="redaction",
        opset=OPSET,
        inputs=INPUTS,
        outputs=OUTPUTS,
        preprocessing=OPERATIONS,
        postprocessing=POSTPROCESSING,
        accepts=Accepts(languages=("en",), minimum_characters=3),
        quality=(
            QualityLimit(
                measure="letter_fraction",
                minimum=0.2,
                answer="The text is almost all numbers and signs. The model reads running English "
                "text and headers, not tables of numbers.",
            ),
        ),
        entities=tuple(
            _entity(kind, measured.figures[kind], measured.calibrations[kind])
            for kind in ENTITY_TYPES
        ),
        out_of_distribution=measured.gate,
        explanation=Occlusion(over="text", patch=1, stride=1),
        label=EDITION.label,
        evaluation=measured.evaluation,
        files=(),
    )


def _entity(kind: str, figures: Figures, calibration: Temperature | Isotonic | None) -> EntitySpec:
    return EntitySpec(
        tag=kind,
        entity_type=kind,
        precision=figures.precision,
        recall=figures.recall,
        f1=figures.f1,
        reference_group=REFERENCE_GROUP,
        calibration=calibration,
    )
