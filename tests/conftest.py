"""Fixtures shared by all tests."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


def _real_data() -> Path:
    named = os.environ.get("MEDDX_SHARED_DATA")
    return Path(named) if named else REPOSITORY.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with the real data sets; absent, the test is skipped, or fails in CI."""
    folder = _real_data()
    if not folder.is_dir():
        reason = f"the real data sets are not at {folder} (MEDDX_SHARED_DATA)"
        if os.environ.get("MEDDX_REQUIRE_REAL_DATA") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has its own MedDx home, so that no test sees a person's models or keys."""
    home = tmp_path / "meddx-home"
    monkeypatch.setenv("MEDDX_HOME", str(home))
    return home
