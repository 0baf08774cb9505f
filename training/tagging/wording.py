"""What the packages of all taggers say alike."""

NO_PATIENTS = "Not applicable to abstracts; the authors' patients are unknown."
BY_TYPE = "By entity type in the table; no attributes of persons are known."

COMMON_LIMITATIONS = (
    "Assertions come from rules that look at one sentence and its section title; irony, "
    "references across sentences and unusual wording mislead them.",
    "A mention that is missing from the list proves nothing.",
)
_NAMES = "Names: MeSH and Disease Ontology diseases, DrugBank open vocabulary (CC0)."
VECTORS = (
    "Word vectors: GloVe 6B (PDDL) and counts over public biomedical and clinical texts without "
    f"their labels. {_NAMES}"
)
VECTORS_WITH_STATES = (
    "Word vectors: GloVe 6B (PDDL), counts over public biomedical and clinical texts without "
    "their labels, and mean hidden states of all-MiniLM-L6-v2 (Apache-2.0). "
    f"{_NAMES}"
)

BC5CDR_PAPER = "Li J, et al. BioCreative V CDR task corpus. Database 2016:baw068."
CONVERSION_PAPER = (
    "Crichton G, et al. A neural network multi-task learning approach to biomedical named "
    "entity recognition. BMC Bioinformatics 2017;18:368. Data: CC BY 4.0."
)
GLOVE_PAPER = "Pennington J, Socher R, Manning C. GloVe. EMNLP 2014. Vectors: PDDL 1.0."
VOCABULARIES = (
    "Medical Subject Headings, U.S. National Library of Medicine (modified: terms only); "
    "Human Disease Ontology (CC0); DrugBank open vocabulary (CC0)."
)
TRANSFORMER_PAPERS = (
    "Wang W, et al. MiniLM. NeurIPS 2020; Reimers N, Gurevych I. Sentence-BERT. EMNLP 2019. "
    "Weights all-MiniLM-L6-v2: Apache-2.0."
)
# What taggers with a common encoder have read, besides their own corpus' paper.
COMMON_PAPERS = (
    CONVERSION_PAPER,
    BC5CDR_PAPER,
    GLOVE_PAPER,
    TRANSFORMER_PAPERS,
    VOCABULARIES,
)


def learned_together(companions: str) -> str:
    """Say what else the encoder learned from."""
    return f"Learned along, by heads of their own: the training parts of {companions}."


def learned_along(companions: str) -> str:
    """Say what else the encoder learned from, and where its word vectors come from."""
    return f"{learned_together(companions)} {VECTORS_WITH_STATES}"


def describe_mentions(kinds: str) -> str:
    """Return what a tagger of these kinds of mentions puts out."""
    return (
        f"Mentions of {kinds} in English text, each with its place, calibrated probability, and "
        "whether the record negates it, calls it past, hypothetical or uncertain, or speaks of "
        "the family."
    )


# The fields of the label that are the same for all taggers.
COMMON_FIELDS = {
    "developer": "The MedDx Desktop authors",
    "funding": "None",
    "intended_users": "Clinicians, coders and researchers who read English",
    "intended_population": "Not limited to a group of patients; adults and children, English text",
    "cautioned_out_of_scope_use": "Languages other than English, scanned tables, automatic "
    "coding, billing, prescribing, or any decision from the list alone.",
    "exclusion_criteria": "None beyond the corpus' own.",
    "fairness_process": "Not possible: the texts carry no attributes of persons.",
    "quantitative_performance": "See the table of evaluation.",
    "maintenance": "Retrained by one command from the public data; figures are measured anew.",
    "update_schedule": "With releases of MedDx Desktop",
}
