"""Colors: luma and chroma, palettes, and what a JPEG stream says about itself."""

import struct
from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.data import get_testdata_file
from pydicom.encaps import encapsulate

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.readers.code_streams import CodeStreamError, read_code_stream
from meddx_desktop.readers.dicom import read_series
from meddx_desktop.readers.frames import decode_frame
from meddx_desktop.readers.palette import expand_segments, unpack_entries
from meddx_desktop.readers.photometric import to_rgb, ybr_to_rgb
from meddx_desktop.readers.pixel_data import decode_stored
from meddx_desktop.readers.pixel_source import pixel_source

WriteDicom = Callable[..., Path]


def sample(name: str) -> Path:
    return Path(str(get_testdata_file(name)))


@pytest.mark.parametrize(
    ("ybr", "rgb"),
    [
        ((76, 85, 255), (254, 0, 0)),
        ((150, 44, 21), (0, 255, 1)),
        ((29, 255, 107), (0, 0, 254)),
        ((255, 128, 128), (255, 255, 255)),
        ((0, 128, 128), (0, 0, 0)),
    ],
)
def test_full_range_chroma_becomes_rgb(
    ybr: tuple[int, int, int], rgb: tuple[int, int, int]
) -> None:
    converted = ybr_to_rgb(np.array([[ybr]], np.uint8))[0, 0].astype(int)
    assert np.abs(converted - rgb).max() <= 1


def test_partial_range_chroma_is_stretched() -> None:
    ends = np.array([[[16, 128, 128], [235, 128, 128]]], np.uint8)
    expected = [[[0, 0, 0], [255, 255, 255]]]
    np.testing.assert_array_equal(ybr_to_rgb(ends, is_partial=True), expected)


@given(st.lists(st.integers(0, 255), min_size=3, max_size=3))
def test_sixteen_bit_chroma_agrees_with_eight_bit(values: list[int]) -> None:
    narrow = ybr_to_rgb(np.array([[values]], np.uint8)).astype(int)
    wide = ybr_to_rgb(np.array([[values]], np.uint16) * 256).astype(int)
    assert np.abs(np.minimum(wide / 256, 255) - narrow).max() <= 1


def test_a_stream_that_says_otherwise_overrides_rgb() -> None:
    stored = np.array([[[76, 85, 255]]], np.uint8)
    as_written = to_rgb(stored, "RGB", 8, stream_is_rgb=None)
    converted = to_rgb(stored, "RGB", 8, stream_is_rgb=False)
    np.testing.assert_array_equal(as_written, stored)
    assert converted[0, 0, 0] > 250


@pytest.mark.parametrize(
    "name",
    [
        "SC_rgb_jpeg_dcmtk.dcm",
        "SC_rgb_dcmtk_+eb+cy+n1.dcm",
        "SC_rgb_dcmtk_+eb+cy+s4.dcm",
        "SC_rgb_dcmtk_+eb+cr.dcm",
        "SC_ybr_full_422_uncompressed.dcm",
        "SC_rgb_gdcm_KY.dcm",
        "SC_rgb_jls_lossy_line.dcm",
        "SC_rgb_jls_lossy_sample.dcm",
        "SC_rgb_rle_2frame.dcm",
    ],
)
def test_color_bars_look_alike_in_every_encoding(name: str) -> None:
    values = decode_frame(read_series(sample(name)), 0).values
    for row, color in ((5, (255, 0, 0)), (25, (0, 255, 0)), (45, (0, 0, 255)), (95, (255,) * 3)):
        assert np.abs(values[row, 50].astype(int) - color).max() <= 12


@pytest.mark.parametrize(("bits", "dtype"), [(8, np.uint8), (12, np.uint16), (24, np.uint32)])
def test_white_is_white_whatever_bits_colors_have(bits: int, dtype: type[np.generic]) -> None:
    stored = np.array([[[2**bits - 1, 0, 2 ** (bits - 1)]]], dtype)
    shown = to_rgb(stored, "RGB", bits, stream_is_rgb=None)
    full = 2.0 ** (8 * shown.dtype.itemsize)
    np.testing.assert_allclose(shown / full, [[[1, 0, 0.5]]], atol=0.005)


@pytest.mark.parametrize(
    ("photometric", "subsampling", "is_stretched"),
    [
        ("YBR_FULL_422", "422", False),
        ("YBR_FULL", "444", False),
        ("RGB", "420", False),
        ("YBR_PARTIAL_422", "422", True),
    ],
)
def test_colors_that_the_decoder_converts_are_those_of_the_formula(
    tmp_path: Path,
    write_dicom: WriteDicom,
    photometric: str,
    subsampling: str,
    is_stretched: bool,
) -> None:
    noise = np.random.default_rng(8).integers(0, 256, (6, 8, 3)).astype(np.uint8)
    picture = np.kron(noise, np.ones((8, 8, 1), np.uint8))
    path = write_dicom(
        tmp_path / "color.dcm",
        picture,
        syntax="1.2.840.10008.1.2.4.50",
        content=encapsulate([imagecodecs.jpeg8_encode(picture, subsampling=subsampling)]),
        Rows=48,
        Columns=64,
        SamplesPerPixel=3,
        PlanarConfiguration=0,
        PhotometricInterpretation=photometric,
        BitsAllocated=8,
        BitsStored=8,
        HighBit=7,
    )
    written = decode_stored(pixel_source(path), 0)
    expected = ybr_to_rgb(written, is_partial=is_stretched)
    shown = decode_frame(read_series(path), 0).values
    assert np.abs(shown.astype(int) - expected).max() <= 1
    assert np.abs(written.astype(int) - expected).max() > 20


def test_a_sixteen_bit_palette_is_looked_up() -> None:
    series = read_series(sample("examples_palette.dcm"))
    values = decode_frame(series, 0).values
    assert series.is_color
    assert values.dtype == np.uint16
    assert values.shape == (series.rows, series.columns, 3)


def test_a_missing_palette_is_refused(tmp_path: Path, write_dicom: WriteDicom) -> None:
    path = write_dicom(tmp_path / "p.dcm", PhotometricInterpretation="PALETTE COLOR")
    with pytest.raises(RefusedFileError, match="palette has no description"):
        read_series(path)


def test_a_short_palette_is_refused(tmp_path: Path, write_dicom: WriteDicom) -> None:
    tables: dict[str, object] = {}
    for color in ("Red", "Green", "Blue"):
        tables[f"{color}PaletteColorLookupTableDescriptor"] = [256, 0, 16]
        tables[f"{color}PaletteColorLookupTableData"] = bytes(20)
    path = write_dicom(
        tmp_path / "p.dcm",
        np.zeros((2, 2), np.uint8),
        PhotometricInterpretation="PALETTE COLOR",
        **tables,
    )
    with pytest.raises(RefusedFileError, match="palette is incomplete"):
        read_series(path)


def test_indices_outside_a_palette_take_its_ends(tmp_path: Path, write_dicom: WriteDicom) -> None:
    tables: dict[str, object] = {}
    for color, entries in (("Red", b"\x01\x02"), ("Green", b"\x03\x04"), ("Blue", b"\x05\x06")):
        tables[f"{color}PaletteColorLookupTableDescriptor"] = [2, 10, 8]
        tables[f"{color}PaletteColorLookupTableData"] = entries
    path = write_dicom(
        tmp_path / "p.dcm",
        np.array([[0, 10, 11, 255]], np.uint8),
        PhotometricInterpretation="PALETTE COLOR",
        **tables,
    )
    values = decode_frame(read_series(path), 0).values
    np.testing.assert_array_equal(values, [[[1, 3, 5], [1, 3, 5], [2, 4, 6], [2, 4, 6]]])


def test_palette_segments_are_expanded() -> None:
    words = [0, 2, 10, 20, 1, 4, 60, 2, 1, 0, 0]
    table = expand_segments(words, 64)
    assert table.tolist() == [10, 20, 30, 40, 50, 60, 10, 20]


def test_palette_segments_end_at_the_number_of_entries() -> None:
    assert len(expand_segments([0, 1, 5, 1, 65535, 9], 256)) == 256


def test_eight_bit_entries_are_read_packed_or_padded() -> None:
    assert unpack_entries(b"\x01\x02\x03\x04", 4, 8, "<").tolist() == [1, 2, 3, 4]
    assert unpack_entries(b"\x01\0\x02\0", 2, 8, "<").tolist() == [1, 2]
    assert unpack_entries(b"\x02\x01\x04\x03", 4, 8, ">").tolist() == [1, 2, 3, 4]


def test_an_adobe_marker_tells_the_color_space() -> None:
    jpeg = imagecodecs.jpeg8_encode(np.zeros((8, 8, 3), np.uint8))
    adobe = b"Adobe" + struct.pack(">HHHB", 100, 0, 0, 0)
    tagged = jpeg[:2] + b"\xff\xee" + struct.pack(">H", len(adobe) + 2) + adobe + jpeg[2:]
    assert read_code_stream(jpeg).is_rgb is False
    assert read_code_stream(tagged.replace(b"JFIF\0", b"XXXX\0")).is_rgb is True


@given(st.binary(max_size=200))
def test_any_bytes_are_a_code_stream_or_an_error(content: bytes) -> None:
    for start in (b"", b"\xff\xd8", b"\xff\x4f\xff\x51"):
        try:
            header = read_code_stream(start + content)
        except CodeStreamError:
            continue
        assert header.bits <= 255
