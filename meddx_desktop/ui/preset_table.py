"""The names and figures of the window presets; light enough for the first paint."""

import json
from dataclasses import dataclass
from functools import cache

from meddx_desktop.resources import resources_folder
from meddx_desktop.ui.translations import mark, translate

# The digit keys after these are for the automatic window and that of the file.
MOST_PRESETS = 7
# For translation; a name that is not here is shown as the file has it.
PRESET_NAMES = (
    mark("WindowPresets", "Brain"),
    mark("WindowPresets", "Stroke"),
    mark("WindowPresets", "Subdural"),
    mark("WindowPresets", "Bone"),
    mark("WindowPresets", "Lung"),
    mark("WindowPresets", "Mediastinum"),
    mark("WindowPresets", "Abdomen"),
)


@dataclass(frozen=True, slots=True)
class WindowPreset:
    """A name with a window in Hounsfield units."""

    name: str
    center: float
    width: float

    @property
    def label(self) -> str:
        """The name in the person's language."""
        return translate("WindowPresets", self.name)


@cache
def presets() -> tuple[WindowPreset, ...]:
    """Return what resources/window-presets.json holds, in the order of the digit keys."""
    path = resources_folder() / "window-presets.json"
    stored = json.loads(path.read_text(encoding="utf-8"))["presets"]
    return tuple(
        WindowPreset(str(one["name"]), float(one["center"]), float(one["width"]))
        for one in stored[:MOST_PRESETS]
    )
