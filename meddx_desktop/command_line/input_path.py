"""The paths that a person gives as inputs."""

import argparse
from pathlib import Path


def input_path(words: str) -> Path:
    """Return the path; an empty name, which `Path` would take for the current folder, is wrong."""
    if not words:
        raise argparse.ArgumentTypeError("there is no such file: the name is empty")
    return Path(words)
