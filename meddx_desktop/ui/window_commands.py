"""The commands for windows and colors."""

from meddx_desktop.ui.command import Command, Menu
from meddx_desktop.ui.preset_table import WindowPreset, presets
from meddx_desktop.ui.scope import Scope
from meddx_desktop.ui.translations import mark


def _preset_command(number: int, preset: WindowPreset) -> Command:
    return Command(
        f"preset-{number + 1}",
        preset.name,
        (str(number + 1),),
        lambda w: w.workspace.image.choose_preset(number),
        Scope.IMAGE,
        context="WindowPresets",
    )


# fmt: off
WINDOW = Menu(mark("Commands", "&Window/level"), (
    *(_preset_command(number, preset) for number, preset in enumerate(presets())),
    Command("window-automatic", mark("Commands", "Automatic"), ("8",),
            lambda w: w.workspace.image.choose_automatic_window(), Scope.IMAGE),
    Command("window-of-file", mark("Commands", "As the file says"), ("9",),
            lambda w: w.workspace.image.choose_file_window(), Scope.IMAGE),
    None,
    Command("window-numbers", mark("Commands", "&Enter window and level…"), ("Shift+N",),
            lambda w: w.workspace.ask_window(), Scope.IMAGE),
    Command("color-map", mark("Commands", "Next &color map (not for diagnosis)"), ("Shift+K",),
            lambda w: w.workspace.image.choose_next_color_map(), Scope.IMAGE),
))
# fmt: on
