"""The view of a recording: lanes, transcript, play controls, loop."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from meddx_desktop.analysis import jobs
from meddx_desktop.analysis.jobs import SpectrogramPicture
from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.explanation import TimeHighlights
from meddx_desktop.case.finding import Analysis
from meddx_desktop.engine.messages import Failed, Lane
from meddx_desktop.rendering.waveform import PeakBlock, PeakPyramid, assemble_pyramid
from meddx_desktop.ui.audio_drawing import SegmentMark, time_text
from meddx_desktop.ui.audio_lanes import AudioLanes
from meddx_desktop.ui.engine_signals import EngineSignals, Order
from meddx_desktop.ui.playback import Playback
from meddx_desktop.ui.sound_output import SoundOutput, open_loudspeaker
from meddx_desktop.ui.transcript_panel import TranscriptPanel
from meddx_desktop.ui.transcription import Transcription

_REDRAW_DELAY_MS = 120


class AudioView(QWidget):
    """Shows and plays one recording; decoding happens in the worker.

    Signals: `transcript_wanted()`.
    """

    transcript_wanted = Signal()

    def __init__(
        self,
        signals: EngineSignals,
        open_output: Callable[[], SoundOutput | None] = open_loudspeaker,
    ) -> None:
        super().__init__()
        self._signals = signals
        self._clip: AudioClip | None = None
        self._parts: list[PeakBlock] = []
        self._peaks_job: int | None = None
        self._picture_job: int | None = None
        self.lanes = AudioLanes()
        self.transcript = TranscriptPanel()
        self.playback = Playback(signals, open_output)
        self._redraw = QTimer(self)
        self._redraw.setSingleShot(True)
        self._redraw.setInterval(_REDRAW_DELAY_MS)
        self._redraw.timeout.connect(self._order_spectrogram)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.lanes)
        splitter.addWidget(self.transcript)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        layout.addWidget(splitter, 1)
        layout.addWidget(self._build_controls())
        self.setFocusProxy(self.lanes)
        self._connect()

    def _build_controls(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(8, 4, 8, 4)
        self.play_button = QPushButton(self.tr("Play"))
        self.play_button.setAccessibleName(self.tr("Play or pause the recording"))
        self.play_button.clicked.connect(self.toggle_playing)
        self.loop_box = QCheckBox(self.tr("Loop"))
        self.loop_box.setAccessibleName(self.tr("Play in a loop"))
        self.loop_box.setToolTip(self.tr("Drag over the recording to choose the part to repeat."))
        self.transcribe_button = QPushButton(self.tr("Transcribe"))
        self.transcribe_button.setAccessibleName(self.tr("Write down what is said"))
        self.transcribe_button.clicked.connect(self.transcript_wanted)
        self._time = QLabel()
        self._message = QLabel()
        self._message.setWordWrap(True)
        for widget in (self.play_button, self.loop_box, self._time):
            line.addWidget(widget)
        line.addWidget(self._message, 1)
        line.addWidget(self.transcribe_button)
        return row

    def _connect(self) -> None:
        self.lanes.seek_wanted.connect(self.seek)
        self.lanes.loop_drawn.connect(self._loop_drawn)
        self.lanes.view_changed.connect(self._redraw.start)
        self.transcript.seek_wanted.connect(self.seek)
        self.playback.moved.connect(self._moved)
        self.playback.ended.connect(self._ended)
        self.playback.failed.connect(self._say)

    @property
    def message(self) -> str:
        """What the view says about sound output or the file."""
        return self._message.text()

    @property
    def time_label(self) -> str:
        """Position and duration as shown."""
        return self._time.text()

    # The recording

    def show_clip(self, clip: AudioClip, analyses: tuple[Analysis, ...]) -> None:
        """Show a recording with what the models said about it."""
        self.close_clip()
        self._clip, self._parts = clip, []
        self.lanes.show_recording(clip.duration_s)
        self.show_analyses(analyses)
        self._say("")
        self._show_time()
        order = Order(
            partial(jobs.load_peaks, clip),
            Lane.OPENING,
            paths=clip.source.paths,
            on_piece=partial(self._take_part, clip),
            on_success=partial(self._take_peaks, clip),
            on_failure=self._fail,
        )
        self._peaks_job = self._signals.submit(order)
        self._order_spectrogram()

    def close_clip(self) -> None:
        """Be silent and stop drawing."""
        self.pause()
        self._redraw.stop()
        for job_id in (self._peaks_job, self._picture_job):
            if job_id is not None:
                self._signals.cancel(job_id)
        self._clip = self._peaks_job = self._picture_job = None

    def show_analyses(self, analyses: tuple[Analysis, ...]) -> None:
        """Show the segments with their probabilities."""
        marks = []
        for analysis in analyses:
            for segment in analysis.segments:
                if segment.findings:
                    strongest = max(segment.findings, key=lambda finding: finding.probability)
                    marks.append(SegmentMark(segment.start_s, segment.end_s, strongest))
        self.lanes.show_segments(tuple(marks))

    def show_transcription(self, transcription: Transcription | None) -> None:
        """Show what is said, as far as it is written down."""
        self.transcript.show_transcription(transcription)
        is_running = transcription is not None and transcription.is_running
        self.transcribe_button.setEnabled(not is_running)

    def show_highlights(self, highlights: TimeHighlights) -> None:
        """Show the evidence for a finding and go to its strongest part."""
        self.lanes.show_evidence(highlights.spans)
        if highlights.spans:
            self.seek(max(highlights.spans, key=lambda span: span.weight).start)

    def _take_part(self, clip: AudioClip, part: PeakBlock) -> None:
        if clip is self._clip:
            self._parts.append(part)
            finest = [block.peaks for block in self._parts]
            self.lanes.show_peaks(assemble_pyramid(finest, part.shape))

    def _take_peaks(self, clip: AudioClip, pyramid: PeakPyramid) -> None:
        if clip is self._clip:
            self.lanes.show_peaks(pyramid)

    def _order_spectrogram(self) -> None:
        if self._clip is None:
            return
        if self._picture_job is not None:
            self._signals.cancel(self._picture_job)
        start, end = self.lanes.view
        columns = self.lanes.column_count()
        order = Order(
            partial(jobs.load_spectrogram, self._clip, start, end, columns),
            Lane.OPENING,
            paths=self._clip.source.paths,
            on_success=partial(self._take_picture, self._clip),
            on_failure=self._fail,
        )
        self._picture_job = self._signals.submit(order)

    def _take_picture(self, clip: AudioClip, picture: SpectrogramPicture) -> None:
        if clip is self._clip:
            self.lanes.show_spectrogram(picture)

    def _fail(self, failure: Failed) -> None:
        self._say(failure.message)

    def _say(self, text: str) -> None:
        self._message.setText(text)
        self._show_playing()

    # Playing

    def toggle_playing(self) -> None:
        """Play from the cursor, or pause."""
        if self.playback.is_playing:
            self.pause()
        elif self._clip is not None:
            start, end = self._stretch()
            self.playback.play(self._clip, start, end)
        self._show_playing()

    def _stretch(self) -> tuple[float, float]:
        """Return what is to be played: from the cursor, within the loop if there is one."""
        duration = self._clip.duration_s if self._clip is not None else 0.0
        first, last = self.lanes.loop if self._loops_part() and self.lanes.loop else (0.0, duration)
        cursor = self.lanes.cursor_s
        return (cursor if first <= cursor < last - 0.05 else first), last

    def _loops_part(self) -> bool:
        return self.loop_box.isChecked() and self.lanes.loop is not None

    def pause(self) -> None:
        """Stop playing and keep the place."""
        self.playback.stop()
        self._show_playing()

    def toggle_loop(self) -> None:
        """Repeat, or not."""
        self.loop_box.toggle()

    def seek(self, seconds: float) -> None:
        """Go to a moment; playing goes on from there."""
        was_playing = self.playback.is_playing
        self.playback.stop()
        self.lanes.show_cursor(seconds)
        self._show_time()
        if was_playing:
            self.toggle_playing()

    def seek_by(self, seconds: float) -> None:
        """Go some seconds on or back."""
        self.seek(self.lanes.cursor_s + seconds)

    def zoom_by(self, factor: float) -> None:
        """Zoom the time."""
        self.lanes.zoom_by(factor)

    def show_all(self) -> None:
        """Show the whole recording."""
        self.lanes.show_all()

    def _moved(self, seconds: float) -> None:
        self.lanes.show_cursor(seconds)
        self._show_time()

    def _ended(self) -> None:
        if self.loop_box.isChecked() and self._clip is not None:
            first = self.lanes.loop[0] if self.lanes.loop is not None else 0.0
            self.lanes.show_cursor(first)
            self.toggle_playing()
        self._show_playing()

    def _loop_drawn(self, start_s: float, _: float) -> None:
        self.loop_box.setChecked(True)
        self.seek(start_s)

    def _show_time(self) -> None:
        if self._clip is not None:
            duration = time_text(self._clip.duration_s, 0.1)
            self._time.setText(f"{time_text(self.lanes.cursor_s, 0.1)} / {duration}")

    def _show_playing(self) -> None:
        is_playing = self.playback.is_playing
        self.play_button.setText(self.tr("Pause") if is_playing else self.tr("Play"))
