"""PDF documents through PDFium: their pages as pictures, and the text that they hold.

PDFium is not made for several threads at a time, so one lock guards every call.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.readers import refusals
from meddx_desktop.readers.encapsulated_document import document_bytes

if TYPE_CHECKING:  # loads a library of 8 MB, which only documents need
    from pypdfium2 import PdfDocument, PdfiumError

PAGES_LIMIT = 2000
_POINTS_PER_INCH = 72
_DOTS_PER_INCH = 200
# A prescription label is drawn larger than it is printed, a poster smaller.
_SMALLEST_SIDE, _LARGEST_SIDE = 1600, 16_000
_PIXELS_LIMIT = 16_000_000
# As black as the rest of the view.
_MARGIN = 0
_TEXT_LIMIT = 16 << 20
_END_MARK_ROOM = 2048

_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class PdfShape:
    """How many pages a document has and the pixels that each is drawn on."""

    pages: int
    rows: int
    columns: int
    title: str | None
    warnings: tuple[str, ...]


def read_shape(path: Path) -> PdfShape:
    """Return the shape of a document's pages; the largest page decides for all.

    Raises
    ------
    RefusedFileError : damaged, protected with a password, or with too many pages.
    """
    with _opened(path) as document:
        count = len(document)
        if count == 0:
            raise refusals.damaged(path, "the document has no pages")
        if count > PAGES_LIMIT:
            fault = f"the document has {count} pages, more than the {PAGES_LIMIT} that are shown"
            next_step = "Split it, or open the pages that matter."
            raise RefusedFileError(path, fault, next_step, code="too_large")
        sizes = np.array([document.get_page_size(index) for index in range(count)])
        title = document.get_metadata_value("Title").strip() or None
    width, height = (float(side) for side in sizes.max(axis=0))
    if not (np.isfinite(sizes).all() and width > 0 and height > 0):
        raise refusals.damaged(path, "the document has a page without a size")
    scale = _scale_of(width, height)
    rows, columns = max(1, round(height * scale)), max(1, round(width * scale))
    return PdfShape(count, rows, columns, title, _doubts(path))


def _scale_of(width: float, height: float) -> float:
    """Return pixels per point: 200 dpi, less for what would not fit, more for small print."""
    longest = max(width, height)
    usual = max(_DOTS_PER_INCH / _POINTS_PER_INCH, _SMALLEST_SIDE / longest)
    return min(usual, _LARGEST_SIDE / longest, sqrt(_PIXELS_LIMIT / (width * height)))


def _doubts(path: Path) -> tuple[str, ...]:
    # PDFium puts what is left of a cut file together and says nothing.
    if b"%%EOF" in document_bytes(path)[-_END_MARK_ROOM:]:
        return ()
    return ("the end of the document is not marked: a part of it may be missing",)


def render_page(
    path: Path, index: int, shape: tuple[int, int], *, reduce: int = 0
) -> NDArray[np.uint8]:
    """Draw a page as RGB of `shape`, as large as it fits and centered on black.

    Parameters
    ----------
    reduce : halve rows and columns that often, for a preview.

    Raises
    ------
    RefusedFileError : the page is damaged, or the file has changed since it was opened.
    """
    rows, columns = (-(-side >> reduce) or 1 for side in shape)
    canvas = np.full((rows, columns, 3), _MARGIN, np.uint8)
    with _opened(path) as document:
        if index >= len(document):
            raise refusals.damaged(path, "it has changed since it was opened")
        page = document[index]
        width, height = page.get_size()
        scale = min(columns / width, rows / height)
        drawn = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False).to_numpy()
        # PDFium rounds up.
        drawn = drawn[:rows, :columns, :3]
        top, left = (rows - drawn.shape[0]) // 2, (columns - drawn.shape[1]) // 2
        canvas[top : top + drawn.shape[0], left : left + drawn.shape[1]] = drawn
        page.close()
    return canvas


def page_texts(path: Path) -> Iterator[str]:
    """Yield the text of each page, empty for a page that is a picture.

    Raises
    ------
    RefusedFileError : damaged, or with more text than a record may have.
    """
    with _opened(path) as document:
        count = len(document)
    total = 0
    for index in range(count):
        with _opened(path) as document:
            page = document[index]
            text = str(page.get_textpage().get_text_bounded())
            page.close()
        total += len(text)
        if total > _TEXT_LIMIT:
            raise refusals.too_large(path, "its text is longer than a record may be")
        yield text


@contextmanager
def _opened(path: Path) -> Iterator["PdfDocument"]:
    """Lend a document to one thread."""
    from pypdfium2 import PdfiumError

    status = path.stat()
    with _LOCK:
        try:
            yield _kept_document(path, status.st_size, status.st_mtime_ns)
        except PdfiumError as error:
            raise _refusal(path, error) from error


@lru_cache(maxsize=2)
def _kept_document(path: Path, size: int, changed_ns: int) -> "PdfDocument":
    from pypdfium2 import PdfDocument

    document = PdfDocument(document_bytes(path))
    # What a person filled in is drawn only where the form is known.
    document.init_forms()
    return document


def _refusal(path: Path, error: "PdfiumError") -> RefusedFileError:
    # FPDF_ERR_PASSWORD and FPDF_ERR_SECURITY of fpdfview.h.
    match error.err_code:
        case 4 | 5:
            fault = "the document is protected with a password"
            next_step = "Save a copy without the password and open that."
            return RefusedFileError(path, fault, next_step, code="encrypted")
        case None:
            return refusals.damaged(path, "a page of the document is damaged")
        case _:
            return refusals.damaged(path, "it is no complete PDF document")
