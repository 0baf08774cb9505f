"""The JSON line of a file that gave no case item; light, for the command line's own process."""

from typing import Any

from meddx_desktop.case.case import RefusedFile

NO_PIXEL_DATA = "no_pixel_data"


def refused_line(refused: RefusedFile) -> dict[str, Any]:
    """Return the line of a file that could not be opened.

    A sound DICOM object without pixels (a plan, a registration) is no fault of the person: it
    counts as not assessed, with the sentence as its warning and its reason.
    """
    is_sound = refused.code == NO_PIXEL_DATA
    error = None if is_sound else {"code": refused.code, "message": refused.message}
    return {
        "path": str(refused.path),
        "paths": [str(refused.path)],
        "kind": None,
        "status": "not_assessed" if is_sound else "refused",
        "error": error,
        "warnings": [refused.message] if is_sound else [],
        "analyses": [],
        "reason": refused.message if is_sound else None,
    }
