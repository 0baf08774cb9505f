"""What the package says of itself."""

from meddx_desktop.inference.manifest import Label
from training.edition import EVIDENCE_TESTED
from training.tagging.spec import Statement
from training.tagging.wording import (
    COMMON_FIELDS,
    COMMON_LIMITATIONS,
    COMMON_PAPERS,
    NO_PATIENTS,
    describe_mentions,
    learned_along,
)

LABEL = Label(
    output_description=describe_mentions(
        "diseases, by the annotation rules of the NCBI disease corpus,"
    ),
    intended_use="Finding and listing diseases in literature about genes and diseases and in a "
    "patient's records, for a person who reads the record as well.",
    known_risks_and_limitations=(
        "Trained on PubMed abstracts, many about genetic diseases; hospital notes are written "
        "otherwise, and no figures on annotated hospital notes exist.",
        "Follows the rules of its corpus: classes of diseases and modifiers (breast cancer "
        "families) count, symptoms such as pain mostly do not.",
        "Figures fall on text that was annotated by other rules (see the row on BC5CDR).",
        *COMMON_LIMITATIONS,
    ),
    training_data="NCBI-disease, training and development part: 692 PubMed abstracts (Dogan 2014, "
    "public domain). " + learned_along("BC5CDR, NeuroTrialNER and MACCROBAT"),
    training_demographics=NO_PATIENTS,
    external_validation="Diseases of the BC5CDR official test part, annotated by other rules: see "
    "the table.",
    subgroup_performance="One entity type; no attributes of persons are known.",
    **COMMON_FIELDS,
)

REFERENCES = (
    "Dogan RI, Leaman R, Lu Z. NCBI disease corpus. J Biomed Inform 2014;47:1-10. Public domain.",
    *COMMON_PAPERS,
)

STATEMENT = Statement(
    name="Diseases in text (NCBI rules)",
    summary="Marks diseases in English abstracts and records as the NCBI disease corpus does.",
    changelog={
        "1.0.0": "First version.",
        "1.0.1": EVIDENCE_TESTED,
        "1.1.0": "Mean of three tunings in other orders.",
    },
    label=LABEL,
    references=REFERENCES,
    reference_group="NCBI-disease development part, 100 PubMed abstracts, exact boundaries, "
    "members without that part",
)
