"""The package's golden inputs: computed slices with and without a bleed."""

from pathlib import Path

from training.export import GoldenInput
from training.head_ct_phantom import Bleed, HeadScan, scan_head
from training.synthetic_ct import SyntheticSeries, write_head_ct

SCAN = HeadScan(size=192, millimeters_per_pixel=1.2)
PHANTOMS: dict[str, tuple[float, Bleed | None]] = {
    "no-bleed": (30.0, None),
    "small-bleed": (40.0, Bleed(24, 30, 40, 9)),
    "large-bleed": (45.0, Bleed(-30, 10, 45, 20)),
    "vertex": (80.0, None),
}


def make_golden_inputs(folder: Path) -> list[GoldenInput]:
    """Write the golden inputs into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for seed, (name, (height, bleed)) in enumerate(PHANTOMS.items(), start=1):
        path = folder / f"synthetic-head-{name}.dcm"
        series = SyntheticSeries(
            f"golden head {name}",
            f"SYNTHETIC head, {name}",
            "030Y",
            "F",
            SCAN.millimeters_per_pixel,
            (height,),
        )
        write_head_ct(path, scan_head(SCAN, (height,), seed, bleed), series)
        made.append(GoldenInput(path))
    return made
