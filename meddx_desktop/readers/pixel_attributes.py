"""What a data set says about its pixels, and what is doubtful about it."""

from meddx_desktop.readers.attributes import integer, text
from meddx_desktop.readers.dicom_file import DicomFile, PixelElement
from meddx_desktop.readers.photometric import COLOR_BITS, is_color
from meddx_desktop.readers.pixel_layout import PixelLayout


def read_layout(file: DicomFile, element: PixelElement) -> PixelLayout:
    """Read the Image Pixel attributes, with the defaults that the standard allows."""
    dataset = file.dataset
    is_float = element.keyword != "PixelData"
    allocated = integer(dataset, "BitsAllocated") or 0
    if is_float:
        allocated = 32 if element.keyword == "FloatPixelData" else 64
    stored = allocated if is_float else integer(dataset, "BitsStored") or allocated
    high_bit = integer(dataset, "HighBit")
    photometric = (text(dataset, "PhotometricInterpretation") or "MONOCHROME2").upper()
    samples = integer(dataset, "SamplesPerPixel") or 1
    return PixelLayout(
        rows=integer(dataset, "Rows") or 0,
        columns=integer(dataset, "Columns") or 0,
        samples=samples,
        allocated=allocated,
        stored=stored,
        high_bit=stored - 1 if is_float or high_bit is None else high_bit,
        is_signed=integer(dataset, "PixelRepresentation") == 1,
        is_planar=samples > 1 and integer(dataset, "PlanarConfiguration") == 1,
        photometric_interpretation=photometric,
        frames=max(1, integer(dataset, "NumberOfFrames") or 1),
        is_float=is_float,
    )


def doubts_about(file: DicomFile, layout: PixelLayout) -> tuple[str, ...]:
    """Return sentences about what is delivered in another form than the file asks for."""
    doubts = []
    if "NumberOfFrames" in file.dataset and integer(file.dataset, "NumberOfFrames") is None:
        doubts.append("the number of frames cannot be read; only the first frame is shown")
    if layout.stored > COLOR_BITS and is_color(layout.photometric_interpretation, layout.samples):
        doubts.append(
            f"its colors have {layout.stored} bits; the upper {COLOR_BITS} are shown and analyzed"
        )
    return tuple(doubts)
