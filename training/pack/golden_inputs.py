"""Small inputs of our own making for golden cases; no patient's file goes into a package."""

from collections.abc import Iterator
from pathlib import Path

import imagecodecs
import numpy as np
import soundfile
from numpy.typing import NDArray

from meddx_desktop.case.task import Task
from meddx_desktop.inference.manifest import Accepts, Manifest
from training.export import GoldenInput
from training.pack.faults import PackError

_RECORDS = (
    "The patient has had fever and a dry cough for three days. No chest pain.\n",
    "Aspirin 100 mg daily was started after the myocardial infarction; nausea followed.\n",
    "HISTORY:\nMother with diabetes mellitus. Possible hepatitis C, treated with ribavirin.\n",
)
_SIDE = 256
_RATE = 16_000


def golden_inputs(manifest: Manifest, given: Path | None, work: Path) -> tuple[GoldenInput, ...]:
    """Return the given files, or three that are made for the purpose.

    Raises
    ------
    PackError : not three to ten files are given.
    """
    paths = sorted(path for path in given.iterdir() if path.is_file()) if given else ()
    if given is not None and not 3 <= len(paths) <= 10:
        raise PackError(f"{given} holds {len(paths)} files; golden cases are 3 to 10.")
    made = paths or tuple(_make(manifest, work))
    is_boxed = manifest.accepts.region == "required" and not paths
    region = (0, 0, *_size(manifest.accepts)[::-1]) if is_boxed else None
    return tuple(GoldenInput(path, region) for path in made)


def _size(accepts: Accepts) -> tuple[int, int]:
    return max(_SIDE, accepts.minimum_rows or 0), max(_SIDE, accepts.minimum_columns or 0)


def _make(manifest: Manifest, work: Path) -> Iterator[Path]:
    for number in range(3):
        generator = np.random.default_rng(number)
        match manifest.task:
            case Task.IMAGE_CLASSIFICATION:
                path = work / f"phantom-{number}.png"
                picture = _phantom(_size(manifest.accepts), generator)
                path.write_bytes(imagecodecs.png_encode(picture))
            case Task.AUDIO_CLASSIFICATION:
                path = work / f"tone-{number}.wav"
                rate = max(_RATE, manifest.accepts.minimum_sampling_frequency or 0)
                duration_s = max(4.0, manifest.accepts.minimum_duration_s or 0.0)
                soundfile.write(path, _tone(rate, duration_s, generator), rate, subtype="PCM_16")
            case _:
                path = work / f"record-{number}.txt"
                path.write_text(_RECORDS[number], encoding="utf-8", newline="\n")
        yield path


def _phantom(size: tuple[int, int], generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return an ellipse on a gradient with noise, gray values of 8 bits."""
    rows, columns = np.mgrid[: size[0], : size[1]]
    place = generator.uniform(0.35, 0.65, 2)
    inside = ((rows / size[0] - place[0]) / 0.25) ** 2 + (
        (columns / size[1] - place[1]) / 0.2
    ) ** 2 < 1
    values = 60 + 60 * rows / size[0] + 70 * inside + generator.normal(0, 8, size)
    return np.asarray(np.clip(values, 0, 255), np.uint8)


def _tone(rate: int, duration_s: float, generator: np.random.Generator) -> NDArray[np.float64]:
    """Return beats of a low tone over faint noise."""
    time_s = np.arange(int(rate * duration_s)) / rate
    beats = np.exp(-30 * (time_s * 1.2 % 1))
    tone = np.sin(2 * np.pi * generator.uniform(60, 200) * time_s)
    sound = 0.5 * beats * tone + 0.005 * generator.normal(size=len(time_s))
    return np.asarray(sound, np.float64)
