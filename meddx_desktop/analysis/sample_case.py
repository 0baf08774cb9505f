"""The bundled sample case: self-made files that show what the product does."""

import json
from dataclasses import dataclass
from pathlib import Path

from meddx_desktop.case.image_series import Box
from meddx_desktop.resources import resources_folder

FILE_NAME = "sample-case.json"


@dataclass(frozen=True, slots=True)
class SampleItem:
    """One bundled file with the title shown for it and the box that its model asks for."""

    path: Path
    kind: str
    title: str
    region: Box | None = None


def read_sample_case() -> tuple[SampleItem, ...]:
    """Return the bundled samples in the order of `resources/samples/sample-case.json`.

    The file holds `{"items": [{"file", "kind", "title", "region": [left, top, right, bottom]}]}`;
    `region` may be null or missing.
    """
    folder = resources_folder() / "samples"
    listing = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
    return tuple(
        SampleItem(
            path=folder / entry["file"],
            kind=entry["kind"],
            title=entry["title"],
            region=Box(*entry["region"]) if entry.get("region") else None,
        )
        for entry in listing["items"]
    )
