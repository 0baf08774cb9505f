"""The gray-scale pipeline: stored values, modality values, presentation values (PS3.4 N.2)."""

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.grayscale import GrayscaleTransform, LookupTable, VoiFunction, Window


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
    found: NDArray[np.uint16] = table.entries[np.clip(index, 0, len(table.entries) - 1)]
    return found


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
                return np.asarray(modality_values > center - 0.5, dtype=np.float32)
            scaled = (modality_values - (center - np.float32(0.5))) / (width - 1) + np.float32(0.5)
        case VoiFunction.LINEAR_EXACT:
            scaled = (modality_values - center) / width + np.float32(0.5)
        case VoiFunction.SIGMOID:
            exponent = np.clip(-4 * (modality_values - center) / width, -80, 80)
            return np.asarray(1 / (1 + np.exp(exponent)), dtype=np.float32)
    return np.asarray(np.clip(scaled, 0, 1), dtype=np.float32)


def apply_voi_lut(modality_values: NDArray[np.float32], table: LookupTable) -> NDArray[np.float32]:
    """Map modality values to presentation values in [0, 1] by a table (PS3.3 C.11.2.1.1)."""
    return _share_of_range(apply_lookup_table(modality_values, table), table)


def apply_presentation_lut(
    presented: NDArray[np.float32], table: LookupTable
) -> NDArray[np.float32]:
    """Map values in [0, 1] to others; the entries lie evenly over that range (PS3.3 C.11.6)."""
    places = presented * np.float32(len(table.entries) - 1) + np.float32(table.first_value_mapped)
    return _share_of_range(apply_lookup_table(places, table), table)


def _share_of_range(entries: NDArray[np.uint16], table: LookupTable) -> NDArray[np.float32]:
    shares = entries.astype(np.float32) / np.float32((1 << table.bits_per_entry) - 1)
    return np.asarray(np.clip(shares, 0, 1), np.float32)


def _apply_voi(
    modality_values: NDArray[np.float32], window: Window, voi_lut: LookupTable | None
) -> NDArray[np.float32]:
    if voi_lut is None:
        return apply_voi_window(modality_values, window)
    return apply_voi_lut(modality_values, voi_lut)


def to_8_bit(presented: NDArray[np.float32], *, is_inverted: bool) -> NDArray[np.uint8]:
    """Return the grays of a screen for presentation values in [0, 1]."""
    shown = np.float32(1) - presented if is_inverted else presented
    return np.asarray(np.rint(shown * np.float32(255)), dtype=np.uint8)


def full_range_window(modality_values: NDArray[np.float32]) -> Window:
    """Return the window from the lowest to the highest finite value."""
    finite = modality_values[np.isfinite(modality_values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    return window_between(low, high)


def window_between(low: float, high: float, explanation: str = "") -> Window:
    """Return the window from black at one value to white at another, 1 wide where they are one."""
    width = high - low if high > low else 1.0
    return Window((low + high) / 2, width, VoiFunction.LINEAR_EXACT, explanation)


def present(values: NDArray[np.generic], grayscale: GrayscaleTransform) -> NDArray[np.uint8]:
    """Return a frame as the file wants it shown: 8-bit gray, or 8-bit RGB for color.

    The first window of the file counts, then its first VOI LUT, then the range of the values.
    """
    if values.ndim == 3:
        shown = values >> 8 if values.dtype.itemsize == 2 else values  # type: ignore[operator]
        return np.asarray(shown, dtype=np.uint8)
    modality_values = to_modality_values(values, grayscale)
    voi_lut = grayscale.voi_luts[0] if grayscale.voi_luts and not grayscale.windows else None
    window = grayscale.windows[0] if grayscale.windows else full_range_window(modality_values)
    presented = _apply_voi(np.nan_to_num(modality_values), window, voi_lut)
    return to_8_bit(presented, is_inverted=grayscale.is_inverted)


def shrink_to_fit(picture: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """Average a picture down until its longer side has at most `size` pixels."""
    rows, columns = picture.shape[:2]
    scale = max(rows, columns) / size
    if scale <= 1:
        return picture
    tall = _average(picture.astype(np.float32), max(1, round(rows / scale)))
    wide = _average(np.swapaxes(tall, 0, 1), max(1, round(columns / scale)))
    return np.rint(np.swapaxes(wide, 0, 1)).astype(np.uint8)


def _average(values: NDArray[np.float32], target: int) -> NDArray[np.float32]:
    """Average runs of rows so that `target` rows are left."""
    starts = np.arange(target) * values.shape[0] // target
    counts = np.diff([*starts, values.shape[0]]).astype(np.float32)
    sums = np.add.reduceat(values, starts, axis=0)
    return np.asarray(sums / counts.reshape(-1, *(1,) * (values.ndim - 1)), dtype=np.float32)
