"""The sealed files of one place: numbered, written whole or not at all, never another's."""

import errno
import os
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_SUFFIX, _UNFINISHED = ".kept", ".unfinished"
_MOST_FILES = 9
_LARGEST_BYTES = 64 * 2**20
_ABANDONED_S = 3600


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What tells whether another program has written a file since."""

    modified_ns: int
    size: int
    inode: int


def _stamp(found: os.stat_result) -> _Stamp:
    return _Stamp(found.st_mtime_ns, found.st_size, found.st_ino)


@dataclass(slots=True)
class KeptFiles:
    """Files of one name in a folder.

    There is one file, unless some were left alone: damaged ones, those of a newer version, and
    those that another running MedDx has written meanwhile. What is written then goes to the next
    number, and all that can be read is read.
    """

    folder: Path
    name: str
    _seen: dict[int, _Stamp] = field(default_factory=dict)
    _own: dict[int, _Stamp] = field(default_factory=dict)

    def path(self, number: int) -> Path:
        """Return where a file lies."""
        return self.folder / f"{self.name}-{number}{_SUFFIX}"

    def read(self) -> dict[int, bytes]:
        """Return the files by their numbers; one that cannot be read is empty."""
        found: dict[int, bytes] = {}
        for number in range(1, _MOST_FILES + 1):
            try:
                with self.path(number).open("rb") as file:
                    self._seen[number] = _stamp(os.fstat(file.fileno()))
                    found[number] = file.read(_LARGEST_BYTES)
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError:
                found[number] = b""
        return found

    def own(self, number: int) -> None:
        """Let a file that was read be written over and removed."""
        self._own[number] = self._seen[number]

    def write(self, content: bytes) -> None:
        """Put content in the place of what was read or written before.

        Raises
        ------
        OSError : the folder or its disk does not take it; what was there is there still.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        mine = self._unchanged()
        number = mine[0] if mine else self._free_number()
        stamp = _replace(self.path(number), content)
        for other in mine[1:]:
            self.path(other).unlink(missing_ok=True)
        self._own = {number: stamp}
        _remove_abandoned(self.folder)

    def remove(self) -> None:
        """Remove what was read or written before.

        Raises
        ------
        OSError : the folder does not allow it.
        """
        for number in self._unchanged():
            self.path(number).unlink(missing_ok=True)
            del self._own[number]

    def _unchanged(self) -> list[int]:
        """Return the numbers of the own files that nobody else has written since."""
        for number, stamp in tuple(self._own.items()):
            try:
                is_own = _stamp(self.path(number).stat()) == stamp
            except FileNotFoundError:
                is_own = False
            if not is_own:
                del self._own[number]
        return sorted(self._own)

    def _free_number(self) -> int:
        for number in range(1, _MOST_FILES + 1):
            if not self.path(number).exists():
                return number
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(self.path(_MOST_FILES)))


def _replace(path: Path, content: bytes) -> _Stamp:
    # mkstemp gives the file to this account alone (0600).
    handle, name = tempfile.mkstemp(_UNFINISHED, path.stem, path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            stamp = _stamp(os.fstat(file.fileno()))
        Path(name).replace(path)
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        raise
    _finish_folder(path.parent)
    return stamp


def _finish_folder(folder: Path) -> None:
    """Have the system write the folder's entries too, where it can be asked."""
    if os.name != "posix":
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def kept_files(folder: Path) -> list[Path]:
    """Return every file that was kept, of all images."""
    return sorted(folder.glob(f"*{_SUFFIX}"))


def _remove_abandoned(folder: Path) -> None:
    """Remove what programs that were killed left unfinished."""
    for path in folder.glob(f"*{_UNFINISHED}"):
        with suppress(OSError):
            if path.stat().st_mtime < time.time() - _ABANDONED_S:
                path.unlink()


def remove_all(folder: Path) -> None:
    """Remove everything that was kept.

    Raises
    ------
    OSError : the folder does not allow it.
    """
    for path in (*kept_files(folder), *folder.glob(f"*{_UNFINISHED}")):
        path.unlink(missing_ok=True)
