"""What the package says of itself."""

from meddx_desktop.inference.manifest import Label
from training.tagging.spec import Statement

LABEL = Label(
    output_description="Mentions of signs and symptoms, diseases, medication and procedures "
    "(diagnostic and therapeutic) in English text, each with its place, calibrated "
    "probability, and whether the record negates it, calls it past, hypothetical or "
    "uncertain, or speaks of the family.",
    developer="The MedDx Desktop authors",
    funding="None",
    intended_use="Experimental: giving an overview of a narrative case report or record to a "
    "person who reads it as well.",
    intended_users="Clinicians, coders and researchers who read English",
    intended_population="Not limited to a group of patients; adults and children, English text",
    cautioned_out_of_scope_use="Languages other than English, scanned tables, automatic coding, "
    "billing, prescribing, or any decision from the list alone.",
    known_risks_and_limitations=(
        "Experimental: trained on 150 published case reports, which are edited texts; about every "
        "third mention is missed or has other ends.",
        "Diseases and therapeutic procedures are the weakest types; see the table by type.",
        "Signs and diseases overlap in meaning; the corpus decides by the sentence, and so may "
        "the model.",
        "Assertions come from rules that look at one sentence and its section title; irony, "
        "references across sentences and unusual wording mislead them.",
        "A mention that is missing from the list proves nothing.",
    ),
    training_data="MACCROBAT 2020, 150 case reports of PubMed Central (Caufield 2018, CC BY 4.0). "
    "Six further types of the corpus are learned but not told. Learned along, by heads of "
    "their own: the training parts of BC5CDR, NCBI-disease and NeuroTrialNER. Word vectors: "
    "GloVe 6B (PDDL), counts over public biomedical and clinical texts without their labels, "
    "and mean hidden states of all-MiniLM-L6-v2 (Apache-2.0). Names: MeSH and Disease "
    "Ontology diseases, DrugBank open vocabulary (CC0).",
    training_demographics="Unknown; single patients of all ages who were found worth a report.",
    exclusion_criteria="None beyond the corpus' own.",
    fairness_process="Not possible: the texts carry no attributes of persons.",
    external_validation="Diseases of the NCBI-disease development part, annotated by other rules: "
    "see the table.",
    quantitative_performance="See the table of evaluation.",
    subgroup_performance="By entity type in the table; no attributes of persons are known.",
    maintenance="Retrained by one command from the public data; figures are measured anew.",
    update_schedule="With releases of MedDx Desktop",
)

REFERENCES = (
    "Caufield JH, et al. A reference set of curated biomedical data and metadata from clinical "
    "case reports. Sci Data 2018;5:180258. MACCROBAT2020: CC BY 4.0.",
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
    name="Case reports: signs, diseases, medication, procedures",
    summary="Experimental: marks signs, diseases, medication and procedures in English case "
    "reports and narrative records.",
    version="1.0.0",
    changelog={"1.0.0": "First version."},
    label=LABEL,
    references=REFERENCES,
    reference_group="MACCROBAT, 20 case reports of the development part, exact boundaries and "
    "type, members without that part",
)
