"""Pictures that the model must refuse: other examinations, whole frames, no pictures at all."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import gaussian_filter

from meddx_desktop.case.errors import MedDxError
from meddx_desktop.case.image_series import GrayscaleTransform, ImageSeries
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.preprocessing.image import ImageInput, prepare_image
from meddx_desktop.readers import open_path
from training.gallbladder_ultrasound_atresia.dataset import TO_SOURCE_SIZE, prepare_frame

COUNT = 150
# Folders beside the training set, with the name that the card gives them.
NEIGHBORS = {
    "us-breast-busi": "Breast ultrasound, whole frames",
    "cxr-paediatric-pneumonia": "Chest radiographs of children",
    "cxr-nih-adult": "Chest radiographs of adults",
    "headct-haemorrhage": "Head CT slices",
    "dicom-samples": "DICOM frames of other examinations",
}
SUFFIXES = (".jpg", ".jpeg", ".png", ".dcm")


def read_negatives(
    data: Path, inside: NDArray[np.float32], seed: int = 0
) -> dict[str, NDArray[np.float32]]:
    """Return named sets of shape (n, 60, 60); folders that are absent are left out.

    `inside` are pictures of the right kind, from which whole B-mode frames are put together.
    """
    generator = np.random.default_rng(seed)
    found = {
        name: np.stack(pictures)
        for folder, name in NEIGHBORS.items()
        if (pictures := list(_neighbors(data.parent / folder, generator)))
    }
    found["Whole B-mode frames, computed"] = np.stack(
        [_frame(inside, generator) for _ in range(COUNT)]
    )
    found["Noise"] = np.stack([_noise(generator) for _ in range(COUNT)])
    found["Text pages, drawn"] = np.stack([_text_page(generator) for _ in range(COUNT)])
    found["Smooth shapes as in photographs, drawn"] = np.stack(
        [_shapes(generator) for _ in range(COUNT)]
    )
    return found


def _neighbors(folder: Path, generator: np.random.Generator) -> Iterator[NDArray[np.float32]]:
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    for index in generator.permutation(len(paths))[:COUNT]:
        try:
            item = open_path(paths[index], ignore_progress)
            if isinstance(item, ImageSeries):
                yield prepare_frame(item, len(item.frames) // 2)
        except MedDxError:
            # Some files of the DICOM samples are there to be refused.
            continue


def _prepared(gray: NDArray[np.uint8]) -> NDArray[np.float32]:
    return prepare_image(ImageInput(gray, GrayscaleTransform()), TO_SOURCE_SIZE)[0, :, :, 0]


def _frame(inside: NDArray[np.float32], generator: np.random.Generator) -> NDArray[np.float32]:
    """Return a curved-array frame on black, with a gallbladder picture somewhere in its tissue."""
    rows, columns = 360, 480
    down, right = np.mgrid[:rows, :columns].astype(np.float64)
    apex, middle = -generator.uniform(40, 140), columns / 2
    radius = np.hypot(down - apex, right - middle)
    angle = np.abs(np.arctan2(right - middle, down - apex))
    tissue = gaussian_filter(generator.normal(0, 1, (rows, columns)), (1.0, 2.0))
    layers = gaussian_filter(generator.normal(0, 1, (rows, columns)), (6, 30))
    frame = 0.35 + 0.12 * tissue / tissue.std() + 0.12 * layers / layers.std()
    side = int(generator.integers(60, 110))
    picture = np.kron(inside[generator.integers(len(inside))], np.ones((2, 2)))[:side, :side]
    top, left = int(generator.integers(80, 200)), int(generator.integers(120, 260))
    frame[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    is_outside = (
        (angle > generator.uniform(0.5, 0.75)) | (radius < -apex + 20) | (radius > rows - apex - 15)
    )
    frame[is_outside] = 0.02
    return _prepared(np.rint(np.clip(frame, 0, 1) * 255).astype(np.uint8))


def _noise(generator: np.random.Generator) -> NDArray[np.float32]:
    noise = generator.normal(0.5, 0.25, (120, 120))
    if generator.random() < 0.5:
        noise = gaussian_filter(noise, generator.uniform(0.5, 3))
        noise = 0.5 + 0.2 * (noise - noise.mean()) / noise.std()
    return _prepared(np.rint(np.clip(noise, 0, 1) * 255).astype(np.uint8))


def _text_page(generator: np.random.Generator) -> NDArray[np.float32]:
    page = Image.new("L", (300, 300), 245)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(int(generator.integers(10, 26)))
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz     ABCDE0123456789.,"))
    for row in range(8, 290, int(generator.integers(14, 34))):
        draw.text((8, row), "".join(generator.choice(letters, 48)), fill=20, font=font)
    return _prepared(np.asarray(page))


def _shapes(generator: np.random.Generator) -> NDArray[np.float32]:
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
    return _prepared(np.rint(np.clip(smooth, 0, 255)).astype(np.uint8))
