"""What every reader offers: it recognizes content and turns one file into a case item."""

from pathlib import Path
from typing import Protocol

from meddx_desktop.case.case import CaseItem
from meddx_desktop.case.progress import ReportProgress

# Enough for a DICOM preamble, an ID3 tag's start and the charset of a short record.
HEAD_LENGTH = 8192


class Reader(Protocol):
    """One file format; a module holds one instance, which `READERS` lists."""

    @property
    def name(self) -> str:
        """The format's name as the person knows it."""

    def can_read(self, path: Path, head: bytes) -> bool:
        """Say whether the content is this format; `head` is the start of the file."""

    def read(self, path: Path, progress: ReportProgress) -> CaseItem:
        """Return the case item, or raise `RefusedFileError`."""
