"""Prints what an image view shows, with who the patient is and what the picture is for."""

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QFont, QImage, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.ui.image_export import is_decoded
from meddx_desktop.ui.image_facts import date_text, patient_lines
from meddx_desktop.ui.image_view import ImageView

_POINTS = 10
_MARGIN_LINES = 0.5
# About 300 to the inch on a page, but not more than screens can enlarge in a moment.
_PRINTED_PX, _FINEST = 2400.0, 6.0


class ViewPrinting(QObject):
    """Asks for a printer, or a PDF file, and prints one page."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent

    def ask(self, view: ImageView) -> None:
        """Show the printer dialog of the system."""
        if view.series is None or not is_decoded(view, self._window):
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.accepted.connect(lambda: self.print_view(view, printer))
        dialog.show()

    def print_view(self, view: ImageView, printer: QPrinter) -> None:
        """Print the page."""
        if view.series is None:
            return
        with QPainter(printer) as painter:
            page = QRectF(printer.pageRect(QPrinter.Unit.DevicePixel))
            # The painter begins at the page's printable corner.
            page.moveTopLeft(QRectF().topLeft())
            self._paint(painter, page, view.series, _fine_picture(view))

    def _paint(self, painter: QPainter, page: QRectF, series: ImageSeries, picture: QImage) -> None:
        font = QFont(painter.font())
        font.setPointSize(_POINTS)
        painter.setFont(font)
        line = painter.fontMetrics().lineSpacing()
        heading = header_lines(series)
        for number, text in enumerate(heading):
            place = QRectF(page.left(), page.top() + number * line, page.width(), line)
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft, text)
        footer = self.tr(
            "MedDx Desktop, research use and decision support. For illustration, not for diagnosis."
        )
        place = QRectF(page.left(), page.bottom() - line, page.width(), line)
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft, footer)
        top = page.top() + (len(heading) + _MARGIN_LINES) * line
        room = QRectF(page.left(), top, page.width(), place.top() - top - _MARGIN_LINES * line)
        size = picture.size().scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRectF(room.left(), room.top(), size.width(), size.height())
        painter.drawImage(target, picture)


def _fine_picture(view: ImageView) -> QImage:
    """Return what is seen with enough pixels for paper."""
    pixels = view.canvas.width() * view.canvas.devicePixelRatioF()
    return view.canvas.picture(max(1.0, min(_PRINTED_PX / pixels, _FINEST)))


def header_lines(series: ImageSeries) -> tuple[str, ...]:
    """Return the lines above the picture: the patient, and the examination."""
    study = (
        date_text(series.study_date),
        series.modality,
        series.study_description or "",
        series.series_description or "",
    )
    examination = " · ".join(part for part in study if part)
    return tuple(line for line in (*patient_lines(series.patient), examination) if line)
