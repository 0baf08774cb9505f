"""Take the pictures of the window: `python packaging/screenshots.py [FOLDER]`.

The bundled sample case is opened, analyzed and explained by the program itself, under the offscreen
platform, in light, dark, at 200 % and with a pseudo-language whose texts are longer. Dialogs are
taken in light and dark.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from PySide6.QtWidgets import QWidget

REPOSITORY = Path(__file__).resolve().parent.parent
SCREENSHOTS = REPOSITORY / "resources" / "screenshots"
LARGEST_BYTES = 300_000
COLORS = 256
VARIANTS = ("light", "dark", "large", "pseudo")
_PATIENCE_S = 120.0


def main(arguments: list[str]) -> int:
    """Take all pictures, each variant in a process of its own: scale and locale are fixed early."""
    folder = Path(arguments[0]) if arguments else SCREENSHOTS
    folder.mkdir(parents=True, exist_ok=True)
    for variant in VARIANTS:
        environment = {
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONPATH": str(REPOSITORY),
            "QT_SCALE_FACTOR": "2" if variant == "large" else "1",
        }
        with tempfile.TemporaryDirectory() as home:
            environment["MEDDX_HOME"] = home
            command = [sys.executable, __file__, "--variant", variant, folder]
            subprocess.run(command, env=environment, check=True)
    return 0


class Session:
    """The program with the sample case, and a camera."""

    def __init__(self, variant: str, folder: Path) -> None:
        from meddx_desktop.app import start_engine
        from meddx_desktop.ui.desktop import Desktop, create_application
        from meddx_desktop.ui.theme import apply_theme

        self.application = create_application()
        self.variant, self.folder = variant, folder
        self.translators = self._pseudo_language() if variant == "pseudo" else ()
        self.desktop = Desktop(self.application, start_engine)
        apply_theme(self.application, "dark" if variant == "dark" else "light")
        self.window = self.desktop.window
        self.window.resize(1280, 800)
        self.desktop.show()

    def _pseudo_language(self) -> tuple[Any, ...]:
        sys.path.insert(0, str(Path(__file__).parent))
        import translations
        from PySide6.QtCore import QLocale

        from meddx_desktop.ui.translations import install_translations

        place = Path(os.environ["MEDDX_HOME"]) / "meddx_eo.ts"
        translations.collect(place)
        translations.translate(place, place, lambda text: f"⟦{text}{'~' * (len(text) // 3)}⟧")
        translations.release(place)
        return install_translations(self.application, QLocale("eo"), place.parent)

    def wait(self, is_reached: Callable[[], bool]) -> None:
        """Let the program run until a state is reached."""
        deadline = time.monotonic() + _PATIENCE_S
        while not is_reached():
            self.application.processEvents()
            time.sleep(0.01)
            if time.monotonic() > deadline:
                raise TimeoutError("the program did not reach the state to be pictured")

    def shoot(self, name: str, widget: QWidget | None = None) -> None:
        """Save a picture of the window or of a dialog, with few colors if it is too large."""
        self.settle()
        path = self.folder / f"{name}-{self.variant}.png"
        (widget or self.window).grab().toImage().save(str(path), "PNG", 0)
        picture = Image.open(path).convert("RGB")
        picture.save(path, optimize=True)
        if path.stat().st_size > LARGEST_BYTES:
            picture.quantize(COLORS, dither=Image.Dither.NONE).save(path, optimize=True)
        print(f"{path.name} {path.stat().st_size // 1024} kB")

    def settle(self) -> None:
        """Let pending drawing happen."""
        until = time.monotonic() + 0.4
        while time.monotonic() < until:
            self.application.processEvents()
            time.sleep(0.01)


def take(session: Session) -> None:
    """Walk through the states of the program."""
    session.wait(lambda: session.window.pages.count() == 2)
    session.shoot("welcome")
    session.window.open_sample_case()
    workspace = session.window.workspace
    items = workspace.controller.case.items
    session.wait(lambda: bool(items) and not session.desktop.is_busy)
    for index, opened in enumerate(items):
        workspace.case_panel.choose(index)
        session.settle()
        session.wait(lambda: not session.desktop.is_busy)
        kind = type(opened.item).__name__
        if kind != "TextRecord" and session.variant == "pseudo":
            continue  # the record shows most texts
        if kind == "ImageSeries":
            show_evidence(session)
        elif kind == "TextRecord":
            workspace.text.step_mention(1)
        session.shoot({"ImageSeries": "image", "TextRecord": "text", "AudioClip": "audio"}[kind])
        if kind == "ImageSeries" and session.variant != "large":
            draw_measurements(session)
            session.shoot("measurements")
    if session.variant in {"light", "dark"}:
        take_dialogs(session)
    session.window.close()


def draw_measurements(session: Session) -> None:
    """Draw a length and an ellipse with the mouse."""
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest

    from meddx_desktop.ui.tools import Tool

    view = session.window.workspace.image
    view.toggle_overlay()
    width, height = view.canvas.width(), view.canvas.height()
    for tool, start, end in (
        (Tool.LENGTH, (0.35, 0.6), (0.6, 0.72)),
        (Tool.ELLIPSE, (0.42, 0.3), (0.56, 0.46)),
    ):
        view.choose_tool(tool)
        first, last = (QPoint(round(x * width), round(y * height)) for x, y in (start, end))
        QTest.mousePress(view.canvas, Qt.MouseButton.LeftButton, pos=first)
        QTest.mouseMove(view.canvas, last)
        QTest.mouseRelease(view.canvas, Qt.MouseButton.LeftButton, pos=last)
    view.choose_tool(Tool.WINDOW)


def take_dialogs(session: Session) -> None:
    """Open each dialog over the last item and take it."""
    from meddx_desktop.engine.messages import Failed
    from meddx_desktop.ui.change_dialog import ChangeDialog
    from meddx_desktop.ui.error_dialog import ErrorDialog
    from meddx_desktop.ui.key_editor import KeyEditor
    from meddx_desktop.ui.model_card_dialog import ModelCardDialog
    from meddx_desktop.ui.shortcut_sheet import ShortcutSheet

    window = session.window
    row = window.workspace.findings.rows[0]
    damage = (
        "film.dcm is damaged: it ends within the pixel data. Copy the file from its source again."
    )
    window.workspace.findings.card_wanted.emit(row.key.model_id)
    card = window.findChild(ModelCardDialog)
    session.wait(lambda: not card.text.document().isEmpty())
    dialogs = {
        "model-card": card,
        "shortcuts": ShortcutSheet(session.desktop.bars.binding.controls, window),
        "keys": KeyEditor(window.settings.controls, window),
        "change-finding": ChangeDialog(window),
        "error": ErrorDialog(Failed(0, "damaged_file", damage), window),
    }
    for name, dialog in dialogs.items():
        dialog.open()
        session.shoot(name, dialog)
        dialog.close()


def show_evidence(session: Session) -> None:
    """Press the evidence button of the first finding."""
    workspace = session.window.workspace
    if workspace.findings.rows:
        workspace.findings.rows[0].evidence_button.click()
        session.wait(lambda: workspace.image.canvas.heatmap is not None)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--variant"]:
        take(Session(sys.argv[2], Path(sys.argv[3])))
    else:
        raise SystemExit(main(sys.argv[1:]))
