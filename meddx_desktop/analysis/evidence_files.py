"""Explanations as files: a picture of the heat map and the numbers as JSON."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any, assert_never

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.case import CaseItem
from meddx_desktop.case.explanation import Explanation, Heatmap, TextHighlights, TimeHighlights
from meddx_desktop.case.finding import Analysis

_FOR = np.array([203, 24, 29], np.float64)
_AGAINST = np.array([33, 102, 172], np.float64)
_LARGEST_SIDE = 1024


def write_explanation(
    item: CaseItem, analysis: Analysis, output: Path | None
) -> dict[str, Any] | None:
    """Return the `explanation` object of an analysis; with a folder, write its files there.

    A heat map is written as PNG over its box (red speaks for the finding, blue against it, the
    weight is the opacity) with the numbers in a JSON file beside it; others as JSON alone.
    """
    explanation = analysis.explanation
    if explanation is None:
        return None
    content = explanation_object(explanation)
    if output is None:
        return content
    output.mkdir(parents=True, exist_ok=True)
    stem = f"{_stem(item)}-{analysis.model_id}-{content['kind']}"
    numbers = output / f"{stem}.json"
    values = content | _values(explanation)
    numbers.write_text(json.dumps(values, ensure_ascii=False) + "\n", encoding="utf-8")
    if not isinstance(explanation, Heatmap):
        return content | {"file": str(numbers)}
    picture = output / f"{stem}.png"
    picture.write_bytes(imagecodecs.png_encode(heatmap_picture(explanation)))
    return content | {"file": str(picture), "values_file": str(numbers)}


def explanation_object(explanation: Explanation) -> dict[str, Any]:
    """Return what every explanation says about itself, without its numbers."""
    concept = explanation.concept
    content: dict[str, Any] = {
        "kind": _kind(explanation),
        "file": None,
        "method": explanation.method,
        "concept": {
            "value": concept.value,
            "scheme": concept.scheme_designator,
            "meaning": concept.meaning,
        },
    }
    if isinstance(explanation, Heatmap):
        box = explanation.box
        content["frame"] = explanation.frame_index
        content["box"] = [box.left, box.top, box.right, box.bottom]
    return content


def _kind(explanation: Explanation) -> str:
    match explanation:
        case Heatmap():
            return "heatmap"
        case TextHighlights():
            return "text_highlights"
        case TimeHighlights():
            return "time_highlights"
        case _:
            assert_never(explanation)


def _values(explanation: Explanation) -> dict[str, Any]:
    if isinstance(explanation, Heatmap):
        return {"values": np.round(explanation.values.astype(np.float64), 4).tolist()}
    spans = [[span.start, span.end, round(span.weight, 4)] for span in explanation.spans]
    return {"spans": spans}


def heatmap_picture(heatmap: Heatmap) -> NDArray[np.uint8]:
    """Return RGBA of shape (rows, columns, 4), as large as the box up to 1024 pixels a side."""
    box = heatmap.box
    rows, columns = max(1, box.bottom - box.top), max(1, box.right - box.left)
    shrink = max(1.0, max(rows, columns) / _LARGEST_SIDE)
    values = heatmap.values
    row = np.arange(round(rows / shrink)) * values.shape[0] // max(1, round(rows / shrink))
    column = np.arange(round(columns / shrink)) * values.shape[1] // max(1, round(columns / shrink))
    large = values[row[:, None], column[None]].astype(np.float64)[..., None]
    color = np.where(large >= 0, _FOR, _AGAINST)
    opacity = np.abs(large) * 255
    return np.round(np.concatenate([color, opacity], axis=-1)).astype(np.uint8)


def _stem(item: CaseItem) -> str:
    """Return a file name that tells items of the same name in different folders apart."""
    path = item.source.path
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "_", path.stem)[:60] or "item"
    paths = "\n".join(str(one) for one in item.source.paths)
    return f"{plain}-{hashlib.sha256(paths.encode()).hexdigest()[:8]}"
