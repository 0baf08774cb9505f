"""Display shutters, as images and presentation states write them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset

from meddx_desktop.analysis.open_files import open_paths
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.case.shutter import Shutter
from meddx_desktop.readers.shutters import bitmap_group, read_shutter

EDGES = {
    "ShutterLeftVerticalEdge": 11,
    "ShutterRightVerticalEdge": 50,
    "ShutterUpperHorizontalEdge": 5,
    "ShutterLowerHorizontalEdge": 40,
}


def described(shape: Any, **attributes: Any) -> Dataset:
    dataset = Dataset()
    dataset.ShutterShape = shape
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    return dataset


def test_named_columns_and_rows_are_still_seen() -> None:
    shutter = read_shutter(described("RECTANGULAR", **EDGES, ShutterPresentationValue=0xFFFF))
    assert shutter == Shutter(rectangle=((10, 4), (50, 40)), gray=1.0)


def test_places_are_given_as_row_and_column() -> None:
    round_one = described("CIRCULAR", CenterOfCircularShutter=[30, 20], RadiusOfCircularShutter=7)
    assert read_shutter(round_one) == Shutter(circle=((19.5, 29.5), 7))
    polygon = described("POLYGONAL", VerticesOfThePolygonalShutter=[1, 2, 1, 9, 8, 2])
    assert read_shutter(polygon) == Shutter(polygon=((1.5, 0.5), (8.5, 0.5), (1.5, 7.5)))


def test_shapes_are_combined() -> None:
    both = described(
        ["RECTANGULAR", "CIRCULAR"],
        **EDGES,
        CenterOfCircularShutter=[30, 20],
        RadiusOfCircularShutter=7,
    )
    assert read_shutter(both) == Shutter(((10, 4), (50, 40)), ((19.5, 29.5), 7))


@pytest.mark.parametrize(
    "dataset",
    [
        Dataset(),
        described("RECTANGULAR"),
        described("RECTANGULAR", **(EDGES | {"ShutterRightVerticalEdge": 3})),
        described("CIRCULAR", CenterOfCircularShutter=[30, 20], RadiusOfCircularShutter=0),
        described("POLYGONAL", VerticesOfThePolygonalShutter=[1, 2, 1, 9]),
        described("RECTANGULAR", **EDGES | {"ShutterLeftVerticalEdge": 1}
                  | {"ShutterUpperHorizontalEdge": 1}, Rows=40, Columns=50),
    ],
)  # fmt: skip
def test_what_covers_nothing_or_makes_no_sense_is_no_shutter(dataset: Dataset) -> None:
    assert read_shutter(dataset) is None
    assert bitmap_group(dataset) is None


def test_a_bitmap_names_its_plane() -> None:
    assert bitmap_group(described("BITMAP", ShutterOverlayGroup=0x6000)) == 0x6000
    assert bitmap_group(described("BITMAP")) == 0


def test_every_reader_of_headers_knows_shutters(tmp_path: Path, write_dicom: Any) -> None:
    covered = {"ShutterShape": "RECTANGULAR", **EDGES}
    pixels = np.zeros((64, 64), np.uint16)
    write_dicom(tmp_path / "one.dcm", pixels, **covered)
    write_dicom(tmp_path / "film.dcm", np.stack([pixels] * 3), NumberOfFrames=3,
                SeriesInstanceUID="1.2.77", **covered)  # fmt: skip
    series = list(open_paths((tmp_path,), ignore_progress))
    frames = [frame for one in series if isinstance(one, ImageSeries) for frame in one.frames]
    assert len(frames) == 4
    assert {frame.shutter for frame in frames} == {Shutter(((10, 4), (50, 40)))}
