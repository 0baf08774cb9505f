"""One plane through a volume of 300 slices of 512 x 512, beside SimpleITK's resampling.

Run it as `python -m tests.benchmarks.reformation [--rounds 5]`. The same coronal and oblique
planes, thin and as a slab of 10 mm, are computed by both; their values must agree.
"""

import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.rendering.reformat_planes import PlaneKind, directions_of, planes_through
from meddx_desktop.rendering.reformation import Projection, ReformatPlane, Slab, reformat
from meddx_desktop.rendering.volume_geometry import VolumeGeometry
from tests.benchmarks.rounds import Row, compare, run_benchmark, skipped, take_turns

SLICES, SIDE = 300, 512
SPACING_MM, GAP_MM = 0.7, 1.0
FILL = -2000.0
_LARGEST_DIFFERENCE = 1.0

Volume = NDArray[np.int16]


def smooth_volume() -> Volume:
    """Return waves, so that a shift of a tenth of a voxel shows."""
    z, y, x = np.ogrid[0:SLICES, 0:SIDE, 0:SIDE]
    waves = np.sin(x / 9) * np.cos(y / 11) * 500 + np.sin(z / 7) * 300
    return np.asarray(np.rint(waves), np.int16)


def stack() -> VolumeGeometry:
    """Return slices that stack straight, which is all that SimpleITK's image can say."""
    origins = np.array([[0.0, 0.0, GAP_MM * i] for i in range(SLICES)])
    axes = np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0])
    return VolumeGeometry(origins, *axes, SPACING_MM, SPACING_MM, SIDE, SIDE, tuple(range(SLICES)))


def with_simpleitk(volume: Volume) -> Callable[[ReformatPlane], Volume]:
    """Return a function that resamples a plane."""
    import SimpleITK

    image: Any = SimpleITK.GetImageFromArray(volume)
    image.SetSpacing((SPACING_MM, SPACING_MM, GAP_MM))

    def resample(plane: ReformatPlane) -> Volume:
        filter_: Any = SimpleITK.ResampleImageFilter()
        filter_.SetInterpolator(SimpleITK.sitkLinear)
        filter_.SetDefaultPixelValue(FILL)
        filter_.SetSize((plane.columns, plane.rows, 1))
        filter_.SetOutputSpacing((plane.spacing_mm, plane.spacing_mm, 1.0))
        filter_.SetOutputOrigin(plane.origin)
        axes = np.array([plane.row_direction, plane.column_direction, plane.normal]).T
        filter_.SetOutputDirection(axes.ravel().tolist())
        filter_.SetNumberOfThreads(1)
        return np.asarray(SimpleITK.GetArrayFromImage(filter_.Execute(image))[0], np.int16)

    return resample


def _check(ours: Volume, theirs: Volume) -> None:
    both = (ours != FILL) & (theirs != FILL)
    largest = np.abs(ours.astype(int) - theirs)[both].max()
    if both.mean() < 0.3 or largest > _LARGEST_DIFFERENCE:
        raise SystemExit(f"the planes differ by up to {largest}")


def measure_rows(rounds: int) -> list[Row]:
    """Return one row for each plane, and the cost of a slab beside that of its plane."""
    volume, geometry = smooth_volume(), stack()
    has_peer = importlib.util.find_spec("SimpleITK") is not None
    if not has_peer:
        skipped("SimpleITK", "not installed")
    resample = with_simpleitk(volume) if has_peer else None
    rows = []
    for name, directions in (
        ("coronal", directions_of(PlaneKind.CORONAL)),
        ("oblique", directions_of(PlaneKind.OBLIQUE, 30, 20)),
    ):
        planes = planes_through(geometry, directions)
        plane = planes[len(planes) // 2]

        def ours(plane: ReformatPlane = plane, slab: Slab = Slab()) -> Volume:  # noqa: B008
            return np.asarray(reformat(volume, geometry, plane, slab, FILL), np.int16)

        jobs: dict[str, Callable[[], object]] = {
            "ours": ours,
            "slab": lambda run=ours: run(slab=Slab(10.0, Projection.MAXIMUM)),
        }
        if resample is not None:
            _check(ours(), resample(plane))
            jobs["SimpleITK"] = lambda plane=plane: resample(plane)
        costs = take_turns(jobs, rounds, 3)
        size = f"{plane.columns} x {plane.rows}"
        if resample is not None:
            job = f"{name} plane of {size}"
            rows.append(compare(job, "SimpleITK, 1 thread", costs["ours"], costs["SimpleITK"]))
        job = f"{name} plane of {size}, MIP of 10 mm"
        rows.append(compare(job, "the thin plane", costs["slab"], costs["ours"]))
    return rows


if __name__ == "__main__":
    run_benchmark(measure_rows, __doc__ or "", rounds=5)
