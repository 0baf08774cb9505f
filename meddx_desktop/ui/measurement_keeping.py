"""Keeps the measurements of the open case on disk, and brings back those of earlier sessions."""

import logging
from contextlib import suppress
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from meddx_desktop.analysis import jobs
from meddx_desktop.case.case import CaseItem
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.measurement import Calibration, Measurement
from meddx_desktop.engine.messages import Failed, Lane
from meddx_desktop.resources import keeps_measurements, measurements_folder
from meddx_desktop.store.image_keys import ImagesKey, OpenImages, Place, keys_of
from meddx_desktop.store.kept_files import KeptFiles, kept_files, remove_all
from meddx_desktop.store.kept_measurements import KeptMeasurements, Unreadable
from meddx_desktop.ui.engine_signals import EngineSignals, Order
from meddx_desktop.ui.measurement_book import MeasurementBook
from meddx_desktop.ui.measurement_shelf import Shelf

_DELAY_MS = 300
_RETRY_MS = 10_000

logger = logging.getLogger(__name__)


class MeasurementKeeper(QObject):
    """Writes a moment after each change; reads when images are opened.

    Where measurements lie and how they are opened is found by the worker, which sees the images;
    the worker never sees the folder. Signals: `told()` when `warning` or `note` is another one.
    """

    told = Signal()

    def __init__(self, signals: EngineSignals, book: MeasurementBook) -> None:
        super().__init__()
        self._signals, self._book = signals, book
        self._is_on = keeps_measurements()
        self.warning = self.note = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.flush)
        self._forget_case()
        book.changed.connect(self._take_change)

    def _forget_case(self) -> None:
        self._images = OpenImages()
        self._shelves: dict[ImagesKey, Shelf] = {}
        self._by_name: dict[str, Shelf] = {}
        self._waiting: set[ImagesKey] = set()
        self._seen: tuple[object, object] = ((), ())
        self._timer.stop()

    # Reading

    def meet(self, number: int, item: CaseItem) -> None:
        """Look whether measurements of a series, or of the rest of it, were kept."""
        if not self._is_on or not isinstance(item, ImageSeries):
            return
        self._images.put(number, item)
        keys = keys_of(item)
        new = tuple(one for one in keys if one not in self._shelves and one not in self._waiting)
        if new:
            self._waiting.update(new)
            self._signals.submit(
                Order(
                    partial(jobs.find_places, new),
                    Lane.OPENING,
                    paths=item.source.paths,
                    on_success=partial(self._take_places, new),
                    on_failure=lambda _: None,
                    on_end=partial(self._waiting.difference_update, new),
                )
            )
        self._bring_back([self._shelves[key] for key in keys if key in self._shelves])

    def _take_places(self, keys: tuple[ImagesKey, ...], places: tuple[Place, ...]) -> None:
        for key, place in zip(keys, places, strict=True):
            shelf = self._put_shelf(key, place)
            if shelf.is_read:
                self._bring_back([shelf])
            elif shelf.keys == [key]:
                self._read(shelf)

    def _put_shelf(self, key: ImagesKey, place: Place) -> Shelf:
        """Return the shelf of a place, which several copies of a file share."""
        shelf = self._by_name.get(place.name)
        if shelf is None:
            shelf = Shelf(place, KeptFiles(measurements_folder(), place.name), [])
            self._by_name[place.name] = shelf
        if key not in shelf.keys:
            shelf.keys.append(key)
        self._shelves[key] = shelf
        return shelf

    def _read(self, shelf: Shelf) -> None:
        sealed = shelf.files.read()
        if not sealed:
            self._take_kept(shelf, (), ())
            return
        self._signals.submit(
            Order(
                partial(jobs.open_kept, shelf.place, tuple(sealed.values())),
                Lane.OPENING,
                on_success=partial(self._take_kept, shelf, tuple(sealed)),
                on_failure=partial(self._reading_failed, shelf, tuple(sealed)),
            )
        )

    def _take_kept(
        self,
        shelf: Shelf,
        numbers: tuple[int, ...],
        found: tuple[KeptMeasurements | Unreadable, ...],
    ) -> None:
        shelf.take(dict(zip(numbers, found, strict=True)))
        self._bring_back([shelf])
        self._tell()
        self._flush_soon()

    def _reading_failed(self, shelf: Shelf, numbers: tuple[int, ...], failure: Failed) -> None:
        logger.warning("kept measurements cannot be opened: %s", failure.code)
        self._take_kept(shelf, numbers, (Unreadable.DAMAGED,) * len(numbers))

    def _bring_back(self, shelves: list[Shelf]) -> None:
        for shelf in shelves:
            arrival = shelf.bring_out(self._images)
            if arrival is not None:
                self._book.bring_back(arrival)

    # Writing

    def _take_change(self) -> None:
        now = (self._book.measurements, self._book.calibrations)
        if self._is_on and (now[0] is not self._seen[0] or now[1] is not self._seen[1]):
            self._seen = now
            self._flush_soon()

    def _flush_soon(self) -> None:
        # Not put off by further changes, so that none is ever older on the screen than this.
        if not self._timer.isActive() or self._timer.remainingTime() > _DELAY_MS:
            self._timer.start(_DELAY_MS)

    def flush(self, *, is_last: bool = False) -> bool:
        """Write what has changed; returns whether the disk took all of it.

        The last time, nothing is waited for.
        """
        self._timer.stop()
        shown, is_lost = self._shown(is_last=is_last)
        problem = ""
        for shelf in self._by_name.values():
            if shelf.is_read or is_last:
                try:
                    shelf.keep(shown.get(shelf.place.name, KeptMeasurements()))
                except OSError as error:
                    problem = error.strerror or type(error).__name__
        if problem:
            if not self.warning:
                logger.warning("measurements cannot be kept: %s", problem)
            self._timer.start(_RETRY_MS)
        self.warning = self._warning(problem, is_lost=is_lost)
        self._tell()
        return not problem

    def _shown(self, *, is_last: bool) -> tuple[dict[str, KeptMeasurements], bool]:
        """Return what is shown by the names of places, and whether any of it has no place."""
        measurements: dict[str, list[Measurement]] = {}
        calibrations: dict[str, list[Calibration]] = {}
        is_lost = False
        everything: tuple[Measurement | Calibration, ...]
        everything = (*self._book.measurements, *self._book.calibrations)
        for one in everything:
            found = self._images.lasting(one.frame)
            if found is None:
                continue
            shelf = self._shelf_of(found[0], is_last=is_last)
            if shelf is None:
                is_lost = is_lost or found[0] not in self._waiting
            elif isinstance(one, Measurement):
                kept = replace(one, frame=found[1])
                measurements.setdefault(shelf.place.name, []).append(kept)
            else:
                said = replace(one, frame=found[1])
                calibrations.setdefault(shelf.place.name, []).append(said)
        shown = {
            name: KeptMeasurements(
                tuple(measurements.get(name, ())), tuple(calibrations.get(name, ()))
            )
            for name in {*measurements, *calibrations}
        }
        return shown, is_lost

    def _shelf_of(self, key: ImagesKey, *, is_last: bool) -> Shelf | None:
        shelf = self._shelves.get(key)
        if shelf is None and is_last:
            from meddx_desktop.store.sealing import find_place

            # The worker has not found it yet, and will not be asked any more.
            with suppress(OSError):
                return self._put_shelf(key, find_place(key, _report_to_nobody))
        return shelf

    # What the person is told

    def _warning(self, problem: str, *, is_lost: bool) -> str:
        if problem:
            text = self.tr(
                "Measurements cannot be kept in {folder} ({reason}). They will be lost when the "
                "program closes. Make room there or allow writing; MedDx tries again by itself."
            )
            return text.format(folder=measurements_folder(), reason=problem)
        if is_lost:
            return self.tr(
                "A picture cannot be read any more, so that its measurements will be lost when "
                "the program closes. Check the drive that it lies on, then open it again."
            )
        return ""

    def _tell(self) -> None:
        reasons = {reason for shelf in self._by_name.values() for reason in shelf.left_alone}
        notes = []
        if Unreadable.NEWER in reasons:
            text = self.tr(
                "A newer version of MedDx has kept measurements of these images. They are not "
                "shown here and stay as they are; update MedDx to see them."
            )
            notes.append(text)
        if Unreadable.DAMAGED in reasons:
            text = self.tr(
                "Kept measurements of these images are damaged and cannot be shown. Their file "
                "was left as it is; a backup of {folder} may hold a sound one."
            )
            notes.append(text.format(folder=measurements_folder()))
        self.note = " ".join(notes)
        self.told.emit()

    # Ends

    def leave_case(self) -> None:
        """Let go of the case, whose changes are written or given up."""
        self._forget_case()
        self.warning = ""
        self._tell()

    def kept_count(self) -> int:
        """Return of how many series and files measurements are kept."""
        self.flush()
        return len(kept_files(measurements_folder()))

    def forget_all(self) -> None:
        """Remove everything that was kept; the open case is kept again with its next change.

        Raises
        ------
        OSError : the folder does not allow it.
        """
        self.flush()
        remove_all(measurements_folder())
        for shelf in self._by_name.values():
            shelf.forget()
        self._tell()


def _report_to_nobody(done: int, total: int, step: str) -> None:
    del done, total, step
