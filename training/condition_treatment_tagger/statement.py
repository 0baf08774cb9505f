"""What the package says of itself."""

from meddx_desktop.inference.manifest import Label
from training.tagging.spec import Statement

LABEL = Label(
    output_description="Mentions of conditions, drugs and interventions (treatments that are no "
    "drug: surgery, exercise, therapy by talking, radiation, devices, control treatments) in "
    "English text, each with its place, calibrated probability, and whether the record "
    "negates it, calls it past, hypothetical or uncertain, or speaks of the family.",
    developer="The MedDx Desktop authors",
    funding="None",
    intended_use="Finding who was treated for what with what in descriptions of clinical trials, "
    "letters and records, for a person who reads the text as well.",
    intended_users="Clinicians, coders and researchers who read English",
    intended_population="Not limited to a group of patients; adults and children, English text",
    cautioned_out_of_scope_use="Languages other than English, scanned tables, automatic coding, "
    "billing, prescribing, or any decision from the list alone.",
    known_risks_and_limitations=(
        "Trained on titles and summaries of registered trials about diseases of the nervous "
        "system; other fields and hospital notes are written otherwise.",
        "Interventions have many wordings and vague ends: about every second one is found with "
        "its exact ends.",
        "A drug that is only measured or abused, not given as a treatment, is mostly left out, as "
        "in the corpus.",
        "Assertions come from rules that look at one sentence and its section title; irony, "
        "references across sentences and unusual wording mislead them.",
        "A mention that is missing from the list proves nothing.",
    ),
    training_data="NeuroTrialNER, training and development part: 940 trials of ClinicalTrials.gov "
    "(Doneva 2024, MIT). The types OTHER, CONTROL, PHYSICAL, BEHAVIOURAL, SURGICAL and "
    "RADIOTHERAPY are one type here. Learned along, by heads of their own: the training parts "
    "of BC5CDR, NCBI-disease and MACCROBAT. Word vectors: GloVe 6B (PDDL), counts over public "
    "biomedical and clinical texts without their labels, and mean hidden states of "
    "all-MiniLM-L6-v2 (Apache-2.0). Names: MeSH and Disease Ontology diseases, DrugBank open "
    "vocabulary (CC0).",
    training_demographics="Unknown; registered trials of adults and children.",
    exclusion_criteria="None beyond the corpus' own.",
    fairness_process="Not possible: the texts carry no attributes of persons.",
    external_validation="Conditions against diseases and drugs against chemicals of the BC5CDR "
    "official test part, annotated by other rules: see the table.",
    quantitative_performance="See the table of evaluation.",
    subgroup_performance="By entity type in the table; no attributes of persons are known.",
    maintenance="Retrained by one command from the public data; figures are measured anew.",
    update_schedule="With releases of MedDx Desktop",
)

REFERENCES = (
    "Doneva SE, et al. NeuroTrialNER: an annotated corpus for neurological diseases and "
    "therapies in clinical trial registries. EMNLP 2024. Data: MIT.",
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
    name="Conditions and treatments in text",
    summary="Marks conditions, drugs and other treatments in English descriptions of trials and "
    "records.",
    version="1.0.0",
    changelog={"1.0.0": "First version."},
    label=LABEL,
    references=REFERENCES,
    reference_group="NeuroTrialNER development part, 153 registered trials, exact boundaries and "
    "type, members without that part",
)
