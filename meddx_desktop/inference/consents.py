"""What a person agreed to: packages that no trusted key has signed."""

import json
from datetime import UTC, datetime
from pathlib import Path

from meddx_desktop.case.errors import MedDxError
from meddx_desktop.inference.signatures import Trust
from meddx_desktop.resources import user_folder

FILE_NAME = "consents.json"


def consents_path() -> Path:
    """Return the file that remembers consents; workers may read the folder of the models."""
    return user_folder() / "models" / FILE_NAME


def read_consents() -> frozenset[str]:
    """Return the digests of the packages that the person agreed to run."""
    return frozenset(_read())


def record_consent(digest: str, model: str, trust: Trust) -> None:
    """Remember that the person agreed to run this package, with the time and the reason."""
    consents = _read()
    consents[digest] = {
        "model": model,
        "trust": trust.value,
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    path = consents_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps({"consents": consents}, indent=1) + "\n", encoding="utf-8")
    fresh.replace(path)


def _read() -> dict[str, dict[str, str]]:
    path = consents_path()
    if not path.is_file():
        return {}
    try:
        consents: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))[
            "consents"
        ]
        return dict(consents)
    except (ValueError, KeyError, TypeError) as error:
        raise MedDxError(
            f"{path.name} is damaged, so it is unknown which unsigned models were agreed to. "
            "Delete the file and install these models again.",
            code="damaged_consents",
        ) from error
