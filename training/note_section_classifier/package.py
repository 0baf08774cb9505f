"""The manifest of the package: what the model is, for whom, and what was measured."""

from collections.abc import Sequence
from dataclasses import dataclass

from meddx_desktop.case.task import Task
from meddx_desktop.inference.manifest import (
    Accepts,
    Concept,
    Conformal,
    Evaluation,
    FindingSpec,
    Label,
    Manifest,
    Occlusion,
    OutOfDistribution,
    Output,
    OutputRole,
    QualityLimit,
    Sigmoid,
    Tensor,
)
from training.calibration import (
    calibrate,
    fit_conformal,
    fit_temperature,
    measure_operating_point,
)
from training.edition import EVIDENCE_TESTED, Edition
from training.export import OPSET
from training.metrics import Labels, Predictions, Scores
from training.note_section_classifier.dataset import CLASSES, NAMES, OPERATIONS

MODEL_ID = "note-section-classifier"
DATA_SET = "MTSamples, duplicates removed"
SPLIT = "5 folds of whole notes, train and dev parts"
REFERENCE_GROUP = "MTSamples, 1,345 notes of twelve body systems, held out by folds"
# More likely than not counts as positive; below the first word it is unlikely.
_THRESHOLD, _WORDS = 0.5, (0.3, 0.7)

INPUTS = (Tensor(name="words", axes=("batch", "token"), shape=(None, None), dtype="int32"),)
OUTPUTS = (
    Output(
        name="logits",
        axes=("batch", "class"),
        shape=(None, len(NAMES)),
        dtype="float32",
        value_range=(-20.0, 20.0),
        role=OutputRole.LOGITS,
    ),
)

LABEL = Label(
    output_description="For each of twelve body systems the probability that a note belongs to it. "
    "It sorts records; it is no diagnosis and says nothing of the patient's health.",
    developer="The MedDx Desktop authors",
    funding="None",
    intended_use="Sorting a patient's notes by body system, so that a person finds them faster.",
    intended_users="Clinicians and record keepers who read English",
    intended_population="Not limited to a group of patients; English notes of more than a few "
    "sentences",
    cautioned_out_of_scope_use="Diagnosis, triage, billing, other languages, laboratory tables; "
    "notes of systems that are not among the twelve.",
    known_risks_and_limitations=(
        "It sorts records and is no diagnosis.",
        "Trained on about 1,300 sample transcriptions of one American website, written before "
        "2018; notes of hospitals are written otherwise, and no figures on them exist.",
        "Every note gets one of twelve systems, also where none fits (general medicine, "
        "dentistry) or several do.",
        "Rare classes have few notes: dermatology 19, pediatrics 30, psychiatry 33. Their figures "
        "have wide intervals.",
    ),
    training_data="MTSamples: 1,345 transcribed sample notes (mtsamples.com, scraped 2018, "
    "duplicates removed, provided for reference by its users; no explicit license) whose "
    "specialties map to exactly one body system. Only weights and single words that at least three "
    "notes hold are part of the package, no text. Word vectors: GloVe 6B (PDDL).",
    training_demographics="Unknown: names and dates were changed by the publisher.",
    exclusion_criteria="Notes filed under several body systems or none; near-duplicates.",
    fairness_process="Not possible: the notes carry no attributes of persons.",
    external_validation="None.",
    quantitative_performance="See the table of evaluation. Words come to the network without "
    "capitals and line breaks, so that losing them changes nothing.",
    subgroup_performance="By class in the table; no attributes of persons are known.",
    maintenance="Retrained by one command from the public data; figures are measured anew.",
    update_schedule="With releases of MedDx Desktop",
)

EDITION = Edition(
    MODEL_ID,
    {
        "1.0.0": "First version.",
        "1.0.1": EVIDENCE_TESTED,
        "1.0.2": "Conformal sets at 90 %.",
        "1.0.3": "The same weights in half precision: no other answer on 1,345 notes.",
    },
    LABEL,
)

REFERENCES = (
    "MTSamples, transcribed medical transcription sample reports, mtsamples.com.",
    "Pennington J, Socher R, Manning C. GloVe. EMNLP 2014. Vectors: PDDL 1.0.",
    "Wang S, Manning C. Baselines and bigrams. ACL 2012.",
)


@dataclass(frozen=True, slots=True)
class Measurements:
    """Held-out predictions by class, the finished rows, the gate, and the network's weight."""

    classes: Sequence[Predictions]
    evaluation: tuple[Evaluation, ...]
    gate: OutOfDistribution
    network_weight: float


def build_manifest(measured: Measurements) -> Manifest:
    """Return the manifest, complete but for files and golden cases."""
    return Manifest(
        id=EDITION.model_id,
        version=EDITION.version,
        name="Body system of a note",
        summary="Sorts English notes by body system. It is no diagnosis.",
        changelog=EDITION.changelog,
        authors="The MedDx Desktop authors",
        copyright="Copyright 2026 The MedDx Desktop authors",
        license="Apache-2.0",
        references=REFERENCES,
        task=Task.TEXT_CLASSIFICATION,
        purpose="organization",
        opset=OPSET,
        inputs=INPUTS,
        outputs=OUTPUTS,
        preprocessing=OPERATIONS,
        postprocessing=(Sigmoid(),),
        accepts=Accepts(languages=("en",), minimum_characters=40),
        quality=(
            QualityLimit(
                measure="letter_fraction",
                minimum=0.45,
                answer="The text is mostly numbers and signs. The model reads running English "
                "text, not tables.",
            ),
        ),
        findings=tuple(
            _finding(place, predictions) for place, predictions in enumerate(measured.classes)
        ),
        out_of_distribution=measured.gate,
        explanation=Occlusion(over="text", patch=3, stride=3),
        label=EDITION.label,
        evaluation=measured.evaluation,
        files=(),
    )


def _finding(place: int, predictions: Predictions) -> FindingSpec:
    calibration = fit_temperature(predictions)
    probabilities = calibrate(predictions.logits, calibration)
    point = measure_operating_point(
        "more likely than not", _THRESHOLD, predictions.labels, probabilities, REFERENCE_GROUP
    )
    value = NAMES[place].lower().replace("/", "-")
    return FindingSpec(
        concept=Concept(value=value, scheme="99MEDDX", meaning=CLASSES[NAMES[place]]),
        index=place,
        calibration=calibration,
        operating_points=(point,),
        words=_WORDS,
        conformal=_conformal(predictions.labels, probabilities),
    )


def _conformal(labels: Labels, probabilities: Scores) -> Conformal:
    """Return the quantile of every other held-out note, and its coverage on those between."""
    return fit_conformal(labels[::2], probabilities[::2], (labels[1::2], probabilities[1::2]))
