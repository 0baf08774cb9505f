"""What the model of the projection is, for whom, and how it is trained."""

from meddx_desktop.inference.manifest import Concept, Label
from training.chest_projection.dataset import (
    COLUMNS,
    INPUT_SIZE,
    PREPARATION,
    PRINTED,
    printed_projection,
)
from training.chest_projection.golden import make_golden_inputs
from training.edition import REFERENCE_ADDED
from training.image_augmentation import Augmentation
from training.transfer_ensemble import texts
from training.transfer_ensemble.declaration import (
    AUC_PER_IMAGE,
    Correction,
    FindingGoal,
    ImageModel,
    Negatives,
    PackageTexts,
    Source,
    Subgroup,
)
from training.transfer_ensemble.heads import IndependentFindings
from training.transfer_ensemble.negatives import neighbors_without
from training.transfer_ensemble.network import SHALLOW_AVERAGES, Architecture
from training.transfer_ensemble.recipe import Recipe

FOLDER = "cxr-nih-adult"

LABEL = Label(
    output_description="Calibrated probability that a frontal chest film was taken from front to "
    "back (anteroposterior), with a map of the places that speak for or against it. No diagnosis.",
    developer=texts.DEVELOPER,
    funding=texts.FUNDING,
    intended_use="A check of the recorded projection of an adult's frontal chest film: a film "
    "taken as AP enlarges the heart's shadow.",
    intended_users="Radiographers and physicians who read chest films",
    intended_population="Adults with a frontal chest film",
    cautioned_out_of_scope_use="Any diagnosis; children; lateral films; other body parts.",
    known_risks_and_limitations=(
        "All films come from one hospital (NIH Clinical Center), where AP films are mostly of "
        "bedridden patients: tubes, lines and position may speak for AP.",
        "About one film in ten of the training set is of a patient under 18.",
        "Words such as PORTABLE are printed on a third of the AP films; see the row of films "
        "without them.",
        "One test film that the table calls PA carries the printed words PORTABLE and AP. Figures "
        "by the table, operating points among them, count the model's AP there as a mistake.",
        "It says nothing about any disease; the set's diagnoses were never read.",
    ),
    training_data="899 frontal films of NIH ChestX-ray14 (Wang 2017), projection from the "
    "acquisition table, divided by patient.",
    training_demographics="Ages 1 to 90 years, 10 % under 18; women and men; ethnicity unknown.",
    exclusion_criteria="One copy. The source holds frontal films only.",
    fairness_process="Figures by age and sex stand in the table of evaluation.",
    external_validation="None with this version.",
    quantitative_performance="See the table of evaluation: test patients of the same hospital.",
    subgroup_performance="By age and sex: see the table of evaluation; the groups are small.",
    maintenance=texts.MAINTENANCE,
    update_schedule=texts.UPDATE_SCHEDULE,
)

TEXTS = PackageTexts(
    model_id="chest-projection",
    name="Chest film: projection",
    summary="Estimates whether an adult's frontal chest film was taken anteroposterior; a quality "
    "check, no diagnosis.",
    changelog={
        "1.0.0": "First version.",
        "1.0.1": REFERENCE_ADDED,
        "1.0.2": "The same network; the card has figures by the words printed on the films.",
    },
    references=(
        "Wang X, Peng Y, Lu L, Lu Z, Bagheri M, Summers RM. ChestX-ray8: hospital-scale chest "
        "X-ray database and benchmarks on weakly-supervised classification and localization of "
        "common thorax diseases. CVPR 2017, 3462-3471. Data: NIH Clinical Center, "
        "https://nihcc.app.box.com/v/ChestXray-NIHCC",
        texts.EFFICIENTNET,
    ),
    accepts=texts.accept_chest_films(18.0, 120.0),
    quality=texts.CHEST_QUALITY,
    label=LABEL,
)


def _is_aged(low: int, high: int, value: str) -> bool:
    return value.isdigit() and low <= int(value) < high


MODEL = ImageModel(
    texts=TEXTS,
    findings=(
        FindingGoal(
            Concept(value="399348003", scheme="SCT", meaning="Anteroposterior projection"),
            sensitivity=0.95,
            specificity=0.98,
        ),
    ),
    class_names=("PA", "AP"),
    source=Source(
        data_set="NIH ChestX-ray14, 899 films",
        test_split="test patients, same hospital",
        reference_group="films of test patients of the same hospital",
        metrics=(AUC_PER_IMAGE,),
        subgroups=(
            Subgroup("under 18 years", "age", lambda value: _is_aged(0, 18, value)),
            Subgroup("18 to 49 years", "age", lambda value: _is_aged(18, 50, value)),
            Subgroup("50 years and older", "age", lambda value: _is_aged(50, 130, value)),
            Subgroup("women", "sex", lambda value: value == "F"),
            Subgroup("men", "sex", lambda value: value == "M"),
            Subgroup("no word of the projection printed", PRINTED, lambda value: not value),
        ),
        correction=Correction(
            "projection as printed on the film where it is", PRINTED, printed_projection
        ),
    ),
    columns=COLUMNS,
    preparation=PREPARATION,
    architecture=Architecture(
        size=INPUT_SIZE,
        head=IndependentFindings(1),
        linear=SHALLOW_AVERAGES,
        stochastic_depth=0.1,
        is_mirrored=False,
    ),
    negatives=Negatives(neighbors_without(FOLDER), skipped=("cxr-",)),
    make_golden_inputs=make_golden_inputs,
    recipe=Recipe(
        folds=4,
        variants=8,
        epochs=8,
        linear_share=0.2,
        augmentation=Augmentation(
            rotation=6.0,
            scale=0.08,
            aspect=0.06,
            shift=0.04,
            gamma=0.25,
            speckle=0.2,
            calipers=0.0,
            curve=0.3,
            sharpen=0.3,
            frame=0.2,
        ),
    ),
)
