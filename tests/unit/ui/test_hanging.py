"""Which rule hangs which series, with the rules that are shipped."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from meddx_desktop.case.grayscale import Window
from meddx_desktop.case.image_series import Frame, ImageSeries
from meddx_desktop.case.source import Patient, Source
from meddx_desktop.resources import resources_folder
from meddx_desktop.ui.hanging import find_hanging, read_rules
from meddx_desktop.ui.layout_choices import GridShape

RULES = read_rules(resources_folder() / "rules" / "hanging.json")


def series(**changes: Any) -> ImageSeries:
    made = ImageSeries(
        Source(Path("a"), (Path("a"),)),
        tuple(Frame(Path("a"), number) for number in range(5)),
        8,
        8,
        "CT",
        "MONOCHROME2",
        is_color=False,
        bits_stored=12,
        is_signed=True,
        patient=Patient(patient_id="P-1"),
        body_part="CHEST",
        study_date="20260301",
        study_instance_uid="1.2",
    )
    return replace(made, **changes)


def film(view_position: str, **changes: Any) -> ImageSeries:
    frames = (Frame(Path("a")),)
    return series(modality="DX", view_position=view_position, frames=frames, **changes)


def test_a_head_ct_hangs_twice_as_brain_and_as_bone() -> None:
    head = series(body_part="HEAD")
    found = find_hanging(RULES, [series(), head], head)
    assert found is not None
    assert found.rule.rule_id == "ct-head-brain-bone"
    assert [one is head for one in found.series] == [True, True]
    windows = [place.window for place in found.rule.places]
    assert windows == [
        Window(40, 80, explanation="Brain"),
        Window(350, 2000, explanation="Bone"),
    ]
    assert found.rule.shape == GridShape(1, 2)


def test_a_chest_film_hangs_beside_the_lateral_one_of_its_study() -> None:
    pa, lateral = film("PA"), film("LL")
    other = film("LL", study_instance_uid="1.3")
    for current in (pa, lateral):
        found = find_hanging(RULES, [other, lateral, pa], current)
        assert found is not None
        assert found.series[0] is pa
        assert found.series[1] is lateral


def test_the_latest_earlier_study_of_the_same_part_hangs_beside_the_current_one() -> None:
    current = series()
    oldest = series(study_date="20200101")
    latest = series(study_date="20251224")
    later = series(study_date="20260302")
    found = find_hanging(RULES, [oldest, latest, later, current], current)
    assert found is not None
    assert found.rule.rule_id == "current-prior"
    assert found.series[0] is current
    assert found.series[1] is latest


@pytest.mark.parametrize(
    "changes",
    [
        {"patient": Patient(patient_id="P-2")},
        {"patient": Patient()},
        {"modality": "MR"},
        {"body_part": "ABDOMEN"},
        {"body_part": None},
        {"study_date": None},
        {"study_date": "20260301"},
    ],
)
def test_what_is_not_surely_a_prior_is_not_hung_as_one(changes: dict[str, Any]) -> None:
    current = series()
    other = series(**({"study_date": "20250101"} | changes))
    assert find_hanging(RULES, [other, current], current) is None


def test_rules_that_contradict_themselves_are_refused(tmp_path: Path) -> None:
    rule = {
        "id": "x",
        "rows": 1,
        "columns": 1,
        "series": {"a": {}},
        "viewports": [{"series": "b"}],
    }
    path = tmp_path / "rules.json"
    path.write_text(json.dumps({"rules": [rule]}), encoding="utf-8")
    with pytest.raises(ValueError, match="do not fit"):
        read_rules(path)
    rule["series"], rule["viewports"] = {"a": {"color": "red"}}, [{"series": "a"}]
    path.write_text(json.dumps({"rules": [rule]}), encoding="utf-8")
    with pytest.raises(ValueError, match="unknown wishes"):
        read_rules(path)
