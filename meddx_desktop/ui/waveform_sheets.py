"""Curves as a sheet of paper in true size: printed, saved as a picture, copied."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPageLayout, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

from meddx_desktop.rendering.lead_layout import row_count
from meddx_desktop.ui.saving import ask_for_file, encode_picture, write_file
from meddx_desktop.ui.theme import build_palette
from meddx_desktop.ui.translations import translate
from meddx_desktop.ui.waveform_canvas import WaveformCanvas
from meddx_desktop.ui.waveform_paper import END_MM, MARGIN_MM, PaperScale, Sheet

# A whole number, so that lines of the paper lie at even distances.
_PX_PER_MM = 4.0
_TEXT_MM = 3.0
_HIGHEST_ROW_MM = 38.0
_PICTURE_MM = QSizeF(297.0, 210.0)
_EDGE_MM = 10.0
_PICTURE_PX_PER_MM = 8


@dataclass(frozen=True, slots=True)
class SheetTexts:
    """What stands above and below the curves; `patient` is left out where nobody is to be named."""

    patient: tuple[str, ...]
    heading: tuple[str, ...]
    said: str


class WaveformSheets(QObject):
    """Takes what the canvas shows out of the program, from the moment at its left edge on.

    `texts` returns what belongs to the curves in view, None while there are none.
    """

    def __init__(
        self, canvas: WaveformCanvas, texts: Callable[[], SheetTexts | None], window: QWidget
    ) -> None:
        super().__init__(window)
        self._canvas, self._texts, self._window = canvas, texts, window

    def _texts_of_curves(self) -> SheetTexts | None:
        return None if self._canvas.stretch is None else self._texts()

    def copy(self, *, names_patient: bool) -> None:
        """Put the sheet on the clipboard."""
        texts = self._texts_of_curves()
        if texts is not None:
            shown = texts if names_patient else replace(texts, patient=())
            QGuiApplication.clipboard().setImage(self.picture(shown))

    def save(self) -> None:
        """Ask for a file and write the sheet as a picture."""
        texts = self._texts_of_curves()
        if texts is not None:
            picture = self.picture(texts)
            ask_for_file(
                self._window,
                "curves.png",
                lambda path: self._write(picture, path),
            )

    def _write(self, picture: QImage, path: Path) -> None:
        write_file(self._window, path, encode_picture(picture, path))

    def ask(self) -> None:
        """Show the printer dialog of the system."""
        if self._texts_of_curves() is None:
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageOrientation(QPageLayout.Orientation.Landscape)
        dialog = QPrintDialog(printer, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.accepted.connect(lambda: self.print_sheet(printer))
        dialog.show()

    def print_sheet(self, printer: QPrinter) -> None:
        """Print one page on which a millimeter of paper is a millimeter."""
        texts = self._texts_of_curves()
        if texts is None:
            return
        size = printer.pageRect(QPrinter.Unit.Millimeter).size()
        with QPainter(printer) as painter:
            dots_per_mm = printer.resolution() / 25.4
            painter.scale(dots_per_mm / _PX_PER_MM, dots_per_mm / _PX_PER_MM)
            self._paint(painter, size, texts)

    def picture(self, texts: SheetTexts) -> QImage:
        """Return a landscape page of paper as a picture that knows its size."""
        size = (_PICTURE_MM * _PICTURE_PX_PER_MM).toSize()
        picture = QImage(size, QImage.Format.Format_RGB32)
        picture.setDotsPerMeterX(_PICTURE_PX_PER_MM * 1000)
        picture.setDotsPerMeterY(_PICTURE_PX_PER_MM * 1000)
        picture.fill(Qt.GlobalColor.white)
        with QPainter(picture) as painter:
            painter.scale(_PICTURE_PX_PER_MM / _PX_PER_MM, _PICTURE_PX_PER_MM / _PX_PER_MM)
            painter.translate(_EDGE_MM * _PX_PER_MM, _EDGE_MM * _PX_PER_MM)
            edges = QSizeF(2 * _EDGE_MM, 2 * _EDGE_MM)
            self._paint(painter, _PICTURE_MM - edges, texts)
        return picture

    def _paint(self, painter: QPainter, size_mm: QSizeF, texts: SheetTexts) -> None:
        """Paint a page; the painter has four units a millimeter."""
        font = painter.font()
        font.setPixelSize(round(_TEXT_MM * _PX_PER_MM))
        painter.setFont(font)
        room = QRectF(QPointF(), size_mm * _PX_PER_MM)
        line = float(painter.fontMetrics().lineSpacing())
        lines = (*texts.patient, *texts.heading, self._scale_text())
        for number, text in enumerate(lines):
            place = QRectF(0, number * line, room.width(), line)
            shown = painter.fontMetrics().elidedText(
                text, Qt.TextElideMode.ElideRight, int(room.width())
            )
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft, shown)
        footer = self.tr(
            "MedDx Desktop, research use and decision support. For illustration, not for diagnosis."
        )
        bottom = QRectF(0, room.bottom() - line, room.width(), line)
        painter.drawText(bottom, Qt.AlignmentFlag.AlignLeft, footer)
        below = self._paint_said(painter, QRectF(0, 0, room.width(), bottom.top()), texts.said)
        top = (len(lines) + 0.5) * line
        self._paint_curves(painter, QRectF(0, top, room.width(), below - top - line / 2))

    def _scale_text(self) -> str:
        scale = self._canvas.scale
        text = self.tr("{0:g} mm/s · {1:g} mm/mV at 100 % · from {2:.1f} s on")
        return text.format(scale.speed_mm_s, scale.gain_mm_mv, self._canvas.view[0])

    def _paint_said(self, painter: QPainter, room: QRectF, said: str) -> float:
        """Write what the device said at the foot of the room; returns where it begins."""
        if not said:
            return room.bottom()
        wraps = Qt.TextFlag.TextWordWrap
        needed = painter.boundingRect(room, wraps, said)
        place = QRectF(room.left(), room.bottom() - needed.height(), room.width(), needed.height())
        painter.drawText(place, wraps, said)
        return place.top()

    def _paint_curves(self, painter: QPainter, room: QRectF) -> None:
        stretch, panels = self._canvas.stretch, self._canvas.panels
        if stretch is None:
            return
        shown = self._canvas.scale
        scale = PaperScale(_PX_PER_MM, shown.speed_mm_s, shown.gain_mm_mv)
        start = self._canvas.view[0]
        edges = (MARGIN_MM + END_MM) * _PX_PER_MM
        known_s = self._canvas.seconds_from(start)
        width = min(room.width(), edges + known_s * scale.px_per_s)
        height = min(room.height(), row_count(panels) * _HIGHEST_ROW_MM * _PX_PER_MM)
        painter.save()
        painter.translate(room.topLeft())
        painter.setClipRect(QRectF(0, 0, width + 1, height + 1))
        sheet = Sheet(width, height, scale, panels, start)
        self._canvas.draw(painter, sheet, build_palette(Qt.ColorScheme.Light))
        painter.restore()


def said_text(said: tuple[str, ...]) -> str:
    """Return what a device wrote as one paragraph, marked as not checked."""
    if not said:
        return ""
    opening = translate("WaveformSheets", "Written in the file by the device, not checked here:")
    return f"{opening} {' · '.join(said)}"
