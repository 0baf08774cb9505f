"""Golden inputs: short texts written for this package; the persons in them do not exist."""

from pathlib import Path

from training.export import GoldenInput

TEXTS = {
    "query.txt": (
        "What are the treatment options for a 61-year-old woman with newly diagnosed COPD, Marlene "
        "Okonkwo, seen at Birchfield General Hospital on March 3rd, 2021 (MRN: BGH-204417)? "
        "Contact: m.okonkwo@example.org or (555) 010-7788."
    ),
    "record.txt": (
        "PATIENT: Tobias Lindqvist\nDATE OF BIRTH: 04/17/1952\nMEDICAL RECORD NUMBER: 5520918\n"
        "PHYSICIAN: Dr. Amara Feldman\n\nMr. Lindqvist lives at 48 Harbor Lane, Duluth. He takes "
        "metoprolol 50 mg twice a day. Social security number 000-12-3456."
    ),
    "harmless.txt": (
        "Does a Framingham risk score of 18% change the dose of atorvastatin in a 58-year-old man "
        "with Parkinson's disease, diagnosed in 2017, according to the 2023 ACC/AHA guidelines?"
    ),
    "small-letters.txt": (
        "pt henrik solberg, 70yo m, seen in the toledo office on 5/6/22, policy no. qx-778812. "
        "murphy sign negative, wbc 11.2."
    ),
}


def write_golden_inputs(folder: Path) -> tuple[GoldenInput, ...]:
    """Write the texts and return them as golden inputs."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in TEXTS.items():
        (folder / name).write_text(text + "\n", encoding="utf-8", newline="\n")
    return tuple(GoldenInput(folder / name) for name in TEXTS)
