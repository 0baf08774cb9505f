"""The package's golden inputs: small computed pictures, one of each kind of gallbladder."""

from pathlib import Path

from training.export import GoldenInput
from training.synthetic_dicom import SyntheticExamination, write_ultrasound
from training.ultrasound_phantom import Gallbladder, Scan, scan_phantom

SCAN = Scan(rows=200, columns=240, millimeters_per_pixel=0.16, center_row=90, center_column=120)
REGION = (50, 20, 190, 160)
PHANTOMS = {
    "small-irregular": Gallbladder(17, 3.0, 36, 0.35, 0.3),
    "narrow": Gallbladder(20, 2.0, 42, 0.15),
    "full": Gallbladder(22, 7.0, 34, 0.05),
    "round": Gallbladder(15, 9.0, 20, 0.05),
}


def make_golden_inputs(folder: Path) -> list[GoldenInput]:
    """Write the golden inputs into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for seed, (name, gallbladder) in enumerate(PHANTOMS.items(), start=1):
        path = folder / f"synthetic-{name}.dcm"
        examination = SyntheticExamination(
            f"golden {name}",
            f"SYNTHETIC gallbladder, {name}",
            "001M",
            "F",
            SCAN.millimeters_per_pixel,
        )
        write_ultrasound(path, scan_phantom(SCAN, gallbladder, seed), examination)
        made.append(GoldenInput(path, REGION))
    return made
