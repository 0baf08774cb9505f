"""The run manifest that `meddx analyze --report` writes."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from meddx_desktop import __version__


def write_report(path: Path, options: dict[str, Any], lines: Sequence[dict[str, Any]]) -> None:
    """Write what was asked for, what came of it and every line, in one JSON file."""
    statuses = Counter(line["status"] for line in lines)
    models = sorted(
        {
            (analysis["model_id"], analysis["model_version"])
            for line in lines
            for analysis in line["analyses"]
        }
    )
    report = {
        "meddx": __version__,
        "options": options,
        "inputs": len(lines),
        "statuses": dict(statuses),
        "models": [{"id": model, "version": version} for model, version in models],
        "lines": list(lines),
    }
    path.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
