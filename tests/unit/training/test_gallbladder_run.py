"""A tiny training from self-made pictures to a package that the app loads and runs."""

import csv
from pathlib import Path

import imagecodecs
import numpy as np
import pytest

from meddx_desktop.analysis.golden import check_golden
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.inference.model_package import load_package
from meddx_desktop.inference.onnx_session import session_for
from meddx_desktop.readers import open_path
from training.gallbladder_ultrasound_atresia.package import MODEL
from training.transfer_ensemble.run import run
from training.ultrasound_phantom import Gallbladder, Scan, scan_phantom

SCAN = Scan(rows=60, columns=60, millimeters_per_pixel=0.5, center_row=28, center_column=30)
PER_SPLIT = {"train": 8, "val": 4, "test": 8}


def write_set(folder: Path) -> None:
    rows = []
    for split, count in PER_SPLIT.items():
        for number in range(count):
            is_atresia = number % 2 == 0
            shape = Gallbladder(17, 2.5, 36, 0.3) if is_atresia else Gallbladder(20, 8, 30, 0.05)
            name = f"{split}-{number}.jpg"
            pixels = scan_phantom(SCAN, shape, number)
            (folder / name).write_bytes(imagecodecs.jpeg8_encode(pixels, level=90))
            label = "biliary_atresia" if is_atresia else "no_atresia"
            rows.append((name, label, f"{split}{number}", split))
    with (folder / "index.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "label", "patient_id", "split"))
        writer.writerows(rows)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_a_tiny_run_ends_in_a_package_that_the_app_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, output = tmp_path / "data", tmp_path / "models" / "gallbladder-ultrasound-atresia"
    data.mkdir()
    write_set(data)
    arguments = f"run --data {data} --output {output} --work {tmp_path} --epochs 1 --limit 8"
    monkeypatch.setattr("sys.argv", arguments.split())
    run(MODEL)

    package = load_package(output)
    assert package.is_trusted
    for case in package.manifest.golden:
        check_golden(package, case)
    tensor = np.zeros((2, 96, 96, 1), np.float32)
    outputs = session_for(package).run({"image": tensor})
    assert outputs["logits"].shape == (2, 1)
    assert outputs["activation_map"].mean(axis=(1, 2)) == pytest.approx(outputs["logits"], abs=1e-4)
    golden = open_path(output / package.manifest.golden[0].input, ignore_progress)
    assert golden.modality == "US"
    assert "Biliary atresia" in (output / "MODEL_CARD.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_reference_can_be_chosen_and_writes_no_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data, output = tmp_path / "data", tmp_path / "models" / "gallbladder-ultrasound-atresia"
    data.mkdir()
    write_set(data)
    arguments = f"run --data {data} --output {output} --work {tmp_path} --epochs 1 --limit 8"
    chosen = "--architecture reference_cnn --optimizer mini-batch-sgd"
    monkeypatch.setattr("sys.argv", [*arguments.split(), *chosen.split()])
    run(MODEL)
    assert "reference_cnn" in capsys.readouterr().out
    assert not output.exists()
