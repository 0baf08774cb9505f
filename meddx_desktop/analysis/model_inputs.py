"""Case items as the models' preprocessing receives them."""

from collections.abc import Iterator
from functools import partial
from typing import Literal, TypeAlias

from meddx_desktop.analysis.frames import load_frames
from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.case import CaseItem, kind_of
from meddx_desktop.case.errors import MedDxError
from meddx_desktop.case.image_series import Box, ImageSeries
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.inference.audio_classification import Recording
from meddx_desktop.preprocessing.image import ImageInput
from meddx_desktop.readers.audio_samples import read_samples

Region: TypeAlias = Box | Literal["full"] | None


def frame_inputs(
    series: ImageSeries, indices: tuple[int, ...], box: Box | None, progress: ReportProgress
) -> Iterator[tuple[int, ImageInput]]:
    """Yield decoded frames with what turns their values into presentation values."""
    for frame in load_frames(series, indices, progress):
        yield (
            frame.index,
            ImageInput(
                stored_values=frame.values,
                grayscale=series.frames[frame.index].grayscale,
                box=box,
                pixel_spacing=series.pixel_spacing,
            ),
        )


def recording_of(clip: AudioClip) -> Recording:
    """Return a recording whose samples are read when a model asks for them."""
    return Recording(clip.sample_count, clip.sampling_frequency, partial(read_samples, clip))


def box_of(series: ImageSeries, region: Region) -> Box | None:
    """Return the region within the frame; None stands for the whole frame.

    Raises
    ------
    MedDxError : the box is empty or does not lie in the frame.
    """
    if not isinstance(region, Box):
        return None
    if region.left >= region.right or region.top >= region.bottom:
        raise _unusable_region("is empty", series)
    if min(region.left, region.top) < 0 or (
        region.right > series.columns or region.bottom > series.rows
    ):
        raise _unusable_region("does not lie in the image", series)
    return region


def unread(item: CaseItem) -> MedDxError:
    """Return the refusal to run a model on a kind of item that none is made for."""
    message = f"No model looks at items of the kind {kind_of(item)}. Read it yourself."
    return MedDxError(message, code="kind")


def _unusable_region(fault: str, series: ImageSeries) -> MedDxError:
    return MedDxError(
        f"The region {fault}. Choose a box within the {series.columns} columns and "
        f"{series.rows} rows of the image.",
        code="unusable_region",
    )
