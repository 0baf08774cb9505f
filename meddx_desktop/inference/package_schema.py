"""The published JSON Schema of `package.json`, generated from the manifest's own classes."""

import json
from pathlib import Path
from typing import Any

from meddx_desktop.inference.manifest import SCHEMA_VERSION, Manifest
from meddx_desktop.resources import resources_folder


def package_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12)."""
    schema = Manifest.model_json_schema()
    # Optional for a package in the making only.
    del schema["properties"]["golden"]["default"]
    schema["required"].append("golden")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:meddx:model-package:{SCHEMA_VERSION}",
        **schema,
    }


def schema_path() -> Path:
    """Return where the schema is published."""
    return resources_folder() / "schemas" / f"model-package-{SCHEMA_VERSION}.schema.json"


def schema_text() -> str:
    """Return the text of the published file."""
    return json.dumps(package_schema(), indent=1, ensure_ascii=False) + "\n"


def write_schema() -> None:
    """Publish the schema again; to be called after each change of the manifest."""
    schema_path().write_text(schema_text(), encoding="utf-8", newline="\n")
