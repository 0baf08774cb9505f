"""A folder of CT slices: time to the list, to the first picture and to all, beside other readers.

Run it as `python -m tests.benchmarks.ct_folder [--rounds 3]`. Each reader is a process of its own,
timed from when its modules are loaded; "through the worker" counts until the frames are where the
window is. Ours shows the image that it finds first while it reads the other headers, as the window
does; the others must know all headers before they know which file is the first. Goals: first
picture within 0.2 of a pydicom loop and 0.3 of SimpleITK; all within 0.5 of pydicom (J2K 0.6);
twice the slices at most 2.2 times the time; peak memory beyond the loaded process within 1.5 of the
volume.
"""

import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.dicom_sets import CT_SIDE, ENCODINGS, write_ct_series
from tests.benchmarks.rounds import (
    Row,
    compare_values,
    peak_mib,
    run_benchmark,
    skipped,
)

SLICES = 500
NAMES = ("uncompressed", "JPEG-LL", "JPEG-LS", "J2K", "HTJ2K")
_METRICS = {"first": "first picture", "whole": "whole series"}
_PEERS = ("pydicom", "SimpleITK")
_GOALS = {
    ("pydicom", "first"): 0.2,
    ("SimpleITK", "first"): 0.3,
    ("pydicom", "whole"): 0.5,
}

Result = dict[str, float]
Read = Callable[["_Clock"], Any]


@dataclass(slots=True)
class _Clock:
    """Seconds since the start at which something was there."""

    started: float
    marks: Result

    def mark(self, name: str) -> None:
        self.marks[name] = time.perf_counter() - self.started


def read_with_ours(folder: Path) -> Read:
    """Open the folder and decode as the worker does."""
    from meddx_desktop.analysis.frames import load_frames
    from meddx_desktop.analysis.open_files import open_growing
    from meddx_desktop.case.case import SeriesFound
    from meddx_desktop.case.progress import ignore_progress

    def read(clock: _Clock) -> Any:
        found = open_growing((folder,), ignore_progress)
        begun = next(found)
        assert isinstance(begun, SeriesFound)
        (first,) = load_frames(begun.series, (0,), ignore_progress)
        clock.mark("first")
        (whole,) = found
        assert isinstance(whole, SeriesFound)
        clock.mark("scan")
        frames = whole.series.frames
        volume = np.empty((len(frames), CT_SIDE, CT_SIDE), np.int16)
        place = frames.index(begun.series.frames[0])
        volume[place] = first.values
        others = tuple(i for i in range(len(frames)) if i != place)
        for frame in load_frames(whole.series, others, ignore_progress):
            volume[frame.index] = frame.values
        return volume

    return read


def read_in_worker(folder: Path) -> Read:
    """Do the same through the worker processes, as the window does."""
    from meddx_desktop.analysis import jobs
    from tests.benchmarks.window_jobs import WindowJobs

    window = WindowJobs(folder)

    def read(clock: _Clock) -> Any:
        opening = window.submit_opening()
        begun = window.next_series()
        loading = window.load(partial(jobs.load_frames, begun, (0,)))
        first = next(loading)
        clock.mark("first")
        assert not list(loading)
        whole = window.next_series()
        window.wait_for(opening)
        clock.mark("scan")
        place = whole.frames.index(begun.frames[0])
        volume = np.empty((len(whole.frames), CT_SIDE, CT_SIDE), np.int16)
        volume[place] = first.values
        others = tuple(i for i in range(len(whole.frames)) if i != place)
        for frame in window.load(partial(jobs.load_frames, whole, others)):
            volume[frame.index] = frame.values
        window.close()
        return volume

    return read


def read_with_pydicom(folder: Path) -> Read:
    """Loop over the files as pydicom's documentation does, headers first."""
    from pydicom import dcmread

    def read(clock: _Clock) -> Any:
        headers = [(path, dcmread(path, stop_before_pixels=True)) for path in folder.iterdir()]
        headers.sort(key=lambda one: float(one[1].ImagePositionPatient[2]))
        clock.mark("scan")
        _ = dcmread(headers[len(headers) // 2][0]).pixel_array
        clock.mark("first")
        return np.stack([dcmread(path).pixel_array for path, _ in headers])

    return read


def read_with_simpleitk(folder: Path) -> Read:
    """Read the series as SimpleITK's documentation does."""
    import SimpleITK

    # The view needs its image.
    kept: list[Any] = []

    def read(clock: _Clock) -> Any:
        names = SimpleITK.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder))
        clock.mark("scan")
        SimpleITK.ReadImage(names[len(names) // 2])
        clock.mark("first")
        reader = SimpleITK.ImageSeriesReader()
        reader.SetFileNames(names)
        kept.append(reader.Execute())
        return SimpleITK.GetArrayViewFromImage(kept[0])

    return read


READERS: dict[str, Callable[[Path], Read]] = {
    "ours": read_with_ours,
    "ours, worker": read_in_worker,
    "pydicom": read_with_pydicom,
    "SimpleITK": read_with_simpleitk,
}


def run_child(name: str, folder: Path, touched_mib: int) -> None:
    """Read a folder with one reader and print what it took.

    So much memory is touched and given back before: a virtual machine may have to ask its host for
    every page, which says nothing about a reader.
    """
    read = READERS[name](folder)
    np.ones(touched_mib << 20, np.uint8)
    before = peak_mib()
    clock = _Clock(time.perf_counter(), {})
    cpu = time.process_time()
    volume = read(clock)
    clock.mark("whole")
    found = {**clock.marks, "cpu": time.process_time() - cpu, "peak": peak_mib() - before}
    print(json.dumps({**found, "sum": int(np.sum(volume, dtype=np.int64))}))


def run_reader(name: str, folder: Path, touched_mib: int = 0) -> Result | None:
    """Run a reader as a process; None where it cannot read the folder."""
    command = [sys.executable, "-m", "tests.benchmarks.ct_folder", "--child", name, str(folder)]
    command.append(str(touched_mib))
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if ended.returncode:
        skipped(name, (ended.stderr.strip().splitlines() or ["failed"])[-1])
        return None
    found: Result = json.loads(ended.stdout.splitlines()[-1])
    return found


def _installed() -> list[str]:
    if importlib.util.find_spec("SimpleITK"):
        return list(READERS)
    skipped("SimpleITK", "not installed")
    return [name for name in READERS if name != "SimpleITK"]


def measure_rows(rounds: int) -> list[Row]:
    """Read every encoding with every reader, then twice as many slices with ours."""
    rows = []
    readers = _installed()
    with tempfile.TemporaryDirectory() as parent:
        for name in NAMES:
            folder = Path(parent, name)
            write_ct_series(folder, ENCODINGS[name], SLICES)
            rows += _measure_folder(name, folder, readers, rounds)
        rows.append(_measure_growth(Path(parent), rounds))
    return rows


def _measure_folder(name: str, folder: Path, readers: list[str], rounds: int) -> list[Row]:
    results: dict[str, list[Result]] = {reader: [] for reader in readers}
    for _ in range(rounds):
        for reader in list(results):
            found = run_reader(reader, folder)
            if found is None:
                del results[reader]
            else:
                results[reader].append(found)
    _check_sums(name, results)
    rows = []
    for peer in _PEERS:
        if peer in results:
            rows += _rows_of(name, peer, results["ours"], results[peer])
    job = f"CT folder of {SLICES}, {name}, through the worker"
    if {"ours, worker", "pydicom"} <= results.keys():
        rows += _times(job, "pydicom", results["ours, worker"], results["pydicom"])
    return [*rows, _memory(name, results["ours"])]


def _check_sums(name: str, results: dict[str, list[Result]]) -> None:
    sums = {reader: {one["sum"] for one in found} for reader, found in results.items()}
    if len(set().union(*sums.values())) != 1:
        raise SystemExit(f"{name}: the readers disagree about the pixels: {sums}")


def _rows_of(name: str, peer: str, ours: list[Result], theirs: list[Result]) -> list[Row]:
    first, whole = _times(f"CT folder of {SLICES}, {name}", peer, ours, theirs)
    cpu = statistics.median(a["cpu"] / b["cpu"] for a, b in zip(ours, theirs, strict=True))
    goal = 0.6 if (name, peer) == ("J2K", "pydicom") else _GOALS.get((peer, "whole"))
    return [
        replace(first, goal=_GOALS.get((peer, "first"))),
        replace(whole, goal=goal, cpu_ratio=cpu),
    ]


def _times(job: str, peer: str, ours: list[Result], theirs: list[Result]) -> list[Row]:
    rows = []
    for metric, words in _METRICS.items():
        values = [[one[metric] * 1000 for one in each] for each in (ours, theirs)]
        rows.append(compare_values((f"{job}: {words}", peer, "ms"), values[0], values[1]))
    return rows


def _memory(name: str, ours: list[Result]) -> Row:
    volume = float(_volume_mib(SLICES))
    names = (f"CT folder of {SLICES}, {name}: peak memory", "the volume", "MiB")
    return compare_values(names, [one["peak"] for one in ours], [volume] * len(ours), 1.5)


def _volume_mib(slices: int) -> int:
    return slices * CT_SIDE * CT_SIDE * 2 >> 20


def _measure_growth(parent: Path, rounds: int) -> Row:
    folders = {count: parent / f"growth-{count}" for count in (SLICES, 2 * SLICES)}
    for count, folder in folders.items():
        write_ct_series(folder, ENCODINGS["uncompressed"], count)
    times: dict[int, list[float]] = {count: [] for count in folders}
    for _ in range(rounds):
        for count, folder in folders.items():
            found = run_reader("ours", folder, touched_mib=_volume_mib(2 * SLICES))
            assert found is not None
            times[count].append(found["whole"] * 1000)
    names = (f"CT folder of {2 * SLICES}, uncompressed: whole series", f"{SLICES} slices", "ms")
    return compare_values(names, times[2 * SLICES], times[SLICES], 2.2)


def main() -> None:
    """Run one reader, or all in turn."""
    if sys.argv[1:2] == ["--child"]:
        run_child(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
    else:
        run_benchmark(measure_rows, __doc__ or "", rounds=3)


if __name__ == "__main__":
    main()
