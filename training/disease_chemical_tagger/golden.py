"""Golden inputs: short texts written for this package, none of them from a patient or a paper."""

TEXTS = {
    "drug-reaction.txt": (
        "Severe hyponatremia developed three days after carbamazepine was started. The sodium "
        "rose when carbamazepine was replaced by levetiracetam, and the seizures did not return."
    ),
    "ward-note.txt": (
        "SUMMARY:\nA woman of 79 years with atrial fibrillation and type 2 diabetes.\n\n"
        "MEDICATIONS:\n- apixaban\n- metformin\n- L-thyroxine\n\n"
        "No sign of pneumonia. Her sister had breast cancer. Ibuprofen is avoided because of renal "
        "failure."
    ),
    "abbreviations.txt": (
        "Deep vein thrombosis (DVT) was found in two patients on tamoxifen (TAM). Neither DVT nor "
        "stroke occurred in the group without TAM; 5-fluorouracil caused diarrhea in one."
    ),
    "no-mentions.txt": "The committee met on Tuesday and agreed to buy two chairs for the library.",
    "long-word-and-signs.txt": (
        "N-methyl-4-phenyl-1,2,3,6-tetrahydropyridine (MPTP) causes parkinsonism in monkeys; "
        "α-tocopherol and Co-Q10 were given at 10 mg/kg."
    ),
}
