"""Where the installed files lie, from a source tree, a wheel or a packaged build."""

import os
import sys
import tempfile
from pathlib import Path

import platformdirs


def resources_folder() -> Path:
    """Return the read-only folder with models, icons, translations and samples."""
    if getattr(sys, "frozen", False):
        return Path(sys._MEIPASS) / "resources"  # type: ignore[attr-defined]  # noqa: SLF001 - PyInstaller's own name
    package = Path(__file__).resolve().parent
    installed = package / "_resources"
    return installed if installed.is_dir() else package.parent / "resources"


def user_folder() -> Path:
    """Return the folder for what this person adds: models, keys, settings, logs.

    `MEDDX_HOME` moves all of it, for kiosks and tests.
    """
    home = os.environ.get("MEDDX_HOME")
    return Path(home) if home else Path(platformdirs.user_data_dir("MedDx", appauthor=False))


def model_folders() -> tuple[Path, ...]:
    """Return the folders that hold model packages: bundled, site-wide, the person's own."""
    site = os.environ.get("MEDDX_MODEL_DIR")
    return (
        resources_folder() / "models",
        *((Path(site),) if site else ()),
        user_folder() / "models",
    )


def key_folders() -> tuple[Path, ...]:
    """Return the folders with trusted public keys: the product's and the administrator's.

    `MEDDX_KEY_DIR` replaces the administrator's folder. Whoever sets the environment of the app
    therefore chooses whom it trusts; on a shared computer the administrator must set it for all.
    Without it, no folder that a person can write to without an administrator's right is named.
    """
    site = os.environ.get("MEDDX_KEY_DIR")
    return (
        resources_folder() / "keys",
        Path(site) if site else Path(platformdirs.site_data_dir("MedDx", appauthor=False)) / "keys",
    )


def log_folder() -> Path:
    """Return the folder for logs, which never hold patient data."""
    return user_folder() / "logs"


def measurements_folder() -> Path:
    """Return the folder for measurements that outlive the program, sealed."""
    return user_folder() / "measurements"


def keeps_measurements() -> bool:
    """Return whether measurements are kept; `MEDDX_KEEP_MEASUREMENTS=0` keeps none."""
    return os.environ.get("MEDDX_KEEP_MEASUREMENTS", "1").strip().lower() not in ("0", "no", "off")


def scratch_folder() -> Path:
    """Return the folder for copies that a case refers to: unpacked archives, decoded sound.

    The app's workers share it, and the app removes what is in it; a worker's own temporary folder
    ends with that worker.
    """
    return Path(os.environ.get("MEDDX_SCRATCH") or tempfile.gettempdir())
