"""A rendered picture as a DICOM Secondary Capture object."""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from meddx_desktop.case.image_series import ImageSeries

SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
_NAME = "MedDx Desktop"
# Of a patient orientation that was turned, nothing is said.
_DESCRIPTION = "Rendered picture, for illustration"


@dataclass(frozen=True, slots=True)
class CaptureSeries:
    """The new series that the pictures of one export form; both UIDs stay for all of them."""

    study_instance_uid: str
    series_instance_uid: str


def start_capture(series: ImageSeries) -> CaptureSeries:
    """Return a new series in the study of the images, or in a new one where they name none."""
    return CaptureSeries(series.study_instance_uid or generate_uid(), generate_uid())


def write_secondary_capture(
    picture: NDArray[np.uint8], series: ImageSeries, index: int, capture: CaptureSeries
) -> bytes:
    """Return a DICOM file of an 8-bit gray or RGB picture of frame `index`.

    Nothing of the source's preamble, private attributes or pixel spacing goes into it: a picture
    may have been turned, and it is not for measuring.

    References
    ----------
    DICOM PS3.3 A.8.1, Secondary Capture Image IOD.
    """
    dataset = Dataset()
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.ImageType = ["DERIVED", "SECONDARY"]
    dataset.SOPClassUID = SECONDARY_CAPTURE
    dataset.SOPInstanceUID = generate_uid()
    dataset.StudyInstanceUID = capture.study_instance_uid
    dataset.SeriesInstanceUID = capture.series_instance_uid
    dataset.Modality = series.modality or "OT"
    dataset.ConversionType = "WSD"
    dataset.SeriesDescription = _DESCRIPTION
    dataset.DerivationDescription = _DESCRIPTION
    dataset.SecondaryCaptureDeviceManufacturer = _NAME
    dataset.InstanceNumber = index + 1
    dataset.SeriesNumber = None
    _describe_study(dataset, series)
    _refer_to_source(dataset, series, index)
    _add_pixels(dataset, picture)
    dataset.LossyImageCompression = "01" if series.is_lossy else "00"
    if series.has_burned_in_annotation is not None:
        dataset.BurnedInAnnotation = "YES" if series.has_burned_in_annotation else "NO"
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.ImplementationVersionName = "MEDDX"
    file = BytesIO()
    dataset.save_as(file, enforce_file_format=True)
    return file.getvalue()


def _describe_study(dataset: Dataset, series: ImageSeries) -> None:
    patient = series.patient
    dataset.PatientName = patient.name or ""
    dataset.PatientID = patient.patient_id or ""
    dataset.PatientBirthDate = patient.birth_date or ""
    dataset.PatientSex = patient.sex or ""
    dataset.StudyDate = series.study_date or ""
    dataset.StudyTime = ""
    dataset.StudyID = ""
    dataset.AccessionNumber = ""
    dataset.ReferringPhysicianName = ""
    if series.study_description:
        dataset.StudyDescription = series.study_description
    if series.body_part:
        dataset.BodyPartExamined = series.body_part


def _refer_to_source(dataset: Dataset, series: ImageSeries, index: int) -> None:
    frame = series.frames[index]
    if not (series.sop_class_uid and frame.sop_instance_uid):
        return
    source = Dataset()
    source.ReferencedSOPClassUID = series.sop_class_uid
    source.ReferencedSOPInstanceUID = frame.sop_instance_uid
    if frame.frame_index:
        source.ReferencedFrameNumber = frame.frame_index + 1
    dataset.SourceImageSequence = Sequence([source])


def _add_pixels(dataset: Dataset, picture: NDArray[np.uint8]) -> None:
    is_color = picture.ndim == 3
    dataset.SamplesPerPixel = 3 if is_color else 1
    dataset.PhotometricInterpretation = "RGB" if is_color else "MONOCHROME2"
    if is_color:
        dataset.PlanarConfiguration = 0
    dataset.Rows, dataset.Columns = picture.shape[:2]
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit = 7
    dataset.PixelRepresentation = 0
    content = np.ascontiguousarray(picture).tobytes()
    dataset.add_new("PixelData", "OB", content + b"\0" * (len(content) % 2))
