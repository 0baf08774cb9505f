"""A recording is written down by click and key, with the bundled model and a synthesized voice."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication

from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.case.transcript import Transcript, TranscriptSegment, TranscriptWord
from meddx_desktop.resources import resources_folder
from meddx_desktop.ui.desktop import Desktop
from meddx_desktop.ui.transcript_panel import TranscriptPanel, language_name
from meddx_desktop.ui.transcription import Transcription
from meddx_desktop.ui.workspace import Workspace

VOICE = resources_folder() / "models/speech-to-text/golden/synthetic-voice-sentence.flac"
SEGMENTS = (
    TranscriptSegment(
        1.5, 3.0, "Take <5> pills", 0.6, (TranscriptWord("Take", 0.9), TranscriptWord(" <5>", 0.3))
    ),
    TranscriptSegment(4.25, 6.0, "daily.", 0.9),
)


def open_sound(desktop: Desktop, qtbot: Any, path: Path) -> Workspace:
    workspace = desktop.window.workspace
    with qtbot.waitSignal(workspace.controller.opening_ended, timeout=20_000):
        desktop.window.open_paths((path,))
    return workspace


def press(desktop: Desktop, qtbot: Any, keys: str) -> None:
    combination = QKeySequence(keys)[0]
    target = QApplication.focusWidget() or desktop.window
    qtbot.keyClick(target, combination.key(), combination.keyboardModifiers())


@pytest.fixture
def panel(qtbot: Any) -> TranscriptPanel:
    made = TranscriptPanel()
    qtbot.addWidget(made)
    made.resize(700, 300)
    return made


def test_a_recording_is_written_down_kept_and_read_as_a_record(
    desktop: Desktop, qtbot: Any
) -> None:
    workspace = open_sound(desktop, qtbot, VOICE)
    panel = workspace.audio.transcript
    assert not panel.isVisible()
    press(desktop, qtbot, "T")
    assert not workspace.audio.transcribe_button.isEnabled()
    qtbot.waitUntil(lambda: panel.record_button.isEnabled(), timeout=60_000)
    assert "child" in panel.text.toPlainText()
    assert panel.text.toPlainText().startswith("0:0")
    assert "Language: English." in panel.heading.text()
    assert "can be wrong" in panel.limits.text()
    assert workspace.audio.transcribe_button.isEnabled()
    press(desktop, qtbot, "Ctrl+Shift+C")
    copied = QApplication.clipboard().text()
    assert "child" in copied
    assert "0:0" not in copied
    qtbot.mouseClick(panel.record_button, Qt.MouseButton.LeftButton)
    record = workspace.controller.case.items[-1]
    assert isinstance(record.item, TextRecord)
    assert record.item.text == copied
    assert record.item.language == "en"
    assert "Written by a machine" in record.item.source.warnings[0]
    assert record.title == "Transcript: synthetic-voice-sentence.flac"
    assert workspace.text.record_text.toPlainText() == copied
    press(desktop, qtbot, "F5")
    qtbot.waitUntil(lambda: record.is_analyzed, timeout=60_000)
    assert "disease-chemical-tagger" in record.analyses
    press(desktop, qtbot, "PgUp")
    assert panel.isVisible()


def test_a_click_on_a_segment_goes_to_its_place(panel: TranscriptPanel, qtbot: Any) -> None:
    panel.show_transcription(Transcription(segments=list(SEGMENTS)))
    panel.show()
    with qtbot.waitSignal(panel.seek_wanted) as sought:
        qtbot.mouseClick(panel.text.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(24, 18))
    assert sought.args == [1.5]
    with qtbot.waitSignal(panel.seek_wanted) as sought:
        panel.text.anchorClicked.emit(QUrl("#1"))
    assert sought.args == [4.25]


def test_segments_are_reached_by_key(panel: TranscriptPanel, qtbot: Any) -> None:
    panel.show_transcription(Transcription(segments=list(SEGMENTS)))
    panel.show()
    panel.text.setFocus()
    qtbot.waitUntil(panel.text.hasFocus)
    for _ in range(3):  # the time and the words of the first, the time of the second
        qtbot.keyClick(panel.text, Qt.Key.Key_Tab)
    with qtbot.waitSignal(panel.seek_wanted) as sought:
        qtbot.keyClick(panel.text, Qt.Key.Key_Return)
    assert sought.args == [4.25]


def test_uncertain_words_are_gray_and_text_is_never_markup(panel: TranscriptPanel) -> None:
    panel.show_transcription(Transcription(segments=list(SEGMENTS)))
    assert panel.text.toPlainText() == "0:01.5  Take <5>\n0:04.2  daily."
    html = panel.text.toHtml()
    assert html.count("font-style:italic") == 1
    assert html.index("font-style:italic") < html.index("&lt;5&gt;")


def test_what_comes_is_added_and_what_was_said_stays(panel: TranscriptPanel) -> None:
    transcription = Transcription(segments=[SEGMENTS[0]])
    panel.show_transcription(transcription)
    assert panel.heading.text() == "Being written down …"
    assert not panel.record_button.isEnabled()
    transcription.segments.append(SEGMENTS[1])
    transcription.transcript = Transcript("m", "1", "fr", SEGMENTS, ("A word was left out.",))
    transcription.is_running = False
    panel.show_transcription(transcription)
    assert panel.text.document().blockCount() == 2
    assert panel.heading.text() == "Language: French. A word was left out."
    panel.show_transcription(None)
    assert not panel.isVisible()
    assert language_name("xx-unknown") == "xx-unknown"


def test_a_failure_is_said_in_the_panel(panel: TranscriptPanel) -> None:
    panel.show_transcription(Transcription(failure="No model for speech.", is_running=False))
    assert panel.heading.text() == "No model for speech."
    assert not panel.copy_button.isEnabled()


@pytest.mark.slow
def test_stop_keeps_what_is_written(real_desktop: Desktop, qtbot: Any, tmp_path: Path) -> None:
    samples, rate = soundfile.read(VOICE, dtype="float32")
    parts = [samples, np.zeros(2 * rate, np.float32)] * 40
    path = tmp_path / "long.flac"
    soundfile.write(path, np.concatenate(parts), rate)
    workspace = open_sound(real_desktop, qtbot, path)
    qtbot.waitUntil(lambda: not real_desktop.is_busy, timeout=60_000)
    qtbot.mouseClick(workspace.audio.transcribe_button, Qt.MouseButton.LeftButton)
    state = workspace.controller.case.items[0].transcription
    assert state is not None
    qtbot.waitUntil(lambda: bool(state.segments), timeout=90_000)
    strip = real_desktop.window.status.job_strip
    assert "Transcribing long.flac" in strip.text
    qtbot.mouseClick(strip.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not state.is_running, timeout=20_000)
    assert state.transcript is None
    panel = workspace.audio.transcript
    assert panel.heading.text() == "Stopped: the rest of the recording was not written down."
    assert "child" in panel.text.toPlainText()
    assert workspace.audio.transcribe_button.isEnabled()
