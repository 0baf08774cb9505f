"""A small CT series and the objects that mark it, written by tests."""

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian

from tests.structured_reports import code, content

UIDS = ("1.2.826.1", "1.2.826.2", "1.2.826.3")
ROWS, COLUMNS = 48, 64


def write(path: Path, sop_class: str, **attributes: Any) -> Path:
    """Write an object without pixels; None leaves an attribute out."""
    dataset = Dataset()
    values = {
        "SOPClassUID": sop_class,
        "SOPInstanceUID": f"1.2.826.99.{abs(hash(path.name)) % 10**9}",
        "StudyInstanceUID": "1.2.3",
        "SeriesInstanceUID": f"1.2.3.{len(path.name)}",
        "PatientName": "Phantom^Test",
    }
    for keyword, value in (values | attributes).items():
        if value is not None:
            setattr(dataset, keyword, value)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.save_as(path, enforce_file_format=True)
    return path


def images(folder: Path, write_dicom: Any) -> None:
    """Write three slices."""
    for number, uid in enumerate(UIDS):
        write_dicom(
            folder / f"{number}.dcm",
            np.full((ROWS, COLUMNS), 100 + number, np.uint16),
            SOPInstanceUID=uid,
            InstanceNumber=number + 1,
            ImagePositionPatient=[0, 0, 5 * number],
            ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
            WindowCenter=100,
            WindowWidth=200,
        )


def reference(uid: str) -> Dataset:
    """A reference to one slice."""
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", uid
    return item


def series_of(*uids: str) -> Sequence:
    """A referenced series sequence."""
    item = Dataset()
    item.SeriesInstanceUID = "1.2.3.4"
    item.ReferencedImageSequence = Sequence([reference(uid) for uid in uids])
    return Sequence([item])


def presentation_state(path: Path, **changes: Any) -> Path:
    """Write a state with a circle and a text on the second slice and a window for all."""
    circle = Dataset()
    circle.GraphicAnnotationUnits, circle.GraphicType = "PIXEL", "CIRCLE"
    circle.GraphicDimensions, circle.NumberOfGraphicPoints = 2, 2
    circle.GraphicData, circle.GraphicFilled = [32.0, 24.0, 32.0, 34.0], "N"
    written = Dataset()
    written.UnformattedTextValue = "Nodule?"
    written.BoundingBoxAnnotationUnits = "DISPLAY"
    written.BoundingBoxTopLeftHandCorner = [0.25, 0.5]
    written.BoundingBoxBottomRightHandCorner = [0.5, 0.6]
    annotation = Dataset()
    annotation.ReferencedImageSequence = Sequence([reference(UIDS[1])])
    annotation.GraphicObjectSequence = Sequence([circle])
    annotation.TextObjectSequence = Sequence([written])
    voi = Dataset()
    voi.WindowCenter, voi.WindowWidth = "40", "80"
    attributes = {
        "Modality": "PR",
        "ContentLabel": "NODULE",
        "ReferencedSeriesSequence": series_of(*UIDS),
        "GraphicAnnotationSequence": Sequence([annotation]),
        "SoftcopyVOILUTSequence": Sequence([voi]),
    }
    return write(path, "1.2.840.10008.5.1.4.1.1.11.1", **(attributes | changes))


def key_objects(path: Path, uid: str = UIDS[2]) -> Path:
    """Write a selection of one slice."""
    image = content("IMAGE", "x", ReferencedSOPSequence=Sequence([reference(uid)]))
    del image.ConceptNameCodeSequence
    why = content("TEXT", "Key Object Description", TextValue="Compare with 2024.")
    return write(
        path,
        "1.2.840.10008.5.1.4.1.1.88.59",
        Modality="KO",
        ConceptNameCodeSequence=code("For Referring Provider"),
        ContentSequence=Sequence([why, image]),
    )


def segmentation(path: Path, write_dicom: Any) -> Path:
    """Write one segment on the first two slices: left half, then right half."""
    masks = np.zeros((2, ROWS, COLUMNS), np.bool_)
    masks[0, :, : COLUMNS // 2] = True
    masks[1, :, COLUMNS // 2 :] = True
    segment = Dataset()
    segment.SegmentNumber, segment.SegmentLabel = 1, "Liver"
    written: Path = write_dicom(
        path,
        np.zeros((2, ROWS, COLUMNS), np.uint8),
        content=None,
        SOPClassUID="1.2.840.10008.5.1.4.1.1.66.4",
        Modality="SEG",
        SeriesInstanceUID="1.2.3.66",
        NumberOfFrames=2,
        SegmentationType="BINARY",
        SegmentSequence=Sequence([segment]),
        PerFrameFunctionalGroupsSequence=Sequence([_group(uid) for uid in UIDS[:2]]),
    )
    return _with_bits(written, np.packbits(masks.ravel(), bitorder="little").tobytes())


def _group(uid: str) -> Dataset:
    identification, derivation, group = Dataset(), Dataset(), Dataset()
    identification.ReferencedSegmentNumber = 1
    derivation.SourceImageSequence = Sequence([reference(uid)])
    group.SegmentIdentificationSequence = Sequence([identification])
    group.DerivationImageSequence = Sequence([derivation])
    return group


def _with_bits(path: Path, bits: bytes) -> Path:
    dataset = pydicom.dcmread(path)
    dataset.BitsAllocated = dataset.BitsStored = 1
    dataset.HighBit = 0
    dataset.PixelData = bits
    dataset.save_as(path)
    return path


def add_plane(path: Path, group: int, mask: np.ndarray[Any, Any], layer: str = "") -> bytes:
    """Put an overlay plane into a file, to be drawn on a layer; return its bits."""
    dataset = pydicom.dcmread(path)
    bits = np.packbits(mask.ravel(), bitorder="little").tobytes()
    for element, vr, value in (
        (0x10, "US", ROWS), (0x11, "US", COLUMNS), (0x40, "CS", "G"), (0x50, "SS", [1, 1]),
        (0x100, "US", 1), (0x102, "US", 0), (0x1001, "CS", layer), (0x3000, "OW", bits),
    ):  # fmt: skip
        dataset.add_new((group, element), vr, value)
    dataset.save_as(path)
    return bits
