"""A film of 3000 x 2500, 14 bits, from the file to 8-bit windowed pixels, in each encoding.

Run it as `python -m tests.benchmarks.large_film [--rounds 5]`. dcmtk's converters are processes
that also write a file. Goals: within 0.6 of pydicom with numpy (J2K 0.85); a preview at half the
size within 0.3 of the whole picture where the codec can (J2K, HTJ2K).
"""

import importlib.util
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread

from meddx_desktop.case.grayscale import Window
from meddx_desktop.case.image_series import FramePixels, ImageSeries
from meddx_desktop.readers.dicom import read_series
from meddx_desktop.readers.frames import decode_frame
from meddx_desktop.rendering.display_frame import (
    gray_table,
    look_up,
    prepare_display_frame,
    rgb_table,
)
from tests.benchmarks.dicom_sets import ENCODINGS, write_film
from tests.benchmarks.rounds import Row, compare, run_benchmark, skipped, take_turns

CENTER, WIDTH = 8000.0, 12000.0

Gray = NDArray[np.uint8]
Rgb = NDArray[np.uint32]


def with_ours(path: Path) -> Rgb:
    """Read, decode and look the 32-bit grays up, as the window does."""
    series = read_series(path)
    return _grays(series, decode_frame(series, 0))


def preview_with_ours(path: Path) -> Rgb:
    """Do the same at half the size."""
    series = read_series(path)
    return _grays(series, decode_frame(series, 0, reduce=1))


def _grays(series: ImageSeries, pixels: FramePixels) -> Rgb:
    frame = prepare_display_frame(pixels, series.frames[0].grayscale)
    assert frame.modality_values is not None
    grays = gray_table(frame.modality_values, Window(CENTER, WIDTH), is_inverted=False)
    return look_up(rgb_table(grays), frame.indices)


def with_pydicom(path: Path) -> Gray:
    """Read with pydicom and apply the window in float64, as its documentation shows."""
    values = dcmread(path).pixel_array.astype(np.float64)
    scaled = (values - (CENTER - 0.5)) / (WIDTH - 1) + 0.5
    return np.rint(np.clip(scaled, 0, 1) * 255).astype(np.uint8)


def with_simpleitk(path: Path) -> Gray:
    """Read and window with SimpleITK's own filter."""
    import SimpleITK

    low, high = CENTER - WIDTH / 2, CENTER + WIDTH / 2
    image = SimpleITK.ReadImage(path, SimpleITK.sitkFloat32)
    shown = SimpleITK.IntensityWindowing(image, low, high, 0, 255)
    return np.asarray(
        SimpleITK.GetArrayFromImage(SimpleITK.Cast(shown, SimpleITK.sitkUInt8))[0], np.uint8
    )


def _dcmtk(tool: str) -> Callable[[Path], object] | None:
    program = shutil.which(tool)
    if program is None:
        skipped(tool, "not installed")
        return None
    return lambda path: subprocess.run(
        [program, "+Ww", str(CENTER), str(WIDTH), str(path), str(path.with_suffix(".pgm"))],
        check=True,
        capture_output=True,
    )


def _peers(name: str) -> dict[str, Callable[[Path], object]]:
    found: dict[str, Callable[[Path], object]] = {"pydicom": with_pydicom}
    if importlib.util.find_spec("SimpleITK"):
        found["SimpleITK"] = with_simpleitk
    else:
        skipped("SimpleITK", "not installed")
    tool = {"uncompressed": "dcm2pnm", "RLE": "dcm2pnm", "JPEG-LL": "dcmj2pnm"}.get(name)
    tool = "dcml2pnm" if name == "JPEG-LS" else tool
    converter = _dcmtk(tool) if tool else None
    if converter is not None:
        found[f"{tool} (process)"] = converter
    return found


def _agreeing(
    path: Path, jobs: dict[str, Callable[[Path], object]]
) -> dict[str, Callable[[Path], object]]:
    """Leave out peers that cannot read the file and stop if one shows something else."""
    shown = (with_ours(path) & 0xFF).astype(np.int16)
    kept = {}
    for name, job in jobs.items():
        try:
            other = job(path)
        except (RuntimeError, ValueError, subprocess.CalledProcessError) as error:
            skipped(name, f"{path.stem}: {str(error).splitlines()[0]}")
            continue
        # Rounding differs by a gray or two.
        if isinstance(other, np.ndarray) and np.abs(shown - other).max() > 2:
            raise SystemExit(f"{path.stem}: {name} shows other pixels")
        kept[name] = job
    return kept


def measure_rows(rounds: int) -> list[Row]:
    """Return one row for each encoding and peer."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, encoding in ENCODINGS.items():
            path = Path(folder, f"{name}.dcm")
            write_film(path, encoding)
            jobs = {"ours": with_ours, **_agreeing(path, _peers(name))}
            if name in {"J2K", "HTJ2K"}:
                jobs["preview"] = preview_with_ours
            bound = {label: partial(job, path) for label, job in jobs.items()}
            costs = take_turns(bound, rounds)
            for peer in [label for label in jobs if label not in {"ours", "preview"}]:
                goal = (0.85 if name == "J2K" else 0.6) if peer == "pydicom" else None
                rows.append(compare(f"film, {name}", peer, costs["ours"], costs[peer], goal))
            if "preview" in costs:
                job = f"film, {name}: preview at half size"
                rows.append(compare(job, "whole size", costs["preview"], costs["ours"], 0.3))
    return rows


if __name__ == "__main__":
    run_benchmark(measure_rows, __doc__ or "", rounds=5)
