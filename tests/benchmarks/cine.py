"""A film of 100 color pictures in JPEG: its first picture and all of them, beside pydicom.

Run it as `python -m tests.benchmarks.cine [--rounds 5]`. The peer opens the file and asks pydicom
for one picture after the other (`pixel_array(index=…)`). Goals: the first picture within 0.2 of
that, all within 0.1.
"""

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

from meddx_desktop.readers.dicom import read_series
from meddx_desktop.readers.frames import decode_frame
from tests.benchmarks.dicom_sets import small_ct
from tests.benchmarks.rounds import Row, compare, run_benchmark, take_turns

FRAMES, ROWS, COLUMNS = 100, 480, 640
# Decoders of JPEG widen halved colors differently, by this much on average at most.
_DIFFERENCE = 3.0


def write_film(path: Path) -> None:
    """Write speckle that moves, in YBR_FULL_422 as an ultrasound scanner does."""
    generator = np.random.default_rng(3)
    speckle = gaussian_filter(generator.standard_normal((ROWS, COLUMNS, 3)), (2, 2, 0))
    still = np.clip(128 + 60 * speckle / speckle.std(), 0, 255).astype(np.uint8)
    moved = (np.roll(still, 3 * index, axis=1) for index in range(FRAMES))
    frames = [bytes(imagecodecs.jpeg8_encode(one, level=90, subsampling="422")) for one in moved]
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
    dataset.Rows, dataset.Columns, dataset.NumberOfFrames = ROWS, COLUMNS, FRAMES
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
    """Read the header and decode pictures one by one, as the worker does."""
    series = read_series(path)
    for index in range(count):
        shown = decode_frame(series, index).values
    return shown


def with_pydicom(path: Path, count: int) -> NDArray[np.generic]:
    """Read the file and decode pictures one by one."""
    dataset = dcmread(path)
    for index in range(count):
        shown = pixel_array(dataset, index=index)
    return np.asarray(shown)


def measure_rows(rounds: int) -> list[Row]:
    """Return one row for the first picture and one for all."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "film.dcm")
        write_film(path)
        for count, name, goal in ((1, "first picture", 0.2), (FRAMES, "all pictures", 0.1)):
            jobs: dict[str, Callable[[], NDArray[np.generic]]] = {
                "ours": partial(with_ours, path, count),
                "pydicom": partial(with_pydicom, path, count),
            }
            ours, theirs = (job().astype(np.int16) for job in jobs.values())
            if np.abs(ours - theirs).mean() > _DIFFERENCE:
                raise SystemExit("pydicom shows other pixels")
            costs = take_turns(jobs, rounds)
            job = f"film of {FRAMES} color pictures, JPEG: {name}"
            rows.append(compare(job, "pydicom by index", costs["ours"], costs["pydicom"], goal))
    return rows


if __name__ == "__main__":
    run_benchmark(measure_rows, __doc__ or "", rounds=5)
