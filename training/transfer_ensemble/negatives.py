"""Pictures that a model must refuse: other examinations, and no pictures at all."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import gaussian_filter

from meddx_desktop.case.errors import MedDxError
from meddx_desktop.case.grayscale import GrayscaleTransform
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.preprocessing.image import ImageInput
from meddx_desktop.readers import open_path
from training.transfer_ensemble.declaration import Negatives
from training.transfer_ensemble.pictures import Preparation, Values

COUNT = 150
SUFFIXES = (".jpg", ".jpeg", ".png", ".dcm")
# The folders of the collection, with the names that the cards give them.
NEIGHBORS = {
    "us-breast-busi": "Breast ultrasound, whole frames",
    "us-gallbladder-atresia": "Gallbladder ultrasound of infants",
    "cxr-paediatric-pneumonia": "Chest radiographs of children",
    "cxr-nih-adult": "Chest radiographs of adults",
    "headct-haemorrhage": "Head CT slices",
    "dicom-samples": "DICOM frames of other examinations",
}


def neighbors_without(*folders: str) -> dict[str, str]:
    """Return the collection's other folders and their names."""
    return {folder: name for folder, name in NEIGHBORS.items() if folder not in folders}


def read_negatives(
    data: Path, negatives: Negatives, preparation: Preparation, inside: Values, seed: int = 0
) -> dict[str, Values]:
    """Return named sets of pictures at the source's size; folders that are absent are left out.

    `inside` are pictures of the right kind, from which computed sets may be put together.
    """
    generator = np.random.default_rng(seed)
    found = {
        name: np.stack(pictures)
        for folder, name in negatives.folders.items()
        if (paths := _pictures_in(data.parent / folder, negatives.skipped))
        and (pictures := list(_neighbors(paths, preparation, generator)))
    }
    if negatives.draw is not None:
        found.update(negatives.draw(inside, preparation, generator))
    for name, draw in (
        ("Noise", _noise),
        ("Text pages, drawn", _text_page),
        ("Smooth shapes as in photographs, drawn", _shapes),
    ):
        found[name] = np.stack([prepared(draw(generator), preparation) for _ in range(COUNT)])
    return found


def prepared(gray: NDArray[np.uint8], preparation: Preparation) -> Values:
    """Return a gray picture at the source's size, as a file with it would come to the network."""
    return preparation.prepare_values(ImageInput(gray, GrayscaleTransform()))


def _pictures_in(folder: Path, skipped: tuple[str, ...]) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in SUFFIXES and not path.name.startswith(skipped)
    )


def _neighbors(
    paths: Sequence[Path], preparation: Preparation, generator: np.random.Generator
) -> Iterator[Values]:
    for index in generator.permutation(len(paths))[:COUNT]:
        try:
            item = open_path(paths[index], ignore_progress)
            if isinstance(item, ImageSeries):
                yield preparation.prepare_frame(item, len(item.frames) // 2)
        except MedDxError:
            # Some files of the DICOM samples are there to be refused.
            continue


def _noise(generator: np.random.Generator) -> NDArray[np.uint8]:
    noise = generator.normal(0.5, 0.25, (120, 120))
    if generator.random() < 0.5:
        noise = gaussian_filter(noise, generator.uniform(0.5, 3))
        noise = 0.5 + 0.2 * (noise - noise.mean()) / noise.std()
    return np.rint(np.clip(noise, 0, 1) * 255).astype(np.uint8)


def _text_page(generator: np.random.Generator) -> NDArray[np.uint8]:
    page = Image.new("L", (300, 300), 245)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(int(generator.integers(10, 26)))
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz     ABCDE0123456789.,"))
    for row in range(8, 290, int(generator.integers(14, 34))):
        draw.text((8, row), "".join(generator.choice(letters, 48)), fill=20, font=font)
    return np.asarray(page)


def _shapes(generator: np.random.Generator) -> NDArray[np.uint8]:
    picture = Image.new("L", (240, 240), int(generator.integers(60, 240)))
    draw = ImageDraw.Draw(picture)
    for _ in range(int(generator.integers(4, 12))):
        left, top = (int(value) for value in generator.integers(-40, 200, 2))
        right, bottom = (
            left + int(generator.integers(20, 160)),
            top + int(generator.integers(20, 160)),
        )
        outline = draw.ellipse if generator.random() < 0.5 else draw.rectangle
        outline((left, top, right, bottom), fill=int(generator.integers(0, 255)))
    ramp = np.linspace(-30, 30, 240)[:, None] * generator.uniform(-1, 1)
    smooth = gaussian_filter(np.asarray(picture, np.float64), 1.5) + ramp
    return np.rint(np.clip(smooth, 0, 255)).astype(np.uint8)
