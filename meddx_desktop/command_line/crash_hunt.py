"""Which file brings the opening worker down: each is opened alone, the rest together again."""

import os
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from meddx_desktop.analysis.jobs import probe_path
from meddx_desktop.command_line.job_runner import JobRunner
from meddx_desktop.engine.messages import Lane


class CrashHunt:
    """Opens files one by one after a worker died over them.

    A series must not be torn apart, so what is learned is only which files are deadly; the others
    are then opened together as before. Files that end a worker only together are opened one by
    one: each hunt ends.
    """

    def __init__(self, runner: JobRunner) -> None:
        self._runner = runner
        self._probes: dict[int, Path] = {}
        self._sound: list[Path] = []
        self._found_sound: set[Path] = set()

    def start(self, paths: Iterable[Path]) -> None:
        """Open every file below the paths alone."""
        for path in files_below(paths):
            self._probes[self._runner.submit(partial(probe_path, path), Lane.OPENING)] = path

    def has_cleared(self, paths: Iterable[Path]) -> bool:
        """Return whether each of these files was opened alone before without harm."""
        return self._found_sound.issuperset(paths)

    def owns(self, job_id: int) -> bool:
        """Return whether a reply belongs to this hunt."""
        return job_id in self._probes

    def end_probe(self, job_id: int, *, has_died: bool) -> Path:
        """Take the end of one probe and return its file."""
        path = self._probes.pop(job_id)
        if not has_died:
            self._sound.append(path)
        return path

    def sound_files(self) -> tuple[Path, ...]:
        """Return the files that harm nobody, once, when the last probe is over."""
        if self._probes:
            return ()
        sound, self._sound = tuple(self._sound), []
        self._found_sound.update(sound)
        return sound


def files_below(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files that the paths name, folders walked in order."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders.sort()
            yield from (Path(folder, name) for name in sorted(names))
