"""Further figures in the card of a written package."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("keras")

from meddx_desktop.inference.manifest import Evaluation
from meddx_desktop.inference.model_package import load_package
from training.amendments import amend_package, join_rows
from training.command_line import REPOSITORY
from training.half_precision import store_half
from training.heart_murmur.package import EDITION

HEART_MURMUR = REPOSITORY / "resources" / "models" / "heart-murmur"


def row(system: str, metric: str, value: float, *, is_baseline: bool) -> Evaluation:
    return Evaluation(
        system=system,
        data_set="a set",
        split="a part",
        items=9,
        metric=metric,
        value=value,
        is_baseline=is_baseline,
    )


OLDER = (
    row("majority", "AUC", 0.5, is_baseline=True),
    row("ours", "AUC", 0.9, is_baseline=False),
    row("random", "deletion", 2.0, is_baseline=True),
)


def test_a_new_baseline_stands_with_those_of_its_metric() -> None:
    rows = join_rows(OLDER, [row("linear", "AUC", 0.7, is_baseline=True)])
    assert [one.system for one in rows] == ["majority", "linear", "ours", "random"]


def test_rows_of_another_metric_follow_in_their_order() -> None:
    new = [
        row("evidence", "insertion", 3.0, is_baseline=False),
        row("random", "insertion", 1.0, is_baseline=True),
    ]
    assert join_rows(OLDER, new) == (*OLDER, *new)


def test_a_figure_measured_again_takes_the_place_of_the_older_one() -> None:
    again = row("random", "deletion", 2.5, is_baseline=True)
    assert join_rows(OLDER, [again]) == (*OLDER[:2], again)


def test_an_amended_package_keeps_its_answers_and_its_signature(tmp_path: Path) -> None:
    folder = tmp_path / "heart-murmur"
    shutil.copytree(HEART_MURMUR, folder)
    edition = replace(EDITION, changelog={"9.9.9": "Amended by a test."})
    new = row("coin", "AUC per recording", 0.5, is_baseline=True)
    amend_package(folder, edition, [new])

    older, package = load_package(HEART_MURMUR), load_package(folder)
    assert package.is_trusted
    assert package.manifest.version == "9.9.9"
    assert new in package.manifest.evaluation
    assert len(package.manifest.evaluation) == len(older.manifest.evaluation) + 1
    assert package.manifest.findings == older.manifest.findings
    assert package.manifest.golden == older.manifest.golden
    assert "Amended by a test." in (folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    for case in older.manifest.golden:
        assert (folder / case.input).read_bytes() == (HEART_MURMUR / case.input).read_bytes()
    plots = sorted(path.name for path in (HEART_MURMUR / "plots").iterdir())
    assert sorted(path.name for path in (folder / "plots").iterdir()) == plots


def test_a_network_may_be_stored_in_another_way(tmp_path: Path) -> None:
    folder = tmp_path / "heart-murmur"
    shutil.copytree(HEART_MURMUR, folder)
    network = folder / load_package(HEART_MURMUR).manifest.model
    edition = replace(EDITION, changelog={"9.9.9": "Amended by a test."})
    amend_package(folder, edition, [], network=store_half(network.read_bytes()))

    assert load_package(folder).is_trusted
    assert network.stat().st_size < 0.6 * (HEART_MURMUR / network.name).stat().st_size


def test_the_package_of_another_model_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "heart-murmur"
    shutil.copytree(HEART_MURMUR, folder)
    edition = replace(EDITION, model_id="another-model")
    with pytest.raises(ValueError, match="heart-murmur, not another-model"):
        amend_package(folder, edition, [])
    assert load_package(folder).manifest == load_package(HEART_MURMUR).manifest
