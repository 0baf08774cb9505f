"""What the model of children's chest films is, for whom, and how it is trained."""

from meddx_desktop.inference.manifest import Concept, Label
from training.edition import REFERENCE_ADDED
from training.image_augmentation import Augmentation
from training.pediatric_chest_pneumonia.dataset import COLUMNS, INPUT_SIZE, PREPARATION, TUNED_SIZE
from training.pediatric_chest_pneumonia.golden import make_golden_inputs
from training.transfer_ensemble import texts
from training.transfer_ensemble.declaration import (
    FindingGoal,
    ImageModel,
    Negatives,
    PackageTexts,
    Source,
)
from training.transfer_ensemble.heads import ExclusiveClasses
from training.transfer_ensemble.negatives import neighbors_without
from training.transfer_ensemble.network import Architecture
from training.transfer_ensemble.recipe import Recipe

FOLDER = "cxr-paediatric-pneumonia"

LABEL = Label(
    output_description="Calibrated probabilities of pneumonia and, within it, of a bacterial and "
    "of a viral one; the two add up to the first. A map shows the places that speak for or "
    "against.",
    developer=texts.DEVELOPER,
    funding=texts.FUNDING,
    intended_use="A second look at a frontal chest film of a child of one to five years in whom "
    "pneumonia is considered.",
    intended_users="Physicians and radiographers trained in pediatric chest radiography",
    intended_population="Children of one to five years with a frontal (AP) chest film",
    cautioned_out_of_scope_use="Adults, adolescents, infants under one year, lateral films, CT, "
    "other diseases of the chest (tuberculosis, effusion, pneumothorax, foreign body), and any "
    "choice of antibiotics: the kind of germ cannot be read from a film.",
    known_risks_and_limitations=(
        "All films come from one hospital in Guangzhou. Its normal films differ from the ill ones "
        "in framing and exposure, and a 24 x 24 thumbnail already tells them apart; elsewhere the "
        "figures will be lower, above all the specificity.",
        "On test patients of the same hospital a logistic regression on frozen features is as "
        "good; this network keeps its figures better where films are rotated or of half the "
        "resolution. Nothing shows how it does at another hospital.",
        "The films had been squashed to 224 x 224 without their aspect; fine signs are lost.",
        "About three films in four of the training set show pneumonia; where it is rarer, a "
        "positive answer is wrong more often.",
        "Bacterial and viral are the source's labels, from the clinical course; films overlap.",
        "A normal film does not exclude early pneumonia.",
    ),
    training_data="Chest films of children of the Guangzhou Women and Children's Medical Center "
    "(Kermany 2018, CC BY 4.0), the published training part without its copies, divided by "
    "patient.",
    training_demographics="Children of one to five years; age, sex and ethnicity of the single "
    "patients are unknown.",
    exclusion_criteria="Copies within the source. The source left out films of low quality.",
    fairness_process=texts.NO_ATTRIBUTES,
    external_validation="None with this version: the published test part was not used here.",
    quantitative_performance="See the table of evaluation: test patients of the training part.",
    subgroup_performance="Unknown: age, sex and device are not published.",
    maintenance=texts.MAINTENANCE,
    update_schedule=texts.UPDATE_SCHEDULE,
)

TEXTS = PackageTexts(
    model_id="pediatric-chest-pneumonia",
    name="Children's chest film: pneumonia",
    summary="Estimates the probability of pneumonia, bacterial or viral, from a frontal chest film "
    "of a child of one to five years.",
    changelog={
        "1.0.0": "First version, for research only.",
        "1.1.0": "The linear member sees the whole film at 224 x 224, with maxima; for findings.",
        "1.1.1": REFERENCE_ADDED,
    },
    references=(
        "Kermany DS, Goldbaum M, Cai W, et al. Identifying medical diagnoses and treatable "
        "diseases by image-based deep learning. Cell 2018;172(5):1122-1131. Data: "
        "doi 10.17632/rscbjbr9sj, CC BY 4.0.",
        texts.EFFICIENTNET,
    ),
    accepts=texts.accept_chest_films(1.0, 5.99),
    quality=texts.CHEST_QUALITY,
    label=LABEL,
)

MODEL = ImageModel(
    texts=TEXTS,
    findings=(
        FindingGoal(Concept(value="233604007", scheme="SCT", meaning="Pneumonia"), 0.95, 0.99),
        FindingGoal(
            Concept(value="53084003", scheme="SCT", meaning="Bacterial pneumonia"), 0.85, 0.95
        ),
        FindingGoal(Concept(value="75570004", scheme="SCT", meaning="Viral pneumonia"), 0.80, 0.95),
    ),
    class_names=("normal", "pneumonia"),
    source=Source(
        data_set="Kermany 2018, published training part",
        test_split="test patients, same hospital",
        reference_group="films of test patients of the same hospital",
    ),
    columns=COLUMNS,
    preparation=PREPARATION,
    # Normal is class 0, so that pneumonia is bacterial or viral and nothing else.
    architecture=Architecture(
        size=INPUT_SIZE,
        head=ExclusiveClasses(3, ((1, 2), (1,), (2,))),
        tuned_size=TUNED_SIZE,
        stochastic_depth=0.1,
        is_mirrored=False,
    ),
    negatives=Negatives(neighbors_without(FOLDER)),
    make_golden_inputs=make_golden_inputs,
    gate_items=1000,
    changed_items=400,
    # Framing and exposure are what differs between films of the same disease.
    recipe=Recipe(
        folds=3,
        members=2,
        variants=5,
        epochs=12,
        linear_strength=0.001,
        linear_copies=0,
        augmentation=Augmentation(
            rotation=8.0,
            scale=0.16,
            aspect=0.16,
            shift=0.06,
            gamma=0.35,
            contrast=0.35,
            brightness=0.15,
            depth_gain=0.25,
            speckle=0.2,
            jpeg=0.4,
            curve=0.5,
            sharpen=0.5,
            frame=0.3,
        ),
    ),
)
