"""A head made of ellipsoids, as CT series in three directions: pictures of volumes need a volume.

Nothing of it comes from a person.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

SIDE, PIXEL_MM = 256, 0.9
ROOT = "1.2.826.0.1.3680043.10.1717.7"
DIRECTIONS = {
    # name: rows lead to, columns lead to, slices, gap in mm
    "Axial": ((1, 0, 0), (0, 1, 0), 80, 2.0),
    "Coronal": ((1, 0, 0), (0, 0, -1), 40, 5.0),
    "Sagittal": ((0, 1, 0), (0, 0, -1), 36, 5.0),
}
# Center, half axes in mm, value in HU; later ones lie over earlier ones.
ELLIPSOIDS = (
    ((0, 0, 0), (76, 96, 84), 30),
    ((0, 0, 0), (71, 91, 79), 900),
    ((0, 0, 0), (65, 85, 73), 34),
    ((0, 4, -2), (58, 74, 62), 27),
    ((-11, -14, 8), (7, 24, 13), 6),
    ((11, -14, 8), (7, 24, 13), 6),
    ((0, 20, -12), (4, 8, 10), 6),
    ((-31, -8, 14), (13, 18, 11), 68),
    ((0, -100, -10), (16, 14, 30), 30),
    ((-31, -74, -34), (14, 14, 14), 8),
    ((31, -74, -34), (14, 14, 14), 8),
)
# Ends, radius in mm, value in HU: vessels with contrast, and calcified specks.
TUBES = (
    ((14, 2, -60), (6, -6, -20), 4.0, 320),
    ((6, -6, -20), (44, -30, 12), 3.0, 320),
    ((-14, 2, -60), (-6, -6, -20), 4.0, 320),
    ((-6, -6, -20), (-44, -30, 12), 3.0, 320),
    ((0, -10, -18), (2, -60, 26), 2.6, 320),
    ((0, 40, -40), (0, 78, 10), 3.6, 260),
    ((-20, 24, 0), (-20, 26, 2), 2.5, 420),
)


def head(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return HU at places of shape (..., 3) in mm, without noise."""
    values = np.full(points.shape[:-1], -1000.0)
    for center, half_axes, value in ELLIPSOIDS:
        size = np.linalg.norm((points - center) / half_axes, axis=-1)
        share = np.clip((1 - size) * min(half_axes) / 1.5 + 0.5, 0, 1)
        values += share * (value - values)
    for start, end, radius, value in TUBES:
        way = np.subtract(end, start)
        along = np.clip((points - start) @ way / (way @ way), 0, 1)[..., None]
        beside = np.linalg.norm(points - (start + along * way), axis=-1)
        values += np.clip((radius - beside) / 1.2 + 0.5, 0, 1) * (value - values)
    return values


def write_head(folder: Path) -> None:
    """Write the three series as files of one study."""
    noise = np.random.default_rng(7)
    for number, name in enumerate(DIRECTIONS, 1):
        row, column, count, gap = DIRECTIONS[name]
        row, column = np.array(row), np.array(column)
        steps = (np.arange(SIDE) - (SIDE - 1) / 2) * PIXEL_MM
        flat = steps[None, :, None] * row + steps[:, None, None] * column
        for place in range(count):
            middle = (place - (count - 1) / 2) * gap * np.cross(row, column)
            values = head(flat + middle) + noise.normal(0, 5, (SIDE, SIDE))
            dataset = _described(name, number, place, flat[0, 0] + middle)
            dataset.ImageOrientationPatient = [*row.tolist(), *column.tolist()]
            dataset.SliceThickness = gap
            dataset.PixelData = np.rint(values).astype("<i2").tobytes()
            path = folder / f"{name}-{place:03}.dcm"
            dataset.save_as(path, enforce_file_format=True)


def _described(name: str, number: int, place: int, origin: NDArray[np.float64]) -> Dataset:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = CTImageStorage
    dataset.SOPInstanceUID = f"{ROOT}.{number}.{place + 1}"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"{ROOT}.9", f"{ROOT}.9.{number}"
    dataset.FrameOfReferenceUID = f"{ROOT}.8"
    dataset.PatientName, dataset.PatientID = "Synthetic^Head", "SYNTHETIC-3"
    dataset.PatientAge, dataset.PatientSex = "061Y", "O"
    dataset.StudyDate, dataset.StudyDescription = "20260301", "Head, synthetic"
    dataset.Modality, dataset.BodyPartExamined = "CT", "HEAD"
    dataset.SeriesNumber, dataset.SeriesDescription = number, name
    dataset.InstanceNumber = place + 1
    dataset.ImagePositionPatient = [round(float(one), 4) for one in origin]
    dataset.PixelSpacing = [PIXEL_MM, PIXEL_MM]
    dataset.Rows = dataset.Columns = SIDE
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit, dataset.PixelRepresentation = 15, 1
    dataset.RescaleSlope, dataset.RescaleIntercept, dataset.RescaleType = 1, 0, "HU"
    dataset.WindowCenter, dataset.WindowWidth = 40, 120
    return dataset
