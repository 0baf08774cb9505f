"""Takes images out of the program: clipboard, picture files, DICOM, paper."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from meddx_desktop.analysis import jobs
from meddx_desktop.case.export import ExportedFile, PictureFormat
from meddx_desktop.case.image_series import Extent
from meddx_desktop.engine.messages import Failed, Lane
from meddx_desktop.ui.engine_signals import EngineSignals, Order
from meddx_desktop.ui.error_dialog import show_failure
from meddx_desktop.ui.export_dialog import ExportDialog
from meddx_desktop.ui.image_view import ImageView
from meddx_desktop.ui.saving import ask_for_file, encode_picture, write_file
from meddx_desktop.ui.translations import translate

_FOLDER = "MedDx images"


class ImageExport(QObject):
    """Exports what an image view shows; the worker renders and encodes.

    Signals: `written(paths)` when an export is complete.
    """

    written = Signal(object)

    def __init__(self, signals: EngineSignals, parent: QWidget) -> None:
        super().__init__(parent)
        self._signals, self._window = signals, parent

    def copy_view(self, view: ImageView, *, with_texts: bool) -> None:
        """Put what is seen on the clipboard."""
        if view.series is not None and is_decoded(view, self._window):
            QGuiApplication.clipboard().setImage(picture_of(view, with_texts=with_texts))

    def save_view(self, view: ImageView) -> None:
        """Ask for a file and write what is seen, with its texts."""
        if view.series is None or not is_decoded(view, self._window):
            return
        picture = picture_of(view, with_texts=True)
        ask_for_file(self._window, "view.png", lambda path: self._write_picture(picture, path))

    def _write_picture(self, picture: QImage, path: Path) -> None:
        if write_file(self._window, path, encode_picture(picture, path)):
            self.written.emit((path,))

    def start_export(self, view: ImageView) -> None:
        """Ask which images, as what and where to."""
        if view.series is None:
            return
        if view.series.extent is Extent.BEING_READ:
            text = self.tr("The series is still being read. Try again when all images are there.")
            show_failure(Failed(0, "still_reading", text), self._window)
            return
        dialog = ExportDialog(view.index, len(view.series.frames), self._window)
        dialog.wanted.connect(partial(self._ask_for_place, view))
        dialog.open()

    def _ask_for_place(
        self, view: ImageView, file_format: PictureFormat, indices: tuple[int, ...]
    ) -> None:
        if len(indices) == 1 or file_format is PictureFormat.GIF:
            is_one = len(indices) == 1 and file_format is not PictureFormat.GIF
            name = f"image-{indices[0] + 1:04d}" if is_one else "images"
            target = f"{name}.{file_format.value}"
            ask_for_file(self._window, target, partial(self.export, view, file_format, indices))
            return
        dialog = QFileDialog(self._window, self.tr("Export into a folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(
            lambda name: self.export(view, file_format, indices, new_folder(Path(name)))
        )
        dialog.open()

    def export(
        self, view: ImageView, file_format: PictureFormat, indices: tuple[int, ...], target: Path
    ) -> None:
        """Write one file to `target`, or several into it where it is a folder."""
        series = view.series
        if series is None:
            return
        # An animation runs as the film does here.
        series = replace(series, frame_times_ms=view.cine.played_times_ms())
        paths: list[Path] = []

        def take(file: ExportedFile) -> None:
            path = target / file.name if target.is_dir() else target
            if write_file(self._window, path, file.content):
                paths.append(path)

        order = Order(
            partial(jobs.export_images, series, indices, file_format, view.appearance()),
            Lane.ANALYSIS,
            paths=series.source.paths,
            title=self.tr("Exporting images"),
            on_piece=take,
            on_success=lambda _: self.written.emit(tuple(paths)),
        )
        self._signals.submit(order)


def is_decoded(view: ImageView, window: QWidget) -> bool:
    """Return whether the picture is that of the file; say so where it is a preview."""
    if view.shows_preview:
        text = translate("ImageExport", "The full image is still being decoded. Try again then.")
        show_failure(Failed(0, "preview", text), window)
    return not view.shows_preview


def picture_of(view: ImageView, *, with_texts: bool) -> QImage:
    """Return what a view shows as a picture."""
    if with_texts:
        return view.canvas.grab().toImage()
    return view.canvas.frame_picture()


def new_folder(parent: Path) -> Path:
    """Make a folder that was not there, so that no file is replaced."""
    folder = parent / _FOLDER
    number = 1
    while folder.exists():
        number += 1
        folder = parent / f"{_FOLDER} {number}"
    folder.mkdir(parents=True)
    return folder
