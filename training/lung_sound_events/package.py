"""The manifest of the package: what the model is, for whom, and what was measured."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from meddx_desktop.inference.manifest import (
    Accepts,
    Concept,
    Evaluation,
    FindingSpec,
    Label,
    Manifest,
    MeanOverWindows,
    Occlusion,
    OperatingPoint,
    OutOfDistribution,
    Sigmoid,
    Task,
    Tensor,
)
from training.calibration import (
    EVEN,
    calibrate,
    fit_conformal,
    fit_temperature,
    measure_operating_point,
    threshold_for_specificity,
)
from training.edition import Edition
from training.export import OPSET
from training.lung_sound_events.dataset import OPERATIONS, Cycle, labels_of, patients_of
from training.lung_sound_events.decision import Values, choose_thresholds
from training.lung_sound_events.evaluate import finding_predictions
from training.lung_sound_events.gate import MINIMUM_DURATION_S, QUALITY
from training.lung_sound_events.model import INPUT_NAME
from training.metrics import Predictions
from training.sound_package import window_outputs

MODEL_ID = "lung-sound-events"
SPECIFICITY_GOAL = 0.95
REFERENCE_GROUP = "respiratory cycles of test patients of the same centers and devices"
CONCEPTS = (
    Concept(value="48409008", scheme="SCT", meaning="Crackle"),
    Concept(value="56018004", scheme="SCT", meaning="Wheeze"),
)

LABEL = Label(
    output_description="Research only. Calibrated probabilities that crackles and that wheezes can "
    "be heard in a recording of breath sounds, for the whole recording and for windows of five "
    "seconds. Neither positive means: sounds like the cycles that were marked normal.",
    developer="The MedDx Desktop authors",
    funding="None",
    intended_use="Research only: to study how well crackles and wheezes can be found by machine. "
    "Not for decisions about a patient.",
    intended_users="Researchers, and physicians who listen to the recording themselves",
    intended_population="Patients recorded over the chest or trachea with an electronic "
    "stethoscope, mostly adults with chronic obstructive pulmonary disease",
    cautioned_out_of_scope_use="Any decision about a patient; excluding lung disease; telling "
    "diseases apart; heart sounds, coughs and voices; recordings by telephone.",
    known_risks_and_limitations=(
        "Research only: it misses many crackles and wheezes and reports many that nobody marked; "
        "read the evaluation.",
        "A finding is positive from the threshold that balances the three classes, far below one "
        "half: most positive findings of unselected recordings are false.",
        "Cycles marked as crackle include those that also wheeze, so a wheeze beside crackles "
        "was not taught.",
        "The marks of the set are noisy: listeners agree only in part. Few patients wheeze (26 of "
        "the 62 visible).",
        "Device and disease go together in the set. The color of a device is taken out of the "
        "statistics, but what it does to short clicks is not.",
        "With the Littmann 3200 the folds give far less than with the Meditron; see the rows by "
        "device.",
        "It does not bear noise: with white noise 20 dB below the breath it is no better than "
        "chance.",
        "The gate learned from other recordings of the kinds of sound that it is measured on; "
        "kinds that it never met are refused less often, see the rows of the gate.",
        "Everything above 2 kHz is left out, because half of the set has nothing there.",
    ),
    training_data="ICBHI 2017 Respiratory Sound Database, single-channel recordings (Littmann 3200 "
    "and Meditron), cut to the annotated respiratory cycles, 4 kHz: training and validation "
    "patients of a patient-disjoint split. Made freely available for research.",
    training_demographics="Patients of Portugal and Greece; diagnoses: mostly chronic obstructive "
    "pulmonary disease, also healthy, infections, bronchiectasis, bronchiolitis. Age and sex are "
    "not in this copy of the set.",
    exclusion_criteria="Cycles under 0.4 s; recordings of several channels at once.",
    fairness_process="Measured by device and site; age, sex and ethnicity are unknown here.",
    external_validation="None: no second set of lung sounds was at hand.",
    quantitative_performance="See the table of evaluation: test patients of the same centers, and "
    "folds over all visible patients.",
    subgroup_performance="See the rows of the evaluation by device and site.",
    maintenance="Retrained by one command from the public data; figures are measured anew.",
    update_schedule="With releases of MedDx Desktop",
)

EDITION = Edition(
    MODEL_ID,
    {
        "1.0.0": "First version.",
        "1.0.1": "The same network; the card holds the reference network and tests the evidence.",
    },
    LABEL,
)


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """The findings, the finished rows of the card and the gate."""

    findings: tuple[FindingSpec, ...]
    evaluation: tuple[Evaluation, ...]
    gate: OutOfDistribution


def build_findings(
    known: tuple[Sequence[Cycle], Values], test: tuple[Sequence[Cycle], Values]
) -> tuple[FindingSpec, ...]:
    """Calibrate on held-out cycles of known patients, measure on the test patients.

    Both arguments are cycles with their log odds. The thresholds are chosen together.
    """
    held_out = [finding_predictions(*known, place) for place in range(len(CONCEPTS))]
    unseen = [finding_predictions(*test, place) for place in range(len(CONCEPTS))]
    calibrations = [fit_temperature(each) for each in held_out]
    columns = [
        calibrate(each.logits, calibration)
        for each, calibration in zip(held_out, calibrations, strict=True)
    ]
    thresholds = choose_thresholds(
        labels_of(known[0]), np.stack(columns, axis=1), patients_of(known[0])
    )

    def build(place: int) -> FindingSpec:
        calibration, probabilities = calibrations[place], columns[place]
        tested = calibrate(unseen[place].logits, calibration)
        points = _operating_points(
            thresholds[place], (held_out[place], probabilities), (unseen[place], tested)
        )
        return FindingSpec(
            concept=CONCEPTS[place],
            index=place,
            calibration=calibration,
            operating_points=points,
            words=(points[0].threshold, max(points[0].threshold, EVEN)),
            is_experimental=True,
            conformal=fit_conformal(
                held_out[place].labels, probabilities, (unseen[place].labels, tested)
            ),
        )

    return tuple(build(place) for place in range(len(CONCEPTS)))


def _operating_points(
    balanced: float, known: tuple[Predictions, Values], test: tuple[Predictions, Values]
) -> tuple[OperatingPoint, OperatingPoint]:
    specific = threshold_for_specificity(known[0].labels, known[1], SPECIFICITY_GOAL)

    def point(name: str, threshold: float) -> OperatingPoint:
        labels, probabilities = test[0].labels, test[1]
        return measure_operating_point(name, threshold, labels, probabilities, REFERENCE_GROUP)

    return point("balanced", balanced), point("specific", max(balanced, specific))


def input_tensor(statistics: int) -> Tensor:
    """Return the description of the network's input."""
    return Tensor(
        name=INPUT_NAME, axes=("batch", "feature"), shape=(None, statistics), dtype="float32"
    )


def build_manifest(measured: Measured, statistics: int) -> Manifest:
    """Return the manifest, complete but for files and golden cases."""
    return Manifest(
        purpose="research",
        id=EDITION.model_id,
        version=EDITION.version,
        name="Lung sounds: crackle, wheeze (research only)",
        summary="Research only: estimates the probabilities of crackles and of wheezes in a "
        "recording of breath sounds.",
        changelog=EDITION.changelog,
        authors="The MedDx Desktop authors",
        copyright="Copyright 2026 The MedDx Desktop authors",
        license="Apache-2.0 for the package; the training data are for research",
        references=(
            "Rocha BM, Filos D, Mendes L, et al. An open access database for the evaluation of "
            "respiratory sound classification algorithms. Physiological Measurement "
            "2019;40:035001.",
        ),
        task=Task.AUDIO_CLASSIFICATION,
        opset=OPSET,
        inputs=(input_tensor(statistics),),
        outputs=window_outputs(len(CONCEPTS), statistics, 60.0),
        preprocessing=OPERATIONS,
        postprocessing=(Sigmoid(), MeanOverWindows()),
        accepts=Accepts(
            minimum_duration_s=MINIMUM_DURATION_S,
            minimum_sampling_frequency=4000,
        ),
        quality=QUALITY,
        findings=measured.findings,
        out_of_distribution=measured.gate,
        explanation=Occlusion(over="samples", patch=0.3, stride=0.15),
        label=EDITION.label,
        evaluation=measured.evaluation,
        files=(),
    )
