"""What an action of the person is made of."""

from collections.abc import Callable
from dataclasses import dataclass

from meddx_desktop.ui.main_window import MainWindow
from meddx_desktop.ui.scope import Scope
from meddx_desktop.ui.translations import translate


@dataclass(frozen=True, slots=True)
class Command:
    """One action; `text` is to be translated, `shortcuts` are Qt key sequences.

    With `in_view`, the shortcuts work only while the view itself has the keyboard, because lists,
    sliders and buttons need the same keys. Commands with an `icon` are in the toolbar. `context` is
    where translators find the text.
    """

    id: str
    text: str
    shortcuts: tuple[str, ...]
    run: Callable[[MainWindow], None]
    scope: Scope = Scope.CASE
    in_view: bool = False
    icon: str = ""
    context: str = "Commands"

    @property
    def label(self) -> str:
        """The text in the person's language."""
        return translate(self.context, self.text)


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu with its commands; None is a separator."""

    title: str
    commands: tuple[Command | None, ...]

    @property
    def label(self) -> str:
        """The title in the person's language."""
        return translate("Commands", self.title)
