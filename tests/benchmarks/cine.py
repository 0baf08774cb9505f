"""A film of 100 color pictures in JPEG: its first picture and all of them, beside pydicom.

Run it as `python -m tests.benchmarks.cine [--rounds 5]`. The peer opens the file and asks pydicom
for one picture after the other (`pixel_array(index=…)`). Goals: the first picture within 0.2 of
that, all within 0.1; ten times the pictures take no more memory.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.pixels import pixel_array
from pydicom.uid import UID, JPEGBaseline8Bit, UltrasoundMultiFrameImageStorage, generate_uid
from scipy.ndimage import gaussian_filter

from meddx_desktop.analysis.frames import load_frames
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.readers.dicom import read_series
from tests.benchmarks.dicom_sets import small_ct
from tests.benchmarks.rounds import (
    Row,
    compare,
    compare_values,
    peak_mib,
    run_benchmark,
    take_turns,
)

FRAMES, ROWS, COLUMNS = 100, 480, 640
# Decoders of JPEG widen halved colors differently, by this much on average at most.
_DIFFERENCE = 3.0


def _picture(generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return a fan of gray speckle on black with a box of Doppler colors in it."""
    speckle = gaussian_filter(generator.standard_normal((ROWS, COLUMNS)), 2)
    flow = gaussian_filter(generator.standard_normal((ROWS, COLUMNS)), 8)
    down, across = np.mgrid[:ROWS, :COLUMNS]
    across = across - COLUMNS // 2
    depth, angle = np.hypot(down, across), np.arctan2(across, down)
    is_tissue = (depth > 60) & (depth < 460) & (np.abs(angle) < 0.6)
    is_flow = (depth > 180) & (depth < 320) & (np.abs(angle) < 0.25)
    gray = np.where(is_tissue, 110 + 60 * speckle / speckle.std(), 0)
    shift = np.where(is_flow, 90 * flow / flow.std(), 0)
    colors = np.stack((gray + shift, gray - np.abs(shift), gray - shift), axis=-1)
    return np.clip(colors, 0, 255).astype(np.uint8)


def write_film(path: Path, times: int = 1) -> None:
    """Write a film in YBR_FULL_422 as an ultrasound scanner does, its pictures so many times."""
    generator = np.random.default_rng(3)
    frames = times * [
        bytes(imagecodecs.jpeg8_encode(_picture(generator), level=90, subsampling="422"))
        for _ in range(FRAMES)
    ]
    source = small_ct()
    dataset = Dataset()
    dataset.file_meta = source.file_meta
    for keyword in ("PatientName", "PatientID", "StudyInstanceUID", "SeriesInstanceUID"):
        setattr(dataset, keyword, source[keyword].value)
    uid = generate_uid()
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = (
        UltrasoundMultiFrameImageStorage
    )
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = uid
    dataset.file_meta.TransferSyntaxUID = UID(JPEGBaseline8Bit)
    dataset.Modality = "US"
    dataset.Rows, dataset.Columns, dataset.NumberOfFrames = ROWS, COLUMNS, len(frames)
    dataset.SamplesPerPixel, dataset.PlanarConfiguration = 3, 0
    dataset.PhotometricInterpretation = "YBR_FULL_422"
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit, dataset.PixelRepresentation = 7, 0
    dataset.FrameTime = 33.3
    dataset.LossyImageCompression = "01"
    dataset.PixelData = encapsulate(frames)
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    dataset.save_as(path, enforce_file_format=True)


def with_ours(path: Path, count: int) -> NDArray[np.generic]:
    """Read the header and decode pictures in threads, as the worker does."""
    # What is kept of files that were read before counts for unchanged ones only.
    path.touch()
    for frame in load_frames(read_series(path), tuple(range(count)), ignore_progress):
        shown = frame.values
    return shown


def with_pydicom(path: Path, count: int) -> NDArray[np.generic]:
    """Read the file and decode pictures one by one."""
    dataset = dcmread(path)
    for index in range(count):
        shown = pixel_array(dataset, index=index)
    return np.asarray(shown)


def measure_rows(rounds: int) -> list[Row]:
    """Return one row for the first picture, one for all, and one for memory."""
    with tempfile.TemporaryDirectory() as folder:
        film, long_film = Path(folder, "film.dcm"), Path(folder, "long.dcm")
        write_film(film)
        write_film(long_film, times=10)
        return [
            # What takes milliseconds is repeated, as it moves by half from one to the next.
            _measure_pictures(film, 1, "first picture", 0.2, rounds, repeats=10),
            _measure_pictures(film, FRAMES, "all pictures", 0.1, rounds),
            _measure_memory(film, long_film, rounds),
        ]


def _measure_pictures(
    path: Path, count: int, name: str, goal: float, rounds: int, repeats: int = 1
) -> Row:
    jobs: dict[str, Callable[[], NDArray[np.generic]]] = {
        "ours": partial(with_ours, path, count),
        "pydicom": partial(with_pydicom, path, count),
    }
    ours, theirs = (job().astype(np.int16) for job in jobs.values())
    if np.abs(ours - theirs).mean() > _DIFFERENCE:
        raise SystemExit("pydicom shows other pixels")
    costs = take_turns(jobs, rounds, repeats)
    job = f"film of {FRAMES} color pictures, JPEG: {name}"
    return compare(job, "pydicom by index", costs["ours"], costs["pydicom"], goal)


def _measure_memory(film: Path, long_film: Path, rounds: int) -> Row:
    peaks: dict[Path, list[float]] = {film: [], long_film: []}
    for _ in range(rounds):
        for path, found in peaks.items():
            command = [sys.executable, "-m", "tests.benchmarks.cine", "--child", str(path)]
            ended = subprocess.run(command, capture_output=True, text=True, check=True)
            found.append(float(ended.stdout))
    names = (f"film of {10 * FRAMES} color pictures, JPEG: peak memory", f"{FRAMES}", "MiB")
    return compare_values(names, peaks[long_film], peaks[film], 1.1)


def run_child(path: Path) -> None:
    """Decode all pictures of a film and print the peak memory of the process in MiB."""
    series = read_series(path)
    for _ in load_frames(series, tuple(range(len(series.frames))), ignore_progress):
        pass
    print(peak_mib())


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        run_child(Path(sys.argv[2]))
    else:
        run_benchmark(measure_rows, __doc__ or "", rounds=5)
