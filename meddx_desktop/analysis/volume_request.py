"""What the window asks of a volume that a worker holds."""

from dataclasses import dataclass

from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.rendering.reformation import ReformatPlane, Slab
from meddx_desktop.rendering.volume_geometry import VolumeGeometry

VOLUME_MISSING = "volume_missing"


@dataclass(frozen=True, slots=True)
class CommonScale:
    """One rescale for slices of which each has its own, as in PET."""

    slope: float
    intercept: float


@dataclass(frozen=True, slots=True)
class VolumePart:
    """Some slices of a volume; `places[i]` is the slice that frame i of `series` becomes.

    `slices` counts those of the whole volume. `reduce` halves rows and columns that often.
    """

    volume_id: str
    series: ImageSeries
    places: tuple[int, ...]
    slices: int
    reduce: int = 0
    scale: CommonScale | None = None


@dataclass(frozen=True, slots=True)
class PlaneRequest:
    """Planes through a volume that is complete."""

    volume_id: str
    geometry: VolumeGeometry
    planes: tuple[ReformatPlane, ...]
    slab: Slab
