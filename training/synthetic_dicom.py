"""Write a computed picture as a DICOM file that says everywhere that it is synthetic."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import (
    UID,
    ComputedRadiographyImageStorage,
    ExplicitVRLittleEndian,
    UltrasoundImageStorage,
    generate_uid,
)

# PS3.3 C.8.5.5.1: two-dimensional tissue, centimeters per pixel in both directions.
TISSUE_2D, CENTIMETERS = 1, 3
MAKER = "MedDx synthetic sample"


@dataclass(frozen=True, slots=True)
class SyntheticExamination:
    """What the header says; UIDs follow from `name`, so that equal input gives equal files."""

    name: str
    description: str
    age: str
    sex: str
    millimeters_per_pixel: float
    body_part: str = "GALLBLADDER"
    patient_name: str = "Synthetic^Infant"


def write_ultrasound(
    path: Path, pixels: NDArray[np.uint8], examination: SyntheticExamination
) -> None:
    """Write gray pixels of shape (rows, columns) as one US Image Storage instance."""
    file = _new_file(path, UltrasoundImageStorage, "US", examination)
    _add_pixels(file, pixels)
    file.SequenceOfUltrasoundRegions = [_region(pixels.shape, examination)]
    file.save_as(path, enforce_file_format=True)


def write_radiograph(
    path: Path, pixels: NDArray[np.uint8], examination: SyntheticExamination, view_position: str
) -> None:
    """Write gray pixels of shape (rows, columns) as one CR Image Storage instance."""
    file = _new_file(path, ComputedRadiographyImageStorage, "CR", examination)
    _add_pixels(file, pixels)
    file.ViewPosition = view_position
    file.ImagerPixelSpacing = [examination.millimeters_per_pixel] * 2
    file.save_as(path, enforce_file_format=True)


def _new_file(
    path: Path, sop_class_uid: UID, modality: str, examination: SyntheticExamination
) -> FileDataset:
    instance_uid = generate_uid(entropy_srcs=[examination.name, "instance"])
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = sop_class_uid
    meta.MediaStorageSOPInstanceUID = instance_uid
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    file = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    file.SOPClassUID = sop_class_uid
    file.SOPInstanceUID = instance_uid
    file.StudyInstanceUID = generate_uid(entropy_srcs=[examination.name, "study"])
    file.SeriesInstanceUID = generate_uid(entropy_srcs=[examination.name, "series"])
    file.Modality = modality
    _describe(file, examination)
    return file


def _describe(file: Dataset, examination: SyntheticExamination) -> None:
    file.SpecificCharacterSet = "ISO_IR 192"
    file.ImageType = ["DERIVED", "SECONDARY", "", "0001"]
    file.Manufacturer = MAKER
    file.ManufacturerModelName = "Computed phantom, no patient"
    file.PatientName = examination.patient_name
    file.PatientID = "SYNTHETIC"
    file.PatientBirthDate = ""
    file.PatientSex = examination.sex
    file.PatientAge = examination.age
    file.StudyDate, file.StudyTime = "20260101", "120000"
    file.StudyID = "SYNTHETIC"
    file.AccessionNumber = ""
    file.ReferringPhysicianName = ""
    file.StudyDescription = "SYNTHETIC, not a patient"
    file.SeriesDescription = examination.description
    file.SeriesNumber = 1
    file.InstanceNumber = 1
    file.PatientOrientation = ""
    file.BodyPartExamined = examination.body_part
    file.BurnedInAnnotation = "NO"
    file.LossyImageCompression = "00"


def _add_pixels(file: Dataset, pixels: NDArray[np.uint8]) -> None:
    file.SamplesPerPixel = 1
    file.PhotometricInterpretation = "MONOCHROME2"
    file.Rows, file.Columns = pixels.shape
    file.BitsAllocated = file.BitsStored = 8
    file.HighBit = 7
    file.PixelRepresentation = 0
    content = pixels.tobytes()
    file.PixelData = content + b"\0" * (len(content) % 2)
    file["PixelData"].VR = "OB"


def _region(shape: tuple[int, ...], examination: SyntheticExamination) -> Dataset:
    region = Dataset()
    region.RegionSpatialFormat = TISSUE_2D
    region.RegionDataType = 1
    region.RegionFlags = 0
    region.RegionLocationMinX0 = region.RegionLocationMinY0 = 0
    region.RegionLocationMaxX1, region.RegionLocationMaxY1 = shape[1] - 1, shape[0] - 1
    region.PhysicalUnitsXDirection = region.PhysicalUnitsYDirection = CENTIMETERS
    region.PhysicalDeltaX = region.PhysicalDeltaY = examination.millimeters_per_pixel / 10
    return region
