"""The view of a waveform: paper, choices of speed, gain and layout, and what the file says."""

from collections import Counter
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QScrollArea,
    QScrollBar,
    QVBoxLayout,
    QWidget,
)

from meddx_desktop.analysis import jobs
from meddx_desktop.case.waveform_record import (
    MILLIVOLT,
    MultiplexGroup,
    WaveformAnnotation,
    WaveformRecord,
    WaveformStretch,
)
from meddx_desktop.engine.messages import Failed, Lane
from meddx_desktop.rendering.lead_layout import LeadLayout, layouts_for
from meddx_desktop.ui.engine_signals import EngineSignals, Order
from meddx_desktop.ui.image_facts import date_time_text, patient_lines
from meddx_desktop.ui.waveform_caliper import Caliper
from meddx_desktop.ui.waveform_canvas import WaveformCanvas
from meddx_desktop.ui.waveform_sheets import SheetTexts, WaveformSheets, said_text

_SPEEDS_MM_S = (12.5, 25.0, 50.0)
_GAINS_MM_MV = (5.0, 10.0, 20.0)
_USUAL = 1
# What is read at once; a day's recording comes in parts.
_SAMPLES_AT_ONCE = 4_000_000
_STEPS_PER_S = 100
_SHORTEST_PAGE_S = 5.0
_LIST_ROWS = 5.5


class WaveformView(QWidget):
    """Shows one waveform; decoding happens in the worker."""

    def __init__(self, signals: EngineSignals) -> None:
        super().__init__()
        self._signals = signals
        self._record: WaveformRecord | None = None
        self._group = 0
        self._job: int | None = None
        self._ordered: tuple[int, int] | None = None
        self.canvas = WaveformCanvas()
        self.group_box = self._box(self.tr("Group of curves"))
        self.layout_box = self._box(self.tr("Arrangement of the curves"))
        self.speed_box = self._box(self.tr("Paper speed"))
        self.gain_box = self._box(self.tr("Gain"))
        self.speed_box.addItems([self.tr("{0:g} mm/s").format(one) for one in _SPEEDS_MM_S])
        self.gain_box.addItems([self.tr("{0:g} mm/mV").format(one) for one in _GAINS_MM_MV])
        self.speed_box.setCurrentIndex(_USUAL)
        self.gain_box.setCurrentIndex(_USUAL)
        self.time_bar = QScrollBar(Qt.Orientation.Horizontal)
        self.time_bar.setAccessibleName(self.tr("Time"))
        self.reading = QLabel()
        self.reading.setAccessibleName(self.tr("Measured on the paper"))
        self._facts = QLabel()
        self._said = QLabel(self.tr("Written in the file by the device, not checked here:"))
        self.annotation_list = QListWidget()
        self.annotation_list.setAccessibleName(self.tr("What the file says about the curves"))
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.canvas)
        self.sheets = WaveformSheets(self.canvas, self._sheet_texts, self)

    def _box(self, name: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        box.setToolTip(name)
        box.view().setAccessibleName(name)
        return box

    def _lay_out(self) -> None:
        font = self.reading.font()
        font.setBold(True)
        self.reading.setFont(font)
        choices = QHBoxLayout()
        choices.setContentsMargins(8, 4, 8, 4)
        choices.setSpacing(6)
        for box in (self.layout_box, self.speed_box, self.gain_box, self.group_box):
            choices.addWidget(box)
        choices.addWidget(self.reading, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self.canvas)
        below = QHBoxLayout()
        below.setContentsMargins(8, 2, 8, 2)
        statement = QLabel(self.tr("Shown for reading: no model assesses waveforms."))
        below.addWidget(self._facts, 1)
        below.addWidget(statement)
        said = QVBoxLayout()
        said.setContentsMargins(8, 0, 8, 6)
        said.addWidget(self._said)
        said.addWidget(self.annotation_list)
        self.annotation_list.setFlow(QListWidget.Flow.TopToBottom)
        self.annotation_list.setWrapping(True)
        row = self.annotation_list.fontMetrics().height() + 4
        self.annotation_list.setFixedHeight(round(_LIST_ROWS * row))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(choices)
        layout.addWidget(scroll, 1)
        layout.addWidget(self.time_bar)
        layout.addLayout(below)
        layout.addLayout(said)

    def _connect(self) -> None:
        self.canvas.view_changed.connect(self._view_changed)
        self.canvas.measured.connect(self._show_reading)
        self.group_box.currentIndexChanged.connect(self._choose_group)
        self.layout_box.currentIndexChanged.connect(self._choose_layout)
        self.speed_box.currentIndexChanged.connect(
            lambda number: self.canvas.choose_speed(_SPEEDS_MM_S[number])
        )
        self.gain_box.currentIndexChanged.connect(
            lambda number: self.canvas.choose_gain(_GAINS_MM_MV[number])
        )
        self.time_bar.valueChanged.connect(
            lambda value: self.canvas.show_from(value / _STEPS_PER_S)
        )

    # The waveform

    def show_record(self, record: WaveformRecord) -> None:
        """Show a waveform from its beginning, unless it is in view."""
        if record is self._record:
            return
        self.close_record()
        self._record = record
        names = [self._group_name(number, one) for number, one in enumerate(record.groups)]
        with QSignalBlocker(self.group_box):
            self.group_box.clear()
            self.group_box.addItems(names)
        self.group_box.setVisible(len(names) > 1)
        self._choose_group(0)

    def close_record(self) -> None:
        """Show nothing and stop reading."""
        self._forget_job()
        self._record = None
        self.canvas.clear()
        self.reading.clear()
        self.annotation_list.clear()

    def _group_name(self, number: int, group: MultiplexGroup) -> str:
        name = group.label.capitalize() or self.tr("Group {0}").format(number + 1)
        return self.tr("{0}, {1:.1f} s").format(name, group.duration_s)

    def _choose_group(self, number: int) -> None:
        if self._record is None or number < 0:
            return
        self._forget_job()
        self._group = number
        group = self._record.groups[number]
        layouts = layouts_for([channel.label for channel in group.channels])
        # A single beat leaves nothing for the columns that follow.
        if group.duration_s < _SHORTEST_PAGE_S:
            layouts = (LeadLayout.STACKED,)
        with QSignalBlocker(self.layout_box):
            self.layout_box.clear()
            for layout in layouts:
                self.layout_box.addItem(self._layout_name(layout), layout)
        self.layout_box.setEnabled(len(layouts) > 1)
        is_electric = any(channel.unit == MILLIVOLT for channel in group.channels)
        self.gain_box.setEnabled(is_electric)
        self._facts.setText(self._facts_of(group))
        self._facts.setToolTip(self._facts.text())
        self._fill_list(self._record.annotations)
        self.canvas.show_group(number, group, self._record.annotations, layouts[0])

    def _choose_layout(self, number: int) -> None:
        if number >= 0:
            self.canvas.choose_layout(LeadLayout(self.layout_box.itemData(number)))

    def _layout_name(self, layout: LeadLayout) -> str:
        match layout:
            case LeadLayout.THREE_BY_FOUR:
                return self.tr("3 × 4 and rhythm")
            case LeadLayout.SIX_BY_TWO:
                return self.tr("6 × 2")
            case LeadLayout.STACKED:
                return self.tr("One below the other")

    def _facts_of(self, group: MultiplexGroup) -> str:
        acquired = date_time_text(self._record.acquired) if self._record is not None else ""
        frequency = self.tr("{0:g} Hz").format(group.sampling_frequency)
        parts = [part for part in (acquired, frequency) if part]
        filters = {channel.filters for channel in group.channels}
        if len(filters) == 1:
            low, high, notch = filters.pop()
            if low is not None and high is not None:
                parts.append(self.tr("filter {0:g}–{1:g} Hz").format(low, high))
            if notch is not None:
                parts.append(self.tr("notch {0:g} Hz").format(notch))
        return " · ".join(parts)

    def _fill_list(self, annotations: Sequence[WaveformAnnotation]) -> None:
        self.annotation_list.clear()
        self.annotation_list.addItems([one.text for one in annotations if not one.times_s])
        moments = Counter(one.text for one in annotations if one.times_s)
        self.annotation_list.addItems([f"{name} × {count}" for name, count in moments.items()])
        for widget in (self._said, self.annotation_list):
            widget.setVisible(self.annotation_list.count() > 0)

    def _sheet_texts(self) -> SheetTexts | None:
        """Return what stands on paper beside the curves in view."""
        record = self._record
        if record is None:
            return None
        group = self._group_name(self._group, record.groups[self._group])
        heading = (record.title, record.study_description or "", group)
        said = tuple(one.text for one in record.annotations if not one.times_s)
        return SheetTexts(
            patient_lines(record.patient),
            (" · ".join(part for part in heading if part), self._facts.text()),
            said_text(said),
        )

    # Samples

    def _view_changed(self) -> None:
        start, end = self.canvas.view
        duration = self.canvas.duration_s
        with QSignalBlocker(self.time_bar):
            self.time_bar.setRange(0, max(0, round((duration - (end - start)) * _STEPS_PER_S)))
            self.time_bar.setPageStep(max(1, round((end - start) * _STEPS_PER_S)))
            self.time_bar.setSingleStep(max(1, self.time_bar.pageStep() // 10))
            self.time_bar.setValue(round(start * _STEPS_PER_S))
        self.time_bar.setVisible(self.time_bar.maximum() > 0)
        self._order_samples(start, end)

    def _order_samples(self, start_s: float, end_s: float) -> None:
        if self._record is None:
            return
        group = self._record.groups[self._group]
        first = max(0, int(start_s * group.sampling_frequency))
        last = min(group.sample_count, int(end_s * group.sampling_frequency) + 2)
        if self._ordered is not None and self._ordered[0] <= first and last <= self._ordered[1]:
            return
        self._forget_job()
        if group.sample_count * len(group.channels) <= _SAMPLES_AT_ONCE:
            self._ordered = (0, group.sample_count)
        else:
            span = last - first
            self._ordered = (max(0, first - span), min(group.sample_count, last + span))
        job = partial(jobs.load_waveform, self._record, self._group, *self._ordered)
        order = Order(
            job,
            Lane.OPENING,
            paths=self._record.source.paths,
            on_success=partial(self._take_samples, self._record, self._group),
            on_failure=self._fail,
        )
        self._job = self._signals.submit(order)

    def _take_samples(self, record: WaveformRecord, group: int, stretch: WaveformStretch) -> None:
        if record is self._record and group == self._group:
            self.canvas.show_stretch(stretch)

    def _fail(self, failure: Failed) -> None:
        self.reading.setText(failure.message)

    def _forget_job(self) -> None:
        if self._job is not None:
            self._signals.cancel(self._job)
        self._job = self._ordered = None

    # Commands

    def choose_next(self, box: QComboBox) -> None:
        """Go to the next choice of a box, from the last to the first."""
        if box.isEnabled() and box.count():
            box.setCurrentIndex((box.currentIndex() + 1) % box.count())

    def _show_reading(self, caliper: Caliper | None) -> None:
        text = "" if caliper is None else self._reading_of(caliper)
        self.reading.setText(text)
        self.canvas.show_reading(text)

    def _reading_of(self, caliper: Caliper) -> str:
        milliseconds = caliper.seconds * 1000
        text = self.tr("{0:.0f} ms").format(milliseconds)
        if milliseconds >= 1:
            text += " " + self.tr("({0:.0f} per minute)").format(60_000 / milliseconds)
        if caliper.height is not None:
            digits = ".2f" if caliper.unit == MILLIVOLT else ".3g"
            text += f" · {caliper.height:{digits}} {caliper.unit}"
        return text
