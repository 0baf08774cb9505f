"""Write computed slices as a DICOM CT that says everywhere that it is synthetic."""

from dataclasses import dataclass
from pathlib import Path

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import EnhancedCTImageStorage, JPEGLSLossless, generate_uid

from training.synthetic_dicom import MAKER

AIR = -1024
BRAIN_WINDOW = (40.0, 120.0)


@dataclass(frozen=True, slots=True)
class SyntheticSeries:
    """What the header says; UIDs follow from `name`, so that equal input gives equal files."""

    name: str
    description: str
    age: str
    sex: str
    millimeters_per_pixel: float
    heights_mm: tuple[float, ...]


def write_head_ct(path: Path, slices: NDArray[np.int16], series: SyntheticSeries) -> None:
    """Write slices (n, rows, columns) in HU as one Enhanced CT instance, compressed without loss.

    References
    ----------
    DICOM PS3.3 A.38.1 (Enhanced CT), C.7.6.16 (functional groups).
    """
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = EnhancedCTImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=[series.name, "instance"])
    meta.TransferSyntaxUID = JPEGLSLossless
    file = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    file.SOPClassUID = EnhancedCTImageStorage
    file.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    file.StudyInstanceUID = generate_uid(entropy_srcs=[series.name, "study"])
    file.SeriesInstanceUID = generate_uid(entropy_srcs=[series.name, "series"])
    file.FrameOfReferenceUID = generate_uid(entropy_srcs=[series.name, "frame of reference"])
    _describe(file, series)
    file.SharedFunctionalGroupsSequence = [_shared(series)]
    file.PerFrameFunctionalGroupsSequence = [
        _frame(number, height, slices.shape[1:], series)
        for number, height in enumerate(series.heights_mm, start=1)
    ]
    _add_pixels(file, slices)
    file.save_as(path, enforce_file_format=True)


def _describe(file: Dataset, series: SyntheticSeries) -> None:
    file.SpecificCharacterSet = "ISO_IR 192"
    file.ImageType = ["DERIVED", "SECONDARY", "VOLUME", "NONE"]
    file.Modality = "CT"
    file.Manufacturer = MAKER
    file.ManufacturerModelName = "Computed phantom, no patient"
    file.DeviceSerialNumber = "0"
    file.SoftwareVersions = "1"
    file.PatientName = "Synthetic^Phantom"
    file.PatientID = "SYNTHETIC"
    file.PatientBirthDate = ""
    file.PatientSex = series.sex
    file.PatientAge = series.age
    file.StudyDate, file.StudyTime = "20260101", "120000"
    file.ContentDate, file.ContentTime = "20260101", "120000"
    file.StudyID = "SYNTHETIC"
    file.AccessionNumber = ""
    file.ReferringPhysicianName = ""
    file.StudyDescription = "SYNTHETIC, not a patient"
    file.SeriesDescription = series.description
    file.SeriesNumber = 1
    file.InstanceNumber = 1
    file.BodyPartExamined = "HEAD"
    file.PositionReferenceIndicator = ""
    file.BurnedInAnnotation = "NO"
    file.LossyImageCompression = "00"


def _shared(series: SyntheticSeries) -> Dataset:
    shared = Dataset()
    measures = Dataset()
    measures.PixelSpacing = [series.millimeters_per_pixel] * 2
    measures.SliceThickness = 5.0
    orientation = Dataset()
    orientation.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    values = Dataset()
    values.RescaleIntercept, values.RescaleSlope, values.RescaleType = AIR, 1, "HU"
    window = Dataset()
    window.WindowCenter, window.WindowWidth = BRAIN_WINDOW
    window.WindowCenterWidthExplanation = "BRAIN"
    anatomy = Dataset()
    anatomy.FrameLaterality = "U"
    region = Dataset()
    region.CodeValue, region.CodingSchemeDesignator = "69536005", "SCT"
    region.CodeMeaning = "Head"
    anatomy.AnatomicRegionSequence = [region]
    shared.PixelMeasuresSequence = [measures]
    shared.PlaneOrientationSequence = [orientation]
    shared.PixelValueTransformationSequence = [values]
    shared.FrameVOILUTSequence = [window]
    shared.FrameAnatomySequence = [anatomy]
    return shared


def _frame(number: int, height: float, shape: tuple[int, ...], series: SyntheticSeries) -> Dataset:
    frame, content, position = Dataset(), Dataset(), Dataset()
    content.StackID, content.InStackPositionNumber = "1", number
    content.DimensionIndexValues = [1, number]
    corner = [-(size - 1) / 2 * series.millimeters_per_pixel for size in (shape[1], shape[0])]
    position.ImagePositionPatient = [*(round(place, 3) for place in corner), height]
    frame.FrameContentSequence = [content]
    frame.PlanePositionSequence = [position]
    return frame


def _add_pixels(file: Dataset, slices: NDArray[np.int16]) -> None:
    stored = np.clip(slices.astype(np.int32) - AIR, 0, 4095).astype(np.uint16)
    file.SamplesPerPixel = 1
    file.PhotometricInterpretation = "MONOCHROME2"
    file.NumberOfFrames, file.Rows, file.Columns = stored.shape
    file.BitsAllocated, file.BitsStored, file.HighBit = 16, 12, 11
    file.PixelRepresentation = 0
    file.PixelData = encapsulate([bytes(imagecodecs.jpegls_encode(one)) for one in stored])
    file["PixelData"].VR = "OB"
    file["PixelData"].is_undefined_length = True
