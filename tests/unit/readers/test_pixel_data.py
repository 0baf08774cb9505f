"""Stored values of every encoding, and the refusal of streams that claim too much."""

import struct
from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.data import get_testdata_file
from pydicom.encaps import encapsulate

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.readers.pixel_data import decode_stored
from meddx_desktop.readers.pixel_source import pixel_source

WriteDicom = Callable[..., Path]
JPEG_BASELINE = "1.2.840.10008.1.2.4.50"
JPEG_LOSSLESS = "1.2.840.10008.1.2.4.70"
JPEG_LS = "1.2.840.10008.1.2.4.80"
JPEG_2000 = "1.2.840.10008.1.2.4.90"
RLE = "1.2.840.10008.1.2.5"

PICTURE = (np.arange(64 * 64, dtype=np.uint16).reshape(64, 64) * 7) & 0xFFF


def sample(name: str) -> Path:
    return Path(str(get_testdata_file(name)))


def decode(path: Path, index: int = 0) -> NDArray[np.generic]:
    return decode_stored(pixel_source(path), index)


def refuse(path: Path) -> RefusedFileError:
    with pytest.raises(RefusedFileError) as caught:
        decode(path)
    assert path.name in caught.value.message
    return caught.value


def test_bits_above_the_stored_ones_are_dropped(tmp_path: Path, write_dicom: WriteDicom) -> None:
    pixels = np.array([[0x0FFF, 0xF001], [0x8800, 0x0000]], np.uint16)
    path = write_dicom(tmp_path / "a.dcm", pixels, BitsStored=12, HighBit=11)
    np.testing.assert_array_equal(decode(path), [[0xFFF, 1], [0x800, 0]])


def test_the_sign_is_taken_from_the_highest_stored_bit(
    tmp_path: Path, write_dicom: WriteDicom
) -> None:
    pixels = np.array([[0x0FFF, 0x0001], [0x0800, 0x07FF]], np.uint16)
    path = write_dicom(tmp_path / "a.dcm", pixels, BitsStored=12, HighBit=11, PixelRepresentation=1)
    np.testing.assert_array_equal(decode(path), [[-1, 1], [-2048, 2047]])


def test_values_that_start_above_bit_zero_are_shifted_down(
    tmp_path: Path, write_dicom: WriteDicom
) -> None:
    pixels = np.array([[0xFFF0, 0x0010]], np.uint16)
    path = write_dicom(tmp_path / "a.dcm", pixels, BitsStored=12, HighBit=15)
    np.testing.assert_array_equal(decode(path), [[0xFFF, 1]])


def test_one_bit_frames_need_not_start_at_a_byte(tmp_path: Path, write_dicom: WriteDicom) -> None:
    frames = (np.arange(3 * 3 * 5).reshape(3, 3, 5) % 4 == 0).astype(np.uint8)
    packed = np.packbits(frames.ravel(), bitorder="little")[None]
    path = write_dicom(
        tmp_path / "a.dcm",
        packed,
        Rows=3,
        Columns=5,
        NumberOfFrames=3,
        BitsAllocated=1,
        BitsStored=1,
        HighBit=0,
    )
    for index in range(3):
        np.testing.assert_array_equal(decode(path, index), frames[index])


def test_planes_and_pixels_give_the_same_colors(tmp_path: Path, write_dicom: WriteDicom) -> None:
    color = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    common = {"Rows": 4, "Columns": 6, "SamplesPerPixel": 3, "PhotometricInterpretation": "RGB"}
    by_pixel = write_dicom(tmp_path / "a.dcm", color, PlanarConfiguration=0, **common)
    planes = np.ascontiguousarray(np.moveaxis(color, -1, 0))
    by_plane = write_dicom(tmp_path / "b.dcm", planes, PlanarConfiguration=1, **common)
    np.testing.assert_array_equal(decode(by_pixel), color)
    np.testing.assert_array_equal(decode(by_plane), color)


def test_chroma_of_422_is_repeated(tmp_path: Path, write_dicom: WriteDicom) -> None:
    written = np.array([[10, 20, 128, 130], [30, 40, 100, 90]], np.uint8)
    path = write_dicom(
        tmp_path / "a.dcm",
        written,
        Rows=2,
        Columns=2,
        SamplesPerPixel=3,
        PlanarConfiguration=0,
        PhotometricInterpretation="YBR_FULL_422",
    )
    expected = [[[10, 128, 130], [20, 128, 130]], [[30, 100, 90], [40, 100, 90]]]
    np.testing.assert_array_equal(decode(path), expected)


def test_swapped_words_of_big_endian_files_are_put_right() -> None:
    big = decode(sample("SC_rgb_small_odd_big_endian.dcm"))
    np.testing.assert_array_equal(big, decode(sample("SC_rgb_small_odd.dcm")))


def test_fragments_are_joined_whatever_the_offset_table_says(
    tmp_path: Path, write_dicom: WriteDicom
) -> None:
    frames = [PICTURE, PICTURE[::-1].copy()]
    streams = [imagecodecs.jpegls_encode(frame) for frame in frames]
    good = encapsulate(streams, fragments_per_frame=3, has_bot=True)
    wrong = good[:8] + struct.pack("<II", 0, 17) + good[16:]
    without = encapsulate(streams, fragments_per_frame=3, has_bot=False)
    for number, content in enumerate((good, wrong, without)):
        path = write_dicom(
            tmp_path / f"{number}.dcm",
            PICTURE,
            syntax=JPEG_LS,
            content=content,
            NumberOfFrames=2,
        )
        for index, frame in enumerate(frames):
            np.testing.assert_array_equal(decode(path, index), frame)


def test_lossless_codecs_give_back_every_value(tmp_path: Path, write_dicom: WriteDicom) -> None:
    encoded = {
        JPEG_LS: imagecodecs.jpegls_encode(PICTURE),
        JPEG_2000: imagecodecs.jpeg2k_encode(PICTURE, codecformat="j2k", reversible=True),
        JPEG_LOSSLESS: imagecodecs.jpeg8_encode(PICTURE, lossless=True, bitspersample=16),
        "1.2.840.10008.1.2.4.201": imagecodecs.htj2k_encode(PICTURE, reversible=True),
    }
    for number, (syntax, stream) in enumerate(encoded.items()):
        path = write_dicom(
            tmp_path / f"{number}.dcm", PICTURE, syntax=syntax, content=encapsulate([stream])
        )
        np.testing.assert_array_equal(decode(path), PICTURE)


@pytest.mark.parametrize("name", ["SC_rgb_rle.dcm", "SC_rgb_rle_16bit.dcm", "SC_rgb_rle_32bit.dcm"])
def test_rle_equals_the_uncompressed_colors(name: str) -> None:
    rle = decode(sample(name))
    assert rle.shape == (100, 100, 3)
    largest = np.iinfo(rle.dtype).max
    np.testing.assert_array_equal(rle[5, 50], [largest, 0, 0])
    np.testing.assert_array_equal(rle[45, 50], [0, 0, largest])


def jpeg_header(marker: int, rows: int, columns: int, bits: int = 8) -> bytes:
    frame = struct.pack(">BHHBBBB", bits, rows, columns, 1, 1, 0x11, 0)
    return b"\xff\xd8" + bytes((0xFF, marker)) + struct.pack(">H", len(frame) + 2) + frame


def j2k_header(rows: int, columns: int, samples: int = 1, tile: int | None = None) -> bytes:
    side = tile or max(rows, columns)
    sizes = struct.pack(">H8IH", 0, columns, rows, 0, 0, side, side, 0, 0, samples)
    components = b"\x07\x01\x01" * samples
    length = struct.pack(">H", len(sizes) + len(components) + 2)
    return b"\xff\x4f\xff\x51" + length + sizes + components


@pytest.mark.parametrize(
    ("syntax", "stream"),
    [
        (JPEG_2000, j2k_header(2**31 - 1, 2**31 - 1)),
        (JPEG_2000, j2k_header(64, 64, samples=16384)),
        (JPEG_2000, j2k_header(64, 64, tile=1) + bytes(64)),
        (JPEG_2000, j2k_header(40_000, 40_000, tile=1)),
        (JPEG_LOSSLESS, jpeg_header(0xC3, 65500, 65500, 16)),
        (JPEG_LS, jpeg_header(0xF7, 65535, 65535)),
        (JPEG_BASELINE, jpeg_header(0xC0, 65500, 65500)),
        (JPEG_BASELINE, b"\xff\xd8\xff"),
        (JPEG_BASELINE, b"not a picture at all"),
    ],
)
def test_a_stream_that_claims_another_size_is_not_decoded(
    tmp_path: Path, write_dicom: WriteDicom, syntax: str, stream: bytes
) -> None:
    padded = stream + b"\0" * (len(stream) % 2) + b"\xff\xd9"
    path = write_dicom(
        tmp_path / "bomb.dcm",
        np.zeros((64, 64), np.uint8),
        syntax=syntax,
        content=encapsulate([padded]),
    )
    assert refuse(path).code == "damaged_file"


def test_a_size_beyond_the_budget_is_refused_before_decoding(
    tmp_path: Path, write_dicom: WriteDicom
) -> None:
    stream = j2k_header(65535, 65535) + b"\xff\xd9"
    path = write_dicom(
        tmp_path / "huge.dcm",
        np.zeros((2, 2), np.uint16),
        syntax=JPEG_2000,
        content=encapsulate([stream]),
        Rows=65535,
        Columns=65535,
    )
    assert refuse(path).code == "too_large"


@pytest.mark.parametrize(
    "changes",
    [
        {"Rows": 0},
        {"Rows": None},
        {"BitsAllocated": 13},
        {"BitsStored": 40},
        {"HighBit": 77},
        {"SamplesPerPixel": 7},
    ],
)
def test_an_impossible_layout_is_refused(
    tmp_path: Path, write_dicom: WriteDicom, changes: dict[str, int | None]
) -> None:
    path = write_dicom(tmp_path / "odd.dcm", **changes)
    assert refuse(path).code == "damaged_file"


def test_a_claim_of_many_frames_is_refused(tmp_path: Path, write_dicom: WriteDicom) -> None:
    path = write_dicom(tmp_path / "many.dcm", NumberOfFrames=2_000_000_000)
    assert refuse(path).code == "too_large"


@pytest.mark.parametrize("syntax", [JPEG_LS, JPEG_2000, JPEG_LOSSLESS, JPEG_BASELINE])
def test_half_a_stream_is_refused(tmp_path: Path, write_dicom: WriteDicom, syntax: str) -> None:
    gray = (PICTURE >> 4).astype(np.uint8)
    encode = {
        JPEG_LS: imagecodecs.jpegls_encode,
        JPEG_2000: lambda values: imagecodecs.jpeg2k_encode(values, codecformat="j2k"),
        JPEG_LOSSLESS: lambda values: imagecodecs.jpeg8_encode(values, lossless=True),
        JPEG_BASELINE: imagecodecs.jpeg8_encode,
    }[syntax]
    stream = encode(gray)
    path = write_dicom(
        tmp_path / "half.dcm",
        gray,
        syntax=syntax,
        content=encapsulate([stream[: len(stream) // 2]]),
    )
    assert refuse(path).code == "damaged_file"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.qt_no_exception_capture
def test_a_damaged_htj2k_stream_is_not_shown_black(tmp_path: Path, write_dicom: WriteDicom) -> None:
    stream = bytearray(imagecodecs.htj2k_encode(PICTURE, reversible=True))
    for position in range(200, len(stream) - 40, 37):
        stream[position] ^= 0xFF
    path = write_dicom(
        tmp_path / "ht.dcm",
        PICTURE,
        syntax="1.2.840.10008.1.2.4.201",
        content=encapsulate([bytes(stream)]),
    )
    assert refuse(path).code == "damaged_file"


def test_missing_pixels_are_refused(tmp_path: Path, write_dicom: WriteDicom) -> None:
    path = write_dicom(tmp_path / "short.dcm", np.zeros((32, 32), np.uint16))
    path.write_bytes(path.read_bytes()[:-100])
    assert refuse(path).code == "truncated_file"


def test_missing_frames_are_refused(tmp_path: Path, write_dicom: WriteDicom) -> None:
    stream = imagecodecs.jpegls_encode(PICTURE)
    path = write_dicom(
        tmp_path / "few.dcm",
        PICTURE,
        syntax=JPEG_LS,
        content=encapsulate([stream]),
        NumberOfFrames=3,
    )
    with pytest.raises(RefusedFileError, match="1 of 3 frames"):
        decode(path, 2)


def test_an_rle_stream_that_is_too_short_is_refused(
    tmp_path: Path, write_dicom: WriteDicom
) -> None:
    segment = struct.pack("<16I", 1, 64, *[0] * 14) + b"\x03\x01\x02\x03\x04"
    path = write_dicom(
        tmp_path / "rle.dcm",
        np.zeros((64, 64), np.uint8),
        syntax=RLE,
        content=encapsulate([segment + b"\0"]),
    )
    assert refuse(path).code in ("truncated_file", "damaged_file")


def test_an_unsupported_compression_names_its_next_step(
    tmp_path: Path, write_dicom: WriteDicom
) -> None:
    path = write_dicom(
        tmp_path / "video.dcm", syntax="1.2.840.10008.1.2.4.100", content=encapsulate([b"\0" * 64])
    )
    error = refuse(path)
    assert error.code == "unsupported_format"
    assert "Export it uncompressed" in error.message


def test_extra_pixels_open_with_a_warning(tmp_path: Path, write_dicom: WriteDicom) -> None:
    path = write_dicom(tmp_path / "extra.dcm", np.zeros((8, 8), np.uint16), Rows=4)
    assert "more pixels than the header says" in pixel_source(path).notes[0]
    assert decode(path).shape == (4, 8)
