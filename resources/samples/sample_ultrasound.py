"""The sample case's ultrasound: a computed liver with a small, irregular gallbladder."""

from pathlib import Path

from training.synthetic_dicom import SyntheticExamination, write_ultrasound
from training.ultrasound_phantom import Gallbladder, Scan, scan_phantom

FILE_NAME = "synthetic-gallbladder-ultrasound.dcm"
TITLE = "Synthetic ultrasound: infant's gallbladder"
SEED = 4
SCAN = Scan(rows=480, columns=640, millimeters_per_pixel=0.08, center_row=210, center_column=320)
GALLBLADDER = Gallbladder(17, 3.0, 36, 0.35, 0.3)
REGION = (180, 70, 460, 350)


def make(folder: Path) -> dict[str, object]:
    """Write the file and return its entry in the list of samples."""
    examination = SyntheticExamination(
        "sample case",
        "SYNTHETIC gallbladder, small and irregular",
        "001M",
        "F",
        SCAN.millimeters_per_pixel,
    )
    pixels = scan_phantom(SCAN, GALLBLADDER, SEED)
    write_ultrasound(folder / FILE_NAME, pixels, examination)
    return {"file": FILE_NAME, "kind": "image", "title": TITLE, "region": list(REGION)}
