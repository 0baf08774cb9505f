"""A tiny training of each whole-picture model, from self-made pictures to a package that runs."""

import csv
from pathlib import Path

import imagecodecs
import numpy as np
import pytest

from meddx_desktop.analysis.analyze import AnalyzeOptions, analyze_item
from meddx_desktop.analysis.golden import check_golden
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.inference.model_package import load_package
from meddx_desktop.inference.onnx_session import session_for
from meddx_desktop.readers import open_path
from training.breast_ultrasound_lesion.package import MODEL as BREAST
from training.chest_phantom import Chest, film_phantom
from training.chest_projection.package import MODEL as PROJECTION
from training.pediatric_chest_pneumonia.package import MODEL as PNEUMONIA
from training.transfer_ensemble.declaration import ImageModel
from training.transfer_ensemble.run import run
from training.ultrasound_phantom import Gallbladder, Scan, scan_phantom

SCAN = Scan(rows=120, columns=120, millimeters_per_pixel=0.3, center_row=56, center_column=60)
PER_SPLIT = {"train": 9, "val": 6, "test": 12}
LABELS = {
    PNEUMONIA.texts.model_id: ("normal", "bacterial", "viral"),
    PROJECTION.texts.model_id: ("AP", "PA"),
    BREAST.texts.model_id: ("malignant", "benign"),
}


def draw(model: ImageModel, kind: int, seed: int) -> np.ndarray:
    if model is BREAST:
        return scan_phantom(SCAN, Gallbladder(16, 8.0, 10 + 40 * kind, 0.05 + 0.3 * kind), seed)
    opacity = (((0.5, 0.3, 0.12, 6.0),), (), ((0.6, 0.7, 0.1, 3.0),))[kind]
    return film_phantom(Chest(heart=0.12 + 0.03 * kind, opacities=opacity), 128, seed)


def write_set(model: ImageModel, folder: Path) -> None:
    labels = LABELS[model.texts.model_id]
    rows = []
    for split, count in PER_SPLIT.items():
        for number in range(count):
            kind = number % len(labels)
            name = f"{split}-{number}.png"
            pixels = draw(model, kind, number)
            (folder / name).write_bytes(imagecodecs.png_encode(pixels))
            rows.append((name, labels[kind], labels[kind], f"{split}{number}", split, "40", "F"))
    with (folder / "index.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "label", "view", "patient_id", "split", "age", "sex"))
        writer.writerows(rows)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize("model", [PNEUMONIA, PROJECTION, BREAST], ids=lambda m: m.texts.model_id)
def test_a_tiny_run_ends_in_a_package_that_reads_a_film_without_a_modality(
    model: ImageModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model_id = model.texts.model_id
    data, output = tmp_path / "data", tmp_path / "models" / model_id
    data.mkdir()
    write_set(model, data)
    arguments = f"run --data {data} --output {output} --work {tmp_path} --epochs 1 --limit 12"
    monkeypatch.setattr("sys.argv", arguments.split())
    run(model)

    package = load_package(output)
    assert package.is_trusted
    for case in package.manifest.golden:
        check_golden(package, case)
    size = model.architecture.size
    outputs = session_for(package).run({"image": np.zeros((2, size, size, 1), np.float32)})
    assert outputs["logits"].shape == (2, len(model.findings))
    monkeypatch.setenv("MEDDX_MODEL_DIR", str(output.parent))
    film = open_path(data / "test-0.png", ignore_progress)
    options = AnalyzeOptions(models=(model_id,), ignore_gates=True)
    (answer,) = analyze_item(film, options, ignore_progress)
    assert [found.concept.meaning for found in answer.findings] == [
        goal.concept.meaning for goal in model.findings
    ]
    card = (output / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "Activation map, shuffled weights" in card
