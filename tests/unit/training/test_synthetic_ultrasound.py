"""Computed ultrasound: the same every time, valid for the app's reader, and marked as synthetic."""

from pathlib import Path

import numpy as np

from meddx_desktop.case.image_series import ImageSeries, SpacingOrigin
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.readers import open_path
from meddx_desktop.readers.frames import decode_frame
from training.synthetic_dicom import SyntheticExamination, write_ultrasound
from training.ultrasound_phantom import Gallbladder, Scan, scan_phantom

SCAN = Scan(rows=120, columns=150, millimeters_per_pixel=0.25, center_row=50, center_column=75)
SAC = Gallbladder(length_mm=20, width_mm=7, angle=30, irregularity=0.05)
EXAMINATION = SyntheticExamination("test", "SYNTHETIC test", "002M", "F", 0.25)


def test_lumen_is_dark_and_tissue_is_not() -> None:
    picture = scan_phantom(SCAN, SAC, 1)
    assert picture[47:53, 72:78].mean() < 40
    assert picture[10:30, 10:40].mean() > 80


def test_speckle_differs_with_the_seed_and_only_then() -> None:
    assert np.array_equal(scan_phantom(SCAN, SAC, 1), scan_phantom(SCAN, SAC, 1))
    assert not np.array_equal(scan_phantom(SCAN, SAC, 1), scan_phantom(SCAN, SAC, 2))


def test_file_reads_back_as_a_calibrated_ultrasound_of_an_infant(tmp_path: Path) -> None:
    path = tmp_path / "synthetic.dcm"
    picture = scan_phantom(SCAN, SAC, 1)
    write_ultrasound(path, picture, EXAMINATION)
    series = open_path(path, ignore_progress)
    assert isinstance(series, ImageSeries)
    assert series.source.warnings == ()
    assert series.modality == "US"
    assert series.patient.name == "Synthetic^Infant"
    assert series.patient.age_years is not None
    assert series.patient.age_years < 1
    assert series.pixel_spacing is not None
    assert series.pixel_spacing.origin is SpacingOrigin.ULTRASOUND_REGION
    assert round(series.pixel_spacing.row_mm, 6) == 0.25
    assert np.array_equal(decode_frame(series, 0).values, picture)


def test_same_examination_gives_the_same_bytes(tmp_path: Path) -> None:
    picture = scan_phantom(SCAN, SAC, 1)
    for name in ("one.dcm", "two.dcm"):
        write_ultrasound(tmp_path / name, picture, EXAMINATION)
    assert (tmp_path / "one.dcm").read_bytes() == (tmp_path / "two.dcm").read_bytes()
