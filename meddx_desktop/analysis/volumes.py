"""Volumes that this worker holds: assembled slice by slice, then cut into planes.

A volume stays here between jobs, as an ONNX session does, so that a plane costs no decoding. A
worker that takes over has none; the job then says so and the window fills it again.
"""

from collections import OrderedDict
from collections.abc import Generator
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.analysis.frames import run_ahead
from meddx_desktop.analysis.volume_request import VOLUME_MISSING, PlaneRequest, VolumePart
from meddx_desktop.case.errors import MedDxError
from meddx_desktop.case.image_series import FramePixels
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.readers.frames import decode_frame
from meddx_desktop.rendering.reformation import ReformatPlane, Slab, reformat
from meddx_desktop.rendering.volume_geometry import NoVolumeError, VolumeGeometry

BUDGET_BYTES = 3 * 2**29
_KINDS = (np.dtype(np.int16), np.dtype(np.uint16), np.dtype(np.uint8), np.dtype(np.int8))


@dataclass(slots=True)
class _Volume:
    values: NDArray[np.generic]
    filled: set[int] = field(default_factory=set)
    lowest: float = 0.0


_held: OrderedDict[str, _Volume] = OrderedDict()


def fill_volume(part: VolumePart, progress: ReportProgress) -> int:
    """Decode some slices into a volume; return how many slices it has now.

    Raises
    ------
    RefusedFileError : a slice is damaged.
    NoVolumeError : the values are not whole numbers of at most 16 bits.
    """
    decode = [
        partial(decode_frame, part.series, number, reduce=part.reduce)
        for number in range(len(part.places))
    ]
    for place, pixels in zip(
        part.places, run_ahead(decode, progress, "Reading the volume"), strict=True
    ):
        values = _scaled(pixels.values, part, pixels.index)
        volume = _volume_for(part, values)
        volume.values[place] = values
        lowest = float(values.min())
        volume.lowest = min(volume.lowest, lowest) if volume.filled else lowest
        volume.filled.add(place)
    return len(_held[part.volume_id].filled)


def _scaled(values: NDArray[np.generic], part: VolumePart, number: int) -> NDArray[np.generic]:
    """Return stored values that mean the same in all slices."""
    if part.scale is None:
        return values
    own = part.series.frames[number].grayscale
    modality = values.astype(np.float64) * own.rescale_slope + own.rescale_intercept
    return np.rint((modality - part.scale.intercept) / part.scale.slope).astype(np.int16)


def _volume_for(part: VolumePart, values: NDArray[np.generic]) -> _Volume:
    volume = _held.get(part.volume_id)
    if volume is None:
        if values.dtype not in _KINDS:
            raise NoVolumeError(
                "The pixel values of this series are not whole numbers of at most 16 bits, which "
                "reformation needs. Look at its slices as they are."
            )
        volume = _Volume(np.zeros((part.slices, *values.shape), values.dtype))
        _held[part.volume_id] = volume
        _keep_within_budget()
    _held.move_to_end(part.volume_id)
    return volume


def _keep_within_budget() -> None:
    while len(_held) > 1 and sum(one.values.nbytes for one in _held.values()) > BUDGET_BYTES:
        _held.popitem(last=False)


def load_planes(
    request: PlaneRequest, progress: ReportProgress
) -> Generator[FramePixels, None, None]:
    """Compute planes in the order wanted.

    Raises
    ------
    MedDxError : with code `volume_missing`, where this worker does not hold the whole volume.
    """
    volume = _held.get(request.volume_id)
    if volume is None or len(volume.filled) < len(volume.values):
        raise MedDxError("The volume has to be read again.", code=VOLUME_MISSING)
    _held.move_to_end(request.volume_id)
    cut = [
        partial(_cut, volume, request.geometry, plane, request.slab, number)
        for number, plane in enumerate(request.planes)
    ]
    yield from run_ahead(cut, progress, "Reformatting")


def _cut(
    volume: _Volume, geometry: VolumeGeometry, plane: ReformatPlane, slab: Slab, number: int
) -> FramePixels:
    values = reformat(volume.values, geometry, plane, slab, volume.lowest)
    return FramePixels(number, values)
