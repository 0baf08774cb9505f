"""Every file with pixels in pydicom's wheel: what pydicom decodes, or a clear refusal.

pydicom and Pillow decode most of them. Of the others the SHA-256 of the stored values is written
down; GDCM 3.2.6 gave it, and so did pylibjpeg 2.1 (libjpeg, OpenJPEG) and CharLS (pyjpegls 1.5)
where they decode the file.
"""

import hashlib
import warnings
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pydicom.data
import pytest
from numpy.typing import NDArray
from pydicom import Dataset, dcmread
from pydicom.pixels import apply_color_lut, get_decoder
from pydicom.uid import UID, ImplicitVRLittleEndian

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.readers.dicom import read_series
from meddx_desktop.readers.frames import decode_frame
from meddx_desktop.readers.pixel_data import decode_stored
from meddx_desktop.readers.pixel_source import pixel_source

Array: TypeAlias = NDArray[Any]

FOLDER = Path(pydicom.data.__file__).parent / "test_files"

REFUSED = {
    "JPEG2000-embedded-sequence-delimiter.dcm": ("damaged_file", "claims too many tiles"),
    "MR_truncated.dcm": ("truncated_file", "8130 of 8192 bytes"),
    "meta_missing_tsyntax.dcm": ("damaged_file", "size 0 x 0"),
    "nested_priv_SQ.dcm": ("damaged_file", "size 0 x 0"),
}
# libjpeg as pylibjpeg has it rounds 12-bit values differently (by 1, in 1.4 % of the pixels).
NUCLEAR_12_BIT = "d30242775a414c01d616447854ebe3f2b20259822894bcd6891f879bcdcbf313"
COLOR_BARS_NEAR_LOSSLESS = "bd5344c0a46bc6c0869921680aa72c1ee344be34079d9b9c5b421336f24d798f"
DIGESTS = {
    "JPEG-lossy.dcm": NUCLEAR_12_BIT,
    "JPGExtended.dcm": NUCLEAR_12_BIT,
    "GDCMJ2K_TextGBR.dcm": "bea5673fdd49313fd8c391f115e57ac501f44194aa3915c22293ddb55f1d0b88",
    "JPEGLSNearLossless_08.dcm": "9eb46aa86c342094f826affc35703f71b425ba4ef229fe1711adcf1bb3ca458f",
    "JPEGLSNearLossless_16.dcm": "f929318278115ce952d85c011f752634e266720680e807bd03bf97ded3f0d3e4",
    "MR_small_jpeg_ls_lossless.dcm": (
        "88617aaa46138fb1b6e2a951e762d962382354d69f47f8c04d4abff2f6a6a63e"
    ),
    "SC_rgb_jls_lossy_line.dcm": COLOR_BARS_NEAR_LOSSLESS,
    "SC_rgb_jls_lossy_sample.dcm": COLOR_BARS_NEAR_LOSSLESS,
    "SC_rgb_jpeg_gdcm.dcm": "169e619557b12114a7f0be8602026e9abb3d5045804311736ec14cecb026aca9",
}
WIDE_COLORS = {"SC_rgb_rle_32bit.dcm", "SC_rgb_rle_32bit_2frame.dcm"}
WARNINGS = {
    "badVR.dcm": "the number of frames cannot be read",
    "MR_small_padded.dcm": "there are more pixels than the header says",
    **dict.fromkeys(WIDE_COLORS, "its colors have 32 bits; the upper 16 are shown"),
}


def read_quietly(path: Path) -> Dataset:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return dcmread(path, force=True)


def has_pixels(path: Path) -> bool:
    if path.suffix in (".json", ".txt", ".dump", ".icc", ".gz"):
        return False
    dataset = read_quietly(path)
    return any(tag in dataset for tag in (0x7FE00008, 0x7FE00009, 0x7FE00010))


def names_with_pixels() -> list[str]:
    paths = sorted(path for path in FOLDER.rglob("*") if path.is_file())
    # Fifty slices of one series differ in nothing but their place; one speaks for them.
    few = [path for path in paths if path.parent.name != "SE000000" or path.name == "IM000000"]
    return [str(path.relative_to(FOLDER)) for path in few if has_pixels(path)]


NAMES = names_with_pixels()
READABLE = [name for name in NAMES if name not in REFUSED]
WITH_DECODER = [name for name in READABLE if name not in DIGESTS]


def pixels_by_pydicom(path: Path, *, is_raw: bool) -> Array:
    """Decode all frames with pydicom, as stored or as RGB and gray."""
    dataset = read_quietly(path)
    if path.name == "badVR.dcm":
        dataset.NumberOfFrames = 1
    uid = dataset.file_meta.get("TransferSyntaxUID", ImplicitVRLittleEndian)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        decoded, _ = get_decoder(UID(uid)).as_array(dataset, raw=is_raw)
    if not is_raw and dataset.PhotometricInterpretation == "PALETTE COLOR":
        return apply_color_lut(decoded, dataset)
    if path.name == "badVR.dcm":
        # pydicom takes as many frames as there are bytes for.
        decoded = decoded[0]
    native: Array = decoded.astype(decoded.dtype.newbyteorder("="))
    return native


def stored_values(path: Path, series: ImageSeries) -> Array:
    source = pixel_source(path)
    return stacked([decode_stored(source, index) for index in range(len(series.frames))])


def shown_values(series: ImageSeries) -> Array:
    in_file = sorted(range(len(series.frames)), key=lambda i: series.frames[i].frame_index)
    return stacked([decode_frame(series, index).values for index in in_file])


def stacked(frames: list[Array]) -> Array:
    return np.stack(frames) if len(frames) > 1 else frames[0]


def test_the_wheel_still_holds_the_files_that_are_named_here() -> None:
    assert {*REFUSED, *DIGESTS, *WARNINGS} <= set(NAMES)
    assert len(NAMES) >= 80


@pytest.mark.parametrize("name", WITH_DECODER)
def test_stored_values_and_colors_are_those_of_pydicom(name: str) -> None:
    path = FOLDER / name
    series = read_series(path)
    stored = stored_values(path, series)
    np.testing.assert_array_equal(stored, pixels_by_pydicom(path, is_raw=True), strict=True)
    shown = pixels_by_pydicom(path, is_raw=False)
    if name in WIDE_COLORS:
        shown = (shown >> 16).astype(np.uint16)
    np.testing.assert_array_equal(shown_values(series), shown, strict=True)


@pytest.mark.parametrize("name", list(DIGESTS))
def test_what_pydicom_cannot_decode_alone_is_what_other_decoders_gave(name: str) -> None:
    path = FOLDER / name
    stored = stored_values(path, read_series(path))
    little = np.ascontiguousarray(stored, stored.dtype.newbyteorder("<"))
    assert hashlib.sha256(little.tobytes()).hexdigest() == DIGESTS[name]


@pytest.mark.parametrize("name", list(REFUSED))
def test_broken_files_are_refused_with_their_fault(name: str) -> None:
    code, fault = REFUSED[name]
    with pytest.raises(RefusedFileError) as caught:
        shown_values(read_series(FOLDER / name))
    assert caught.value.code == code
    assert name in caught.value.message
    assert fault in caught.value.message


@pytest.mark.parametrize("name", READABLE)
def test_whatever_is_left_out_or_narrowed_is_said(name: str) -> None:
    said = " ".join(read_series(FOLDER / name).source.warnings)
    assert WARNINGS.get(name, "") in said
    if name not in WARNINGS:
        assert "left out" not in said
        assert "upper" not in said
