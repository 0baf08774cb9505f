"""Fixtures shared by all tests."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, generate_uid

REPOSITORY = Path(__file__).resolve().parent.parent


def _real_data() -> Path:
    named = os.environ.get("MEDDX_SHARED_DATA")
    return Path(named) if named else REPOSITORY.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with the real data sets; absent, the test is skipped, or fails in CI."""
    folder = _real_data()
    if not folder.is_dir():
        reason = f"the real data sets are not at {folder} (MEDDX_SHARED_DATA)"
        if os.environ.get("MEDDX_REQUIRE_REAL_DATA") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has its own MedDx home, so that no test sees a person's models or keys."""
    home = tmp_path / "meddx-home"
    monkeypatch.setenv("MEDDX_HOME", str(home))
    return home


WriteDicom = Callable[..., Path]


def _slice_defaults(pixels: NDArray[Any]) -> dict[str, Any]:
    bits = pixels.dtype.itemsize * 8
    return {
        "SOPClassUID": "1.2.840.10008.5.1.4.1.1.2",
        "SOPInstanceUID": generate_uid(),
        "Modality": "CT",
        "SeriesInstanceUID": "1.2.3.4",
        "StudyInstanceUID": "1.2.3",
        "PatientName": "Phantom^Test",
        "InstanceNumber": 1,
        "Rows": pixels.shape[-2],
        "Columns": pixels.shape[-1],
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "BitsAllocated": bits,
        "BitsStored": bits,
        "HighBit": bits - 1,
        "PixelRepresentation": int(pixels.dtype.kind == "i"),
    }


@pytest.fixture
def write_dicom() -> WriteDicom:
    """A function that writes a DICOM file: path, pixels (array or bytes), attributes.

    Bytes are the value of Pixel Data as they are; `syntax` names the transfer syntax, None leaves
    an attribute out.
    """

    def write(
        path: Path,
        pixels: NDArray[Any] | None = None,
        *,
        syntax: str = ExplicitVRLittleEndian,
        content: bytes | None = None,
        **attributes: Any,
    ) -> Path:
        used = np.zeros((4, 6), np.uint16) if pixels is None else pixels
        dataset = Dataset()
        for keyword, value in (_slice_defaults(used) | attributes).items():
            if value is not None:
                setattr(dataset, keyword, value)
        dataset.add_new("PixelData", "OW" if used.itemsize > 1 else "OB", content or used.tobytes())
        dataset["PixelData"].is_undefined_length = content is not None
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = UID(syntax)
        dataset.save_as(path, enforce_file_format=True)
        return path

    return write
