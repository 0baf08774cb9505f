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
    GLOVE_PAPER,
    NO_PATIENTS,
    VECTORS,
    VOCABULARIES,
    describe_mentions,
)

LABEL = Label(
    output_description=describe_mentions("diseases and chemicals (drugs among them)"),
    intended_use="Finding and listing diseases and drugs in a patient's records and in literature, "
    "for a person who reads the record as well.",
    known_risks_and_limitations=(
        "Trained on PubMed abstracts about effects of drugs; hospital notes are written otherwise, "
        "and no figures on annotated hospital notes exist for these two types.",
        "Symptoms such as pain or nausea count as diseases, as in the corpus; procedures, tests "
        "and body parts are not found.",
        "The corpus follows its own rules: groups of drugs are mostly left out, and figures fall "
        "on text that was annotated by other rules (see the row on NCBI-disease).",
        *COMMON_LIMITATIONS,
    ),
    training_data="BC5CDR, training and development part: 1,000 PubMed abstracts (Li 2016), in the "
    f"version of Crichton 2017 (CC BY 4.0). {VECTORS}",
    training_demographics=NO_PATIENTS,
    external_validation="NCBI-disease development part, annotated by other rules: see the table.",
    subgroup_performance=BY_TYPE,
    **COMMON_FIELDS,
)

REFERENCES = (
    BC5CDR_PAPER,
    CONVERSION_PAPER,
    "Lample G, et al. Neural architectures for named entity recognition. NAACL 2016.",
    GLOVE_PAPER,
    VOCABULARIES,
)

STATEMENT = Statement(
    name="Diseases and chemicals in text",
    summary="Marks diseases and chemicals, drugs among them, in English records and abstracts.",
    changelog={
        "1.0.0": "First version.",
        "1.0.1": "The same network in less room: word vectors in eight bits, other weights in "
        "half precision; measured anew.",
        "1.0.2": EVIDENCE_TESTED,
    },
    label=LABEL,
    references=REFERENCES,
    reference_group="BC5CDR official test part, 500 PubMed abstracts, exact boundaries and type",
)
