"""What the gallbladder model is, for whom, and how it is trained."""

from meddx_desktop.inference.manifest import Accepts, Concept, Label
from training.gallbladder_ultrasound_atresia.dataset import (
    COLUMNS,
    INPUT_SIZE,
    PREPARATION,
    SOURCE_SIZE,
)
from training.gallbladder_ultrasound_atresia.golden import make_golden_inputs
from training.gallbladder_ultrasound_atresia.negatives import draw_frames
from training.transfer_ensemble import texts
from training.transfer_ensemble.declaration import (
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

LABEL = Label(
    output_description="Calibrated probability of biliary atresia for the drawn box, with a map of "
    "the places that speak for or against it.",
    developer=texts.DEVELOPER,
    funding=texts.FUNDING,
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
    fairness_process=texts.NO_ATTRIBUTES,
    external_validation="None with this version. Published full-size networks: AUC 0.956 per "
    "patient at other hospitals.",
    quantitative_performance="See the table of evaluation: test patients of the same hospitals.",
    subgroup_performance="Unknown: age, sex, device and hospital are not published.",
    maintenance=texts.MAINTENANCE,
    update_schedule=texts.UPDATE_SCHEDULE,
)

REFERENCES = (
    "Zhou W, Yang Y, Yu C, et al. Ensembled deep learning model outperforms human experts in "
    "diagnosing biliary atresia from sonographic gallbladder images. Nature Communications "
    "2021;12:1259. Data: doi 10.5281/zenodo.4445734, MIT license.",
    texts.EFFICIENTNET,
)

TEXTS = PackageTexts(
    model_id="gallbladder-ultrasound-atresia",
    name="Gallbladder ultrasound: biliary atresia",
    summary="Estimates the probability of biliary atresia from the gallbladder region of an "
    "infant's ultrasound picture.",
    changelog={
        "1.0.0": "First version.",
        "1.0.1": "The same weights in half precision, in half the room; on the test part the "
        "figures of the card stay the same.",
        "1.0.2": "The same network; likely is said from one half on, and the card tests the map.",
    },
    references=REFERENCES,
    accepts=Accepts(
        modalities=("US",),
        age_years=(0.0, 1.0),
        minimum_rows=SOURCE_SIZE - 12,
        minimum_columns=SOURCE_SIZE - 12,
        region="required",
        requires=("modality",),
    ),
    quality=texts.require_structure(
        0.02, "The box shows next to no structure. Draw it around the gallbladder."
    ),
    label=LABEL,
)

MODEL = ImageModel(
    texts=TEXTS,
    findings=(
        FindingGoal(
            Concept(value="77480004", scheme="SCT", meaning="Biliary atresia"),
            sensitivity=0.93,
            specificity=0.95,
        ),
    ),
    class_names=("no atresia", "atresia"),
    source=Source(
        data_set="Sonographic gallbladder images (Zhou 2021)",
        test_split="test patients, same hospitals",
        reference_group="pictures of test patients of the same hospitals",
    ),
    columns=COLUMNS,
    preparation=PREPARATION,
    architecture=Architecture(
        size=INPUT_SIZE, head=IndependentFindings(1), linear=SHALLOW_AVERAGES
    ),
    negatives=Negatives(neighbors_without("us-gallbladder-atresia"), draw_frames),
    make_golden_inputs=make_golden_inputs,
    needs_reference=True,
    recipe=Recipe(linear_share=0.2),
)
