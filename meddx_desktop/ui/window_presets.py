"""Windows by name, as data; the numbers are width / center in Hounsfield units."""

from dataclasses import dataclass

from meddx_desktop.case.image_series import (
    ImageSeries,
    Window,
)
from meddx_desktop.ui.translations import mark, translate


@dataclass(frozen=True, slots=True)
class WindowPreset:
    """A name (to be translated) with its window."""

    name: str
    window: Window

    @property
    def label(self) -> str:
        """The name in the person's language."""
        return translate("WindowPresets", self.name)


PRESETS = (
    WindowPreset(mark("WindowPresets", "Brain"), Window(40, 80)),
    WindowPreset(mark("WindowPresets", "Stroke"), Window(40, 40)),
    WindowPreset(mark("WindowPresets", "Subdural"), Window(80, 200)),
    WindowPreset(mark("WindowPresets", "Bone"), Window(350, 2000)),
    WindowPreset(mark("WindowPresets", "Lung"), Window(-600, 1500)),
    WindowPreset(mark("WindowPresets", "Mediastinum"), Window(80, 400)),
    WindowPreset(mark("WindowPresets", "Abdomen"), Window(50, 320)),
)


def presets_apply(series: ImageSeries) -> bool:
    """Whether the series is in Hounsfield units, in which alone the presets mean anything."""
    if series.is_color or series.modality != "CT":
        return False
    return all(frame.grayscale.rescale_type in (None, "HU") for frame in series.frames)
