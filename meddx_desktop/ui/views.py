"""Which view shows which kind of item."""

from typing import assert_never

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QStackedWidget, QWidget

from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.ui.audio_view import AudioView
from meddx_desktop.ui.case_state import OpenedItem
from meddx_desktop.ui.engine_signals import EngineSignals
from meddx_desktop.ui.image_view import ImageView
from meddx_desktop.ui.scope import Scope
from meddx_desktop.ui.text_view import TextView


class Views(QStackedWidget):
    """One view per kind, the fitting one in front."""

    def __init__(self, signals: EngineSignals) -> None:
        super().__init__()
        self.image = ImageView(signals)
        self.text = TextView()
        self.audio = AudioView(signals)
        self._nothing = QLabel()
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for page in (self._nothing, self.image, self.text, self.audio):
            self.addWidget(page)

    def key_widget(self, scope: Scope) -> QWidget:
        """Return the widget whose keys belong to a kind of view."""
        match scope:
            case Scope.IMAGE:
                return self.image.canvas
            case Scope.AUDIO:
                return self.audio.lanes
            case _:
                return self

    def show_item(self, opened: OpenedItem) -> Scope:
        """Show an item and return its kind."""
        self.leave()
        match opened.item:
            case ImageSeries() as series:
                self.image.show_series(series)
                self.image.show_region(opened.region)
                self.image.show_trust(is_trusted=not opened.has_untrusted_model())
                return self._front(self.image, Scope.IMAGE)
            case TextRecord() as record:
                self.text.show_record(record, opened.entities(), opened.entity_measures())
                return self._front(self.text, Scope.TEXT)
            case AudioClip() as clip:
                self.audio.show_clip(clip, tuple(opened.analyses.values()))
                self.audio.show_transcription(opened.transcription)
                return self._front(self.audio, Scope.AUDIO)
        assert_never(opened.item)

    def refresh_item(self, opened: OpenedItem) -> None:
        """Show what the models said meanwhile about the item in view."""
        match opened.item:
            case ImageSeries():
                self.image.show_region(opened.region)
                self.image.show_trust(is_trusted=not opened.has_untrusted_model())
            case TextRecord():
                self.text.show_entities(opened.entities(), opened.entity_measures())
            case AudioClip():
                self.audio.show_analyses(tuple(opened.analyses.values()))
                self.audio.show_transcription(opened.transcription)
            case _:
                assert_never(opened.item)

    def leave(self) -> None:
        """Stop what the view in front does."""
        self.image.close_series()
        self.audio.close_clip()
        self.setCurrentWidget(self._nothing)

    def _front(self, view: QWidget, scope: Scope) -> Scope:
        self.setCurrentWidget(view)
        return scope

    def take_keyboard(self) -> None:
        """Give the view in front the keyboard, unless the person is walking through a list."""
        focus, view = QApplication.focusWidget(), self.currentWidget()
        is_free = focus is None or not focus.isVisible() or self.isAncestorOf(focus)
        if is_free and view is not None:
            view.setFocus()
