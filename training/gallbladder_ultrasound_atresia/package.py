"""The manifest of the package: what the model is, for whom, and what was measured."""

from collections.abc import Mapping

from meddx_desktop.inference.manifest import (
    Accepts,
    ActivationMap,
    Concept,
    FindingSpec,
    Label,
    Manifest,
    MeanOverFrames,
    OperatingPoint,
    Output,
    OutputRole,
    QualityLimit,
    Sigmoid,
    Task,
    Tensor,
)
from training.calibration import (
    calibrate,
    fit_calibration,
    fit_conformal,
    measure_operating_point,
    threshold_for_sensitivity,
    threshold_for_specificity,
)
from training.export import OPSET
from training.gallbladder_ultrasound_atresia.dataset import INPUT_SIZE, OPERATIONS, SOURCE_SIZE
from training.gallbladder_ultrasound_atresia.evaluate import INPUT_NAME
from training.measurements import Measurements
from training.metrics import Predictions

MODEL_ID = "gallbladder-ultrasound-atresia"
VERSION = "1.0.0"
LOGIT_RANGE = (-40.0, 40.0)
SENSITIVITY_GOAL = 0.93
SPECIFICITY_GOAL = 0.95
REFERENCE_GROUP = "pictures of test patients of the same hospitals"

INPUT = Tensor(
    name=INPUT_NAME,
    axes=("batch", "row", "column", "channel"),
    shape=(None, INPUT_SIZE, INPUT_SIZE, 1),
    dtype="float32",
)

LABEL = Label(
    output_description="Calibrated probability of biliary atresia for the drawn box, with a map of "
    "the places that speak for or against it.",
    developer="The MedDx Desktop authors",
    funding="None",
    intended_use="A second look at gallbladder ultrasound of a jaundiced infant in whom biliary "
    "atresia is considered. The person draws a box around the gallbladder.",
    intended_users="Physicians and sonographers trained in pediatric ultrasound",
    intended_population="Jaundiced infants whose gallbladder is being examined",
    cautioned_out_of_scope_use="Screening of healthy infants, children past infancy and adults, "
    "whole frames without a box, other organs, color Doppler, and any decision for or against "
    "surgery without cholangiography or histology.",
    known_risks_and_limitations=(
        "Trained on pictures of 60 x 60 pixels that were already cropped to the gallbladder; finer "
        "signs are lost, and the answer depends on where the box is drawn.",
        "All training pictures come from hospitals in China.",
        "About one picture in four of the training set shows biliary atresia; where the disease is "
        "rarer, a positive answer is wrong more often.",
        "The gallbladder can look normal in biliary atresia; a low probability excludes nothing.",
    ),
    training_data="Sonographic gallbladder images of Zhou et al., Nature Communications "
    "2021;12:1259 (MIT license), 60 x 60 gray pictures, patients kept whole in every split.",
    training_demographics="Infants; age, sex and ethnicity of the single patients are unknown.",
    exclusion_criteria="Copies of one patient who is in the source under two numbers. The source's "
    "own criteria: see the publication.",
    fairness_process="Not possible: the pictures carry no attributes of the patients.",
    external_validation="None with this version. Published full-size networks: AUC 0.956 per "
    "patient at other hospitals.",
    quantitative_performance="See the table of evaluation: test patients of the same hospitals.",
    subgroup_performance="Unknown: age, sex, device and hospital are not published.",
    maintenance="Retrained by one command from the public data; figures are measured anew.",
    update_schedule="With releases of MedDx Desktop",
)


def build_finding(held_out: Predictions, test: Predictions) -> FindingSpec:
    """Calibrate on held-out pictures of known patients, measure on the test patients."""
    calibration = fit_calibration(held_out)
    known = calibrate(held_out.logits, calibration)
    unseen = calibrate(test.logits, calibration)
    sensitive = threshold_for_sensitivity(held_out.labels, known, SENSITIVITY_GOAL)
    specific = threshold_for_specificity(held_out.labels, known, SPECIFICITY_GOAL)

    def point(name: str, threshold: float) -> OperatingPoint:
        return measure_operating_point(name, threshold, test.labels, unseen, REFERENCE_GROUP)

    points = (point("sensitive", sensitive), point("specific", max(sensitive, specific)))
    return FindingSpec(
        concept=Concept(value="77480004", scheme="SCT", meaning="Biliary atresia"),
        index=0,
        calibration=calibration,
        operating_points=points,
        words=(points[0].threshold, points[1].threshold),
        conformal=fit_conformal(held_out.labels, known, (test.labels, unseen)),
    )


REFERENCES = (
    "Zhou W, Yang Y, Yu C, et al. Ensembled deep learning model outperforms human experts in "
    "diagnosing biliary atresia from sonographic gallbladder images. Nature Communications "
    "2021;12:1259. Data: doi 10.5281/zenodo.4445734, MIT license.",
    "Tan M, Le QV. EfficientNet: rethinking model scaling for convolutional neural networks. "
    "ICML 2019. ImageNet weights of EfficientNet-Lite0: Apache-2.0.",
)


def build_manifest(measured: Measurements, sizes: Mapping[str, tuple[int, ...]]) -> Manifest:
    """Return the manifest, complete but for files and golden cases.

    `sizes` are those of each output of the network but the batch.
    """
    return Manifest(
        id=MODEL_ID,
        version=VERSION,
        name="Gallbladder ultrasound: biliary atresia",
        summary="Estimates the probability of biliary atresia from the gallbladder region of an "
        "infant's ultrasound picture.",
        changelog={VERSION: "First version."},
        authors="The MedDx Desktop authors",
        copyright="Copyright 2026 The MedDx Desktop authors",
        license="Apache-2.0",
        references=REFERENCES,
        task=Task.IMAGE_CLASSIFICATION,
        opset=OPSET,
        inputs=(INPUT,),
        outputs=_outputs(sizes),
        preprocessing=OPERATIONS,
        postprocessing=(Sigmoid(), MeanOverFrames()),
        accepts=Accepts(
            modalities=("US",),
            age_years=(0.0, 1.0),
            minimum_rows=SOURCE_SIZE - 12,
            minimum_columns=SOURCE_SIZE - 12,
            region="required",
            requires=("modality",),
        ),
        quality=(
            QualityLimit(
                measure="standard_deviation",
                minimum=0.02,
                answer="The box shows next to no structure. Draw it around the gallbladder.",
            ),
        ),
        findings=(build_finding(measured.held_out, measured.test),),
        out_of_distribution=measured.gate,
        explanation=ActivationMap(output="activation_map"),
        label=LABEL,
        evaluation=measured.evaluation,
        files=(),
    )


def _outputs(sizes: Mapping[str, tuple[int, ...]]) -> tuple[Output, ...]:
    axes = {
        "logits": ("batch", "class"),
        "activation_map": ("batch", "row", "column", "class"),
        "features": ("batch", "feature"),
    }
    return tuple(
        Output(
            name=name,
            axes=named,
            shape=(None, *sizes[name]),
            dtype="float32",
            value_range=LOGIT_RANGE if name == "logits" else None,
            role=OutputRole(name),
        )
        for name, named in axes.items()
    )
