"""Which view shows which kind of item."""

from typing import assert_never

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.case.waveform_record import WaveformRecord
from meddx_desktop.ui.audio_view import AudioView
from meddx_desktop.ui.case_state import OpenedItem
from meddx_desktop.ui.engine_signals import EngineSignals
from meddx_desktop.ui.image_view import ImageView
from meddx_desktop.ui.reformation_bar import ReformationBar
from meddx_desktop.ui.reformations import Reformations
from meddx_desktop.ui.scope import Scope
from meddx_desktop.ui.text_view import TextView
from meddx_desktop.ui.viewport_grid import ViewportGrid
from meddx_desktop.ui.viewport_links import ViewportLinks
from meddx_desktop.ui.waveform_view import WaveformView


class Views(QStackedWidget):
    """One view per kind, the fitting one in front.

    Signals: `grid_wanted()` when the viewports are to come back from a window of their own.
    """

    grid_wanted = Signal()

    def __init__(self, signals: EngineSignals) -> None:
        super().__init__()
        self.grid = ViewportGrid(signals)
        self.links = ViewportLinks(self.grid)
        self.reformations = Reformations(signals, self.links, ReformationBar())
        self.text = TextView()
        self.audio = AudioView(signals)
        self.waveform = WaveformView(signals)
        self._image_page = _ImagePage()
        self._image_page.back_button.clicked.connect(self.grid_wanted)
        self._images = QWidget()
        column = QVBoxLayout(self._images)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.reformations.bar)
        column.addWidget(self.grid, 1)
        self._image_page.place.addWidget(self._images)
        self._nothing = QLabel()
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for page in (self._nothing, self._image_page, self.text, self.audio, self.waveform):
            self.addWidget(page)

    @property
    def image(self) -> ImageView:
        """The image view that commands go to."""
        return self.grid.active.view

    def key_widget(self, scope: Scope) -> QWidget:
        """Return the widget whose keys belong to a kind of view."""
        match scope:
            case Scope.IMAGE:
                return self.image.canvas
            case Scope.AUDIO:
                return self.audio.lanes
            case Scope.WAVEFORM:
                return self.waveform.canvas
            case _:
                return self

    def show_item(self, opened: OpenedItem) -> Scope:
        """Show an item and return its kind; a series in view is not loaded again."""
        self.audio.close_clip()
        match opened.item:
            case ImageSeries() as series:
                self._show_series(opened, series)
                return self._front(self._image_page, Scope.IMAGE)
            case TextRecord() as record:
                self.text.show_record(record, ())
                self.text.show_answers(tuple(opened.analyses.values()))
                return self._front(self.text, Scope.TEXT)
            case AudioClip() as clip:
                self.audio.show_clip(clip, tuple(opened.analyses.values()))
                self.audio.show_transcription(opened.transcription)
                return self._front(self.audio, Scope.AUDIO)
            case WaveformRecord() as waveform:
                self.waveform.show_record(waveform)
                return self._front(self.waveform, Scope.WAVEFORM)
        assert_never(opened.item)

    def _show_series(self, opened: OpenedItem, series: ImageSeries) -> None:
        there = self.grid.viewport_of(opened)
        if self.reformations.is_shown and there is None:
            self.reformations.end()
        if there is None or self.grid.active.item is None:
            self.grid.show_item(opened, series, self.grid.active)
        else:
            self.grid.activate(there)

    def refresh_item(self, opened: OpenedItem) -> None:
        """Show what the models said meanwhile about the item in view."""
        match opened.item:
            case ImageSeries():
                self.grid.refresh_item(opened)
            case TextRecord():
                self.text.show_answers(tuple(opened.analyses.values()))
            case AudioClip():
                self.audio.show_analyses(tuple(opened.analyses.values()))
                self.audio.show_transcription(opened.transcription)
            case WaveformRecord():
                # No model speaks about it.
                pass
            case _:
                assert_never(opened.item)

    def leave(self) -> None:
        """Stop what the views do and show nothing."""
        self.reformations.forget()
        self.grid.empty_all()
        self.audio.close_clip()
        self.waveform.close_record()
        self.setCurrentWidget(self._nothing)

    def _front(self, view: QWidget, scope: Scope) -> Scope:
        if view is not self._image_page:
            self.grid.pause()
        self.setCurrentWidget(view)
        return scope

    def take_keyboard(self) -> None:
        """Give the view in front the keyboard, unless the person is walking through a list."""
        focus, view = QApplication.focusWidget(), self.currentWidget()
        is_free = focus is None or not focus.isVisible() or self.isAncestorOf(focus)
        if is_free and view is self._image_page:
            self.image.setFocus()
        elif is_free and view is not None:
            view.setFocus()

    @property
    def has_grid(self) -> bool:
        """Whether the viewports are here and not in a window of their own."""
        return self.isAncestorOf(self.grid)

    def take_grid(self) -> QWidget:
        """Hand the viewports out to another window."""
        self._image_page.show_absence(is_away=True)
        self._image_page.place.removeWidget(self._images)
        return self._images

    def bring_grid_back(self) -> None:
        """Take the viewports in again."""
        self._image_page.show_absence(is_away=False)
        self._image_page.place.addWidget(self._images)
        self._images.show()


class _ImagePage(QWidget):
    """The place of the viewports, with a word where they are in a window of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.place = QVBoxLayout(self)
        self.place.setContentsMargins(0, 0, 0, 0)
        self._label = QLabel(self.tr("The images are in a window of their own."))
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.back_button = QPushButton(self.tr("Bring the images back"))
        self.place.addWidget(self._label)
        self.place.addWidget(self.back_button, 0, Qt.AlignmentFlag.AlignCenter)
        self.show_absence(is_away=False)

    def show_absence(self, *, is_away: bool) -> None:
        """Say that the viewports are elsewhere."""
        self._label.setVisible(is_away)
        self.back_button.setVisible(is_away)
