"""Keys and mouse buttons: shipped schemes, own changes, conflicts."""

import json
from dataclasses import asdict
from itertools import pairwise

import pytest

from meddx_desktop.ui.commands import all_commands
from meddx_desktop.ui.control_schemes import (
    SCHEME_NAMES,
    controls_of,
    find_conflict,
    load_scheme,
    portable,
)
from meddx_desktop.ui.control_settings import SCHEMES, ControlSettings, read_control_settings
from meddx_desktop.ui.preset_table import PRESET_NAMES, presets
from meddx_desktop.ui.settings import Settings
from meddx_desktop.ui.tools import Tool

COMMANDS = {command.id: command for command in all_commands()}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_keys_of_a_shipped_scheme_mean_two_things(scheme: str) -> None:
    keys = controls_of(ControlSettings(scheme), COMMANDS.values()).keys
    conflicts = {
        (one, command.id, other.id)
        for command in COMMANDS.values()
        for one in keys[command.id]
        if (other := find_conflict(one, command, COMMANDS.values(), keys)) is not None
    }
    assert conflicts == set()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_scheme_names_only_commands_and_keys_that_exist(scheme: str) -> None:
    loaded = load_scheme(scheme)
    assert set(loaded.keys) <= set(COMMANDS)
    assert all(portable(one) for keys in loaded.keys.values() for one in keys)
    assert loaded.name in SCHEME_NAMES


def test_what_the_person_chose_counts_before_the_scheme() -> None:
    settings = ControlSettings("weasis", {"length-tool": ("F2",)}, right_button="window")
    controls = controls_of(settings, COMMANDS.values())
    assert controls.keys["length-tool"] == ("F2",)
    assert controls.keys["pan-tool"] == ("T",)
    assert controls.keys["analyze"] == ("F5",)
    assert (controls.middle_button, controls.right_button) == (Tool.PAN, Tool.WINDOW)


def test_control_settings_survive_as_json() -> None:
    chosen = ControlSettings("weasis", {"length-tool": ("F2",), "analyze": ()}, "zoom", "", "zoom")
    stored = json.loads(json.dumps(asdict(Settings(controls=chosen))))
    assert read_control_settings(stored["controls"]) == chosen


@pytest.mark.parametrize(
    "stored",
    [None, [], {"scheme": "emacs", "keys": 3, "wheel": "window"}, {"middle_button": ["zoom"]}],
)
def test_damaged_control_settings_give_the_defaults(stored: object) -> None:
    assert read_control_settings(stored) == ControlSettings()


def test_the_presets_are_those_of_the_literature_and_can_be_translated() -> None:
    figures = {preset.name: (preset.width, preset.center) for preset in presets()}
    assert figures["Brain"] == (80, 40)
    assert figures["Stroke"] == (40, 40)
    assert figures["Subdural"] == (200, 80)
    assert figures["Lung"] == (1500, -600), "not 150: width and center of the lung are far apart"
    assert tuple(figures) == PRESET_NAMES
    assert all(first.name != second.name for first, second in pairwise(presets()))
