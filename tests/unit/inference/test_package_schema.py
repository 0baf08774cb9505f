"""The published schema is the manifest's, and says yes and no where it should."""

import json
from copy import deepcopy
from typing import Any

import jsonschema
import pytest

from meddx_desktop.inference.manifest import FILE_NAME
from meddx_desktop.inference.package_schema import package_schema, schema_path, schema_text


def test_the_published_schema_is_the_generated_one():
    published = schema_path().read_text(encoding="utf-8")
    assert published == schema_text(), "publish it again with package_schema.write_schema()"


def test_the_schema_itself_is_valid():
    jsonschema.Draft202012Validator.check_schema(package_schema())


@pytest.mark.parametrize("kind", ["image", "audio"])
def test_a_valid_package_is_accepted(packages, kind):
    folder = getattr(packages, kind)().folder
    content = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
    faults = jsonschema.Draft202012Validator(package_schema()).iter_errors(content)
    assert [fault.message for fault in faults] == []


def _without_task(content: dict[str, Any]) -> None:
    del content["task"]


def _unknown_task(content: dict[str, Any]) -> None:
    content["task"] = "mind-reading"


def _unknown_key(content: dict[str, Any]) -> None:
    content["surprise"] = 1


def _unknown_operation(content: dict[str, Any]) -> None:
    content["preprocessing"].append({"op": "run_code"})


def _path_outside(content: dict[str, Any]) -> None:
    content["model"] = "../model.onnx"


def _sensitivity_above_one(content: dict[str, Any]) -> None:
    content["findings"][0]["operating_points"][0]["sensitivity"] = 90


def _without_operating_point(content: dict[str, Any]) -> None:
    content["findings"][0]["operating_points"] = []


def _without_label_attribute(content: dict[str, Any]) -> None:
    del content["label"]["training_demographics"]


def _without_golden_cases(content: dict[str, Any]) -> None:
    del content["golden"]


def _too_few_golden_cases(content: dict[str, Any]) -> None:
    del content["golden"][2:]


@pytest.mark.parametrize(
    "break_it",
    [
        _without_golden_cases,
        _too_few_golden_cases,
        _without_task,
        _unknown_task,
        _unknown_key,
        _unknown_operation,
        _path_outside,
        _sensitivity_above_one,
        _without_operating_point,
        _without_label_attribute,
    ],
)
def test_a_broken_package_is_refused(packages, break_it):
    folder = packages.image().folder
    content = deepcopy(json.loads((folder / FILE_NAME).read_text(encoding="utf-8")))
    break_it(content)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, package_schema())
