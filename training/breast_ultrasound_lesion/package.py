"""What the model of breast ultrasound is, for whom, and how it is trained."""

from meddx_desktop.inference.manifest import Accepts, Concept, Label
from training.breast_ultrasound_lesion.dataset import COLUMNS, INPUT_SIZE, PREPARATION, TUNED_SIZE
from training.breast_ultrasound_lesion.golden import make_golden_inputs
from training.edition import REFERENCE_ADDED
from training.image_augmentation import Augmentation
from training.transfer_ensemble import texts
from training.transfer_ensemble.declaration import (
    AUC_PER_IMAGE,
    FindingGoal,
    ImageModel,
    Negatives,
    PackageTexts,
    Source,
)
from training.transfer_ensemble.heads import IndependentFindings
from training.transfer_ensemble.negatives import neighbors_without
from training.transfer_ensemble.network import SHALLOW_AVERAGES, Architecture
from training.transfer_ensemble.recipe import Recipe

FOLDER = "us-breast-busi"

LABEL = Label(
    output_description="Calibrated probability that a breast ultrasound picture shows a malignant "
    "lesion, against benign lesions and normal tissue, with a map of the places that speak for "
    "or against it.",
    developer=texts.DEVELOPER,
    funding=texts.FUNDING,
    intended_use="A second look at a B-mode picture of a breast lesion before it is classified.",
    intended_users="Physicians and sonographers trained in breast ultrasound",
    intended_population="Women of 25 to 75 years with a breast ultrasound picture",
    cautioned_out_of_scope_use="Screening, men, color Doppler, elastography, other organs, and any "
    "decision against a biopsy.",
    known_risks_and_limitations=(
        "The set has no patient numbers: look-alikes were kept together, but pictures of one woman "
        "may still lie on both sides, so every figure here is an upper bound.",
        "621 pictures from one hospital in Cairo; calipers and text are burned into many pictures "
        "of lesions.",
        "The pictures had been squashed to a square without their aspect.",
        "About three pictures in ten of the training set show a malignant lesion; where it is "
        "rarer, a positive answer is wrong more often.",
        "A low probability does not exclude a malignant lesion.",
    ),
    training_data="BUSI (Al-Dhabyani 2020, CC BY 4.0): 621 pictures left after near copies were "
    "dropped; groups of look-alikes stay whole.",
    training_demographics="Women of 25 to 75 years, Cairo 2018; age and ethnicity of the single "
    "patients are unknown.",
    exclusion_criteria="Near copies, and copies with different labels.",
    fairness_process=texts.NO_ATTRIBUTES,
    external_validation="None with this version.",
    quantitative_performance="See the table of evaluation: test groups of the same hospital; an "
    "upper bound.",
    subgroup_performance="Unknown: age and device are not published.",
    maintenance=texts.MAINTENANCE,
    update_schedule=texts.UPDATE_SCHEDULE,
)

TEXTS = PackageTexts(
    model_id="breast-ultrasound-lesion",
    name="Breast ultrasound: malignant lesion",
    summary="Estimates the probability of a malignant lesion from a B-mode picture of the breast.",
    changelog={
        "1.0.0": "First version.",
        "1.0.1": REFERENCE_ADDED,
    },
    references=(
        "Al-Dhabyani W, Gomaa M, Khaled H, Fahmy A. Dataset of breast ultrasound images. Data in "
        "Brief 2020;28:104863. CC BY 4.0.",
        texts.EFFICIENTNET,
    ),
    accepts=Accepts(
        modalities=("US",),
        body_parts=("BREAST",),
        age_years=(18.0, 120.0),
        minimum_rows=texts.SMALLEST_SIDE,
        minimum_columns=texts.SMALLEST_SIDE,
    ),
    quality=texts.require_structure(
        0.04, "The picture shows next to no structure. Open a B-mode picture of the breast."
    ),
    label=LABEL,
)

MODEL = ImageModel(
    texts=TEXTS,
    findings=(
        FindingGoal(
            Concept(value="254837009", scheme="SCT", meaning="Malignant lesion of breast"),
            sensitivity=0.90,
            specificity=0.95,
        ),
    ),
    class_names=("benign or normal", "malignant"),
    source=Source(
        data_set="BUSI, 621 pictures, patients unknown",
        test_split="test groups of look-alikes, same hospital",
        reference_group="pictures of test groups of the same hospital (an upper bound)",
        metrics=(AUC_PER_IMAGE,),
        has_patients=False,
    ),
    columns=COLUMNS,
    preparation=PREPARATION,
    architecture=Architecture(
        size=INPUT_SIZE,
        head=IndependentFindings(1),
        linear=SHALLOW_AVERAGES,
        tuned_size=TUNED_SIZE,
    ),
    negatives=Negatives(neighbors_without(FOLDER)),
    make_golden_inputs=make_golden_inputs,
    recipe=Recipe(
        folds=5,
        members=4,
        variants=16,
        epochs=30,
        augmentation=Augmentation(
            rotation=8.0, scale=0.15, aspect=0.15, shift=0.06, gamma=0.3, calipers=0.3
        ),
    ),
)
