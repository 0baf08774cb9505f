"""What the head CT model is and for whom: the written part of its manifest."""

from meddx_desktop.inference.manifest import Accepts, Concept, Label, QualityLimit
from training.edition import Edition

MODEL_ID = "head-ct-hemorrhage"
DATA_SET = "CT-ICH 1.0.0 (Hssayeni 2020)"
REFERENCE_SLICES = "slices of 82 trauma patients of one hospital, each scored without its patient"
REFERENCE_STUDIES = "studies of 82 trauma patients of one hospital, each scored without its patient"

# The order of the labels: any bleed, then KINDS of `simulated_bleeds.py`.
CONCEPTS = (
    Concept(value="1386000", scheme="SCT", meaning="Intracranial hemorrhage"),
    Concept(value="23276006", scheme="SCT", meaning="Intraventricular hemorrhage"),
    Concept(value="274100004", scheme="SCT", meaning="Intraparenchymal hemorrhage"),
    Concept(value="21454007", scheme="SCT", meaning="Subarachnoid hemorrhage"),
    Concept(value="68752002", scheme="SCT", meaning="Epidural hemorrhage"),
    Concept(value="35486000", scheme="SCT", meaning="Subdural hemorrhage"),
)
MEANINGS = tuple(concept.meaning for concept in CONCEPTS)

LABEL = Label(
    output_description="Calibrated probability of fresh blood inside the skull for each axial "
    "slice; for a series the highest of its slices, judged at an operating point of its own. Five "
    "kinds of bleed as experimental findings, and a map of the evidence on the highest slice.",
    developer="The MedDx Desktop authors",
    funding="None",
    intended_use="A second look at a non-contrast head CT after an injury: to read the marked "
    "slices again, and to sort a list of studies. It does not replace the report.",
    intended_users="Physicians trained in reading head CT",
    intended_population="Children and adults with a head CT without contrast after an injury",
    cautioned_out_of_scope_use="Excluding a bleed; CT with contrast, CT angiography, other body "
    "parts, coronal or sagittal slices, bone windows, MRI; spontaneous bleeds of old age, "
    "follow-up after surgery, old (dark) bleeds; any decision without a person who has "
    "seen the slices.",
    known_risks_and_limitations=(
        "Learned from 82 patients of one hospital, 36 with a bleed: the figures have wide "
        "intervals, and other hospitals' scanners and windows may do worse.",
        "Trauma patients, mostly young (mean age 28); spontaneous bleeds of old age, strokes and "
        "tumors are not among them.",
        "Small and thin bleeds are missed most often: a low probability excludes nothing. Slices "
        "at the skull base and at the vertex show little brain and are the least certain.",
        "The slice is cropped to the head and its tissue standardized from the picture alone; "
        "calcifications, dense sinuses, artifacts of movement and metal can look like blood.",
        "Each slice is judged alone; neighbors are not compared.",
    ),
    training_data="CT-ICH 1.0.0, PhysioNet, Al Hilla Teaching Hospital, Iraq, 2018 (CC BY 4.0): "
    "2,501 axial slices of 5 mm, brain window (center 40, width 120) already applied, 318 with a "
    "bleed; further bleeds were painted into slices without one.",
    training_demographics="82 patients, 46 male and 36 female, from newborn to 72 years, mean age "
    "28; ethnicity unknown.",
    exclusion_criteria="None beyond the source's own.",
    fairness_process="The AUC is reported by sex and by age group.",
    external_validation="None with this version.",
    quantitative_performance="See the table of evaluation: cross-validation by patient.",
    subgroup_performance="See the rows by sex and age; the groups are small.",
    maintenance="Retrained by one command from the public data; figures are measured anew.",
    update_schedule="With releases of MedDx Desktop",
)

EDITION = Edition(
    MODEL_ID,
    {
        "1.0.0": "First version.",
        "1.1.0": "Members learn longer, from more augmented copies of the slices.",
        "1.1.1": "The same network; likely is said from one half on, and the card holds the "
        "reference network.",
    },
    LABEL,
)

REFERENCES = (
    "Hssayeni MD, Croock MS, Salman AD, Al-khafaji HF, Yahya ZA, Ghoraani B. Intracranial "
    "hemorrhage segmentation using a deep convolutional model. Data 2020;5(1):14.",
    "Goldberger A, et al. PhysioBank, PhysioToolkit, and PhysioNet. Circulation "
    "2000;101:e215-e220.",
)

SUMMARY = (
    "Estimates the probability of fresh blood inside the skull on each slice of a head CT without "
    "contrast, and for the whole series."
)

ACCEPTS = Accepts(
    modalities=("CT",),
    body_parts=("HEAD", "BRAIN", "SKULL", "HEADNECK"),
    minimum_rows=64,
    minimum_columns=64,
    maximum_frames=600,
    requires=("modality",),
)

QUALITY = (
    QualityLimit(
        measure="standard_deviation",
        minimum=0.05,
        answer="The slice shows next to nothing.",
    ),
)
