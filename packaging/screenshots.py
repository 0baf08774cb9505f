"""Take the pictures of the window: `python packaging/screenshots.py [FOLDER [STATE…]]`.

The bundled sample case is opened, analyzed and explained by the program itself, under the offscreen
platform, in light, dark, at 200 % and with a pseudo-language whose texts are longer. Layouts and
reformations show a synthetic head. Dialogs are taken in light and dark. With names of states, only
their pictures are taken.
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
LETTER = """LABORATORY REPORT

Total cholesterol  5.2 mmol/l
Triglycerides      1.1 mmol/l

Comment: mild hypercholesterolemia, no diabetes mellitus.
Advice: repeat in three months."""
DIALOGS = ("model-card", "shortcuts", "keys", "change-finding", "error")


def main(arguments: list[str]) -> int:
    """Take all pictures, each variant in a process of its own: scale and locale are fixed early."""
    folder = Path(arguments[0]) if arguments else SCREENSHOTS
    states = arguments[1:]
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
            command = [sys.executable, __file__, "--variant", variant, folder, *states]
            subprocess.run(command, env=environment, check=True)
    return 0


class Session:
    """The program with the sample case, and a camera."""

    def __init__(self, variant: str, folder: Path, states: list[str]) -> None:
        from meddx_desktop.app import start_engine
        from meddx_desktop.ui.desktop import Desktop, create_application
        from meddx_desktop.ui.theme import apply_theme

        self.application = create_application()
        self.variant, self.folder, self.states = variant, folder, states
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
        if not self.wants(name):
            return
        self.settle()
        path = self.folder / f"{name}-{self.variant}.png"
        (widget or self.window).grab().toImage().save(str(path), "PNG", 0)
        picture = Image.open(path).convert("RGB")
        picture.save(path, optimize=True)
        if path.stat().st_size > LARGEST_BYTES:
            # Thin lines of rare colors keep theirs.
            few = picture.quantize(COLORS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
            few.save(path, optimize=True)
        print(f"{path.name} {path.stat().st_size // 1024} kB")

    def wants(self, *names: str) -> bool:
        """Whether any of these states is to be taken."""
        return not self.states or any(name in self.states for name in names)

    def wait_for_pixels(self) -> None:
        """Wait until every viewport shows the image that it is at."""
        views = [one.view for one in self.window.workspace.views.grid.viewports()]

        def are_there() -> bool:
            lines = [view.canvas.accessibleDescription().split(", ") for view in views]
            wanted = [f"Image {view.index + 1} of {len(view.series.frames)}" for view in views]
            return all(one in said for one, said in zip(wanted, lines, strict=True))

        self.settle()
        self.wait(are_there)

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
    if session.wants("image", "measurements", "text", "audio", *DIALOGS):
        take_samples(session)
    if session.variant != "pseudo" and session.wants("layout", "reformation"):
        take_volumes(session)
    if session.variant != "pseudo" and session.wants("ecg", "document"):
        take_objects(session)
    session.window.close()


def take_samples(session: Session) -> None:
    """Open the bundled case and look at each of its items."""
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
        if kind == "ImageSeries":
            draw_measurements(session)
            session.shoot("measurements")
    if session.variant != "pseudo":
        take_dialogs(session)


def take_volumes(session: Session) -> None:
    """Show a synthetic head in four viewports with reference lines, then its reformation."""
    from meddx_desktop.ui.layout_choices import GridShape

    sys.path.insert(0, str(Path(__file__).parent))
    from head_phantom import write_head

    folder = Path(os.environ["MEDDX_HOME"]) / "head"
    folder.mkdir()
    write_head(folder)
    window, workspace = session.window, session.window.workspace
    workspace.toggle_automatic_analysis()
    workspace.close_case()
    window.open_paths((folder,))
    items = workspace.controller.case.items
    session.wait(lambda: len(items) == 3 and not session.desktop.is_busy)
    grid = workspace.views.grid
    grid.set_shape(GridShape(2, 2))
    places = grid.viewports()
    for item, place in zip((0, 1, 2, 0), places, strict=True):
        workspace.placing.show_in(item, place)
    session.wait_for_pixels()
    grid.activate(places[0])
    for place, index in zip(places, (45, 19, 22, 45), strict=True):
        place.view.go_to(index)
    places[3].view.choose_preset(3)
    session.wait_for_pixels()
    session.shoot("layout")
    take_reformation(session)


def take_reformation(session: Session) -> None:
    """Reformat the series in view, as a slab with a turned plane."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    workspace = session.window.workspace
    grid = workspace.views.grid
    session.desktop.bars.actions["reformat"].trigger()
    bar = workspace.views.reformations.bar
    session.wait_for_pixels()
    bar.projection.setCurrentIndex(1)
    bar.turn.setValue(35.0)
    session.wait_for_pixels()
    axial = grid.viewports()[0].view
    lines = workspace.views.links.lines_of(axial)
    turned = next(line for line in lines if line.source == 3)
    start, end = axial.canvas.to_widget(turned.start), axial.canvas.to_widget(turned.end)
    QTest.mouseMove(axial.canvas, (start + (end - start) * 0.3).toPoint())
    axial.setFocus(Qt.FocusReason.OtherFocusReason)
    session.shoot("reformation")


def take_objects(session: Session) -> None:
    """Take an ECG with its calipers and a document, both made here."""
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest

    from meddx_desktop.ui.layout_choices import GridShape
    from tests.pdf_files import Page, encapsulated_pdf, pdf
    from tests.waveforms import resting_ecg

    home = Path(os.environ["MEDDX_HOME"])
    paths = (
        resting_ecg(home / "ecg.dcm"),
        encapsulated_pdf(home / "letter.dcm", pdf(Page(LETTER), Page("Second page"))),
    )
    workspace = session.window.workspace
    workspace.close_case()
    workspace.views.grid.set_shape(GridShape(1, 1))
    session.window.open_paths(paths)
    items = workspace.controller.case.items
    session.wait(lambda: len(items) == len(paths) + 1 and not session.desktop.is_busy)
    for name, kind in (("ecg", "WaveformRecord"), ("document", "ImageSeries")):
        kinds = [type(opened.item).__name__ for opened in items]
        workspace.case_panel.choose(kinds.index(kind))
        session.settle()
        session.wait(lambda: not session.desktop.is_busy)
        if name == "ecg":
            canvas = workspace.waveform.canvas
            sheet = canvas.sheet()
            # From one R wave of the rhythm strip to the next.
            row, scale = sheet.area(sheet.panels[-1]), sheet.scale
            start, end = (
                QPoint(round(row.left() + seconds * scale.px_per_s), round(row.center().y() + down))
                for seconds, down in ((4.24, -5 * scale.px_per_mm), (5.04, 2 * scale.px_per_mm))
            )
            QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
            QTest.mouseMove(canvas, end)
            QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=end)
        session.shoot(name)


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
    # The label of the region goes aside and keeps a line to it.
    for key in (Qt.Key.Key_Up,) * 6 + (Qt.Key.Key_Right,) * 5:
        QTest.keyClick(view.canvas, key, Qt.KeyboardModifier.ShiftModifier)
        session.application.processEvents()


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
    dialogs = (
        card,
        ShortcutSheet(session.desktop.bars.binding.controls, window),
        KeyEditor(window.settings.controls, window),
        ChangeDialog(window),
        ErrorDialog(Failed(0, "damaged_file", damage), window),
    )
    for name, dialog in zip(DIALOGS, dialogs, strict=True):
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
        take(Session(sys.argv[2], Path(sys.argv[3]), sys.argv[4:]))
    else:
        raise SystemExit(main(sys.argv[1:]))
