"""The probability of a finding on each slice, above the slider."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel

from meddx_desktop.analysis.evidence_request import EvidenceRequest
from meddx_desktop.case.coded_concept import CodedConcept
from meddx_desktop.case.explanation import Heatmap
from meddx_desktop.case.finding import Analysis, FrameFindings
from meddx_desktop.case.image_series import Box, ImageSeries
from meddx_desktop.ui.desktop import Desktop
from meddx_desktop.ui.held_key import HOLD_MS
from meddx_desktop.ui.image_view import ImageView
from meddx_desktop.ui.slice_findings import slice_findings
from tests.gui.conftest import make_analysis, make_finding
from tests.gui.test_measuring import opened_case, ramps

__all__ = ["ramps"]
LEFT = Qt.MouseButton.LeftButton
BLEED = CodedConcept("1386000", "SCT", "Intracranial hemorrhage")
FRACTURE = CodedConcept("371162008", "SCT", "Skull fracture")


def head_analysis(*probabilities: float, concept: CodedConcept = BLEED) -> Analysis:
    """Return what a model says about each slice; a negative number is a slice it left out."""
    frames = tuple(
        FrameFindings(index, Path("ct"), (make_finding(probability, concept),))
        for index, probability in enumerate(probabilities)
        if probability >= 0
    )
    return make_analysis(make_finding(max(probabilities), concept), frames=frames)


@pytest.fixture
def view(desktop: Desktop, qtbot: Any) -> ImageView:
    """The first of two series of three slices, of which a model speaks."""
    shown = opened_case(desktop, qtbot)
    desktop.window.workspace.controller._take_analysis(0, head_analysis(0.1, 0.2, 0.9))
    return shown


def middle(view: ImageView, index: int) -> QPoint:
    strip = view.controls.strip
    bar = strip.bar(index)
    return QPoint(round(bar.center().x()), strip.height() - 4)


def test_the_strip_shows_what_was_said_of_each_slice(view: ImageView) -> None:
    strip = view.controls.strip
    assert strip.isVisible()
    heights = [strip.bar(index).height() for index in range(3)]
    assert heights == sorted(heights)
    assert heights[2] / heights[0] == pytest.approx(9.0)
    text = strip.text_at(middle(view, 1).x())
    assert text.startswith("Image 2. Intracranial hemorrhage: Unlikely, 20 %. Threshold 41 %")
    assert "612 infants of one hospital" in text
    assert strip.accessibleName() == "Intracranial hemorrhage on each image"


def test_a_click_on_the_strip_goes_to_the_slice(view: ImageView, qtbot: Any) -> None:
    qtbot.mouseClick(view.controls.strip, LEFT, pos=middle(view, 1))
    assert view.index == 1


def test_one_key_and_one_button_go_to_the_highest_slice(view: ImageView, qtbot: Any) -> None:
    assert view.controls.highest_button.text() == "Image 3: Likely 90 %"
    view.setFocus()
    qtbot.keyClick(view.canvas, Qt.Key.Key_J)
    assert view.index == 2
    view.first()
    qtbot.mouseClick(view.controls.highest_button, LEFT)
    assert view.index == 2


def test_evidence_is_computed_on_the_image_in_view_when_asked_for(
    view: ImageView, desktop: Desktop, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explain(item: ImageSeries, request: EvidenceRequest, progress: Any) -> Heatmap:
        values = np.full((4, 4), 0.5, np.float32)
        return Heatmap(BLEED, request.frame_index, Box(10, 10, 60, 60), values, "activation map")

    monkeypatch.setattr("meddx_desktop.analysis.jobs.explain_finding", explain)
    look = view.canvas.look
    view.go_to(1)
    view.setFocus()
    for index in (1, 2):
        view.go_to(index)
        assert view.canvas.heatmap is None
        qtbot.keyClick(view.canvas, Qt.Key.Key_F7, Qt.KeyboardModifier.ShiftModifier)
        qtbot.waitUntil(lambda: view.canvas.heatmap is not None)
        assert view.index == index
    assert view.canvas.look == look


def test_the_strip_goes_with_its_series(view: ImageView, desktop: Desktop, qtbot: Any) -> None:
    workspace = desktop.window.workspace
    workspace.case_panel.choose(1)
    assert not workspace.image.controls.strip.isVisible()
    workspace.case_panel.choose(0)
    assert workspace.image.controls.strip.isVisible()


def test_a_slice_that_was_left_out_is_not_assessed(view: ImageView, desktop: Desktop) -> None:
    controller = desktop.window.workspace.controller
    controller._take_analysis(0, head_analysis(0.1, -1.0, 0.3))
    assert view.controls.strip.bar(1).height() == 0
    assert view.controls.strip.text_at(middle(view, 1).x()) == "Image 2: not assessed"


def test_the_most_probable_of_several_findings_comes_first() -> None:
    first = head_analysis(0.1, 0.2)
    second = make_analysis(
        make_finding(),
        model_id="other",
        frames=head_analysis(0.5, 0.3, concept=FRACTURE).frames,
    )
    found = slice_findings((first, second))
    assert [one.concept for one in found] == [FRACTURE, BLEED]
    assert [one.highest for one in found] == [0, 1]


def test_in_a_narrow_viewport_the_strip_keeps_its_room_above_the_slider(
    desktop: Desktop, view: ImageView, qtbot: Any
) -> None:
    desktop.window.resize(1280, 800)
    desktop.bars.actions["layout-1x2"].trigger()
    controls = view.controls
    qtbot.waitUntil(lambda: view.width() < 400)
    qtbot.waitUntil(lambda: controls.strip.width() > 0.4 * view.width())
    below = controls.slider.geometry()
    assert (controls.strip.x(), controls.strip.width()) == (below.x(), below.width())
    assert controls.findings_box.geometry().bottom() < controls.strip.geometry().top()
    desktop.bars.actions["layout-1x1"].trigger()
    qtbot.waitUntil(lambda: view.width() > 500)
    # The rate of the film leaves the slider its length.
    qtbot.waitUntil(lambda: controls.slider.width() > 0.6 * view.width())


def test_no_word_of_a_finding_is_cut_off_in_the_narrowest_panel(
    desktop: Desktop, view: ImageView, qtbot: Any
) -> None:
    long_name = CodedConcept("1", "99TEST", "Intraparenchymal hemorrhage of a lobe")
    experimental = replace(make_finding(0.9, long_name), is_experimental=True)
    workspace = desktop.window.workspace
    workspace.controller._take_analysis(0, make_analysis(experimental))
    desktop.window.resize(1100, 700)
    workspace.splitter.setSizes([400, 700, 0])
    qtbot.wait(50)
    panel = workspace.findings
    edge = panel.mapToGlobal(panel.rect().topRight()).x()
    labels = panel.rows[0].findChildren(QLabel)
    assert "(experimental)" in [label.text() for label in labels]
    for label in labels:
        assert label.mapToGlobal(label.rect().topRight()).x() <= edge
        assert label.width() >= label.minimumSizeHint().width()


def test_a_long_word_leaves_the_images_their_room(
    desktop: Desktop, view: ImageView, qtbot: Any
) -> None:
    endless = CodedConcept("2", "99TEST", "x" * 400)
    desktop.window.resize(1280, 800)
    desktop.window.workspace.controller._take_analysis(0, make_analysis(make_finding(0.9, endless)))
    qtbot.wait(50)
    assert desktop.window.width() == 1280
    assert view.width() > 500


def test_one_slice_alone_needs_no_strip() -> None:
    assert slice_findings((head_analysis(0.9),)) == ()


def test_a_tap_switches_the_evidence_and_a_hold_only_hides_it(
    view: ImageView, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = np.ones((4, 4), np.float32)
    view.show_heatmap(Heatmap(BLEED, 0, Box(10, 10, 60, 60), values, "activation map"))
    look = view.canvas.look
    view.setFocus()
    box = view.controls.overlay_box
    qtbot.keyPress(view.canvas, Qt.Key.Key_O)
    assert not box.isChecked()
    qtbot.keyRelease(view.canvas, Qt.Key.Key_O)
    assert not box.isChecked(), "a tap switches"
    assert HOLD_MS > 100
    monkeypatch.setattr("meddx_desktop.ui.held_key.HOLD_MS", 0)
    qtbot.keyClick(view.canvas, Qt.Key.Key_O)
    assert not box.isChecked(), "shown for as long as the key was down"
    view.toggle_overlay()
    qtbot.keyPress(view.canvas, Qt.Key.Key_O)
    assert not box.isChecked()
    qtbot.keyRelease(view.canvas, Qt.Key.Key_O)
    assert box.isChecked(), "the evidence is back when the key comes up"
    assert view.canvas.look == look
