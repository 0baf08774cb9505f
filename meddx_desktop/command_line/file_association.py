"""Which program the desktop opens DICOM files with: entries of this account, never of the system.

On Linux a desktop entry and a MIME package (freedesktop.org Desktop Entry 1.5, Shared MIME-info
0.21), on Windows keys below HKEY_CURRENT_USER. Pictures, sounds and texts get no entry as their
first program; MedDx only appears among what may open them.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from meddx_desktop.resources import resources_folder

MIME_TYPES = (
    "application/dicom",
    "image/png",
    "image/jpeg",
    "image/tiff",
    "audio/x-wav",
    "audio/flac",
    "text/plain",
    "application/pdf",
    "application/zip",
)
_MIME_PACKAGE = """<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="application/dicom">
    <comment>DICOM image or document</comment>
    <magic priority="80"><match type="string" value="DICM" offset="128"/></magic>
    <glob pattern="*.dcm"/>
    <glob pattern="*.dicom"/>
  </mime-type>
</mime-info>
"""
_PROGRAM_ID = "MedDx.DICOM"
_CLASSES = "Software\\Classes\\"
_SUFFIXES = (".dcm", ".dicom")
_SECONDS = 60


def associate() -> list[str]:
    """Write the association and return where it lies."""
    if sys.platform == "win32":
        return _write_registry()
    files = _linux_files()
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    _refresh()
    return [str(path) for path in files]


def remove_association() -> list[str]:
    """Remove what `associate` wrote and return where it lay."""
    if sys.platform == "win32":
        return _remove_registry()
    found = [path for path in _linux_files() if path.exists()]
    for path in found:
        path.unlink()
    _refresh()
    return [str(path) for path in found]


def program() -> list[str]:
    """Return the command that opens the window: the packaged program, or the installed script."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    script = Path(sys.executable).parent / "meddx"
    return [str(script)] if script.exists() else [sys.executable, "-m", "meddx_desktop"]


def _data_folder() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")


def _linux_files() -> dict[Path, str]:
    data = _data_folder()
    return {
        data / "applications" / "meddx.desktop": desktop_entry(program()),
        data / "mime" / "packages" / "meddx.xml": _MIME_PACKAGE,
    }


def desktop_entry(command: list[str]) -> str:
    """Return the desktop entry that starts `command` with the files that a person chose."""
    quoted = " ".join(_quoted(word) for word in command)
    return "\n".join(
        (
            "[Desktop Entry]",
            "Type=Application",
            "Version=1.5",
            "Name=MedDx Desktop",
            "Comment=Images, records and sounds of one patient; research use",
            f"Exec={quoted} %F",
            f"Icon={resources_folder() / 'icons' / 'meddx.svg'}",
            "Terminal=false",
            "Categories=Science;MedicalSoftware;",
            f"MimeType={';'.join(MIME_TYPES)};",
            "",
        )
    )


def _quoted(word: str) -> str:
    # First the rule of the Exec key, then that of every string in the file.
    for sign in ("\\", '"', "`", "$"):
        word = word.replace(sign, f"\\{sign}")
    return '"' + word.replace("\\", "\\\\").replace("%", "%%") + '"'


def _refresh() -> None:
    """Let the desktop read the folders again; where its tools are missing it does so later."""
    # A packaged program's own libraries are not those of the desktop's tools.
    environment = {key: value for key, value in os.environ.items() if key != "LD_LIBRARY_PATH"}
    if "LD_LIBRARY_PATH_ORIG" in environment:
        environment["LD_LIBRARY_PATH"] = environment["LD_LIBRARY_PATH_ORIG"]
    data = _data_folder()
    tools = {
        "update-desktop-database": data / "applications",
        "update-mime-database": data / "mime",
    }
    for name, folder in tools.items():
        tool = shutil.which(name)
        if tool and folder.is_dir():
            command = [tool, str(folder)]
            subprocess.run(  # noqa: S603 - the desktop's own tool
                command, env=environment, check=False, capture_output=True, timeout=_SECONDS
            )


def registry_values(command: list[str]) -> dict[str, dict[str, str]]:
    """Return names and values of each key below HKEY_CURRENT_USER; "" is a key's own value."""
    opening = f'{subprocess.list2cmdline(command)} "%1"'
    values = {
        f"{_CLASSES}{_PROGRAM_ID}": {"": "DICOM image or document"},
        f"{_CLASSES}{_PROGRAM_ID}\\shell\\open\\command": {"": opening},
    }
    for suffix in _SUFFIXES:
        values[f"{_CLASSES}{suffix}\\OpenWithProgids"] = {_PROGRAM_ID: ""}
    return values


if sys.platform == "win32":
    import ctypes
    import winreg

    def _write_registry() -> list[str]:
        values = registry_values(program())
        for path, named in values.items():
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, path) as key:
                for name, value in named.items():
                    winreg.SetValueEx(key, name, 0, winreg.REG_SZ, value)
        _tell_explorer()
        return [f"HKEY_CURRENT_USER\\{path}" for path in values]

    def _remove_registry() -> list[str]:
        removed = []
        own = f"{_CLASSES}{_PROGRAM_ID}"
        for path in (f"{own}\\shell\\open\\command", f"{own}\\shell\\open", f"{own}\\shell", own):
            try:
                winreg.DeleteKey(winreg.HKEY_CURRENT_USER, path)
            except FileNotFoundError:
                continue
            removed.append(f"HKEY_CURRENT_USER\\{path}")
        for suffix in _SUFFIXES:
            path = f"{_CLASSES}{suffix}\\OpenWithProgids"
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, path, 0, winreg.KEY_SET_VALUE) as key:
                    winreg.DeleteValue(key, _PROGRAM_ID)
            except FileNotFoundError:
                continue
            removed.append(f"HKEY_CURRENT_USER\\{path}")
        _tell_explorer()
        return removed

    def _tell_explorer() -> None:
        association_changed = 0x08000000
        ctypes.windll.shell32.SHChangeNotify(association_changed, 0, None, None)
