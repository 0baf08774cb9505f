"""The package's golden inputs: computed films of a child's chest."""

from pathlib import Path

from training.chest_phantom import Chest, film_phantom
from training.export import GoldenInput
from training.synthetic_dicom import SyntheticExamination, write_radiograph

SIZE = 288
PHANTOMS = {
    "clear": Chest(),
    "lower-lobe": Chest(opacities=((0.60, 0.30, 0.11, 7.0),)),
    "both-sides": Chest(haze=0.8, opacities=((0.45, 0.66, 0.08, 4.0), (0.5, 0.34, 0.08, 4.0))),
    "overexposed": Chest(exposure=-1.5, heart=0.17),
}


def make_golden_inputs(folder: Path) -> list[GoldenInput]:
    """Write the golden inputs into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for seed, (name, chest) in enumerate(PHANTOMS.items(), start=1):
        path = folder / f"synthetic-{name}.dcm"
        examination = SyntheticExamination(
            f"golden child {name}",
            f"SYNTHETIC chest, {name}",
            "003Y",
            "F",
            0.8,
            body_part="CHEST",
            patient_name="Synthetic^Child",
        )
        write_radiograph(path, film_phantom(chest, SIZE, seed), examination, "AP")
        made.append(GoldenInput(path))
    return made
