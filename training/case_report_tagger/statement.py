"""What the package says of itself."""

from meddx_desktop.inference.manifest import Label
from training.edition import EVIDENCE_TESTED
from training.tagging.spec import Statement
from training.tagging.wording import (
    BC5CDR_PAPER,
    BY_TYPE,
    COMMON_FIELDS,
    COMMON_LIMITATIONS,
    CONVERSION_PAPER,
    TRANSFORMER_PAPERS,
    describe_mentions,
    learned_together,
)

LABEL = Label(
    output_description=describe_mentions(
        "signs and symptoms, diseases, medication and procedures (diagnostic and therapeutic)"
    ),
    intended_use="Experimental: giving an overview of a narrative case report or record to a "
    "person who reads it as well.",
    known_risks_and_limitations=(
        "Experimental: trained on 130 published case reports, which are edited texts; about "
        "a third of the mentions are missed or have other ends.",
        "Diseases are the weakest type: half of them are found with the right ends; see the "
        "table by type.",
        "Signs and diseases overlap in meaning; the corpus decides by the sentence, and so may "
        "the model.",
        *COMMON_LIMITATIONS,
    ),
    training_data="MACCROBAT 2020, 130 case reports of PubMed Central (Caufield 2018, CC BY 4.0). "
    "Six further types of the corpus are learned but not told. "
    + learned_together("BC5CDR, NCBI-disease and NeuroTrialNER")
    + " The network began as all-MiniLM-L6-v2 (Apache-2.0).",
    training_demographics="Unknown; single patients of all ages who were found worth a report.",
    external_validation="Diseases of the NCBI-disease development part, annotated by other rules: "
    "see the table.",
    subgroup_performance=BY_TYPE,
    **COMMON_FIELDS,
)

REFERENCES = (
    "Caufield JH, et al. A reference set of curated biomedical data and metadata from clinical "
    "case reports. Sci Data 2018;5:180258. MACCROBAT2020: CC BY 4.0.",
    CONVERSION_PAPER,
    BC5CDR_PAPER,
    TRANSFORMER_PAPERS,
)

STATEMENT = Statement(
    name="Case reports: signs, diseases, medication, procedures",
    summary="Experimental: marks signs, diseases, medication and procedures in English case "
    "reports and narrative records.",
    changelog={
        "1.0.0": "First version.",
        "1.0.1": EVIDENCE_TESTED,
        "1.1.0": "A small transformer, tuned as a whole, in place of an LSTM over fixed vectors.",
    },
    label=LABEL,
    references=REFERENCES,
    reference_group="MACCROBAT, 20 case reports of the development part, exact boundaries and "
    "type, of which the network saw none",
)
