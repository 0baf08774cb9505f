"""What the package says of itself."""

from meddx_desktop.inference.manifest import Label
from training.tagging.spec import Statement

LABEL = Label(
    output_description="Mentions of diseases, by the annotation rules of the NCBI disease corpus, "
    "in English text, each with its place, calibrated probability, and whether the record "
    "negates it, calls it past, hypothetical or uncertain, or speaks of the family.",
    developer="The MedDx Desktop authors",
    funding="None",
    intended_use="Finding and listing diseases in literature about genes and diseases and in a "
    "patient's records, for a person who reads the record as well.",
    intended_users="Clinicians, coders and researchers who read English",
    intended_population="Not limited to a group of patients; adults and children, English text",
    cautioned_out_of_scope_use="Languages other than English, scanned tables, automatic coding, "
    "billing, prescribing, or any decision from the list alone.",
    known_risks_and_limitations=(
        "Trained on PubMed abstracts, many about genetic diseases; hospital notes are written "
        "otherwise, and no figures on annotated hospital notes exist.",
        "Follows the rules of its corpus: classes of diseases and modifiers (breast cancer "
        "families) count, symptoms such as pain mostly do not.",
        "Figures fall on text that was annotated by other rules (see the row on BC5CDR).",
        "Assertions come from rules that look at one sentence and its section title; irony, "
        "references across sentences and unusual wording mislead them.",
        "A mention that is missing from the list proves nothing.",
    ),
    training_data="NCBI-disease, training and development part: 692 PubMed abstracts (Dogan 2014, "
    "public domain). Learned along, by heads of their own: the training parts of BC5CDR, "
    "NeuroTrialNER and MACCROBAT. Word vectors: GloVe 6B (PDDL), counts over public "
    "biomedical and clinical texts without their labels, and mean hidden states of "
    "all-MiniLM-L6-v2 (Apache-2.0). Names: MeSH and Disease Ontology diseases, DrugBank open "
    "vocabulary (CC0).",
    training_demographics="Not applicable to abstracts; the authors' patients are unknown.",
    exclusion_criteria="None beyond the corpus' own.",
    fairness_process="Not possible: the texts carry no attributes of persons.",
    external_validation="Diseases of the BC5CDR official test part, annotated by other rules: see "
    "the table.",
    quantitative_performance="See the table of evaluation.",
    subgroup_performance="One entity type; no attributes of persons are known.",
    maintenance="Retrained by one command from the public data; figures are measured anew.",
    update_schedule="With releases of MedDx Desktop",
)

REFERENCES = (
    "Dogan RI, Leaman R, Lu Z. NCBI disease corpus. J Biomed Inform 2014;47:1-10. Public domain.",
    "Crichton G, et al. A neural network multi-task learning approach to biomedical named "
    "entity recognition. BMC Bioinformatics 2017;18:368. Data: CC BY 4.0.",
    "Li J, et al. BioCreative V CDR task corpus. Database 2016:baw068.",
    "Pennington J, Socher R, Manning C. GloVe. EMNLP 2014. Vectors: PDDL 1.0.",
    "Wang W, et al. MiniLM. NeurIPS 2020; Reimers N, Gurevych I. Sentence-BERT. EMNLP 2019. "
    "Weights all-MiniLM-L6-v2: Apache-2.0.",
    "Medical Subject Headings, U.S. National Library of Medicine (modified: terms only); "
    "Human Disease Ontology (CC0); DrugBank open vocabulary (CC0).",
)

STATEMENT = Statement(
    name="Diseases in text (NCBI rules)",
    summary="Marks diseases in English abstracts and records as the NCBI disease corpus does.",
    version="1.0.0",
    changelog={"1.0.0": "First version."},
    label=LABEL,
    references=REFERENCES,
    reference_group="NCBI-disease development part, 100 PubMed abstracts, exact boundaries, "
    "members without that part",
)
