"""ECGs and other curves in the window: drawn, scrolled, zoomed, measured."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage

from meddx_desktop.case.waveform_record import WaveformRecord
from meddx_desktop.rendering.lead_layout import LeadLayout
from meddx_desktop.ui.desktop import Desktop
from meddx_desktop.ui.waveform_canvas import WaveformCanvas
from meddx_desktop.ui.waveform_view import WaveformView
from tests.gui.test_window import items, open_files, press, texts
from tests.waveforms import (
    HEMODYNAMIC,
    Channel,
    group,
    heartbeats,
    leads,
    resting_ecg,
    write_waveform,
)

LEFT = Qt.MouseButton.LeftButton


def opened(desktop: Desktop, qtbot: Any, *paths: Path) -> WaveformView:
    workspace = open_files(desktop, qtbot, *paths)
    qtbot.waitUntil(lambda: workspace.waveform.canvas.stretch is not None)
    return workspace.waveform


@pytest.fixture
def view(desktop: Desktop, qtbot: Any, tmp_path: Path) -> WaveformView:
    """A 12-lead ECG of ten seconds with 75 beats per minute."""
    return opened(desktop, qtbot, resting_ecg(tmp_path / "ecg.dcm"))


def ink(canvas: WaveformCanvas) -> NDArray[np.bool_]:
    """Return where the canvas is as dark as a curve."""
    picture = canvas.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), -1)
    return rows[:, : picture.width()] < 90


def place(canvas: WaveformCanvas, channel: int, seconds: float, millivolts: float) -> QPoint:
    """Return where a value of the rhythm strip's channel is on the canvas."""
    sheet = canvas.sheet()
    panel = [one for one in sheet.panels if one.channel == channel][-1]
    area = sheet.area(panel)
    x = area.left() + (seconds - sheet.start_of(panel)) * sheet.scale.px_per_s
    scale = sheet.scale.px_per_mm * sheet.scale.gain_mm_mv
    return QPointF(x, area.top() + area.height() * 0.56 - millivolts * scale).toPoint()


def test_a_twelve_lead_ecg_is_laid_out_as_on_paper(view: WaveformView) -> None:
    canvas = view.canvas
    assert view.layout_box.currentText() == "3 × 4 and rhythm"
    assert len(canvas.panels) == 13
    assert (view.speed_box.currentText(), view.gain_box.currentText()) == ("25 mm/s", "10 mm/mV")
    start, end = canvas.view
    assert (start, end) == (0.0, pytest.approx(10.0, abs=0.05))
    # 10 s are 250 mm: a millimeter is as wide as it is high.
    assert canvas.scale.px_per_mm == pytest.approx(canvas.width() / 261.5, rel=1e-6)


def test_the_peaks_stand_where_time_and_voltage_put_them(view: WaveformView) -> None:
    canvas = view.canvas
    is_ink = ink(canvas)
    samples = heartbeats()[:, 1] * 0.0025
    peak = int(samples[:400].argmax())
    expected = place(canvas, 1, peak / 500, float(samples[peak] - np.median(samples)))
    rows, columns = np.nonzero(is_ink[expected.y() - 30 : expected.y() + 30])
    near = abs(columns - expected.x()) <= 2
    assert rows[near].min() - 30 == pytest.approx(0, abs=2)


def test_speed_gain_and_layout_change_by_key(
    view: WaveformView, desktop: Desktop, qtbot: Any
) -> None:
    press(desktop, qtbot, "G")
    assert view.gain_box.currentText() == "20 mm/mV"
    assert view.canvas.scale.gain_mm_mv == 20.0
    press(desktop, qtbot, "S")
    assert view.canvas.scale.speed_mm_s == 50.0
    press(desktop, qtbot, "L")
    assert view.layout_box.currentText() == "6 × 2"
    press(desktop, qtbot, "L")
    assert LeadLayout(view.layout_box.currentData()) is LeadLayout.STACKED
    assert len(view.canvas.panels) == 12
    assert view.canvas.height() >= 12 * 12 * view.canvas.scale.px_per_mm


def test_time_is_zoomed_and_scrolled_by_key_and_bar(
    view: WaveformView, desktop: Desktop, qtbot: Any
) -> None:
    assert not view.time_bar.isVisible()
    for _ in range(4):
        press(desktop, qtbot, "+")
    start, end = view.canvas.view
    # The margin of 11 mm grows with the paper.
    millimeters = view.canvas.width() / view.canvas.scale.px_per_mm - 11
    assert end - start == pytest.approx(millimeters / 25)
    assert end - start == pytest.approx(10 / 1.25**4, rel=0.1)
    assert view.time_bar.isVisible()
    press(desktop, qtbot, "End")
    assert view.canvas.view[1] == pytest.approx(10.0, abs=0.01)
    press(desktop, qtbot, "Left")
    assert view.canvas.view[1] == pytest.approx(10.0 - (end - start) / 5, abs=0.02)
    view.time_bar.setValue(100)
    assert view.canvas.view[0] == pytest.approx(1.0)
    press(desktop, qtbot, "Home")
    assert view.canvas.view[0] == 0.0
    press(desktop, qtbot, "=")
    assert not view.time_bar.isVisible()


def test_two_points_measure_time_and_voltage(
    view: WaveformView, desktop: Desktop, qtbot: Any
) -> None:
    canvas = view.canvas
    # From one R wave to the next of the rhythm strip, 0.8 s apart, and half a millivolt down.
    start, end = place(canvas, 1, 2.64, 1.0), place(canvas, 1, 3.44, 0.5)
    qtbot.mousePress(canvas, LEFT, pos=start)
    qtbot.mouseMove(canvas, end)
    qtbot.mouseRelease(canvas, LEFT, pos=end)
    caliper = canvas.caliper
    assert caliper is not None
    pixel_s, pixel_mv = 1 / canvas.scale.px_per_s, 0.1 / canvas.scale.px_per_mm
    assert caliper.seconds == pytest.approx(0.8, abs=pixel_s)
    assert caliper.height == pytest.approx(0.5, abs=pixel_mv)
    assert view.reading.text().startswith(f"{caliper.seconds * 1000:.0f} ms (7")
    assert view.reading.text().endswith("mV")
    # The reading stands on the paper too, in the color of text on a plain ground.
    beside = canvas.grab().toImage().pixelColor(end.x() + 5, start.y() - 4)
    assert beside == canvas.palette().base().color()
    canvas.setFocus()
    press(desktop, qtbot, "Del")
    assert canvas.caliper is None
    assert view.reading.text() == ""


def test_voltage_between_different_rows_is_not_measured(view: WaveformView, qtbot: Any) -> None:
    canvas = view.canvas
    start, end = place(canvas, 0, 1.0, 0.0), place(canvas, 1, 1.5, 0.0)
    qtbot.mousePress(canvas, LEFT, pos=start)
    qtbot.mouseMove(canvas, end)
    assert canvas.caliper is not None
    assert canvas.caliper.height is None
    assert "mV" not in view.reading.text()


def test_what_the_device_wrote_is_listed_and_nothing_is_assessed(
    view: WaveformView, desktop: Desktop
) -> None:
    listed = [view.annotation_list.item(row).text() for row in range(view.annotation_list.count())]
    assert listed == ["Sinus rhythm", "QT Interval: 368 ms", "QRS Onset × 1", "T Offset × 1"]
    assert "no model assesses waveforms" in texts(view)
    assert "2026-01-02 10:15 · 500 Hz" in texts(view)
    findings = desktop.window.workspace.findings
    assert "no model here looks at ECGs" in texts(findings)
    assert not findings.analyze_button.isEnabled()


def test_the_tree_places_an_ecg_in_its_study(view: WaveformView, desktop: Desktop) -> None:
    model = desktop.window.workspace.case_panel.model
    (opened_item,) = items(desktop.window.workspace)
    assert isinstance(opened_item.item, WaveformRecord)
    lines = model.lines_of(opened_item)
    assert lines == ["12-lead ECG · ecg.dcm", "12 channel(s) · 10.0 s", "2026-01-02"]
    study = model.index(0, 0, model.index(0, 0))
    assert model.data(study) == "2026-01-02 · Resting ECG"


def test_pressures_have_a_scale_of_their_own(desktop: Desktop, qtbot: Any, tmp_path: Path) -> None:
    times = np.arange(2000) / 250
    pressure = np.rint(100 + 20 * np.sin(2 * np.pi * times)).astype(np.int16)
    beats = heartbeats(8, 250)[:, 1]
    channels = (Channel("Lead II", "2:2", "2.5"), Channel("Aortic pressure", "9", "1", "mm[Hg]"))
    path = write_waveform(
        tmp_path / "pressure.dcm",
        group(np.stack([beats, pressure], axis=1), channels, 250),
        sop_class=HEMODYNAMIC,
    )
    view = opened(desktop, qtbot, path)
    canvas = view.canvas
    assert not view.layout_box.isEnabled()
    row = canvas.sheet().area(canvas.panels[1])
    start, end = row.center().toPoint(), (row.center() + QPointF(0, 20)).toPoint()
    qtbot.mousePress(canvas, LEFT, pos=start)
    qtbot.mouseMove(canvas, end)
    assert canvas.caliper is not None
    assert canvas.caliper.unit == "mmHg"
    # 40 mmHg fill most of the row, so 20 pixels of a row of some 250 are a few.
    assert 0.5 < (canvas.caliper.height or 0) < 20


def test_a_group_of_one_beat_is_stacked(desktop: Desktop, qtbot: Any, tmp_path: Path) -> None:
    path = write_waveform(
        tmp_path / "two.dcm",
        group(heartbeats(), leads()),
        group(heartbeats(1), leads(), MultiplexGroupLabel="MEDIAN BEAT"),
    )
    view = opened(desktop, qtbot, path)
    press(desktop, qtbot, "N")
    assert view.group_box.currentText() == "Median beat, 1.0 s"
    qtbot.waitUntil(lambda: view.canvas.stretch is not None and view.canvas.stretch.group == 1)
    assert len(view.canvas.panels) == 12
    assert not view.layout_box.isEnabled()


def test_a_long_recording_is_read_in_parts(
    desktop: Desktop, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meddx_desktop.ui.waveform_view._SAMPLES_AT_ONCE", 1000)
    path = write_waveform(tmp_path / "long.dcm", group(heartbeats(120, 125), leads(), 125))
    view = opened(desktop, qtbot, path)
    canvas = view.canvas
    assert canvas.stretch is not None
    assert canvas.stretch.stop < 60 * 125
    press(desktop, qtbot, "End")
    qtbot.waitUntil(lambda: canvas.stretch is not None and canvas.stretch.stop == 15_000)
    assert canvas.stretch.start > 60 * 125
    assert ink(canvas).any()


def test_a_closed_case_leaves_no_curves(view: WaveformView, desktop: Desktop) -> None:
    desktop.window.workspace.close_case()
    assert view.canvas.stretch is None
    assert view.annotation_list.count() == 0
