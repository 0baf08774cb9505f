"""Finds where the measurements of images are kept, and opens what was kept."""

from meddx_desktop.case.errors import MedDxError
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.store.image_keys import ImagesKey, Place
from meddx_desktop.store.kept_measurements import (
    KeptMeasurements,
    NewerFormatError,
    Unreadable,
    WrongFormatError,
    from_bytes,
)
from meddx_desktop.store.sealing import (
    DamagedSealError,
    NewerSealError,
    find_place,
    unseal,
)


def find_places(images: tuple[ImagesKey, ...], progress: ReportProgress) -> tuple[Place, ...]:
    """Return a place for each key.

    Raises
    ------
    MedDxError : a file without UIDs cannot be read any more.
    """
    try:
        return tuple(find_place(one, progress) for one in images)
    except OSError as error:
        raise MedDxError(
            "A picture could not be read again to find its measurements. Check the drive that it "
            "lies on, then open it again."
        ) from error


def open_kept(
    place: Place, sealed: tuple[bytes, ...], progress: ReportProgress
) -> tuple[KeptMeasurements | Unreadable, ...]:
    """Open the files of a place, each with its measurements or the reason why it has none."""
    opened = []
    for number, one in enumerate(sealed):
        progress(number, len(sealed), "Opening kept measurements")
        opened.append(_open(place, one))
    return tuple(opened)


def _open(place: Place, sealed: bytes) -> KeptMeasurements | Unreadable:
    try:
        return from_bytes(unseal(sealed, place))
    except (NewerSealError, NewerFormatError):
        return Unreadable.NEWER
    except (DamagedSealError, WrongFormatError):
        return Unreadable.DAMAGED
