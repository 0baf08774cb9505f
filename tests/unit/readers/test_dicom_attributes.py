from pathlib import Path

import pytest
from pydicom.data import get_testdata_file

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.readers.dicom_attributes import list_attributes


def pydicom_file(name: str) -> Path:
    found = get_testdata_file(name, download=False)
    assert found is not None
    return Path(found)


def test_sequences_are_unfolded_with_their_depth() -> None:
    lines = list_attributes(pydicom_file("reportsi.dcm"))
    place = next(
        number for number, line in enumerate(lines) if line.name == "Concept Name Code Sequence"
    )
    assert (lines[place].depth, lines[place].value) == (0, "1 item")
    assert (lines[place + 1].depth, lines[place + 1].name) == (1, "Item 1")
    assert lines[place + 2].depth == 2


def test_private_attributes_name_their_creator() -> None:
    lines = list_attributes(pydicom_file("CT_small.dcm"))
    assert any(line.name == "Private attribute (GEMS_IDEN_01)" for line in lines)


def test_compressed_pixels_are_named_as_such() -> None:
    lines = list_attributes(pydicom_file("JPEG2000.dcm"))
    assert lines[-1].value == "compressed frames"


def test_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "note.dcm"
    path.write_text("A note of which no part is DICOM.")
    with pytest.raises(RefusedFileError):
        list_attributes(path)
