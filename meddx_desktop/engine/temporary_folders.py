"""Temporary folders of the app and its workers, and what an app that was killed left of them."""

import os
import shutil
import sys
import tempfile
from pathlib import Path


def new_temporary_folder() -> str:
    """Make a folder that only this person can enter; its name holds the app's process id."""
    return tempfile.mkdtemp(prefix=f"meddx-{os.getpid()}-")


class ScratchFolder:
    """The folder that all workers of an engine share; made when the first of them starts."""

    def __init__(self) -> None:
        self._path: str | None = None

    def path(self) -> str:
        """Return the folder, which exists now.

        Raises
        ------
        OSError : it cannot be made.
        """
        if self._path is None:
            self._path = os.path.realpath(new_temporary_folder())
        return self._path

    def empty(self) -> None:
        """Remove what is in the folder."""
        for entry in Path(self._path).iterdir() if self._path else ():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove the folder."""
        if self._path is not None:
            shutil.rmtree(self._path, ignore_errors=True)
            self._path = None


def remove_abandoned_folders() -> None:
    """Remove the folders of apps that no longer run: they may hold a patient's data."""
    if sys.platform == "win32":  # os.kill(pid, 0) does not ask there, it ends the process
        return
    for folder in Path(tempfile.gettempdir()).glob("meddx-*-*"):
        owner = folder.name.split("-")[1]
        if owner.isdecimal() and _is_mine(folder) and not _is_alive(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_mine(folder: Path) -> bool:
    try:
        return folder.lstat().st_uid == os.getuid()
    except OSError:  # another MedDx that starts or ends beside this one has just removed it
        return False


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
