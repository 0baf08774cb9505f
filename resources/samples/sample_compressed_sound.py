"""A second of the sample heart sound as M4A, for the self-test of the system's decoder.

No library of the project writes AAC, so the `ffmpeg` program must be there.
"""

import subprocess
from pathlib import Path

FILE_NAME = "synthetic-heart-sound.m4a"


def make(recording: Path, folder: Path) -> Path:
    """Encode the first two seconds of a recording and return the file."""
    folder.mkdir(exist_ok=True)
    path = folder / FILE_NAME
    command = ["ffmpeg", "-y", "-v", "error", "-i", str(recording), "-t", "2", "-ar", "16000"]
    command += ["-c:a", "aac", "-b:a", "48k", "-fflags", "+bitexact", "-flags:a", "+bitexact"]
    subprocess.run([*command, str(path)], check=True)  # noqa: S603 - our own arguments
    return path
