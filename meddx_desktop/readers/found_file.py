"""A file that was found in a folder or archive."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FoundFile:
    """Where a file can be read, and how the person knows it; archive members differ in both."""

    path: Path
    shown: Path
