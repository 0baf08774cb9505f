"""The transcript of a recording: what was said when, and how sure the model was."""

from html import escape

from PySide6.QtCore import QEvent, QLocale, Qt, QUrl, Signal
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QTextBrowser, QVBoxLayout, QWidget
from typing_extensions import override

from meddx_desktop.case.transcript import TranscriptSegment, TranscriptWord
from meddx_desktop.ui.audio_drawing import time_text
from meddx_desktop.ui.transcription import Transcription

_TIME_STEP_S = 0.1


class TranscriptPanel(QWidget):
    """Shows one transcription while it is written and afterwards.

    Every segment is a link to its place in the recording. Signals: `seek_wanted(seconds)`,
    `record_wanted(Transcription)`.
    """

    seek_wanted = Signal(float)
    record_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._transcription: Transcription | None = None
        self._shown = 0
        self.heading = QLabel()
        self.heading.setWordWrap(True)
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.limits = QLabel(
            self.tr(
                "Written by a machine: names, drugs, doses and negations can be wrong. Words in "
                "gray italics were uncertain. Read it against the recording before use."
            )
        )
        self.limits.setWordWrap(True)
        self.text = self._build_text()
        self.copy_button = QPushButton(self.tr("Copy"))
        self.copy_button.setAccessibleName(self.tr("Copy the transcript"))
        self.copy_button.clicked.connect(self.copy)
        self.record_button = QPushButton(self.tr("Keep as record"))
        self.record_button.setAccessibleName(self.tr("Keep the transcript as a record of the case"))
        self.record_button.clicked.connect(self.keep)
        self._lay_out()
        self.hide()

    def _build_text(self) -> QTextBrowser:
        browser = QTextBrowser()
        browser.setOpenLinks(False)
        browser.setAccessibleName(self.tr("Transcript"))
        browser.document().setDocumentMargin(8)
        browser.anchorClicked.connect(self._follow)
        return browser

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.heading, 1)
        head.addWidget(self.copy_button)
        head.addWidget(self.record_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.limits)

    def show_transcription(self, transcription: Transcription | None) -> None:
        """Show a transcription, or what has been added to it; None shows nothing."""
        if transcription is not self._transcription:
            self._transcription, self._shown = transcription, 0
            self.text.clear()
        self.setVisible(transcription is not None)
        if transcription is None:
            return
        for number in range(self._shown, len(transcription.segments)):
            self.text.append(self._paragraph(number, transcription.segments[number]))
        self._shown = len(transcription.segments)
        self.heading.setText(self._sentence(transcription))
        self.copy_button.setEnabled(bool(transcription.segments))
        self.record_button.setEnabled(bool(transcription.segments and transcription.transcript))

    def copy(self) -> None:
        """Put the text, without times, on the clipboard."""
        if self._transcription is not None and self._transcription.segments:
            QGuiApplication.clipboard().setText(self._plain(self._transcription))

    def keep(self) -> None:
        """Ask for the transcript as a record of the case."""
        if self.record_button.isEnabled():
            self.record_wanted.emit(self._transcription)

    def _plain(self, transcription: Transcription) -> str:
        if transcription.transcript is not None:
            return transcription.transcript.text
        return " ".join(segment.text for segment in transcription.segments)

    # Words

    def _sentence(self, transcription: Transcription) -> str:
        if transcription.failure:
            return transcription.failure
        if transcription.is_running:
            return self.tr("Being written down …")
        if transcription.transcript is None:
            return self.tr("Stopped: the rest of the recording was not written down.")
        language = transcription.transcript.language
        said = [self.tr("Language: {name}.").format(name=language_name(language))] * bool(language)
        return " ".join([*said, *transcription.transcript.warnings])

    def _paragraph(self, number: int, segment: TranscriptSegment) -> str:
        palette = self.palette()
        link = palette.color(QPalette.ColorRole.Link).name()
        ink = palette.color(QPalette.ColorRole.Text).name()
        time = escape(time_text(segment.start_s, _TIME_STEP_S))
        words = segment.words or (TranscriptWord(segment.text, segment.probability),)
        text = "".join(self._word(word) for word in words)
        return (
            f'<a href="#{number}" style="text-decoration:none; color:{link}">{time}</a>&nbsp; '
            f'<a href="#{number}" style="text-decoration:none; color:{ink}">{text}</a>'
        )

    def _word(self, word: TranscriptWord) -> str:
        text = escape(word.text)
        if not word.is_uncertain:
            return text
        gray = self.palette().color(QPalette.ColorRole.PlaceholderText).name()
        return f'<span style="color:{gray}; font-style:italic">{text}</span>'

    def _follow(self, link: QUrl) -> None:
        if self._transcription is not None:
            self.seek_wanted.emit(self._transcription.segments[int(link.fragment())].start_s)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and self._transcription is not None:
            shown, self._transcription = self._transcription, None
            self.show_transcription(shown)


def language_name(code: str | None) -> str:
    """Return a language's name, or its code where Qt does not know it."""
    language = QLocale.codeToLanguage(code or "")
    if language is QLocale.Language.AnyLanguage or language is QLocale.Language.C:
        return code or ""
    return QLocale.languageToString(language)
