"""A code stream without its finest levels is what the reference decoder makes of the whole one."""

import io
from typing import Any

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, features

from meddx_desktop.readers.resolution_levels import without_finest_levels

pytestmark = pytest.mark.skipif(
    not features.check("jpg_2000"), reason="Pillow is built without OpenJPEG"
)
# Pillow rounds the sizes of reduced pictures, the standard rounds up; here both agree.
SHAPES = [(64, 64), (143, 111), (9, 200), (97, 8), (130, 67)]


def picture(shape: tuple[int, ...], dtype: Any = np.uint8) -> NDArray[Any]:
    """Return waves with noise, so that every level holds something."""
    generator = np.random.default_rng(3)
    rows, columns = np.indices(shape[:2])
    waves = 0.5 + 0.3 * np.sin(rows / 9.0) * np.cos(columns / 7.0)
    noisy = np.clip(waves + 0.05 * generator.standard_normal(shape[:2]), 0, 1)
    values = noisy * np.iinfo(dtype).max
    if len(shape) == 3:
        values = np.stack([values, values[::-1], values[:, ::-1]], axis=-1)
    return values.astype(dtype)


def encode(pixels: NDArray[Any], **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG2000", no_jp2=True, **options)
    return buffer.getvalue()


def reference(stream: bytes, count: int) -> NDArray[Any]:
    """Decode with OpenJPEG's own reduction."""
    with Image.open(io.BytesIO(stream)) as image:
        image.reduce = count  # type: ignore[attr-defined,method-assign,assignment]
        image.load()
        return np.asarray(image)


def assert_same(stream: bytes, count: int) -> None:
    smaller = without_finest_levels(stream, count)
    assert smaller is not None
    assert len(smaller) < len(stream)
    decoded = imagecodecs.jpeg2k_decode(smaller, planar=False)
    assert np.array_equal(decoded, reference(stream, count))


@pytest.mark.parametrize("order", ["LRCP", "RLCP", "RPCL", "PCRL", "CPRL"])
@pytest.mark.parametrize("shape", [(143, 111), (143, 111, 3)])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"precinct_size": (64, 64), "codeblock_size": (16, 16)},
        {"quality_mode": "rates", "quality_layers": [30, 10, 3], "irreversible": True},
        {"tile_size": (64, 32), "precinct_size": (32, 32), "codeblock_size": (8, 8)},
    ],
    ids=["plain", "precincts", "layers", "tiles"],
)
def test_every_order_gives_the_reference(
    order: str, shape: tuple[int, ...], options: dict[str, Any]
) -> None:
    stream = encode(picture(shape), progression=order, num_resolutions=5, **options)
    for count in (1, 2, 4):
        assert_same(stream, count)


@pytest.mark.parametrize("shape", SHAPES)
def test_odd_sizes(shape: tuple[int, int]) -> None:
    assert_same(encode(picture(shape), num_resolutions=4), 1)


def test_sixteen_bits_and_marks_for_packets() -> None:
    stream = encode(picture((200, 300), np.uint16), num_resolutions=4, plt=True)
    assert_same(stream, 2)
    signed = picture((200, 300), np.int16) - 9000
    stream = bytes(imagecodecs.jpeg2k_encode(signed, reversible=True, codecformat="j2k"))
    smaller = without_finest_levels(stream, 1)
    assert smaller is not None
    decoded = imagecodecs.jpeg2k_decode(smaller)
    assert decoded.dtype == np.int16
    assert decoded.shape == (100, 150)
    assert abs(float(decoded.mean()) - float(signed.mean())) < 30


def test_what_cannot_be_halved_is_left_alone() -> None:
    stream = encode(picture((64, 64)), num_resolutions=3)
    assert without_finest_levels(stream, 2) is not None
    assert without_finest_levels(stream, 3) is None
    assert without_finest_levels(stream, 0) is None
    wrapped = bytes(imagecodecs.jpeg2k_encode(picture((64, 64)), codecformat="jp2"))
    assert without_finest_levels(wrapped, 1) is None
    fast = bytes(imagecodecs.htj2k_encode(picture((64, 64)), reversible=True))
    assert without_finest_levels(fast, 1) is None
    tiled = encode(picture((64, 64)), tile_size=(34, 34), num_resolutions=3)
    assert without_finest_levels(tiled, 1) is not None
    assert without_finest_levels(tiled, 2) is None


def test_damaged_streams_give_none_or_another_stream_and_nothing_worse() -> None:
    stream = encode(picture((90, 70)), num_resolutions=4, progression="PCRL")
    chance = np.random.default_rng(5)
    outcomes = set()
    for _ in range(400):
        damaged = bytearray(stream)
        for _ in range(int(chance.integers(1, 5))):
            damaged[chance.integers(len(damaged))] = chance.integers(256)
        cut = bytes(damaged[: chance.integers(20, len(damaged))])
        outcomes |= {type(without_finest_levels(one, 2)) for one in (bytes(damaged), cut)}
    assert outcomes == {bytes, type(None)}
