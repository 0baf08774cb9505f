"""Which images measurements belong to, in whatever folder their files lie.

Nothing here encrypts, so that the window is not slowed by loading what does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from meddx_desktop.case.image_series import ImageSeries, file_of_frame
from meddx_desktop.case.measurement import FrameReference


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """A DICOM series; two patients under one UID are two series."""

    patient_id: str
    study_instance_uid: str
    series_instance_uid: str


@dataclass(frozen=True, slots=True)
class FileKey:
    """A file without UIDs, known by its content; `path` is where that can be read now."""

    path: Path


ImagesKey: TypeAlias = SeriesKey | FileKey


@dataclass(frozen=True, slots=True)
class Place:
    """Where the measurements of some images lie, and the key that opens them."""

    name: str
    key: bytes

    def __repr__(self) -> str:
        return f"Place({self.name})"


def keys_of(series: ImageSeries) -> tuple[ImagesKey, ...]:
    """Return what the frames of a series are known by: one key, or one for each file."""
    return tuple(dict.fromkeys(_keys_of_frames(series)))


def _keys_of_frames(series: ImageSeries) -> Iterator[ImagesKey]:
    uid = series.series_instance_uid
    whole = SeriesKey(series.patient.patient_id or "", series.study_instance_uid or "", uid or "")
    for frame in series.frames:
        yield whole if uid and frame.sop_instance_uid else FileKey(frame.path)


@dataclass(frozen=True, slots=True)
class _OpenFile:
    """A file of a series that is open; `path` names it where a reference has no UID."""

    key: ImagesKey
    sop_instance_uid: str | None
    path: str
    series: ImageSeries

    @property
    def lasting_uid(self) -> str | None:
        """What tells the file from others of its key."""
        return self.sop_instance_uid if isinstance(self.key, SeriesKey) else None


_Name: TypeAlias = tuple[str | None, str]


class OpenImages:
    """The image series of a case, to turn references to their frames into lasting ones.

    A lasting reference names a frame within its key, without path and series. A frame that was
    computed from a series has a `plane`, and here the UID of the file that its path names.
    """

    def __init__(self) -> None:
        self._series: dict[int, ImageSeries] = {}
        self._is_indexed = True
        self._by_name: dict[_Name, _OpenFile] = {}
        self._by_key: dict[tuple[ImagesKey, str | None], _OpenFile] = {}

    def put(self, number: int, series: ImageSeries) -> None:
        """Take in a series of the case, in the place of the part of it that was there."""
        self._series[number] = series
        self._is_indexed = False

    def lasting(self, reference: FrameReference) -> tuple[ImagesKey, FrameReference] | None:
        """Return the key of a frame and its reference within that; None for unknown images."""
        found = self._find(reference)
        if found is None:
            return None
        frame, plane = reference.frame_index, reference.plane
        return found.key, FrameReference(None, found.lasting_uid, "", frame, plane)

    def present(self, key: ImagesKey, lasting: FrameReference) -> FrameReference | None:
        """Return how a frame is referred to in this case; None where its file is not open."""
        self._index()
        found = self._by_key.get((key, lasting.sop_instance_uid))
        if found is None:
            return None
        # Frames with a UID are found by that alone, so that one with a plane was computed.
        uid = None if lasting.plane else found.sop_instance_uid
        path = "" if uid else found.path
        series_uid = found.series.series_instance_uid
        return FrameReference(series_uid, uid, path, lasting.frame_index, lasting.plane)

    def series_of(self, reference: FrameReference) -> ImageSeries | None:
        """Return the series that the file of a frame belongs to."""
        found = self._find(reference)
        return found.series if found is not None else None

    def _find(self, reference: FrameReference) -> _OpenFile | None:
        self._index()
        return self._by_name.get((reference.sop_instance_uid, reference.path))

    def _index(self) -> None:
        if self._is_indexed:
            return
        self._is_indexed = True
        self._by_name, self._by_key = {}, {}
        for series in self._series.values():
            for number, key in enumerate(_keys_of_frames(series)):
                frame = series.frames[number]
                path = str(file_of_frame(series, number) if series.source.paths else frame.path)
                file = _OpenFile(key, frame.sop_instance_uid or None, path, series)
                self._by_key.setdefault((key, file.lasting_uid), file)
                # Frames that are computed from the series name its files by their paths.
                self._by_name.setdefault((None, path), file)
                if file.sop_instance_uid:
                    self._by_name.setdefault((file.sop_instance_uid, ""), file)
