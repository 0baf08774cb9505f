"""Window presets and the series for which they are made."""

from meddx_desktop.case.grayscale import Window
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.ui.preset_table import presets


def preset_window(number: int) -> Window:
    """Return the window of the n-th preset under its name, counted from 0."""
    preset = presets()[number]
    return Window(preset.center, preset.width, explanation=preset.label)


def presets_apply(series: ImageSeries) -> bool:
    """Whether the series is in Hounsfield units, in which alone the presets mean anything."""
    if series.is_color or series.modality != "CT":
        return False
    return all(frame.grayscale.rescale_type in (None, "HU") for frame in series.frames)
