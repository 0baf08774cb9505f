"""Asks where a file is to be written, and writes it whole or not at all."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QSaveFile
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from meddx_desktop.engine.messages import Failed
from meddx_desktop.ui.error_dialog import show_failure
from meddx_desktop.ui.translations import translate


def ask_for_file(window: QWidget, name: str, take: Callable[[Path], None]) -> None:
    """Ask for a file to write to; `name` is proposed, its suffix is that of names without one."""
    dialog = QFileDialog(window, translate("Saving", "Save as"))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(name)
    dialog.setDefaultSuffix(Path(name).suffix.removeprefix("."))
    dialog.fileSelected.connect(lambda chosen: take(Path(chosen)))
    dialog.open()


def write_file(window: QWidget, path: Path, content: bytes) -> bool:
    """Write a file; say so and return False where that fails."""
    file = QSaveFile(str(path))
    is_open = file.open(QSaveFile.OpenModeFlag.WriteOnly)
    if is_open and file.write(content) == len(content) and file.commit():
        return True
    sentence = translate("Saving", "{name} could not be written: {reason}. Choose another place.")
    text = sentence.format(name=path.name, reason=file.errorString())
    show_failure(Failed(0, "cannot_write", text), window)
    return False


def encode_picture(picture: QImage, path: Path) -> bytes:
    """Return a picture as TIFF where the name says so, else as PNG."""
    buffer = QBuffer()
    is_tiff = path.suffix.lower() in (".tif", ".tiff")
    picture.save(buffer, "TIFF" if is_tiff else "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())
