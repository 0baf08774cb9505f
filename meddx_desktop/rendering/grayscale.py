"""The gray-scale pipeline: stored values, modality values, presentation values (PS3.4 N.2)."""

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.image_series import GrayscaleTransform, LookupTable, VoiFunction, Window


def to_modality_values(
    stored_values: NDArray[np.generic], grayscale: GrayscaleTransform
) -> NDArray[np.float32]:
    """Apply the Modality LUT or the rescale (PS3.3 C.11.1)."""
    if grayscale.modality_lut is not None:
        return apply_lookup_table(stored_values, grayscale.modality_lut).astype(np.float32)
    slope, intercept = grayscale.rescale_slope, grayscale.rescale_intercept
    return stored_values.astype(np.float32) * np.float32(slope) + np.float32(intercept)


def apply_lookup_table(values: NDArray[np.generic], table: LookupTable) -> NDArray[np.uint16]:
    """Look values up; those below the first or above the last entry take that entry."""
    index = np.rint(values).astype(np.int64) - table.first_value_mapped
    return table.entries[np.clip(index, 0, len(table.entries) - 1)]


def apply_voi_window(modality_values: NDArray[np.float32], window: Window) -> NDArray[np.float32]:
    """Map modality values to presentation values in [0, 1].

    Parameters
    ----------
    modality_values : any shape, in the units of the Modality LUT (HU for CT).
    window : center and width in the same units; the width is at least 1 for LINEAR, above 0 else.

    Raises
    ------
    ValueError : the width is too small.

    References
    ----------
    DICOM PS3.3 C.11.2.1.2.1 (LINEAR), C.11.2.1.3.1 (SIGMOID), C.11.2.1.3.2 (LINEAR_EXACT).
    """
    center, width = np.float32(window.center), np.float32(window.width)
    if width < 1 if window.function is VoiFunction.LINEAR else width <= 0:
        raise ValueError(f"window width {window.width} is too small for {window.function}")
    match window.function:
        case VoiFunction.LINEAR:
            if width == 1:
                return (modality_values > center - 0.5).astype(np.float32)
            scaled = (modality_values - (center - np.float32(0.5))) / (width - 1) + np.float32(0.5)
        case VoiFunction.LINEAR_EXACT:
            scaled = (modality_values - center) / width + np.float32(0.5)
        case VoiFunction.SIGMOID:
            exponent = np.clip(-4 * (modality_values - center) / width, -80, 80)
            return np.asarray(1 / (1 + np.exp(exponent)), dtype=np.float32)
    return np.clip(scaled, 0, 1).astype(np.float32)
