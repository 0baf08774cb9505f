"""Colors of evidence over an image, of sound, and of gray images that are only looked at.

Evidence: orange speaks for a finding, blue against it.

Orange and blue stay apart for all common kinds of color blindness, and lightness grows with the
weight, so that the map also reads in gray.
"""

import numpy as np
from numpy.typing import NDArray

_FOR = ((120, 28, 8), (214, 84, 10), (250, 160, 40), (255, 236, 150))
_AGAINST = ((10, 36, 110), (24, 96, 190), (80, 165, 232), (196, 230, 255))


def evidence_rgba(values: NDArray[np.float32], opacity: float) -> NDArray[np.uint8]:
    """Color evidence in [-1, 1]; no evidence is transparent.

    Returns
    -------
    shape (rows, columns, 4): red, green, blue, alpha, not premultiplied.
    """
    strength = np.clip(np.abs(values), 0, 1)
    color = np.where(
        (values >= 0)[..., np.newaxis], _ramp(_FOR, strength), _ramp(_AGAINST, strength)
    )
    alpha = np.clip(strength * 1.5, 0, 1) * opacity * 255
    return np.concatenate([color, alpha[..., np.newaxis]], axis=-1).round().astype(np.uint8)


def _ramp(
    anchors: tuple[tuple[int, int, int], ...], strength: NDArray[np.float32]
) -> NDArray[np.float64]:
    places = np.linspace(0, 1, len(anchors))
    channels = [np.interp(strength, places, channel) for channel in zip(*anchors, strict=True)]
    return np.stack(channels, axis=-1)


def legend_rgba(width: int, opacity: float, *, is_signed: bool) -> NDArray[np.uint8]:
    """Return one row of the map from the weakest to the strongest value, shape (1, width, 4)."""
    start = -1.0 if is_signed else 0.0
    return evidence_rgba(np.linspace(start, 1, width, dtype=np.float32)[np.newaxis], opacity)


# PS3.6 B.1.1 defines Hot Iron; Viridis (van der Walt and Smith, 2015) by nine of its colors.
_HOT_IRON = ((0, 0, 0), (128, 0, 0), (255, 0, 0), (255, 128, 0), (255, 255, 255))
_HOT_IRON_PLACES = (0.0, 64.0, 128.0, 192.0, 255.0)
_VIRIDIS = (
    (68, 1, 84),
    (71, 45, 123),
    (59, 82, 139),
    (44, 114, 142),
    (33, 145, 140),
    (40, 174, 128),
    (94, 201, 98),
    (173, 220, 48),
    (253, 231, 37),
)
DISPLAY_MAPS = ("Hot Iron", "Viridis")


def display_colors(name: str) -> NDArray[np.uint8]:
    """Return the color of each gray, shape (256, 3), for looking without diagnosing."""
    grays = np.arange(256, dtype=np.float64)
    if name == "Hot Iron":
        parts = zip(*_HOT_IRON, strict=True)
        columns = [np.interp(grays, _HOT_IRON_PLACES, part) for part in parts]
        return np.stack(columns, axis=-1).round().astype(np.uint8)
    return _ramp(_VIRIDIS, (grays / 255).astype(np.float32)).round().astype(np.uint8)


def sound_level_rgb(level: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Color a spectrogram's levels in [0, 1] from black over violet and orange to pale yellow."""
    anchors = (
        (0, 0, 8),
        (48, 14, 96),
        (140, 36, 110),
        (226, 92, 62),
        (250, 178, 66),
        (252, 250, 190),
    )
    return _ramp(anchors, np.clip(level, 0, 1)).round().astype(np.uint8)
