"""A folder of 600 slices in six series: time to its first picture, beside reading all its headers.

Run it as `python -m tests.benchmarks.first_picture [--rounds 5]`. "Plain" headers are those that
the short reader knows, "long" ones are in implicit VR with sequences, which take the complete
reader. Both times are through the worker processes, which are there before the folder is named.
Goal: the first picture within 0.2 of the time that all headers take, where these take long.
"""

import json
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import ImplicitVRLittleEndian, generate_uid

from tests.benchmarks.dicom_sets import ENCODINGS, small_ct, write_ct_series
from tests.benchmarks.rounds import Row, compare_values, run_benchmark

SERIES, SLICES = 6, 100
_ITEMS = 40


def write_long_series(folder: Path, count: int) -> None:
    """Write slices in implicit VR, each with a sequence of many items, as scanners write them."""
    folder.mkdir(parents=True)
    dataset = small_ct()
    dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    dataset.SeriesInstanceUID = generate_uid()
    references = []
    for _ in range(_ITEMS):
        item = Dataset()
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = dataset.SOPClassUID, "1.2.3"
        references.append(item)
    dataset.ReferencedImageSequence = Sequence(references)
    for number in range(count):
        dataset.InstanceNumber = number + 1
        dataset.ImagePositionPatient = [-158.1, -179.0, float(number)]
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        dataset.save_as(
            folder / f"slice-{number:04}.dcm",
            implicit_vr=True,
            little_endian=True,
            enforce_file_format=True,
        )


def run_child(folder: Path) -> None:
    """Open the folder as the window does and print when what was there."""
    from meddx_desktop.analysis import jobs
    from tests.benchmarks.window_jobs import WindowJobs

    window = WindowJobs(folder)
    started = time.perf_counter()
    opening = window.submit_opening()
    loading = window.load(partial(jobs.load_frames, window.next_series(), (0,)))
    next(loading)
    first = time.perf_counter() - started
    window.wait_for(opening)
    headers = time.perf_counter() - started
    assert not list(loading)
    window.close()
    print(json.dumps({"first": first, "headers": headers}))


def read_with_pydicom(folder: Path) -> float:
    """Return how long a loop over all headers takes."""
    started = time.perf_counter()
    for path in sorted(folder.rglob("*.dcm")):
        dcmread(path, stop_before_pixels=True)
    return time.perf_counter() - started


def measure_rows(rounds: int) -> list[Row]:
    """Return one row for each kind of header and peer."""
    rows = []
    with tempfile.TemporaryDirectory() as parent:
        for kind in ("plain", "long"):
            folder = Path(parent, kind)
            for number in range(SERIES):
                if kind == "plain":
                    write_ct_series(folder / str(number), ENCODINGS["uncompressed"], SLICES)
                else:
                    write_long_series(folder / str(number), SLICES)
            rows += _measure_folder(kind, folder, rounds)
    return rows


def _measure_folder(kind: str, folder: Path, rounds: int) -> list[Row]:
    command = [sys.executable, "-m", "tests.benchmarks.first_picture", "--child", str(folder)]
    first, headers, loop = [], [], []
    for _ in range(rounds):
        ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=120)
        found = json.loads(ended.stdout.splitlines()[-1])
        first.append(found["first"] * 1000)
        headers.append(found["headers"] * 1000)
        loop.append(read_with_pydicom(folder) * 1000)
    job = f"folder of {SERIES * SLICES}, {kind} headers: first picture"
    return [
        compare_values((job, "all headers", "ms"), first, headers, 0.2 if kind == "long" else None),
        compare_values((job, "pydicom's loop over headers", "ms"), first, loop, 0.2),
    ]


def main() -> None:
    """Open a folder once, or measure."""
    if sys.argv[1:2] == ["--child"]:
        run_child(Path(sys.argv[2]))
    else:
        run_benchmark(measure_rows, __doc__ or "", rounds=5)


if __name__ == "__main__":
    main()
