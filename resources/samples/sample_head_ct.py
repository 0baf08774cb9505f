"""The sample case's head CT: a computed head with a bleed on some of its slices."""

from pathlib import Path

from training.head_ct_phantom import Bleed, HeadScan, scan_head
from training.synthetic_ct import SyntheticSeries, write_head_ct

FILE_NAME = "synthetic-head-ct.dcm"
TITLE = "Synthetic head CT: bleed on some slices"
SEED = 7
SCAN = HeadScan()
HEIGHTS_MM = tuple(float(height) for height in range(0, 80, 8))
BLEED = Bleed(-30, 18, 36, 16)


def make(folder: Path) -> dict[str, object]:
    """Write the file and return its entry in the list of samples."""
    series = SyntheticSeries(
        "sample case head",
        "SYNTHETIC head, bleed on the right",
        "034Y",
        "M",
        SCAN.millimeters_per_pixel,
        HEIGHTS_MM,
    )
    write_head_ct(folder / FILE_NAME, scan_head(SCAN, HEIGHTS_MM, SEED, BLEED), series)
    return {"file": FILE_NAME, "kind": "image", "title": TITLE}
