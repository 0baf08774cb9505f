"""Which keys and mouse buttons do what: shipped schemes, and what the person changed."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtGui import QKeySequence

from meddx_desktop.resources import resources_folder
from meddx_desktop.ui.command import Command
from meddx_desktop.ui.control_settings import ControlSettings
from meddx_desktop.ui.scope import Scope
from meddx_desktop.ui.tools import Tool
from meddx_desktop.ui.translations import mark, translate

# For translation.
SCHEME_NAMES = (mark("ControlSchemes", "Like OHIF"), mark("ControlSchemes", "Like Weasis"))


@dataclass(frozen=True, slots=True)
class ControlScheme:
    """A shipped scheme; `keys` names the commands whose keys differ from the command table."""

    name: str
    keys: Mapping[str, tuple[str, ...]]
    middle_button: Tool
    right_button: Tool
    wheel: Tool

    @property
    def label(self) -> str:
        """The name in the person's language."""
        return translate("ControlSchemes", self.name)


@dataclass(frozen=True, slots=True)
class Controls:
    """What keys and mouse do now: key sequences by command, tools by button."""

    keys: Mapping[str, tuple[str, ...]]
    middle_button: Tool
    right_button: Tool
    wheel: Tool


def load_scheme(scheme_id: str) -> ControlScheme:
    """Read one of the shipped schemes."""
    path = resources_folder() / "keymaps" / f"{scheme_id}.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    return ControlScheme(
        stored["name"],
        {command: tuple(keys) for command, keys in stored["keys"].items()},
        Tool(stored["middle_button"]),
        Tool(stored["right_button"]),
        Tool(stored["wheel"]),
    )


def controls_of(settings: ControlSettings, commands: Iterable[Command]) -> Controls:
    """Return what keys and mouse do: the person's word, else the scheme's, else the table's."""
    scheme = load_scheme(settings.scheme)
    keys = {command.id: command.shortcuts for command in commands}
    keys |= {name: own for name, own in scheme.keys.items() if name in keys}
    keys |= {name: own for name, own in settings.keys.items() if name in keys}
    return Controls(
        keys,
        Tool(settings.middle_button or scheme.middle_button),
        Tool(settings.right_button or scheme.right_button),
        Tool(settings.wheel or scheme.wheel),
    )


def find_conflict(
    keys: str, command: Command, commands: Iterable[Command], given: Mapping[str, tuple[str, ...]]
) -> Command | None:
    """Return another command that the same keys would reach at the same time."""
    wanted = portable(keys)
    meeting = (one for one in commands if one.id != command.id and _meet(one.scope, command.scope))
    for other in meeting:
        if wanted in {portable(own) for own in given.get(other.id, ())}:
            return other
    return None


def portable(keys: str) -> str:
    """Return a key sequence as it is written everywhere alike."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText)


def _meet(first: Scope, second: Scope) -> bool:
    """Whether commands of two scopes can be usable at the same time."""
    everywhere = {Scope.ALWAYS, Scope.CASE}
    return first == second or first in everywhere or second in everywhere
