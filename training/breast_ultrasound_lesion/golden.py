"""The package's golden inputs: computed pictures with a dark mass of each kind."""

from pathlib import Path

from training.export import GoldenInput
from training.synthetic_dicom import SyntheticExamination, write_ultrasound
from training.ultrasound_phantom import Gallbladder, Scan, scan_phantom

SCAN = Scan(rows=224, columns=256, millimeters_per_pixel=0.16, center_row=100, center_column=128)
# The phantom of a fluid-filled sac serves as a dark mass: oval and smooth, or ragged and upright.
PHANTOMS = {
    "oval-smooth": Gallbladder(18, 9.0, 5, 0.03),
    "ragged": Gallbladder(14, 10.0, 60, 0.45, 0.2),
    "small": Gallbladder(7, 5.0, 20, 0.1),
    "flat": Gallbladder(24, 5.0, 0, 0.08),
}


def make_golden_inputs(folder: Path) -> list[GoldenInput]:
    """Write the golden inputs into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for seed, (name, mass) in enumerate(PHANTOMS.items(), start=21):
        path = folder / f"synthetic-{name}.dcm"
        examination = SyntheticExamination(
            f"golden breast {name}",
            f"SYNTHETIC breast, {name}",
            "050Y",
            "F",
            SCAN.millimeters_per_pixel,
            body_part="BREAST",
            patient_name="Synthetic^Adult",
        )
        write_ultrasound(path, scan_phantom(SCAN, mass, seed), examination)
        made.append(GoldenInput(path))
    return made
