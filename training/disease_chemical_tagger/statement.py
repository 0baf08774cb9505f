"""What the package says of itself."""

from meddx_desktop.inference.manifest import Label
from training.tagging.spec import Statement

LABEL = Label(
    output_description="Mentions of diseases and chemicals (drugs among them) in English text, "
    "each with its place, calibrated probability, and whether the record negates it, calls it "
    "past, hypothetical or uncertain, or speaks of the family.",
    developer="The MedDx Desktop authors",
    funding="None",
    intended_use="Finding and listing diseases and drugs in a patient's records and in literature, "
    "for a person who reads the record as well.",
    intended_users="Clinicians, coders and researchers who read English",
    intended_population="Not limited to a group of patients; adults and children, English text",
    cautioned_out_of_scope_use="Languages other than English, scanned tables, automatic coding, "
    "billing, prescribing, or any decision from the list alone.",
    known_risks_and_limitations=(
        "Trained on PubMed abstracts about effects of drugs; hospital notes are written otherwise, "
        "and no figures on annotated hospital notes exist for these two types.",
        "Symptoms such as pain or nausea count as diseases, as in the corpus; procedures, tests "
        "and body parts are not found.",
        "The corpus follows its own rules: groups of drugs are mostly left out, and figures fall "
        "on text that was annotated by other rules (see the row on NCBI-disease).",
        "Assertions come from rules that look at one sentence and its section title; irony, "
        "references across sentences and unusual wording mislead them.",
        "A mention that is missing from the list proves nothing.",
    ),
    training_data="BC5CDR, training and development part: 1,000 PubMed abstracts (Li 2016), in the "
    "version of Crichton 2017 (CC BY 4.0). Word vectors: GloVe 6B (PDDL) and counts over public "
    "biomedical and clinical texts without their labels. Names: MeSH and Disease Ontology "
    "diseases, DrugBank open vocabulary (CC0).",
    training_demographics="Not applicable to abstracts; the authors' patients are unknown.",
    exclusion_criteria="None beyond the corpus' own.",
    fairness_process="Not possible: the texts carry no attributes of persons.",
    external_validation="NCBI-disease development part, annotated by other rules: see the table.",
    quantitative_performance="See the table of evaluation.",
    subgroup_performance="By entity type in the table; no attributes of persons are known.",
    maintenance="Retrained by one command from the public data; figures are measured anew.",
    update_schedule="With releases of MedDx Desktop",
)


REFERENCES = (
    "Li J, et al. BioCreative V CDR task corpus. Database 2016:baw068.",
    "Crichton G, et al. A neural network multi-task learning approach to biomedical named "
    "entity recognition. BMC Bioinformatics 2017;18:368. Data: CC BY 4.0.",
    "Lample G, et al. Neural architectures for named entity recognition. NAACL 2016.",
    "Pennington J, Socher R, Manning C. GloVe. EMNLP 2014. Vectors: PDDL 1.0.",
    "Medical Subject Headings, U.S. National Library of Medicine (modified: terms only); "
    "Human Disease Ontology (CC0); DrugBank open vocabulary (CC0).",
)

STATEMENT = Statement(
    name="Diseases and chemicals in text",
    summary="Marks diseases and chemicals, drugs among them, in English records and abstracts.",
    version="1.0.1",
    changelog={
        "1.0.0": "First version.",
        "1.0.1": "The same network in less room: word vectors in eight bits, other weights in "
        "half precision; measured anew.",
    },
    label=LABEL,
    references=REFERENCES,
    reference_group="BC5CDR official test part, 500 PubMed abstracts, exact boundaries and type",
)
