"""Files become series: grouped, in order, with warnings about gaps and tilt."""

from collections.abc import Callable
from math import cos, radians, sin
from pathlib import Path

import numpy as np
import pydicom.data
import pytest

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.image_series import Frame, ImageSeries
from meddx_desktop.readers.dicom import read_series
from meddx_desktop.readers.dicom_header import read_slice
from meddx_desktop.readers.dicom_series import ScannedFile, build_series, marks_of, scan_file
from meddx_desktop.readers.dicom_stack import Stack, describe_stack

WriteDicom = Callable[..., Path]
AXIAL = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))


def stack_at(places: list[float], orientation: object = AXIAL, slope: float = 0.0) -> Stack:
    frames = [
        Frame(Path("x"), position=(0.0, slope * place, place), orientation=orientation)  # type: ignore[arg-type]
        for place in places
    ]
    found = describe_stack(frames)
    assert found is not None
    return found


def test_slices_are_ordered_along_the_normal() -> None:
    stack = stack_at([10.0, 0.0, 5.0])
    assert stack.order == (1, 2, 0)
    assert stack.spacing_mm == 5.0
    assert stack.warnings == ()


def test_sagittal_slices_are_ordered_along_their_own_normal() -> None:
    sagittal = ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0))
    frames = [Frame(Path("x"), position=(x, 0.0, 0.0), orientation=sagittal) for x in (1.0, 9.0)]
    found = describe_stack(frames)
    assert found is not None
    assert found.order == (1, 0)


def test_a_left_out_slice_is_reported() -> None:
    stack = stack_at([0, 5, 10, 20, 25])
    assert stack.warnings[0] == "about 1 slice is missing: a gap of 10.0 mm"
    assert stack.spacing_mm is None


def test_uneven_spacing_is_reported_with_its_range() -> None:
    stack = stack_at([0, 5, 10.2, 15, 20])
    assert stack.warnings == ("uneven slice spacing: 4.80 to 5.20 mm",)
    assert stack.spacing_mm is None


def test_slices_at_one_place_are_reported() -> None:
    assert "same position" in stack_at([0, 5, 5, 10]).warnings[0]


def test_a_tilted_gantry_is_reported() -> None:
    tilt = radians(18.5)
    tilted = ((1.0, 0.0, 0.0), (0.0, cos(tilt), -sin(tilt)))
    assert any("18.5 degrees" in warning for warning in stack_at([0, 5, 10], tilted).warnings)


def test_without_positions_the_instance_number_counts(
    tmp_path: Path, write_dicom: WriteDicom
) -> None:
    paths = [write_dicom(tmp_path / f"{n}.dcm", InstanceNumber=3 - n) for n in range(3)]
    series = one_series(paths)
    assert [frame.instance_number for frame in series.frames] == [1, 2, 3]


def test_a_missing_position_is_reported(tmp_path: Path, write_dicom: WriteDicom) -> None:
    placed = {"ImagePositionPatient": [0, 0, 1], "ImageOrientationPatient": [1, 0, 0, 0, 1, 0]}
    paths = [
        write_dicom(tmp_path / "a.dcm", InstanceNumber=2, **placed),
        write_dicom(
            tmp_path / "b.dcm", InstanceNumber=1, ImageOrientationPatient=[1, 0, 0, 0, 1, 0]
        ),
    ]
    series = one_series(paths)
    assert [frame.path.name for frame in series.frames] == ["b.dcm", "a.dcm"]
    assert "ordered by instance number" in series.source.warnings[0]


def one_series(paths: list[Path]) -> ImageSeries:
    files = scan_alike(paths)
    return build_series(files, paths[0].parent)


def scan_alike(paths: list[Path]) -> list[ScannedFile]:
    files = [scan_file(path) for path in paths]
    assert len({one.key for one in files}) == 1
    return files


ALIKE: dict[str, object] = {
    "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
    "PatientID": "P-1",
    "PatientAge": "102Y",
    "PixelSpacing": [0.7, 0.7],
    "ViewPosition": "PA",
    "ImageLaterality": "R",
}


@pytest.mark.parametrize(
    "changes",
    [
        {"SeriesInstanceUID": "9.9"},
        {"ImageOrientationPatient": [0, 1, 0, 0, 0, -1]},
        {"PhotometricInterpretation": "MONOCHROME1"},
        {"Modality": "PT"},
        {"BitsStored": 12, "HighBit": 11},
        {"PatientID": "P-2"},
        {"PatientID": None},
        {"PatientID": None, "PatientName": "Other^Person"},
        {"PixelSpacing": [0.4, 0.4]},
        {"PixelSpacing": None, "ImagerPixelSpacing": [0.5, 0.5]},
        {"PixelSpacing": None, "PixelAspectRatio": [2, 1]},
        {"PatientAge": None},
        {"PatientAge": None, "PatientBirthDate": "20000101", "StudyDate": "20100101"},
        {"ViewPosition": "LL"},
        {"ImageLaterality": "L"},
    ],
)
@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2"])
def test_what_differs_is_another_series(
    tmp_path: Path, write_dicom: WriteDicom, changes: dict[str, object], syntax: str
) -> None:
    paths = [
        write_dicom(tmp_path / "a.dcm", syntax=syntax, **ALIKE),
        write_dicom(tmp_path / "b.dcm", syntax=syntax, **(ALIKE | changes)),
    ]
    assert len({scan_file(path).key for path in paths}) == 2


def test_slices_read_in_either_way_are_one_series(tmp_path: Path, write_dicom: WriteDicom) -> None:
    explicit = write_dicom(tmp_path / "a.dcm", syntax="1.2.840.10008.1.2.1", **ALIKE)
    implicit = write_dicom(tmp_path / "b.dcm", syntax="1.2.840.10008.1.2", **ALIKE)
    assert read_slice(explicit) is not None
    assert read_slice(implicit) is None
    assert len(one_series([explicit, implicit]).frames) == 2


def test_a_patient_id_in_another_script_is_left_to_the_complete_reader(
    tmp_path: Path, write_dicom: WriteDicom
) -> None:
    path = write_dicom(tmp_path / "a.dcm", SpecificCharacterSet="ISO_IR 192", PatientID="Nº7")
    assert read_slice(path) is None
    series = scan_file(path).series
    assert series is not None
    assert series.patient.patient_id == "Nº7"


def test_the_scan_and_the_complete_reader_agree() -> None:
    folder = Path(pydicom.data.__file__).parent / "test_files"
    quick_count = 0
    for path in sorted(folder.rglob("*")):
        quick = read_slice(path) if path.is_file() else None
        if quick is None:
            continue
        quick_count += 1
        series = read_series(path)
        assert quick.frame == series.frames[0]
        assert quick.layout.rows == series.rows
        assert quick.modality == series.modality
        assert quick.marks == marks_of(series)
        assert quick.transfer_syntax_uid == series.transfer_syntax_uid
    assert quick_count > 10


def test_the_scan_refuses_what_the_complete_reader_refuses(
    tmp_path: Path, write_dicom: WriteDicom
) -> None:
    path = write_dicom(tmp_path / "short.dcm", np.zeros((32, 32), np.uint16))
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(RefusedFileError, match="ends too early"):
        scan_file(path)


@pytest.mark.real_data
def test_the_head_ct_is_one_tilted_series_of_uneven_spacing(shared_data: Path) -> None:
    folder = shared_data / "images" / "dicom-samples" / "ct-head-series"
    series = one_series(sorted(folder.glob("*.dcm")))
    assert len(series.frames) == 28
    joined = " ".join(series.source.warnings)
    assert "tilted by 18.5 degrees" in joined
    assert "uneven slice spacing" in joined
    assert "missing" not in joined
