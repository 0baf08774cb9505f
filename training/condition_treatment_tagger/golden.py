"""Golden inputs: short texts written for this package, none of them from a patient or a paper."""

TEXTS = {
    "trial.txt": "Exercise and Fampridine for Walking in Multiple Sclerosis | Adults with "
    "multiple sclerosis will receive fampridine or placebo for eight weeks together with "
    "treadmill training.",
    "ward-note.txt": "PLAN:\n- levodopa for Parkinson's disease\n- physiotherapy twice a week\n- "
    "deep brain stimulation was declined\n\nNo sign of dementia.",
    "abbreviations.txt": "Transcranial magnetic stimulation (TMS) is compared with sham "
    "stimulation in chronic migraine (CM). TMS is given daily; patients with CM may keep "
    "taking topiramate.",
    "no-mentions.txt": "The committee met on Tuesday and agreed to buy two chairs for the library.",
}
