"""Head CT: painted bleeds, fold figures, and a tiny training that ends in a package."""

import csv
import json
from pathlib import Path

import imagecodecs
import numpy as np
import pytest

from meddx_desktop.analysis.golden import check_golden
from meddx_desktop.case.grayscale import Window
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.inference.model_package import load_package
from meddx_desktop.readers import open_path
from meddx_desktop.rendering.grayscale import apply_voi_window
from training.head_ct_hemorrhage.__main__ import main
from training.head_ct_hemorrhage.augmentation import SliceAugmentation, augment_slices, rewindow
from training.head_ct_hemorrhage.dataset import ATTRIBUTES
from training.head_ct_hemorrhage.evaluate import by_study, fold_mean
from training.head_ct_hemorrhage.simulated_bleeds import (
    KINDS,
    brain_mask,
    paint_bleed,
)
from training.head_ct_phantom import Bleed, HeadScan, scan_head
from training.metrics import Predictions
from training.synthetic_ct import SyntheticSeries, write_head_ct

SCAN = HeadScan(size=160, millimeters_per_pixel=1.25)
BLEED = Bleed(-25, 15, 40, 18)


def film(height: float, seed: int, bleed: Bleed | None = None) -> np.ndarray:
    slices = scan_head(SCAN, (height,), seed, bleed)
    return apply_voi_window(slices[0].astype(np.float32), Window(40, 120))


def test_a_painted_bleed_is_bright_and_lies_in_the_brain() -> None:
    values = film(40, 1)
    inside = brain_mask(values)
    assert 0.1 < inside.mean() < 0.6
    kinds = set()
    for seed in range(40):
        bleed = paint_bleed(values, np.random.default_rng(seed))
        if bleed is None:
            continue
        kinds.add(KINDS[bleed.kind])
        is_blood = bleed.amount > 0.9
        if is_blood.sum() > 30:
            assert np.median(bleed.values[is_blood]) > np.median(values[inside]) + 0.05
        assert (bleed.values[values > 0.95] > 0.9).all()
        assert np.array_equal(bleed.values[bleed.amount == 0], values[bleed.amount == 0])
    assert len(kinds) >= 4


def test_a_slice_without_brain_gets_no_bleed() -> None:
    generator = np.random.default_rng(0)
    assert paint_bleed(np.zeros((160, 160), np.float32), generator) is None
    assert paint_bleed(film(97, 1), generator) is None


def test_augmented_slices_say_what_was_painted() -> None:
    slices = np.stack([film(40, seed) for seed in range(6)])
    labels = np.zeros((6, 6), np.int64)
    how = SliceAugmentation(bleeds=1.0)
    one, two = (augment_slices(slices, labels, how, np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(one.values, two.values)
    assert one.values.min() >= 0
    assert one.values.max() <= 1
    is_painted = one.amounts.max(axis=(1, 2)) > 0
    assert np.array_equal(is_painted, one.labels[:, 0] == 1)
    assert np.array_equal(one.labels[:, 1:].sum(axis=1), one.labels[:, 0])
    assert labels.sum() == 0


def test_a_wider_window_keeps_air_black_and_bone_white() -> None:
    values = np.array([[0.0, 0.3, 0.5, 0.7, 1.0]], np.float32)
    assert rewindow(values, 0.5, 0.0)[0] == pytest.approx([0, 0.4, 0.5, 0.6, 1], abs=1e-6)
    assert rewindow(values, 2.0, 0.0)[0] == pytest.approx([0, 0.1, 0.5, 0.9, 1], abs=1e-6)


def test_a_study_is_as_positive_as_its_highest_slice() -> None:
    slices = Predictions(
        np.array([0, 1, 0, 0]), np.array([0.1, 3.0, 0.5, -1.0]), np.array(["a", "a", "b", "b"])
    )
    studies = by_study(slices)
    assert studies.labels.tolist() == [1, 0]
    assert studies.logits.tolist() == [3.0, 0.5]


def test_the_figure_of_the_folds_is_the_mean_of_their_own() -> None:
    told = Predictions(
        np.array([0, 1, 0, 1]), np.array([0.0, 1.0, 9.0, 8.0]), np.array(["a", "b", "c", "d"])
    )
    assert fold_mean(told, np.array([0, 0, 1, 1])) == 0.5


def write_set(folder: Path) -> None:
    rows = []
    for patient in range(10):
        for number, height in enumerate((20.0, 40.0)):
            has_bleed = patient % 2 == 0 and number == 1
            pixels = film(height, patient, BLEED if has_bleed else None) * 255
            name = f"p{patient}-{number}.jpg"
            content = imagecodecs.jpeg8_encode(np.rint(pixels).astype(np.uint8), level=90)
            (folder / name).write_bytes(content)
            kinds = [kind == KINDS[patient // 2] and has_bleed for kind in KINDS]
            facts = (str(patient % 5), str(number), "30", "Female")
            label = "haemorrhage" if has_bleed else "normal"
            rows.append((name, label, f"p{patient}", *(str(int(k)) for k in kinds), *facts))
    with (folder / "index.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "label", "patient_id", *KINDS, *ATTRIBUTES))
        writer.writerows(rows)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_a_tiny_run_ends_in_a_package_that_reads_a_series(tmp_path: Path) -> None:
    data, output = tmp_path / "data", tmp_path / "models" / "head-ct-hemorrhage"
    data.mkdir()
    write_set(data)
    work = tmp_path / "work"
    arguments = f"--data {data} --output {output} --work {work} --epochs 1 --limit 20"
    main(arguments.split())

    package = load_package(output)
    assert package.is_trusted
    for case in package.manifest.golden:
        check_golden(package, case)
    card = (output / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "Subarachnoid hemorrhage" in card
    assert (
        json.loads((output / "package.json").read_text())["preprocessing"][1]["op"] == "crop_head"
    )

    heights = (20.0, 40.0, 60.0)
    path = tmp_path / "head.dcm"
    series = SyntheticSeries("test", "SYNTHETIC head", "030Y", "F", 1.25, heights)
    write_head_ct(path, scan_head(SCAN, heights, 3, BLEED), series)
    item = open_path(path, ignore_progress)
    assert isinstance(item, ImageSeries)
    assert item.slice_spacing_mm == pytest.approx(20)
    assert item.frames[0].grayscale.rescale_type == "HU"
    assert item.body_part == "HEAD"
