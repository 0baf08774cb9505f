from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest
from PIL import Image

from meddx_desktop.analysis.export_images import export_images
from meddx_desktop.case.export import PictureFormat
from meddx_desktop.case.grayscale import Window
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.case.shutter import Shutter
from meddx_desktop.readers import open_path
from meddx_desktop.rendering.picture import Appearance
from meddx_desktop.rendering.view_transform import ViewTransform, rotate

WriteDicom = Callable[..., Path]
WINDOW = Window(100, 200)


@pytest.fixture
def series(write_dicom: WriteDicom, tmp_path: Path) -> ImageSeries:
    """Three frames; the value of a pixel is its column, plus ten for each frame."""
    frames = np.arange(3)[:, None, None] * 10
    pixels = np.broadcast_to(np.arange(60), (3, 40, 60)) + frames
    path = write_dicom(
        tmp_path / "cine.dcm",
        pixels.astype(np.uint16),
        NumberOfFrames=3,
        FrameTime=80,
        PatientName="Müller^Käthe",
        SpecificCharacterSet="ISO_IR 192",
        PatientID="P-7",
        StudyDate="20260102",
        PixelSpacing=[0.5, 0.5],
    )
    content = path.read_bytes()
    path.write_bytes(b"SECRET PREAMBLE".ljust(128, b"!") + content[128:])
    opened = open_path(path, ignore_progress)
    assert isinstance(opened, ImageSeries)
    return opened


def export(
    series: ImageSeries,
    file_format: PictureFormat,
    indices: tuple[int, ...] = (0, 1, 2),
    how: Appearance | None = None,
) -> list[tuple[str, bytes]]:
    look = how or Appearance(WINDOW)
    files = export_images(series, indices, file_format, look, ignore_progress)
    return [(file.name, file.content) for file in files]


def test_pictures_have_the_grays_of_the_window(series: ImageSeries) -> None:
    files = export(series, PictureFormat.PNG, (0, 2))
    assert [name for name, _ in files] == ["image-0001.png", "image-0003.png"]
    shown = imagecodecs.png_decode(files[1][1])
    # PS3.3 C.11.2.1.2.1: ((x - (c - 0.5)) / (w - 1) + 0.5) of 255.
    expected = np.rint(((np.arange(60) + 20 - 99.5) / 199 + 0.5) * 255)
    np.testing.assert_array_equal(shown[5], expected)


def test_turned_and_inverted_as_it_is_seen(series: ImageSeries) -> None:
    start = ViewTransform((100.0, 100.0), (60.0, 40.0), (0.0, 0.0), 1.0, 1.0)
    turned = Appearance(WINDOW, is_inverted=True, turn=rotate(start, clockwise=True).turn)
    plain = imagecodecs.png_decode(export(series, PictureFormat.PNG, (0,))[0][1])
    shown = imagecodecs.png_decode(export(series, PictureFormat.PNG, (0,), turned)[0][1])
    np.testing.assert_array_equal(shown, 255 - np.rot90(plain, -1))


def test_what_a_shutter_covers_is_covered_in_files(series: ImageSeries) -> None:
    shutter = Shutter(rectangle=((10, 5), (50, 30)), gray=1.0)
    frames = tuple(replace(frame, shutter=shutter) for frame in series.frames)
    covered = replace(series, frames=frames)
    plain = imagecodecs.png_decode(export(series, PictureFormat.PNG, (0,))[0][1])
    start = ViewTransform((100.0, 100.0), (60.0, 40.0), (0.0, 0.0), 1.0, 1.0)
    turned = Appearance(WINDOW, turn=rotate(start, clockwise=True).turn)
    shown = imagecodecs.png_decode(export(covered, PictureFormat.PNG, (0,), turned)[0][1])
    expected = np.full_like(plain, 255)
    expected[5:30, 10:50] = plain[5:30, 10:50]
    np.testing.assert_array_equal(shown, np.rot90(expected, -1))
    away = Appearance(WINDOW, is_covered=False)
    without = imagecodecs.png_decode(export(covered, PictureFormat.PNG, (0,), away)[0][1])
    np.testing.assert_array_equal(without, plain)


def test_tiff_is_read_by_others(series: ImageSeries) -> None:
    (_, content), *_ = export(series, PictureFormat.TIFF)
    with Image.open(BytesIO(content)) as picture:
        assert (picture.format, picture.mode, picture.size) == ("TIFF", "L", (60, 40))


def test_an_animation_keeps_the_rate_of_the_file(series: ImageSeries) -> None:
    ((name, content),) = export(series, PictureFormat.GIF)
    assert name == "images.gif"
    with Image.open(BytesIO(content)) as animation:
        assert (animation.n_frames, animation.info["duration"]) == (3, 80)


def test_secondary_captures_keep_the_patient_and_nothing_that_measures(
    series: ImageSeries,
) -> None:
    files = export(series, PictureFormat.SECONDARY_CAPTURE, (1, 2))
    first, second = (pydicom.dcmread(BytesIO(content)) for _, content in files)
    assert str(first.PatientName) == "Müller^Käthe"
    assert first.SOPClassUID == "1.2.840.10008.5.1.4.1.1.7"
    assert first.StudyInstanceUID == series.study_instance_uid
    assert first.SeriesInstanceUID == second.SeriesInstanceUID != series.series_instance_uid
    assert first.SOPInstanceUID != second.SOPInstanceUID
    assert first.SourceImageSequence[0].ReferencedFrameNumber == 2
    assert "PixelSpacing" not in first
    np.testing.assert_array_equal(
        first.pixel_array, imagecodecs.png_decode(export(series, PictureFormat.PNG, (1,))[0][1])
    )


@pytest.mark.parametrize("file_format", list(PictureFormat))
def test_nothing_of_the_preamble_leaves(series: ImageSeries, file_format: PictureFormat) -> None:
    for _, content in export(series, file_format):
        assert b"SECRET" not in content
        if file_format is PictureFormat.SECONDARY_CAPTURE:
            assert content[:132] == b"\0" * 128 + b"DICM"


def test_each_frame_goes_through_its_own_window_unless_one_is_chosen(
    write_dicom: WriteDicom, tmp_path: Path
) -> None:
    pixels = np.arange(200, dtype=np.uint16).reshape(10, 20)
    path = write_dicom(tmp_path / "a.dcm", pixels, WindowCenter=100, WindowWidth=200)
    opened = open_path(path, ignore_progress)
    assert isinstance(opened, ImageSeries)
    own = export(opened, PictureFormat.PNG, (0,), Appearance())
    assert own == export(opened, PictureFormat.PNG, (0,), Appearance(WINDOW))
