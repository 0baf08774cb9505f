"""Arrays on the pipe, as they were and as a hostile worker might send them."""

import multiprocessing
import os
import struct
import sys
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection

import numpy as np
import pytest
from numpy.typing import NDArray

from meddx_desktop.case.image_series import FramePixels
from meddx_desktop.engine.messages import Piece
from meddx_desktop.engine.transport import UNREADABLE, receive_reply, send_reply


@pytest.fixture
def pipe() -> Iterator[tuple[Connection, Connection]]:
    """Both ends of a pipe such as a worker has."""
    ours, theirs = multiprocessing.Pipe(duplex=True)
    yield ours, theirs
    ours.close()
    theirs.close()


def passed_on(pipe: tuple[Connection, Connection], reply: object) -> object:
    ours, theirs = pipe
    sender = threading.Thread(target=send_reply, args=(theirs, reply))
    sender.start()
    received = receive_reply(ours)
    sender.join()
    return received


@pytest.mark.parametrize(
    "values",
    [
        np.zeros((0, 4), np.uint16),
        np.arange(12, dtype=np.int16).reshape(3, 4),
        np.arange(12, dtype=">f4").reshape(3, 4).T,
        np.random.default_rng(1).integers(0, 2**16, (2000, 1500)).astype(np.uint16),
    ],
    ids=["empty", "small", "transposed", "larger than any pipe"],
)
def test_arrays_arrive_as_they_were_and_read_only(
    pipe: tuple[Connection, Connection], values: NDArray[np.generic]
) -> None:
    reply = passed_on(pipe, Piece(7, FramePixels(3, values)))
    assert isinstance(reply, Piece)
    assert isinstance(reply.value, FramePixels)
    assert (reply.job_id, reply.value.index) == (7, 3)
    np.testing.assert_array_equal(reply.value.values, values, strict=True)
    assert not reply.value.values.flags.writeable


def test_several_arrays_and_replies_keep_their_order(pipe: tuple[Connection, Connection]) -> None:
    arrays = [np.full(size, size, np.uint32) for size in (1, 300_000, 0, 5)]
    for number in range(3):
        reply = passed_on(pipe, Piece(number, tuple(arrays)))
        assert isinstance(reply, Piece)
        assert reply.job_id == number
        for sent, received in zip(arrays, reply.value, strict=True):
            np.testing.assert_array_equal(received, sent, strict=True)


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe there keeps messages whole")
def test_a_worker_that_ends_within_an_array_is_gone(pipe: tuple[Connection, Connection]) -> None:
    ours, theirs = pipe
    theirs.send_bytes(struct.pack("<IQ", 1, 1000) + b"payload")
    os.write(theirs.fileno(), b"x" * 999)
    theirs.close()
    with pytest.raises(EOFError):
        receive_reply(ours)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        struct.pack("<I", 2**32 - 1),
        struct.pack("<IQ", 1, 2**40),
        struct.pack("<IQQ", 2, 2**30, 2**30 + 1),
    ],
    ids=["nothing", "without sizes", "more than memory", "more in sum"],
)
def test_claims_of_a_hostile_worker_are_refused_before_memory_is_asked_for(
    pipe: tuple[Connection, Connection], head: bytes
) -> None:
    ours, theirs = pipe
    theirs.send_bytes(head)
    with pytest.raises(UNREADABLE):
        receive_reply(ours)
