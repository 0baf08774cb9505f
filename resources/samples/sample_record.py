"""A geriatric admission note, written for this product; person, clinic and course are invented."""

from pathlib import Path

NAME = "synthetic-admission-note.txt"
TITLE = "Synthetic admission note (invented, 84 years)"

NOTE = """\
SYNTHETIC RECORD - written for demonstration, no real person

GERIATRIC ADMISSION NOTE
Department of Geriatric Medicine, Lindenhill Community Hospital
Date of admission: 14 March

CHIEF COMPLAINT:
Dizziness and a fall at home.

HISTORY OF PRESENT ILLNESS:
The patient is an 84-year-old retired teacher who was brought in after a fall in the bathroom.
She describes two weeks of dizziness on standing, fatigue and nausea since hydrochlorothiazide was
added to her treatment. She denies chest pain, palpitations or syncope. There was no seizure and no
loss of consciousness. Blood tests on arrival show hyponatremia and acute kidney injury; the
hyponatremia is probably induced by hydrochlorothiazide. The X-ray shows no evidence of hip
fracture. A urinary tract infection is suspected. Pneumonia was ruled out.

PAST MEDICAL HISTORY:
1. Hypertension
2. Atrial fibrillation
3. Type 2 diabetes mellitus
4. Osteoporosis
5. Myocardial infarction nine years ago
6. Depression after the death of her husband

FAMILY HISTORY:
Her mother had breast cancer. Her father died of a stroke. Her brother has Parkinson's disease.

MEDICATIONS ON ADMISSION:
- apixaban 2.5 mg twice a day
- metoprolol 47.5 mg once a day
- hydrochlorothiazide 25 mg once a day
- metformin 500 mg twice a day
- sertraline 50 mg once a day
- ibuprofen 400 mg as bought by herself for knee pain

ALLERGIES:
Penicillin (rash).

EXAMINATION:
Alert, no acute distress. Blood pressure 104/58 mmHg lying and 82/50 mmHg standing, in keeping with
orthostatic hypotension. Heart irregular, without murmur. Lungs clear. No edema.

ASSESSMENT AND PLAN:
1. Orthostatic hypotension and hyponatremia: hydrochlorothiazide is stopped, sodium is checked
daily.
2. Acute kidney injury: ibuprofen and metformin are stopped, fluids are given.
3. Possible urinary tract infection: urine culture; nitrofurantoin is avoided because of the renal
failure.
4. Atrial fibrillation: apixaban is continued to prevent stroke.
5. No sign of delirium at present. If confusion or fever appears, call the ward physician.
"""


def make(folder: Path) -> dict[str, object]:
    """Write the note and return its entry for `sample-case.json`."""
    (folder / NAME).write_text(NOTE, encoding="utf-8", newline="\n")
    return {"file": NAME, "kind": "text", "title": TITLE, "region": None}


if __name__ == "__main__":
    make(Path(__file__).resolve().parent)
