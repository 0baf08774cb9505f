"""Pictures of films: every depth and color, upright, and never larger than they may be."""

import struct
import zlib
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.readers.frames import decode_frame
from meddx_desktop.readers.raster_headers import read_pages
from meddx_desktop.readers.raster_image import READER, turn_upright

GRAY8 = np.arange(48, dtype=np.uint8).reshape(6, 8)
GRAY16 = GRAY8.astype(np.uint16) * 1000
COLOR8 = np.arange(144, dtype=np.uint8).reshape(6, 8, 3)
COLOR16 = COLOR8.astype(np.uint16) * 300


def read(path: Path, content: bytes) -> NDArray[np.generic]:
    path.write_bytes(content)
    assert READER.can_read(path, content[:64])
    series = READER.read(path, ignore_progress)
    values = decode_frame(series, 0).values
    assert values.shape[:2] == (series.rows, series.columns)
    assert (values.ndim == 3) == series.is_color
    assert series.bits_stored == values.dtype.itemsize * 8
    assert series.pixel_spacing is None
    return values


@pytest.mark.parametrize("pixels", [GRAY8, GRAY16, COLOR8, COLOR16])
def test_png_gives_back_every_value(tmp_path: Path, pixels: NDArray[Any]) -> None:
    values = read(tmp_path / "film", imagecodecs.png_encode(pixels))
    np.testing.assert_array_equal(values, pixels)


def tiff(pixels: NDArray[Any], **tags: int | tuple[int, ...]) -> bytes:
    """Write an uncompressed little-endian TIFF; `tags` replace fields by name."""
    rows, columns = pixels.shape[:2]
    samples = pixels.shape[2] if pixels.ndim == 3 else 1
    body = pixels.astype(pixels.dtype.newbyteorder("<")).tobytes()
    fields: dict[int, int | tuple[int, ...]] = {
        256: columns,
        257: rows,
        258: (8 * pixels.itemsize,) * samples,
        259: 1,
        262: 2 if samples == 3 else 1,
        273: 8,
        277: samples,
        278: rows,
        279: len(body),
    } | {int(name[1:]): value for name, value in tags.items()}
    directory, extra = b"", b""
    start = 8 + len(body) + len(body) % 2
    after = start + 2 + 12 * len(fields) + 4
    for tag, value in sorted(fields.items()):
        numbers = value if isinstance(value, tuple) else (value,)
        packed = struct.pack(f"<{len(numbers)}H", *numbers) if max(numbers) < 65536 else b""
        kind = 3 if packed else 4
        packed = packed or struct.pack(f"<{len(numbers)}I", *numbers)
        if len(packed) > 4:
            at = struct.pack("<I", after + len(extra))
            extra += packed
        else:
            at = packed.ljust(4, b"\0")
        directory += struct.pack("<HHI", tag, kind, len(numbers)) + at
    count = struct.pack("<H", len(fields))
    header = b"II*\0" + struct.pack("<I", start)
    return header + body.ljust(start - 8, b"\0") + count + directory + bytes(4) + extra


@pytest.mark.parametrize("pixels", [GRAY8, GRAY16, COLOR8, COLOR16])
def test_tiff_gives_back_every_value(tmp_path: Path, pixels: NDArray[Any]) -> None:
    np.testing.assert_array_equal(read(tmp_path / "film", tiff(pixels)), pixels)


def test_white_is_zero_is_turned_around(tmp_path: Path) -> None:
    np.testing.assert_array_equal(read(tmp_path / "film", tiff(GRAY8, t262=0)), 255 - GRAY8)


def test_signed_tiff_keeps_its_order(tmp_path: Path) -> None:
    pixels = np.array([[-5, 0, 7]], np.int16)
    values = read(tmp_path / "film", tiff(pixels, t339=2)).astype(int)
    np.testing.assert_array_equal(np.diff(values), [[5, 7]])


def test_a_tiff_palette_becomes_color(tmp_path: Path) -> None:
    entries = np.arange(256, dtype=np.uint16) * 257
    palette = (*entries.tolist(), *entries[::-1].tolist(), *([0] * 256))
    values = read(tmp_path / "film", tiff(GRAY8, t262=3, t320=palette))
    np.testing.assert_array_equal(values[..., 0], GRAY8)
    np.testing.assert_array_equal(values[..., 1], 255 - GRAY8)


def test_jpeg_is_close_to_what_was_written(tmp_path: Path) -> None:
    smooth = np.tile(np.linspace(0, 255, 64, dtype=np.uint8), (64, 1))
    values = read(tmp_path / "film", imagecodecs.jpeg8_encode(smooth, level=95))
    assert np.abs(values.astype(int) - smooth).max() < 8


def test_transparent_parts_become_black(tmp_path: Path) -> None:
    pixels = np.full((2, 2, 4), 200, np.uint8)
    pixels[0, 0, 3] = 0
    pixels[0, 1, 3] = 255
    values = read(tmp_path / "film", imagecodecs.png_encode(pixels))
    np.testing.assert_array_equal(values[0], [[0, 0, 0], [200, 200, 200]])


@pytest.mark.parametrize(
    ("orientation", "expected"),
    [
        (1, [[1, 2], [3, 4]]),
        (2, [[2, 1], [4, 3]]),
        (3, [[4, 3], [2, 1]]),
        (4, [[3, 4], [1, 2]]),
        (5, [[1, 3], [2, 4]]),
        (6, [[3, 1], [4, 2]]),
        (7, [[4, 2], [3, 1]]),
        (8, [[2, 4], [1, 3]]),
    ],
)
def test_each_orientation_is_turned_upright(orientation: int, expected: list[list[int]]) -> None:
    stored = np.array([[1, 2], [3, 4]], np.uint8)
    np.testing.assert_array_equal(turn_upright(stored, orientation), expected)


def test_the_orientation_of_a_photograph_counts(tmp_path: Path) -> None:
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0" + struct.pack("<HHII", 274, 3, 1, 6) + bytes(4)
    jpeg = imagecodecs.jpeg8_encode(np.zeros((16, 40), np.uint8))
    tagged = jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:]
    assert read(tmp_path / "photo", tagged).shape == (40, 16)


def test_pages_of_one_size_become_frames(tmp_path: Path) -> None:
    path = tmp_path / "film"
    path.write_bytes(imagecodecs.tiff_encode(np.stack([GRAY8, GRAY8 + 1])))
    series = READER.read(path, ignore_progress)
    assert len(series.frames) == 2
    np.testing.assert_array_equal(decode_frame(series, 1).values, GRAY8 + 1)


def png_chunk(kind: bytes, content: bytes) -> bytes:
    crc = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + crc


def test_a_png_bomb_is_refused_before_decoding(tmp_path: Path) -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 16, 2, 0, 0, 0)
    idat = zlib.compress(bytes(1 << 20))
    bomb = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", idat)
    path = tmp_path / "bomb.png"
    path.write_bytes(bomb + png_chunk(b"IEND", b""))
    with pytest.raises(RefusedFileError, match=r"bomb\.png") as caught:
        READER.read(path, ignore_progress)
    assert caught.value.code == "too_large"


def test_a_tiff_that_claims_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.tif"
    path.write_bytes(tiff(GRAY8, t256=65535, t257=65535))
    with pytest.raises(RefusedFileError):
        READER.read(path, ignore_progress)


def test_a_tiff_whose_pages_point_in_a_circle_ends() -> None:
    content = bytearray(tiff(GRAY8))
    start = struct.unpack_from("<I", content, 4)[0]
    count = struct.unpack_from("<H", content, start)[0]
    struct.pack_into("<I", content, start + 2 + 12 * count, start)
    assert len(read_pages(bytes(content))) == 1


@pytest.mark.parametrize(
    "content",
    [
        imagecodecs.png_encode(GRAY16)[:-20],
        imagecodecs.jpeg8_encode(np.zeros((64, 64), np.uint8))[:-10],
        tiff(GRAY8)[:-30],
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"II*\0",
    ],
)
def test_a_cut_picture_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "cut"
    path.write_bytes(content)
    with pytest.raises(RefusedFileError, match="cut"):
        READER.read(path, ignore_progress)
