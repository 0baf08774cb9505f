"""Golden inputs: short notes written for this package; no patient is behind them."""

from pathlib import Path

from training.export import GoldenInput

TEXTS = {
    "knee.txt": (
        "PREOPERATIVE DIAGNOSIS: Torn medial meniscus, right knee.\nPROCEDURE: Arthroscopy. The "
        "portal was made beside the patellar tendon, the torn fragment was trimmed with a shaver, "
        "and the joint was washed out. Full weight bearing from the first day."
    ),
    "eye.txt": (
        "The lens was removed by phacoemulsification through a clear corneal incision and an "
        "intraocular lens was placed in the capsular bag. Visual acuity was 20/25 the next day."
    ),
    "heart.txt": (
        "Echocardiogram: left ventricular ejection fraction 35 percent, moderate mitral "
        "regurgitation. Cardiac catheterization showed a lesion of the left anterior descending "
        "artery; a stent was deployed. Aspirin and a beta blocker were continued."
    ),
    "unclear.txt": "She feels well today and will come back in three months.",
}


def write_golden_inputs(folder: Path) -> tuple[GoldenInput, ...]:
    """Write the texts and return them as golden inputs."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in TEXTS.items():
        (folder / name).write_text(text + "\n", encoding="utf-8", newline="\n")
    return tuple(GoldenInput(folder / name) for name in TEXTS)
