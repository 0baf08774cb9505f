"""The kept measurements of one series or file, while it is open."""

from dataclasses import dataclass, field, replace
from typing import TypeVar

from meddx_desktop.case.measurement import Calibration, FrameReference, Measurement
from meddx_desktop.store.image_keys import ImagesKey, OpenImages, Place
from meddx_desktop.store.kept_files import KeptFiles
from meddx_desktop.store.kept_measurements import KeptMeasurements, Unreadable, merge, to_bytes
from meddx_desktop.ui.measurement_book import Arrival

_Kept = TypeVar("_Kept", Measurement, Calibration)


@dataclass(slots=True)
class Shelf:
    """What is on disk for some images, and what of it the case does not show.

    `keys` are several where a file was opened from several folders. `absent` lies on images that
    are not open; it is written again with the rest. `is_read` is false until what is on disk is
    known. `left_alone` holds why files of it were not read.
    """

    place: Place
    files: KeptFiles
    keys: list[ImagesKey]
    absent: KeptMeasurements = field(default_factory=KeptMeasurements)
    written: KeptMeasurements = field(default_factory=KeptMeasurements)
    is_read: bool = False
    left_alone: set[Unreadable] = field(default_factory=set)

    def take(self, found: dict[int, KeptMeasurements | Unreadable]) -> None:
        """Take in what the files hold; those that cannot be read are left alone."""
        readable = []
        for number, one in found.items():
            if isinstance(one, Unreadable):
                self.left_alone.add(one)
            else:
                readable.append(one)
                self.files.own(number)
        self.absent = self.written = merge(tuple(readable))
        self.is_read = True

    def bring_out(self, images: OpenImages) -> Arrival | None:
        """Return what of the absent lies on images that are open by now, and count it no more."""
        measurements, far_measurements = self._part(images, self.absent.measurements)
        calibrations, far_calibrations = self._part(images, self.absent.calibrations)
        self.absent = KeptMeasurements(far_measurements, far_calibrations)
        if not (measurements or calibrations):
            return None
        return Arrival(measurements, calibrations, images.series_of)

    def _part(
        self, images: OpenImages, kept: tuple[_Kept, ...]
    ) -> tuple[tuple[_Kept, ...], tuple[_Kept, ...]]:
        """Return those on open images, with their frames there, and the others as they are."""
        frames = [self._present(images, one.frame) for one in kept]
        pairs = list(zip(kept, frames, strict=True))
        near = tuple(replace(one, frame=frame) for one, frame in pairs if frame is not None)
        return near, tuple(one for one, frame in pairs if frame is None)

    def _present(self, images: OpenImages, lasting: FrameReference) -> FrameReference | None:
        found = (images.present(key, lasting) for key in self.keys)
        return next((one for one in found if one is not None), None)

    def keep(self, shown: KeptMeasurements) -> None:
        """Write what is shown and what is absent, where that is not what was written last.

        Raises
        ------
        OSError : the disk does not take it.
        """
        wanted = KeptMeasurements(
            (*self.absent.measurements, *shown.measurements),
            (*self.absent.calibrations, *shown.calibrations),
        )
        if wanted.is_same_as(self.written):
            return
        if wanted.is_empty:
            self.files.remove()
        else:
            # Encryption is loaded with the first measurement that is kept.
            from meddx_desktop.store.sealing import seal

            self.files.write(seal(to_bytes(wanted), self.place))
        self.written = wanted

    def forget(self) -> None:
        """Take what is shown for written, after all files were removed; the rest is gone."""
        shown = self.written
        gone = {one.identifier for one in self.absent.measurements}
        self.written = KeptMeasurements(
            tuple(one for one in shown.measurements if one.identifier not in gone),
            tuple(one for one in shown.calibrations if one not in self.absent.calibrations),
        )
        self.absent = KeptMeasurements()
        self.left_alone.clear()
