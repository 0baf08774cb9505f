"""`meddx associate`: what the desktop reads, and what it would start."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from meddx_desktop import __version__
from meddx_desktop.command_line.file_association import desktop_entry, registry_values

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the files are those of Linux")


def associate(data: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "meddx_desktop", "associate", *options],
        env={**os.environ, "XDG_DATA_HOME": str(data)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def words_of(entry: str) -> list[str]:
    """Undo the two rules of quoting, as a desktop does before it starts a program."""
    parser = configparser.RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(entry)
    value = parser["Desktop Entry"]["Exec"].replace("\\\\", "\\")
    quoted = re.findall(r'"((?:\\.|[^"\\])*)"|(\S+)', value)
    return [re.sub(r"\\(.)", r"\1", one or other).replace("%%", "%") for one, other in quoted]


def test_the_desktop_is_told_how_to_open_dicom_and_it_can_be_taken_back(tmp_path: Path) -> None:
    done = associate(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    entry = (tmp_path / "applications" / "meddx.desktop").read_text(encoding="utf-8")
    *command, files = words_of(entry)
    assert files == "%F"
    assert "MimeType=application/dicom;" in entry
    version = subprocess.run(
        [*command, "--version"], capture_output=True, text=True, timeout=120, check=True
    )
    assert version.stdout == f"meddx {__version__}\n"
    if shutil.which("update-mime-database"):
        globs = (tmp_path / "mime" / "globs2").read_text(encoding="utf-8")
        assert "50:application/dicom:*.dcm\n" in globs

    removed = associate(tmp_path, "--remove")
    assert removed.stdout.count("removed") == 2
    assert not (tmp_path / "applications" / "meddx.desktop").exists()
    assert associate(tmp_path, "--remove").stdout == "nothing to remove\n"


@pytest.mark.parametrize("name", ["a b", 'q"uote', "per%cent", "back\\slash", "dollar$HOME", "`x`"])
def test_any_folder_name_survives_the_quoting(name: str) -> None:
    assert words_of(desktop_entry([f"/opt/{name}/meddx"]))[0] == f"/opt/{name}/meddx"


def test_windows_gets_keys_below_the_account_with_quoted_paths() -> None:
    values = registry_values(["C:\\Program Files\\MedDx\\meddx.exe"])
    command = values["Software\\Classes\\MedDx.DICOM\\shell\\open\\command"][""]
    assert command == '"C:\\Program Files\\MedDx\\meddx.exe" "%1"'
    assert values["Software\\Classes\\.dcm\\OpenWithProgids"] == {"MedDx.DICOM": ""}
