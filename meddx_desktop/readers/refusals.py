"""The sentences with which files are refused, so that like faults read alike."""

from pathlib import Path

from meddx_desktop.case.errors import RefusedFileError

COPY_AGAIN = "Copy or export it again from the system that it came from."


def truncated(path: Path, missing: str) -> RefusedFileError:
    """Return the refusal of a file that ends too early; `missing` says what is cut off."""
    fault = f"the file ends too early: {missing}"
    return RefusedFileError(path, fault, COPY_AGAIN, code="truncated_file")


def damaged(path: Path, fault: str) -> RefusedFileError:
    """Return the refusal of a file whose content contradicts itself."""
    return RefusedFileError(path, fault, COPY_AGAIN, code="damaged_file")


def too_large(path: Path, fault: str) -> RefusedFileError:
    """Return the refusal of a file that would need more memory than a file may."""
    next_step = "Check where it comes from; ask for smaller images if it is genuine."
    return RefusedFileError(path, fault, next_step, code="too_large")


def unsupported(path: Path, fault: str) -> RefusedFileError:
    """Return the refusal of a file in a form that no decoder here reads."""
    next_step = "Export it uncompressed, or with JPEG, JPEG-LS or JPEG 2000 compression."
    return RefusedFileError(path, fault, next_step, code="unsupported_format")


def unreadable(path: Path, error: OSError) -> RefusedFileError:
    """Return the refusal of a file that is not there, or that the system does not hand out."""
    if isinstance(error, FileNotFoundError):
        next_step = "Check the name, or connect the drive that it lies on."
        return RefusedFileError(path, "there is no such file", next_step, code="missing")
    next_step = "Check that you may read it and that its drive is connected."
    return RefusedFileError(path, "it cannot be read", next_step, code="unreadable")


def not_a_file(path: Path) -> RefusedFileError:
    """Return the refusal of a pipe, device, socket or folder where a file is needed."""
    fault = "it is a pipe, a device or a folder, not a file"
    return RefusedFileError(path, fault, "Choose the file itself.", code="not_a_file")


def lost_pixels(path: Path) -> RefusedFileError:
    """Return the refusal of a DICOM image whose pixel data are not there."""
    next_step = "It may have been cut off: copy or export it again from where it came from."
    return RefusedFileError(
        path, "this DICOM image lacks its pixel data", next_step, code="missing_pixel_data"
    )


def images_missing(path: Path) -> RefusedFileError:
    """Return the refusal of marks on images that were not opened with them."""
    fault = "it marks images that are not among the opened files"
    next_step = "Open it together with the images of the same study."
    return RefusedFileError(path, fault, next_step, code="no_pixel_data")


def no_pixels(path: Path, kind: str) -> RefusedFileError:
    """Return the refusal of a DICOM object that is no image, such as a report or a plan."""
    next_step = "Open the images of the same study instead."
    fault = f"this DICOM object ({kind}) holds no image"
    return RefusedFileError(path, fault, next_step, code="no_pixel_data")
