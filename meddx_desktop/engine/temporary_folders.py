"""The workers' private temporary folders, and what an app that was itself killed left of them."""

import os
import shutil
import sys
import tempfile
from pathlib import Path


def new_temporary_folder() -> str:
    """Make a folder that only this person can enter; its name holds the app's process id."""
    return tempfile.mkdtemp(prefix=f"meddx-{os.getpid()}-")


def remove_abandoned_folders() -> None:
    """Remove the folders of apps that no longer run: they may hold a patient's data."""
    if sys.platform == "win32":  # os.kill(pid, 0) does not ask there, it ends the process
        return
    for folder in Path(tempfile.gettempdir()).glob("meddx-*-*"):
        owner = folder.name.split("-")[1]
        if owner.isdecimal() and folder.lstat().st_uid == os.getuid() and not _is_alive(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
