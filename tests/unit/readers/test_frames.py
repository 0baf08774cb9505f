"""One frame at a time: in threads, reduced, and only from the file that was opened."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from pydicom.data import get_testdata_file
from pydicom.encaps import encapsulate

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.readers.dicom import read_series
from meddx_desktop.readers.frames import decode_frame

WriteDicom = Callable[..., Path]
SMOOTH = np.add.outer(np.arange(64), np.arange(96)).astype(np.uint16)


def test_frames_are_the_same_in_threads() -> None:
    series = read_series(Path(str(get_testdata_file("examples_ybr_color.dcm"))))
    alone = [decode_frame(series, index).values for index in range(len(series.frames))]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda index: decode_frame(series, index), range(len(alone))))
    assert [frame.index for frame in together] == list(range(len(alone)))
    for frame, values in zip(together, alone, strict=True):
        np.testing.assert_array_equal(frame.values, values)


def test_decoded_pixels_cannot_be_written_to() -> None:
    series = read_series(Path(str(get_testdata_file("CT_small.dcm"))))
    assert not decode_frame(series, 0).values.flags.writeable


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.80"])
def test_a_reduced_frame_is_smaller_and_alike(
    tmp_path: Path, write_dicom: WriteDicom, syntax: str
) -> None:
    encode = imagecodecs.htj2k_encode if syntax.endswith("201") else imagecodecs.jpegls_encode
    path = write_dicom(
        tmp_path / "a.dcm", SMOOTH, syntax=syntax, content=encapsulate([encode(SMOOTH)])
    )
    reduced = decode_frame(read_series(path), 0, reduce=2).values
    assert reduced.shape == (16, 24)
    assert np.abs(reduced.astype(int) - SMOOTH[::4, ::4]).max() <= 4


def test_a_file_that_has_changed_since_is_refused(tmp_path: Path, write_dicom: WriteDicom) -> None:
    path = write_dicom(tmp_path / "a.dcm", np.zeros((8, 8), np.uint16))
    series = read_series(path)
    write_dicom(path, np.zeros((9, 9), np.uint16))
    with pytest.raises(RefusedFileError, match="has changed since"):
        decode_frame(series, 0)
