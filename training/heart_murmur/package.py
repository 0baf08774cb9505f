"""The manifest of the package: what the model is, for whom, and what was measured."""

from meddx_desktop.inference.manifest import (
    Accepts,
    Concept,
    FindingSpec,
    Label,
    Manifest,
    MeanOverWindows,
    Occlusion,
    OperatingPoint,
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
    threshold_for_sensitivity,
    threshold_for_specificity,
)
from training.edition import EVIDENCE_TESTED, Edition
from training.export import OPSET
from training.heart_murmur.dataset import ENVELOPES, FRAMES, OPERATIONS
from training.heart_murmur.gate import MINIMUM_DURATION_S, QUALITY
from training.heart_murmur.model import INPUT_NAME
from training.measurements import Measurements
from training.metrics import Predictions
from training.sound_package import window_outputs

MODEL_ID = "heart-murmur"
SENSITIVITY_GOAL = 0.9
SPECIFICITY_GOAL = 0.95
REFERENCE_GROUP = "recordings of test patients of the same center, made with the same device"

INPUT = Tensor(
    name=INPUT_NAME,
    axes=("batch", "time", "frequency", "channel"),
    shape=(None, FRAMES, ENVELOPES.bands, 1),
    dtype="float32",
)

LABEL = Label(
    output_description="Calibrated probability that a murmur can be heard in a heart recording, "
    "for the whole recording and for each window of three seconds. It does not say which murmur, "
    "nor whether it is innocent.",
    developer="The MedDx Desktop authors",
    funding="None",
    intended_use="A second listener to a recording made with an electronic stethoscope over the "
    "heart, which may prompt a person to listen again or to arrange an echocardiogram.",
    intended_users="Physicians and nurses trained in auscultation",
    intended_population="Children and young adults, recorded over the heart with an electronic "
    "stethoscope",
    cautioned_out_of_scope_use="Older adults, in whom the model was never measured; telling "
    "innocent from pathological murmurs; excluding heart disease; recordings over lungs, vessels "
    "or the abdomen; fetal heart sounds; arrhythmia.",
    known_risks_and_limitations=(
        "Trained on children and young adults of one maternal-fetal center, recorded with one "
        "device. Age and diagnosis of the single patients are not published.",
        "The test part is small: 68 recordings of 30 patients, 15 of them with a murmur. Read the "
        "intervals.",
        "A murmur is what the listeners of the set called one; 35 patients carry different labels "
        "at different places of the chest.",
        "Diastolic murmurs, clicks and prosthetic valves are not named in the training data.",
        "On other databases, whose label is 'abnormal' for any heart disease, the figures are "
        "much lower, because many of those diseases make no murmur; see the evaluation.",
        "Some recordings of other devices are refused, abnormal ones more often than normal ones; "
        "see the rows of the gates.",
        "Extrasystoles are not reported: the 30 recordings of known patients did not suffice "
        "(cross-validated AUC about 0.5).",
    ),
    training_data="PASCAL Classifying Heart Sounds Challenge 2011, set B, recorded with the "
    "DigiScope stethoscope (CC0): the training and validation patients of a patient-disjoint "
    "split, 4 kHz originals reduced to 2 kHz, 1 to 8 s each.",
    training_demographics="Children and young adults of a maternal and fetal cardiology center; "
    "age, sex and ethnicity of the single patients are unknown.",
    exclusion_criteria="Recordings under 0.8 s. Seven recordings that stand under two patient "
    "numbers count once, and both numbers as one patient.",
    fairness_process="Not possible by age, sex or ethnicity, which are not published; measured by "
    "noise mark and length of the recording.",
    external_validation="None with the same label and free of the training center. The databases "
    "of the PhysioNet/CinC Challenge 2016, with the label 'abnormal', are in the evaluation.",
    quantitative_performance="See the table of evaluation: test patients of the same center.",
    subgroup_performance="See the rows of the evaluation by noise mark and length.",
    maintenance="Retrained by one command from the public data; figures are measured anew.",
    update_schedule="With releases of MedDx Desktop",
)

EDITION = Edition(
    MODEL_ID,
    {
        "1.0.0": "First version.",
        "1.0.1": EVIDENCE_TESTED,
        "1.1.0": "The same network; rumble under 20 Hz, which it does not see, no longer makes a "
        "recording a poor one, sounds without single beats do. The card rates the gate together "
        "with the limits of quality, also on other devices.",
    },
    LABEL,
)


def build_finding(held_out: Predictions, test: Predictions) -> FindingSpec:
    """Calibrate on held-out recordings of known patients, measure on the test patients."""
    # Isotonic steps would give different recordings the same probability.
    calibration = fit_temperature(held_out)
    known = calibrate(held_out.logits, calibration)
    unseen = calibrate(test.logits, calibration)
    sensitive = threshold_for_sensitivity(held_out.labels, known, SENSITIVITY_GOAL)
    specific = threshold_for_specificity(held_out.labels, known, SPECIFICITY_GOAL)

    def point(name: str, threshold: float) -> OperatingPoint:
        return measure_operating_point(name, threshold, test.labels, unseen, REFERENCE_GROUP)

    low, high = min(sensitive, specific), max(sensitive, specific)
    points = (point("sensitive", low), point("specific", high))
    return FindingSpec(
        concept=Concept(value="88610006", scheme="SCT", meaning="Heart murmur"),
        index=0,
        calibration=calibration,
        operating_points=points,
        words=(points[0].threshold, max(points[1].threshold, EVEN)),
        conformal=fit_conformal(held_out.labels, known, (test.labels, unseen)),
    )


def build_manifest(measured: Measurements, features: int) -> Manifest:
    """Return the manifest, complete but for files and golden cases."""
    return Manifest(
        id=EDITION.model_id,
        version=EDITION.version,
        name="Heart sound: murmur",
        summary="Estimates the probability that a heart recording of a child or young adult "
        "contains a murmur.",
        changelog=EDITION.changelog,
        authors="The MedDx Desktop authors",
        copyright="Copyright 2026 The MedDx Desktop authors",
        license="Apache-2.0",
        references=(
            "Bentley P, Nordehn G, Coimbra M, Mannor S. The PASCAL Classifying Heart Sounds "
            "Challenge 2011 (CHSC2011). http://www.peterjbentley.com/heartchallenge/",
            "Liu C, Springer D, Li Q, et al. An open access database for the evaluation of heart "
            "sound algorithms. Physiological Measurement 2016;37(12):2181-2213. Evaluation only.",
        ),
        task=Task.AUDIO_CLASSIFICATION,
        opset=OPSET,
        inputs=(INPUT,),
        outputs=window_outputs(1, features, 40.0),
        preprocessing=OPERATIONS,
        postprocessing=(Sigmoid(), MeanOverWindows()),
        accepts=Accepts(
            age_years=(0.0, 40.0),
            minimum_duration_s=MINIMUM_DURATION_S,
            minimum_sampling_frequency=1000,
        ),
        quality=QUALITY,
        findings=(build_finding(measured.held_out, measured.test),),
        out_of_distribution=measured.gate,
        explanation=Occlusion(over="time", patch=0.5, stride=0.25),
        label=EDITION.label,
        evaluation=measured.evaluation,
        files=(),
    )
