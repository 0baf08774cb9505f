"""What the package says of itself."""

from meddx_desktop.inference.manifest import Label
from training.edition import EVIDENCE_TESTED
from training.tagging.spec import Statement
from training.tagging.wording import (
    BY_TYPE,
    COMMON_FIELDS,
    COMMON_LIMITATIONS,
    COMMON_PAPERS,
    describe_mentions,
    learned_along,
)

LABEL = Label(
    output_description=describe_mentions(
        "conditions, drugs and interventions (treatments that are no drug: surgery, exercise, "
        "therapy by talking, radiation, devices, control treatments)"
    ),
    intended_use="Finding who was treated for what with what in descriptions of clinical trials, "
    "letters and records, for a person who reads the text as well.",
    known_risks_and_limitations=(
        "Trained on titles and summaries of registered trials about diseases of the nervous "
        "system; other fields and hospital notes are written otherwise.",
        "Interventions have many wordings and vague ends: about every second one is found with "
        "its exact ends.",
        "A drug that is only measured or abused, not given as a treatment, is mostly left out, as "
        "in the corpus.",
        *COMMON_LIMITATIONS,
    ),
    training_data="NeuroTrialNER, training and development part: 940 trials of ClinicalTrials.gov "
    "(Doneva 2024, MIT). The types OTHER, CONTROL, PHYSICAL, BEHAVIOURAL, SURGICAL and "
    "RADIOTHERAPY are one type here. " + learned_along("BC5CDR, NCBI-disease and MACCROBAT"),
    training_demographics="Unknown; registered trials of adults and children.",
    external_validation="Conditions against diseases and drugs against chemicals of the BC5CDR "
    "official test part, annotated by other rules: see the table.",
    subgroup_performance=BY_TYPE,
    **COMMON_FIELDS,
)

REFERENCES = (
    "Doneva SE, et al. NeuroTrialNER: an annotated corpus for neurological diseases and "
    "therapies in clinical trial registries. EMNLP 2024. Data: MIT.",
    *COMMON_PAPERS,
)

STATEMENT = Statement(
    name="Conditions and treatments in text",
    summary="Marks conditions, drugs and other treatments in English descriptions of trials and "
    "records.",
    changelog={
        "1.0.0": "First version.",
        "1.0.1": EVIDENCE_TESTED,
    },
    label=LABEL,
    references=REFERENCES,
    reference_group="NeuroTrialNER development part, 153 registered trials, exact boundaries and "
    "type, members without that part",
)
