"""What a DICOM header says about patient, place, time and gray, or does not say."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.grayscale import VoiFunction, Window
from meddx_desktop.case.image_series import SpacingOrigin
from meddx_desktop.inference.gates import facts_of
from meddx_desktop.readers.dicom import identify_file, read_series
from meddx_desktop.readers.dicom_grayscale import make_windows
from meddx_desktop.readers.frames import decode_frame

WriteDicom = Callable[..., Path]


def sample(name: str) -> Path:
    return Path(str(get_testdata_file(name)))


def item(**attributes: object) -> Dataset:
    dataset = Dataset()
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    return dataset


@pytest.mark.parametrize(
    ("attributes", "age"),
    [
        ({"PatientAge": "045Y"}, 45),
        ({"PatientAge": "006M"}, 0.5),
        ({"PatientAge": "002W"}, 14 / 365.25),
        ({"PatientBirthDate": "20000101", "StudyDate": "20100101"}, 10),
        ({"PatientBirthDate": "20000101", "StudyDate": "19990101"}, None),
        ({"PatientBirthDate": "2000", "StudyDate": "20100101"}, None),
        ({}, None),
    ],
)
def test_the_age_comes_from_the_age_or_the_dates(
    tmp_path: Path, write_dicom: WriteDicom, attributes: dict[str, str], age: float | None
) -> None:
    patient = read_series(write_dicom(tmp_path / "a.dcm", **attributes)).patient
    if age is None:
        assert patient.age_years is None
    else:
        assert patient.age_years == pytest.approx(age, abs=0.01)


def test_spacing_names_its_origin(tmp_path: Path, write_dicom: WriteDicom) -> None:
    in_patient = read_series(write_dicom(tmp_path / "a.dcm", PixelSpacing=[0.5, 0.25]))
    at_detector = read_series(write_dicom(tmp_path / "b.dcm", ImagerPixelSpacing=[0.2, 0.2]))
    assert in_patient.pixel_spacing is not None
    assert in_patient.pixel_spacing.row_mm == 0.5
    assert in_patient.pixel_spacing.column_mm == 0.25
    assert in_patient.pixel_spacing.origin is SpacingOrigin.PIXEL_SPACING
    assert at_detector.pixel_spacing is not None
    assert at_detector.pixel_spacing.origin is SpacingOrigin.IMAGER_PIXEL_SPACING


@pytest.mark.parametrize("spacing", [None, [0.0, 0.0], [-1.0, 1.0]])
def test_spacing_is_never_assumed(
    tmp_path: Path, write_dicom: WriteDicom, spacing: list[float] | None
) -> None:
    assert read_series(write_dicom(tmp_path / "a.dcm", PixelSpacing=spacing)).pixel_spacing is None


def region(right: int = 99, units: int = 3) -> Dataset:
    return item(
        RegionLocationMinX0=0,
        RegionLocationMinY0=0,
        RegionLocationMaxX1=right,
        RegionLocationMaxY1=79,
        PhysicalUnitsXDirection=units,
        PhysicalUnitsYDirection=units,
        PhysicalDeltaX=0.02,
        PhysicalDeltaY=0.03,
    )


def test_ultrasound_is_measured_in_its_region(tmp_path: Path, write_dicom: WriteDicom) -> None:
    pixels = np.zeros((80, 100), np.uint8)
    path = write_dicom(tmp_path / "a.dcm", pixels, SequenceOfUltrasoundRegions=[region()])
    spacing = read_series(path).pixel_spacing
    assert spacing is not None
    assert (spacing.row_mm, spacing.column_mm) == pytest.approx((0.3, 0.2))
    assert spacing.origin is SpacingOrigin.ULTRASOUND_REGION


@pytest.mark.parametrize("regions", [[region(units=4)], [region(right=500)], [region(), region()]])
def test_an_unusable_ultrasound_region_gives_no_spacing(
    tmp_path: Path, write_dicom: WriteDicom, regions: list[Dataset]
) -> None:
    pixels = np.zeros((80, 100), np.uint8)
    path = write_dicom(tmp_path / "a.dcm", pixels, SequenceOfUltrasoundRegions=regions)
    assert read_series(path).pixel_spacing is None


def test_hounsfield_units_are_understood_for_ct_only(
    tmp_path: Path, write_dicom: WriteDicom
) -> None:
    ct = read_series(write_dicom(tmp_path / "a.dcm", RescaleIntercept=-1024, RescaleSlope=1))
    other = write_dicom(
        tmp_path / "b.dcm",
        RescaleIntercept=0,
        RescaleSlope=1,
        SOPClassUID="1.2.840.10008.5.1.4.1.1.4",
    )
    assert ct.frames[0].grayscale.rescale_type == "HU"
    assert read_series(other).frames[0].grayscale.rescale_type is None


def test_windows_keep_function_and_explanation(tmp_path: Path, write_dicom: WriteDicom) -> None:
    path = write_dicom(
        tmp_path / "a.dcm",
        WindowCenter=[40, 600],
        WindowWidth=[80, 2800],
        WindowCenterWidthExplanation=["BRAIN", "BONE"],
        VOILUTFunction="SIGMOID",
    )
    assert read_series(path).frames[0].grayscale.windows == (
        Window(40, 80, VoiFunction.SIGMOID, "BRAIN"),
        Window(600, 2800, VoiFunction.SIGMOID, "BONE"),
    )


def test_windows_without_extent_are_left_out() -> None:
    windows = make_windows([1.0, 2.0, 3.0], [0.0, 0.5, 10.0], None, [])
    assert [(window.center, window.function) for window in windows] == [
        (2.0, VoiFunction.LINEAR_EXACT),
        (3.0, VoiFunction.LINEAR),
    ]


@pytest.mark.parametrize(
    "attributes",
    [{"PhotometricInterpretation": "MONOCHROME1"}, {"PresentationLUTShape": "INVERSE"}],
)
def test_inverted_images_are_known(
    tmp_path: Path, write_dicom: WriteDicom, attributes: dict[str, str]
) -> None:
    series = read_series(write_dicom(tmp_path / "a.dcm", **attributes))
    assert series.frames[0].grayscale.is_inverted


def test_a_modality_lookup_table_is_read(tmp_path: Path, write_dicom: WriteDicom) -> None:
    table = item(
        LUTDescriptor=[3, 10, 16],
        ModalityLUTType="US",
        LUTData=np.array([100, 200, 300], np.uint16).tobytes(),
    )
    path = write_dicom(tmp_path / "a.dcm", ModalityLUTSequence=[table])
    grayscale = read_series(path).frames[0].grayscale
    assert grayscale.modality_lut is not None
    assert grayscale.modality_lut.first_value_mapped == 10
    assert grayscale.modality_lut.entries.tolist() == [100, 200, 300]
    assert grayscale.rescale_type == "US"


def test_enhanced_frames_have_their_own_place_and_gray(
    tmp_path: Path, write_dicom: WriteDicom
) -> None:
    own = [
        item(
            PlanePositionSequence=[item(ImagePositionPatient=[0, 0, 5 * index])],
            FrameVOILUTSequence=[item(WindowCenter=40 + index, WindowWidth=80)],
            FrameDisplayShutterSequence=[
                item(
                    ShutterShape="CIRCULAR",
                    CenterOfCircularShutter=[2, 2],
                    RadiusOfCircularShutter=1 + index,
                )
            ],
        )
        for index in range(2)
    ]
    shared = item(
        PlaneOrientationSequence=[item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])],
        PixelMeasuresSequence=[item(PixelSpacing=[0.4, 0.4])],
        PixelValueTransformationSequence=[
            item(RescaleIntercept=-1000, RescaleSlope=2, RescaleType="HU")
        ],
    )
    series = read_series(
        write_dicom(
            tmp_path / "a.dcm",
            np.zeros((2, 4, 4), np.uint16),
            NumberOfFrames=2,
            SharedFunctionalGroupsSequence=[shared],
            PerFrameFunctionalGroupsSequence=own,
        )
    )
    assert [frame.position for frame in series.frames] == [(0, 0, 0), (0, 0, 5)]
    assert [frame.grayscale.windows[0].center for frame in series.frames] == [40, 41]
    shutters = [frame.shutter for frame in series.frames]
    assert [one and one.circle for one in shutters] == [((1.5, 1.5), 1), ((1.5, 1.5), 2)]
    assert series.frames[1].grayscale.rescale_intercept == -1000
    assert series.frames[1].orientation == ((1, 0, 0), (0, 1, 0))
    assert series.slice_spacing_mm == 5
    assert series.pixel_spacing is not None


def places(heights: list[float]) -> dict[str, object]:
    plane = [item(ImagePositionPatient=[0, 0, height]) for height in heights]
    return {
        "NumberOfFrames": len(heights),
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "PerFrameFunctionalGroupsSequence": [item(PlanePositionSequence=[one]) for one in plane],
    }


def test_frames_of_one_file_are_put_in_order_with_their_pixels(
    tmp_path: Path, write_dicom: WriteDicom
) -> None:
    heights = [0.0, 20, 5, 10, 40]
    pixels = np.multiply.outer(np.asarray(heights, np.uint16), np.ones((4, 4), np.uint16))
    series = read_series(write_dicom(tmp_path / "a.dcm", pixels, **places(heights)))
    shown = [decode_frame(series, index).values[0, 0] for index in range(5)]
    assert shown == sorted(heights)
    assert [frame.position for frame in series.frames] == [(0, 0, one) for one in sorted(heights)]
    assert series.slice_spacing_mm is None
    assert "uneven slice spacing: 5.00 to 20.00 mm" in series.source.warnings


def test_frames_at_shared_places_stay_in_the_order_of_the_file(
    tmp_path: Path, write_dicom: WriteDicom
) -> None:
    pixels = np.zeros((4, 4, 4), np.uint16)
    series = read_series(write_dicom(tmp_path / "a.dcm", pixels, **places([5, 0, 5, 0])))
    assert [frame.frame_index for frame in series.frames] == [0, 1, 2, 3]


def test_an_aspect_ratio_stands_with_its_height_first(
    tmp_path: Path, write_dicom: WriteDicom
) -> None:
    stretched = write_dicom(tmp_path / "a.dcm", PixelAspectRatio=[2, 1])
    invalid = write_dicom(tmp_path / "b.dcm", PixelAspectRatio=[0, 1])
    assert read_series(stretched).pixel_aspect_ratio == (2, 1)
    assert read_series(invalid).pixel_aspect_ratio is None


def test_a_missing_modality_stays_unknown(tmp_path: Path, write_dicom: WriteDicom) -> None:
    silent = write_dicom(tmp_path / "a.dcm", Modality="")
    other = write_dicom(tmp_path / "b.dcm", Modality="OT")
    assert read_series(silent).modality == ""
    assert facts_of(read_series(silent)).modality is None
    assert read_series(other).modality == "OT"


def test_frame_times_come_from_time_vector_or_rate(tmp_path: Path, write_dicom: WriteDicom) -> None:
    frames = np.zeros((3, 4, 4), np.uint8)
    common = {"NumberOfFrames": 3}
    by_time = write_dicom(tmp_path / "a.dcm", frames, FrameTime=40, **common)
    by_vector = write_dicom(tmp_path / "b.dcm", frames, FrameTimeVector=[0, 20, 30], **common)
    by_rate = write_dicom(tmp_path / "c.dcm", frames, CineRate=25, **common)
    unknown = write_dicom(tmp_path / "d.dcm", frames, **common)
    assert read_series(by_time).frame_times_ms == (40, 40, 40)
    assert read_series(by_vector).frame_times_ms == (20, 30, 30)
    assert read_series(by_rate).frame_times_ms == (40, 40, 40)
    assert read_series(unknown).frame_times_ms == ()


def test_names_are_unicode(tmp_path: Path, write_dicom: WriteDicom) -> None:
    path = write_dicom(
        tmp_path / "a.dcm", SpecificCharacterSet="ISO_IR 192", PatientName="Wáng^小东=王=Q"
    )
    assert read_series(path).patient.name == "Wáng^小东=王=Q"
    path.write_bytes(path.read_bytes().replace(b"=Q", b"= "))
    assert read_series(path).patient.name == "Wáng^小东=王="


def test_an_object_without_image_is_refused_but_identified() -> None:
    path = sample("test-SR.dcm")
    with pytest.raises(RefusedFileError, match="holds no image") as caught:
        read_series(path)
    assert caught.value.code == "no_pixel_data"
    assert identify_file(path).modality == "SR"


def test_unreadable_values_count_as_absent(tmp_path: Path, write_dicom: WriteDicom) -> None:
    path = write_dicom(tmp_path / "a.dcm", WindowCenter=40, WindowWidth=12345, SeriesNumber=6789)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"12345", b"12x45").replace(b"6789", b"6q89"))
    series = read_series(path)
    assert series.frames[0].grayscale.windows == ()
    assert series.series_number is None


@pytest.mark.parametrize(
    ("image_type", "is_derived"),
    [
        (["DERIVED", "SECONDARY", "MPR"], True),
        (["ORIGINAL", "PRIMARY", "DERIVED"], False),
        (["ORIGINAL", "PRIMARY"], False),
    ],
)
def test_an_image_computed_from_others_is_known_as_derived(
    write_dicom: WriteDicom, tmp_path: Path, image_type: list[str], is_derived: bool
) -> None:
    path = write_dicom(tmp_path / "a.dcm", ImageType=image_type, BurnedInAnnotation="YES")
    series = read_series(path)
    assert series.is_derived == is_derived
    assert series.has_burned_in_annotation is True
