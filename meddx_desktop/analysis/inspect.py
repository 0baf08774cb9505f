"""Says what files are and reads them completely, without running a model."""

import hashlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, assert_never

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.analysis.open_files import FILES_LIMIT, files_in
from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.case import CaseItem, kind_of
from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.case.waveform_record import WaveformRecord
from meddx_desktop.readers import dicom, open_path, read_head
from meddx_desktop.readers.dicom_file import looks_like_dicom
from meddx_desktop.readers.found_file import FoundFile
from meddx_desktop.readers.frames import decode_frame
from meddx_desktop.readers.pixel_data import decode_stored
from meddx_desktop.readers.pixel_source import pixel_source

Line: TypeAlias = dict[str, Any]
Grid: TypeAlias = list[list[float]]
_GRID_BLOCKS = 16
WITHOUT_PIXELS = frozenset({"no_pixel_data", "missing_pixel_data"})


@dataclass(frozen=True, slots=True)
class InspectOptions:
    """What to look at: `pixels` decodes and hashes every frame."""

    pixels: bool = False


@dataclass(frozen=True, slots=True)
class PixelDigest:
    """The hash over all frames and the block means of the first and the last."""

    sha256: str
    grid_first: Grid
    grid_last: Grid


def inspect_paths(
    paths: tuple[Path, ...], options: InspectOptions, progress: ReportProgress
) -> Generator[Line, None, None]:
    """Yield one JSON-ready line for each file; folders and archives are gone through."""
    for path in paths:
        try:
            cut_off: list[Path] = []
            inside = files_in(path, progress, cut_off.append)
            for file in (FoundFile(path, path),) if inside is None else inside:
                yield inspect_file(file.path, options, progress) | {"path": str(file.shown)}
            if cut_off:
                yield _refused(path, _too_many(path))
        except RefusedFileError as error:
            yield _refused(path, error)


def _too_many(folder: Path) -> RefusedFileError:
    fault = f"only the first {FILES_LIMIT} of its files were looked at"
    next_step = "Name the folders inside it one by one."
    return RefusedFileError(folder, fault, next_step, code="too_many_files")


def inspect_file(path: Path, options: InspectOptions, progress: ReportProgress) -> Line:
    """Return the line of one file."""
    try:
        item = open_path(path, progress)
        line: Line = {
            "path": str(path),
            "kind": kind_of(item),
            "status": "opened",
            "error": None,
            "warnings": list(item.source.warnings),
            **_facts(item),
        }
        is_image = kind_of(item) == "image"
        if not is_image and (identity := _identity(path)):
            line |= {"status": "no_pixel_data", **identity}
        if options.pixels and is_image and isinstance(item, ImageSeries):
            digest = digest_pixels(item, progress)
            line |= {
                "status": "decoded",
                "pixel_sha256": digest.sha256,
                "grid_first": digest.grid_first,
                "grid_last": digest.grid_last,
            }
    except RefusedFileError as error:
        is_whole = error.code not in WITHOUT_PIXELS
        return _refused(path, error) if is_whole else _without_pixels(path, error)
    return line


def _refused(path: Path, error: RefusedFileError) -> Line:
    identity = _identity(path)
    return {
        "path": str(path),
        "kind": "image" if identity else None,
        "status": "error",
        "error": {"code": error.code, "message": error.message},
        "warnings": [],
        **identity,
    }


def _without_pixels(path: Path, error: RefusedFileError) -> Line:
    return {
        "path": str(path),
        "kind": None,
        "status": "no_pixel_data",
        "error": None,
        "warnings": [error.message],
        **_identity(path),
    }


def _identity(path: Path) -> Line:
    """Return what the header of a DICOM file still says when its image cannot be had."""
    try:
        if not looks_like_dicom(read_head(path)):
            return {}
        identity = dicom.identify_file(path)
    except (RefusedFileError, OSError):
        return {}
    return {
        "sop_class_uid": identity.sop_class_uid,
        "transfer_syntax_uid": identity.transfer_syntax_uid,
        "modality": identity.modality,
        "patient_name": identity.patient_name,
    }


def _facts(item: CaseItem) -> Line:
    match item:
        case ImageSeries():
            return {
                "sop_class_uid": item.sop_class_uid,
                "transfer_syntax_uid": item.transfer_syntax_uid,
                "modality": item.modality or None,
                "rows": item.rows,
                "columns": item.columns,
                "pages" if item.is_document else "frames": len(item.frames),
                "photometric_interpretation": item.photometric_interpretation,
                "patient_name": item.patient.name,
            }
        case TextRecord():
            return {
                "format": item.record_format,
                "encoding": item.encoding,
                "characters": len(item.text),
                "sections": [section.title for section in item.sections],
            }
        case AudioClip():
            return {
                "format": item.audio_format,
                "sampling_frequency": item.sampling_frequency,
                "channels": item.channels,
                "duration_s": item.duration_s,
            }
        case WaveformRecord():
            return _waveform_facts(item)
        case _:
            assert_never(item)


def _waveform_facts(item: WaveformRecord) -> Line:
    return {
        "sop_class_uid": item.sop_class_uid,
        "transfer_syntax_uid": item.transfer_syntax_uid,
        "modality": item.modality or None,
        "format": item.title,
        "groups": [
            {
                "label": group.label,
                "sampling_frequency": group.sampling_frequency,
                "duration_s": group.duration_s,
                "channels": [channel.label for channel in group.channels],
            }
            for group in item.groups
        ],
        "annotations": len(item.annotations),
        "patient_name": item.patient.name,
    }


def digest_pixels(series: ImageSeries, progress: ReportProgress) -> PixelDigest:
    """Hash the stored values of all frames, as they are before any color or gray transform.

    Frames come in the order of the file, wherever they lie in the patient.

    Values are little endian in the smallest of 8, 16 and 32 bits that hold the allocated bits,
    rows after rows, colors by pixel, frame after frame.

    Raises
    ------
    RefusedFileError : a frame is damaged.
    """
    digest = hashlib.sha256()
    first: Grid = []
    last: Grid = []
    for index, values in enumerate(_stored_frames(series)):
        progress(index, len(series.frames), "Decoding")
        little = np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<"))
        digest.update(little.data)
        if index == 0:
            first = block_means(values)
        if index == len(series.frames) - 1:
            last = block_means(values)
    return PixelDigest(digest.hexdigest(), first, last)


def _stored_frames(series: ImageSeries) -> Iterator[NDArray[np.generic]]:
    in_file = sorted(enumerate(series.frames), key=lambda one: one[1].frame_index)
    for index, frame in in_file:
        if series.transfer_syntax_uid is None:
            yield decode_frame(series, index).values
        else:
            yield decode_stored(pixel_source(frame.path), frame.frame_index)


def block_means(values: NDArray[np.generic]) -> Grid:
    """Return the means of 16 x 16 blocks of nearly equal size, colors averaged first."""
    plane = values.astype(np.float64)
    if plane.ndim == 3:
        plane = plane.mean(axis=-1)
    for axis in (0, 1):
        size = plane.shape[axis]
        blocks = min(_GRID_BLOCKS, size)
        # The first blocks take what does not divide evenly.
        sizes = np.full(blocks, size // blocks) + (np.arange(blocks) < size % blocks)
        starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
        shape = (-1, 1) if axis == 0 else (1, -1)
        plane = np.add.reduceat(plane, starts, axis=axis) / sizes.reshape(shape)
    return [[round(float(mean), 3) for mean in row] for row in plane]
