"""DICOM files to measure with, made here: a CT series and a large film in several encodings."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.pixels.encoders.base import RLELosslessEncoder
from pydicom.uid import UID, ExplicitVRLittleEndian, RLELossless, generate_uid
from scipy.ndimage import gaussian_filter, zoom

DISTINCT_SLICES = 20
CT_SIDE = 512
FILM_SHAPE = (3000, 2500)

Pixels = NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Encoding:
    """A transfer syntax and its encoder; None leaves the pixels as they are."""

    name: str
    uid: str
    encode: Callable[[Pixels], bytes] | None


def _jpeg_lossless(pixels: Pixels) -> bytes:
    return bytes(imagecodecs.jpeg8_encode(pixels, lossless=True, predictor=1, bitspersample=16))


def _rle(pixels: Pixels) -> bytes:
    rows, columns = pixels.shape
    described = {"rows": rows, "columns": columns, "samples_per_pixel": 1, "bits_allocated": 16}
    described |= {"bits_stored": 16, "pixel_representation": 0, "number_of_frames": 1}
    described |= {"photometric_interpretation": "MONOCHROME2"}
    return bytes(RLELosslessEncoder.encode(pixels, encoding_plugin="pydicom", **described))


def _jpeg_2000(pixels: Pixels) -> bytes:
    return bytes(imagecodecs.jpeg2k_encode(pixels, reversible=True, codecformat="j2k"))


ENCODINGS = {
    one.name: one
    for one in (
        Encoding("uncompressed", ExplicitVRLittleEndian, None),
        Encoding("RLE", RLELossless, _rle),
        Encoding("JPEG-LL", "1.2.840.10008.1.2.4.70", _jpeg_lossless),
        Encoding(
            "JPEG-LS", "1.2.840.10008.1.2.4.80", lambda p: bytes(imagecodecs.jpegls_encode(p))
        ),
        Encoding("J2K", "1.2.840.10008.1.2.4.90", _jpeg_2000),
        Encoding(
            "HTJ2K",
            "1.2.840.10008.1.2.4.201",
            lambda p: bytes(imagecodecs.htj2k_encode(p, reversible=True)),
        ),
    )
}


def small_ct() -> Dataset:
    """Return the slice of 128 x 128 that comes with pydicom."""
    return dcmread(str(get_testdata_file("CT_small.dcm")))


def write_ct_series(folder: Path, encoding: Encoding, count: int) -> None:
    """Write `count` slices of 512 x 512 int16: pydicom's small slice, enlarged, with CT-like noise.

    A few slices repeat; every file is complete and has its own place and identity.
    """
    folder.mkdir(parents=True, exist_ok=True)
    dataset = small_ct()
    generator = np.random.default_rng(1)
    slices = [_encoded(pixels, encoding) for pixels in ct_slices(dataset, generator)]
    dataset.Rows = dataset.Columns = CT_SIDE
    dataset.SeriesInstanceUID = generate_uid()
    # Readers that rescale and readers that do not then give the same numbers.
    dataset.RescaleIntercept = 0
    _declare(dataset, encoding)
    for number in range(count):
        dataset.InstanceNumber = number + 1
        dataset.ImagePositionPatient = [-158.1, -179.0, float(number)]
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        dataset.PixelData = slices[number % len(slices)]
        dataset.save_as(folder / f"slice-{number:04}.dcm", enforce_file_format=True)


def ct_slices(dataset: Dataset, generator: np.random.Generator) -> list[Pixels]:
    """Return a slice enlarged to 512 x 512, several times, each with its own noise."""
    factor = CT_SIDE // dataset.Rows
    smooth = zoom(dataset.pixel_array.astype(np.float32), factor, order=3)
    slices = []
    for _ in range(DISTINCT_SLICES):
        noise = gaussian_filter(generator.standard_normal(smooth.shape).astype(np.float32), 0.6)
        noisy = smooth + 12 / noise.std() * noise
        slices.append(np.rint(np.clip(noisy, 0, 4095)).astype(np.uint16))
    return slices


def write_film(path: Path, encoding: Encoding) -> None:
    """Write a chest-like film of 3000 x 2500 with 14 bits and quantum noise."""
    dataset = small_ct()
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = UID(
        "1.2.840.10008.5.1.4.1.1.1.1"
    )
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    dataset.Modality = "DX"
    dataset.Rows, dataset.Columns = FILM_SHAPE
    dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 14, 13, 0
    dataset.RescaleIntercept, dataset.RescaleSlope = 0, 1
    dataset.WindowCenter, dataset.WindowWidth = 8000, 12000
    for keyword in ("ImagePositionPatient", "ImageOrientationPatient", "PixelPaddingValue"):
        if keyword in dataset:
            del dataset[keyword]
    _declare(dataset, encoding)
    dataset.PixelData = _encoded(film_pixels(), encoding)
    dataset.save_as(path, enforce_file_format=True)


def film_pixels() -> Pixels:
    """Return the pixels of the film."""
    generator = np.random.default_rng(2)
    coarse = generator.standard_normal((30, 25))
    shapes = zoom(gaussian_filter(coarse, 2), 100, order=3)
    detail = zoom(generator.standard_normal((300, 250)), 10, order=1)
    signal = 7000 + 3000 * shapes / shapes.std() + 150 * detail
    noise = generator.standard_normal(FILM_SHAPE) * np.sqrt(np.clip(signal, 100, None)) / 3
    film: Pixels = np.rint(np.clip(signal + noise, 0, 16383)).astype(np.uint16)
    return film


def _encoded(pixels: Pixels, encoding: Encoding) -> bytes:
    if encoding.encode is None:
        return pixels.tobytes()
    return bytes(encapsulate([encoding.encode(pixels)], has_bot=False))


def _declare(dataset: Dataset, encoding: Encoding) -> None:
    dataset.file_meta.TransferSyntaxUID = UID(encoding.uid)
    dataset["PixelData"].VR = "OW" if encoding.encode is None else "OB"
    dataset["PixelData"].is_undefined_length = encoding.encode is not None
    for tag in [element.tag for element in dataset if element.tag.group > 0x7FE0]:
        del dataset[tag]
