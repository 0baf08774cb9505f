"""The bundled sample case: what a newcomer sees must be what was recorded."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from meddx_desktop.resources import resources_folder
from tests.end_to_end.test_command_line import json_lines, meddx

TOLERANCE = 0.02


@pytest.fixture(scope="module")
def lines() -> dict[str, dict[str, Any]]:
    done = meddx("analyze", "--sample-case", "--explain", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return {Path(line["path"]).name: line for line in json_lines(done)}


def test_there_is_an_analyzed_sample_of_every_kind(lines: dict[str, dict[str, Any]]) -> None:
    assert {line["kind"] for line in lines.values()} == {"image", "text", "audio"}
    assert {line["status"] for line in lines.values()} == {"analyzed"}
    assert all("synthetic" in name for name in lines)


def test_every_kind_shows_a_positive_finding(lines: dict[str, dict[str, Any]]) -> None:
    for line in lines.values():
        analyses = [entry for entry in line["analyses"] if entry["status"] == "assessed"]
        positive = [one for entry in analyses for one in entry["findings"] if one["positive"]]
        mentions = [one for entry in analyses for one in entry.get("entities", ())]
        assert positive or mentions, line["path"]


def test_a_probability_comes_with_word_operating_point_and_reference_group(
    lines: dict[str, dict[str, Any]],
) -> None:
    findings = [
        one for line in lines.values() for entry in line["analyses"] for one in entry["findings"]
    ]
    assert findings
    for finding in findings:
        assert finding["word"] in {"likely", "possible", "unlikely"}
        assert {"threshold", "sensitivity", "specificity"} <= finding["operating_point"].keys()
        assert finding["operating_point"]["reference_group"]


def test_findings_equal_the_recorded_ones(lines: dict[str, dict[str, Any]]) -> None:
    golden = resources_folder() / "samples" / "golden-findings.json"
    expected = json.loads(golden.read_text(encoding="utf-8"))
    found: dict[str, float] = {}
    for name, line in lines.items():
        for entry in line["analyses"]:
            for one in entry["findings"]:
                key = f"{name} | {entry['model_id']} | {one['concept']['meaning']}"
                found[key] = one["probability"]
            if entry.get("entities"):
                found[f"{name} | {entry['model_id']} | entities"] = len(entry["entities"])
    assert found.keys() == expected.keys()
    assert all(math.isclose(found[name], expected[name], abs_tol=TOLERANCE) for name in expected)
