"""The audio view with a recording of its own and a loudspeaker that plays without sound."""

import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication

from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.explanation import TimeHighlights, WeightedSpan
from meddx_desktop.case.finding import SegmentFindings
from meddx_desktop.case.source import Source
from meddx_desktop.ui.audio_drawing import SegmentMark, segment_cells, segment_label
from meddx_desktop.ui.audio_view import AudioView
from meddx_desktop.ui.engine_signals import EngineSignals
from meddx_desktop.ui.words import finding_sentence
from tests.gui.conftest import ATRESIA, make_analysis, make_finding

RATE = 4000
SECONDS = 8.0


class SilentOutput:
    """A loudspeaker that is always ready and plays ten times as fast as one hears."""

    sampling_frequency = 8000

    def __init__(self) -> None:
        self.heard = b""
        self.is_stopped = False

    def bytes_free(self) -> int:
        return 4000

    def write(self, samples: bytes) -> int:
        taken = samples[:4000]
        self.heard += taken
        return len(taken)

    def played_s(self) -> float:
        return len(self.heard) / 2 / self.sampling_frequency

    def stop(self) -> None:
        self.is_stopped = True


@pytest.fixture
def outputs() -> list[SilentOutput]:
    return []


@pytest.fixture
def view(qtbot: Any, signals: EngineSignals, outputs: list[SilentOutput]) -> AudioView:
    def open_output() -> SilentOutput:
        outputs.append(SilentOutput())
        return outputs[-1]

    made = AudioView(signals, open_output)
    qtbot.addWidget(made, before_close_func=AudioView.close_clip)
    made.resize(800, 500)
    made.show()
    return made


@pytest.fixture
def clip(tmp_path: Path) -> AudioClip:
    path = tmp_path / "beat.wav"
    time = np.arange(int(RATE * SECONDS)) / RATE
    samples = (np.sin(2 * np.pi * 100 * time) * (time % 1 < 0.3) * 12000).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return AudioClip(Source(path, (path,)), path, RATE, 1, len(samples), "WAV")


def segments() -> Any:
    return make_analysis(
        make_finding(0.8),
        segments=tuple(
            SegmentFindings(start, start + 2.0, (make_finding(probability),))
            for start, probability in ((0.0, 0.2), (2.0, 0.9), (4.0, 0.3))
        ),
    )


def pixels(view: AudioView) -> set[int]:
    image = view.lanes.grab().toImage()
    return {image.pixel(x, y) for x in range(100, 780, 7) for y in range(30, 440, 7)}


def test_outline_and_spectrogram_are_drawn(view: AudioView, clip: AudioClip, qtbot: Any) -> None:
    empty = pixels(view)
    view.show_clip(clip, ())
    qtbot.waitUntil(lambda: len(pixels(view)) > len(empty) + 20)
    assert view.time_label == "0:00.0 / 0:08.0"


def test_a_click_on_a_segment_goes_to_its_start(
    view: AudioView, clip: AudioClip, qtbot: Any
) -> None:
    view.show_clip(clip, (segments(),))
    assert [mark.finding.probability for mark in view.lanes.marks] == [0.2, 0.9, 0.3]
    lanes = view.lanes
    x = round(92 + (lanes.width() - 100) * 3.1 / SECONDS)
    qtbot.mouseClick(lanes, Qt.MouseButton.LeftButton, pos=QPoint(x, lanes.height() - 40))
    assert lanes.cursor_s == 2.0
    assert view.time_label.startswith("0:02.0")


def test_a_segment_never_shows_a_bare_number(view: AudioView, clip: AudioClip) -> None:
    view.show_clip(clip, (segments(),))
    metrics = view.lanes.fontMetrics()
    finding = view.lanes.marks[1].finding
    assert segment_label(finding, metrics, 200) == "Likely\n90 %"
    assert segment_label(finding, metrics, metrics.horizontalAdvance("90 %") - 8) == "▲"
    assert segment_label(finding, metrics, 1) == ""


def test_a_segment_says_its_operating_point_and_group_under_the_pointer(
    view: AudioView, clip: AudioClip, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(
        "meddx_desktop.ui.audio_lanes.QToolTip.showText", lambda _, text, __: shown.append(text)
    )
    view.show_clip(clip, (segments(),))
    x = round(92 + (view.lanes.width() - 100) * 3.1 / SECONDS)
    place = QPoint(x, view.lanes.height() - 40)
    globally = view.lanes.mapToGlobal(place)
    QApplication.sendEvent(view.lanes, QHelpEvent(QEvent.Type.ToolTip, place, globally))
    (said,) = shown
    assert said == finding_sentence(view.lanes.marks[1].finding)
    assert "Likely, 90 %. Threshold 41 %: sensitivity 90 %" in said
    assert "612 infants of one hospital" in said


def test_overlapping_segments_share_the_lane() -> None:
    marks = tuple(SegmentMark(start, start + 2.0, make_finding(0.5)) for start in (0.0, 1.0, 2.0))
    cells = [(start, end) for start, end, _ in segment_cells(marks)]
    assert cells == [(0.0, 1.5), (1.5, 2.5), (2.5, 4.0)]
    apart = (marks[0], SegmentMark(3.0, 4.0, make_finding(0.1)))
    assert [(start, end) for start, end, _ in segment_cells(apart)] == [(0.0, 2.0), (3.0, 4.0)]
    assert segment_cells(()) == []


def test_playing_moves_the_cursor_and_feeds_whole_samples(
    view: AudioView, clip: AudioClip, outputs: list[SilentOutput], qtbot: Any
) -> None:
    view.show_clip(clip, ())
    qtbot.mouseClick(view.play_button, Qt.MouseButton.LeftButton)
    assert view.play_button.text() == "Pause"
    qtbot.waitUntil(lambda: view.lanes.cursor_s > 0.5)
    view.pause()
    assert outputs[0].is_stopped
    assert view.play_button.text() == "Play"
    samples = np.frombuffer(outputs[0].heard, np.int16)
    assert np.abs(samples).max() == pytest.approx(12000, rel=0.1)


def test_playing_ends_with_the_recording(
    view: AudioView, clip: AudioClip, outputs: list[SilentOutput], qtbot: Any
) -> None:
    view.show_clip(clip, ())
    view.seek(7.5)
    view.toggle_playing()
    qtbot.waitUntil(lambda: not view.playback.is_playing)
    assert view.lanes.cursor_s == pytest.approx(SECONDS, abs=0.1)
    assert outputs[0].played_s() == pytest.approx(0.5, abs=0.05)


def test_a_drag_chooses_the_part_to_repeat(
    view: AudioView, clip: AudioClip, outputs: list[SilentOutput], qtbot: Any
) -> None:
    view.show_clip(clip, ())
    lanes = view.lanes
    qtbot.mousePress(lanes, Qt.MouseButton.LeftButton, pos=QPoint(200, 80))
    qtbot.mouseMove(lanes, QPoint(240, 80))
    qtbot.mouseRelease(lanes, Qt.MouseButton.LeftButton, pos=QPoint(240, 80))
    assert view.loop_box.isChecked()
    assert lanes.loop is not None
    first, last = lanes.loop
    view.toggle_playing()
    qtbot.waitUntil(lambda: len(outputs) >= 2)
    assert first <= lanes.cursor_s <= last
    view.pause()


def test_time_zooms_and_the_spectrogram_follows(
    view: AudioView, clip: AudioClip, qtbot: Any
) -> None:
    view.show_clip(clip, ())
    view.seek(4.0)
    view.zoom_by(4.0)
    start, end = view.lanes.view
    assert end - start == pytest.approx(2.0)
    assert start <= 4.0 <= end
    view.show_all()
    assert view.lanes.view == (0.0, SECONDS)


def test_without_sound_output_the_view_says_so(
    qtbot: Any, signals: EngineSignals, clip: AudioClip
) -> None:
    view = AudioView(signals, lambda: None)
    qtbot.addWidget(view, before_close_func=AudioView.close_clip)
    view.show_clip(clip, ())
    view.toggle_playing()
    assert view.message == "This computer has no sound output."
    assert view.play_button.text() == "Play"


def test_evidence_goes_to_the_strongest_seconds(
    view: AudioView, clip: AudioClip, qtbot: Any
) -> None:
    view.show_clip(clip, ())
    spans = (WeightedSpan(1.0, 1.5, 0.2), WeightedSpan(5.0, 5.5, 0.9))
    view.show_highlights(TimeHighlights(ATRESIA, spans, "occlusion"))
    assert view.lanes.cursor_s == 5.0
