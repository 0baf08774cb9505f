"""The package's golden inputs: computed films of an adult chest."""

from pathlib import Path

from training.chest_phantom import Chest, film_phantom
from training.export import GoldenInput
from training.synthetic_dicom import SyntheticExamination, write_radiograph

SIZE = 288
PHANTOMS = {
    "deep-breath": (Chest(lung_height=0.34, heart=0.12), "PA"),
    "supine": (Chest(lung_height=0.24, heart=0.20, scapula=1.0), "AP"),
    "dark": (Chest(lung_height=0.32, exposure=1.2), "PA"),
    "scapulae": (Chest(scapula=1.6, heart=0.17), "AP"),
}


def make_golden_inputs(folder: Path) -> list[GoldenInput]:
    """Write the golden inputs into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for seed, (name, (chest, view_position)) in enumerate(PHANTOMS.items(), start=11):
        path = folder / f"synthetic-{name}.dcm"
        examination = SyntheticExamination(
            f"golden adult {name}",
            f"SYNTHETIC chest, {name}",
            "050Y",
            "M",
            1.2,
            body_part="CHEST",
            patient_name="Synthetic^Adult",
        )
        write_radiograph(path, film_phantom(chest, SIZE, seed), examination, view_position)
        made.append(GoldenInput(path))
    return made
