"""libsndfile, opened so that damaged files and talkative codecs do no harm."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import soundfile

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.readers.refusals import damaged

# Reading starts earlier where a seek alone is not exact: an MP3 frame leans on up to nine frames
# before it, and a Vorbis window overlaps the one before, which libsndfile gets wrong near the end.
_PREROLL = {"MPEG_LAYER_III": 10 * 1152, "MPEG_LAYER_II": 2 * 1152, "VORBIS": 1 << 14}
_quiet_lock = threading.Lock()
_quiet_state = {"depth": 0, "saved": -1}


@contextmanager
def quiet_codecs() -> Iterator[None]:
    """Silence standard error, where mpg123 and FFmpeg print without being asked.

    What they print may hold a recording's title, which is patient data.
    """
    with _quiet_lock:
        if _quiet_state["depth"] == 0:
            _quiet_state["saved"] = _redirect_standard_error()
        _quiet_state["depth"] += 1
    try:
        yield
    finally:
        with _quiet_lock:
            _quiet_state["depth"] -= 1
            if _quiet_state["depth"] == 0 and _quiet_state["saved"] >= 0:
                os.dup2(_quiet_state["saved"], 2)
                os.close(_quiet_state["saved"])


def _redirect_standard_error() -> int:
    """Point descriptor 2 at nothing and return a copy of it, or -1 where there is none."""
    try:
        saved = os.dup(2)
    except OSError:
        return -1
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    os.close(nothing)
    return saved


@contextmanager
def open_sound(path: Path, *, start: int = 0) -> Iterator[Any]:
    """Open a sound file for reading onwards from sample `start` of each channel.

    Raises
    ------
    RefusedFileError : libsndfile cannot read the file, here or while the block runs.
    """
    try:
        with quiet_codecs(), soundfile.SoundFile(path) as file:
            preroll = min(start, _PREROLL.get(file.subtype, 0))
            if start:
                file.seek(start - preroll)
            # After each read soundfile seeks to where it is already; on a damaged stream that
            # fails and throws away the good samples just read.
            file.seekable = lambda: False
            if preroll:
                file.read(preroll, dtype="float32")
            yield file
    except soundfile.LibsndfileError as error:
        reason = (error.error_string or "unknown error").strip().rstrip(".")
        raise damaged(path, f"its sound cannot be decoded ({reason})") from error
    except OSError as error:
        raise RefusedFileError(
            path,
            f"it cannot be read ({error.strerror or 'input/output error'})",
            "Check that the file is there and that you may read it.",
        ) from error
