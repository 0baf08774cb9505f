"""Several viewports: layouts, dragging, scrolling together, lines, screens."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QApplication

from meddx_desktop.case.explanation import Heatmap
from meddx_desktop.case.grayscale import GrayscaleTransform, Window
from meddx_desktop.case.image_series import Box, Frame, ImageSeries
from meddx_desktop.rendering.view_transform import fit
from meddx_desktop.ui.case_state import OpenedItem
from meddx_desktop.ui.desktop import Desktop
from meddx_desktop.ui.layout_choices import GridShape, LinkChoices
from meddx_desktop.ui.settings import load_settings
from meddx_desktop.ui.tools import Tool
from meddx_desktop.ui.viewport import ITEM_MIME_TYPE, Viewport
from meddx_desktop.ui.workspace import Workspace
from tests.gui.conftest import ATRESIA
from tests.gui.test_image_view import AXIAL, make_series

CORONAL = ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0))
WriteDicom = Callable[..., Path]


def stack(count: int, gap_mm: float, start_mm: float = 0.0, **changes: Any) -> ImageSeries:
    """Return axial slices of one frame of reference."""
    grayscale = GrayscaleTransform(rescale_type="HU", windows=(Window(50, 400),))
    frames = tuple(
        Frame(
            Path("ct"),
            index,
            orientation=AXIAL,
            position=(0.0, 0.0, start_mm + gap_mm * index),
            grayscale=grayscale,
        )
        for index in range(count)
    )
    facts = {"frame_of_reference_uid": "1.2.9"} | changes
    return replace(make_series(count), frames=frames, **facts)


def put(desktop: Desktop, *series: ImageSeries) -> Workspace:
    """Put series into the case as if they had been opened."""
    workspace = desktop.window.workspace
    for one in series:
        workspace.controller._add(OpenedItem(one))
    return workspace


def show_beside(workspace: Workspace, qtbot: Any, *numbers: int) -> list[Viewport]:
    """Show items of the case in the viewports, in order, and wait for their pixels."""
    shown = list(workspace.views.grid.viewports())
    for number, viewport in zip(numbers, shown, strict=False):
        workspace.placing.show_in(number, viewport)
    workspace.views.grid.activate(shown[0])
    qtbot.waitUntil(lambda: all(one.view.canvas.transform for one in shown[: len(numbers)]))
    return shown


def press(desktop: Desktop, qtbot: Any, keys: str) -> None:
    combination = QKeySequence(keys)[0]
    target = QApplication.focusWidget() or desktop.window
    qtbot.keyClick(target, combination.key(), combination.keyboardModifiers())


@pytest.fixture
def ramps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every frame is a ramp; no file is read."""
    from meddx_desktop.case.image_series import FramePixels
    from tests.gui.conftest import ramp

    def load(series: ImageSeries, indices: tuple[int, ...], progress: Any) -> Any:
        for index in indices:
            yield FramePixels(index, ramp(series.rows, series.columns))

    monkeypatch.setattr("meddx_desktop.analysis.jobs.load_frames", load)
    monkeypatch.setattr(
        "meddx_desktop.analysis.jobs.make_thumbnail",
        lambda item, size, progress: np.zeros((4, 4), np.uint8),
    )


pytestmark = pytest.mark.usefixtures("ramps")


def test_keys_change_the_layout_and_it_is_remembered(desktop: Desktop, qtbot: Any) -> None:
    workspace = put(desktop, stack(3, 2.0))
    workspace.image.canvas.setFocus()
    press(desktop, qtbot, "Alt+4")
    assert len([one for one in workspace.views.grid.viewports() if one.isVisible()]) == 4
    assert workspace.views.grid.active.is_marked
    press(desktop, qtbot, "Alt+6")
    assert workspace.views.grid.shape == GridShape(2, 3)
    desktop.window.close()
    assert load_settings().grid == GridShape(2, 3)


def test_an_empty_viewport_says_how_to_fill_it(desktop: Desktop, qtbot: Any) -> None:
    workspace = put(desktop, stack(3, 2.0))
    workspace.views.grid.set_shape(GridShape(1, 2))
    _, right = workspace.views.grid.viewports()
    assert right.view.canvas.message.startswith("Drag a series here")
    assert not right.view.controls.slider.isVisible()
    workspace.placing.show_in(0, right)
    assert right.view.controls.slider.isVisible()


def test_one_viewport_has_no_frame_and_keeps_the_active_series(
    desktop: Desktop, qtbot: Any
) -> None:
    workspace = put(desktop, stack(3, 2.0), stack(4, 2.0))
    workspace.views.grid.set_shape(GridShape(1, 2))
    shown = show_beside(workspace, qtbot, 0, 1)
    workspace.views.grid.activate(shown[1])
    workspace.views.grid.set_shape(GridShape(1, 1))
    assert workspace.image is shown[1].view
    assert not shown[1].is_marked
    assert shown[0].view.series is None, "a covered viewport holds no memory"


def test_a_click_makes_a_viewport_the_one_that_commands_go_to(desktop: Desktop, qtbot: Any) -> None:
    workspace = put(desktop, stack(3, 2.0), stack(4, 2.0))
    workspace.views.grid.set_shape(GridShape(1, 2))
    shown = show_beside(workspace, qtbot, 0, 1)
    qtbot.mouseClick(shown[1].view.canvas, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    assert workspace.image is shown[1].view
    assert workspace.case_panel.current_index() == 1, "list and findings follow"
    press(desktop, qtbot, "I")
    assert shown[1].view.canvas.look.is_inverted
    assert not shown[0].view.canvas.look.is_inverted
    press(desktop, qtbot, "Ctrl+Left")
    assert workspace.image is shown[0].view
    assert workspace.case_panel.current_index() == 0


def drop(viewport: Viewport, number: int) -> None:
    content = QMimeData()
    content.setData(ITEM_MIME_TYPE, QByteArray(str(number).encode()))
    place, none = QPoint(9, 9), Qt.KeyboardModifier.NoModifier
    left, copy = Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction
    entering = QDragEnterEvent(place, copy, content, left, none)
    QApplication.sendEvent(viewport, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(viewport, QDropEvent(QPointF(place), copy, content, left, none))


def test_a_series_is_dragged_from_the_list_into_a_viewport(desktop: Desktop, qtbot: Any) -> None:
    workspace = put(desktop, stack(3, 2.0), stack(4, 2.0))
    workspace.views.grid.set_shape(GridShape(1, 2))
    left, right = workspace.views.grid.viewports()
    model = workspace.case_panel.model
    assert model.flags(model.index_of(1)) & Qt.ItemFlag.ItemIsDragEnabled
    drop(right, 1)
    assert right.view.series is workspace.controller.case.items[1].item
    assert workspace.views.grid.active is right
    assert left.view.series is workspace.controller.case.items[0].item
    drop(left, 1)
    assert left.view.series is right.view.series


def test_a_key_shows_the_series_in_the_next_viewport_too(desktop: Desktop, qtbot: Any) -> None:
    workspace = put(desktop, stack(3, 2.0))
    workspace.views.grid.set_shape(GridShape(1, 2))
    shown = show_beside(workspace, qtbot, 0)
    shown[0].view.canvas.setFocus()
    press(desktop, qtbot, "Ctrl+Shift+Right")
    assert shown[1].view.series is shown[0].view.series
    assert workspace.views.grid.active is shown[1]


def test_choosing_a_series_in_view_goes_to_it_and_an_empty_viewport_takes_it(
    desktop: Desktop, qtbot: Any
) -> None:
    workspace = put(desktop, stack(3, 2.0), stack(4, 2.0))
    workspace.views.grid.set_shape(GridShape(2, 2))
    shown = show_beside(workspace, qtbot, 0, 1)
    workspace.case_panel.choose(1)
    assert workspace.views.grid.active is shown[1]
    qtbot.mouseClick(shown[2].view.canvas, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    assert workspace.case_panel.current_index() == -1
    workspace.case_panel.choose(0)
    assert shown[2].view.series is workspace.controller.case.items[0].item


def test_series_of_one_frame_of_reference_scroll_to_the_same_place(
    desktop: Desktop, qtbot: Any
) -> None:
    workspace = put(desktop, stack(20, 1.0), stack(7, 3.0, 1.0))
    workspace.views.grid.set_shape(GridShape(1, 2))
    left, right = show_beside(workspace, qtbot, 0, 1)
    left.view.go_to(10)
    qtbot.waitUntil(lambda: right.view.index == 3)
    right.view.go_to(1)
    assert left.view.index == 10, "only the active viewport leads"
    desktop.bars.actions["link-position"].trigger()
    left.view.go_to(16)
    assert right.view.index == 1


def test_beyond_the_other_series_nothing_moves(desktop: Desktop, qtbot: Any) -> None:
    workspace = put(desktop, stack(60, 1.0), stack(7, 3.0))
    workspace.views.grid.set_shape(GridShape(1, 2))
    left, right = show_beside(workspace, qtbot, 0, 1)
    left.view.go_to(18)
    qtbot.waitUntil(lambda: right.view.index == 6)
    right.view.go_to(2)
    left.view.go_to(59)
    assert right.view.index == 2


def test_other_series_follow_by_number_only_when_asked(desktop: Desktop, qtbot: Any) -> None:
    workspace = put(desktop, stack(20, 1.0), stack(20, 1.0, frame_of_reference_uid="1.2.7"))
    workspace.views.grid.set_shape(GridShape(1, 2))
    left, right = show_beside(workspace, qtbot, 0, 1)
    with qtbot.waitSignal(left.view.frame_shown):
        left.view.go_to(4)
    assert right.view.index == 0
    desktop.bars.actions["link-number"].trigger()
    left.view.go_to(6)
    qtbot.waitUntil(lambda: right.view.index == 2)


def test_positions_of_two_patients_are_not_compared(desktop: Desktop, qtbot: Any) -> None:
    stranger = replace(make_series().patient, patient_id="P-2")
    workspace = put(desktop, stack(20, 1.0), stack(20, 1.0, patient=stranger))
    workspace.views.grid.set_shape(GridShape(1, 2))
    left, right = show_beside(workspace, qtbot, 0, 1)
    left.view.go_to(4)
    assert right.view.index == 0


def test_the_window_is_shared_when_switched_on_and_where_it_means_the_same(
    desktop: Desktop, qtbot: Any
) -> None:
    workspace = put(desktop, stack(3, 2.0), stack(4, 2.0), stack(4, 2.0, modality="MR"))
    workspace.views.grid.set_shape(GridShape(1, 3))
    left, middle, right = show_beside(workspace, qtbot, 0, 1, 2)
    left.view.canvas.setFocus()
    press(desktop, qtbot, "4")
    assert middle.view.canvas.look.voi == Window(50, 400)
    press(desktop, qtbot, "Shift+W")
    press(desktop, qtbot, "5")
    assert middle.view.canvas.look == left.view.canvas.look
    assert right.view.canvas.look.voi == Window(50, 400)
    press(desktop, qtbot, "Space")
    assert middle.view.canvas.look.voi == Window(50, 400)


def test_zoom_is_shared_when_switched_on(desktop: Desktop, qtbot: Any) -> None:
    workspace = put(desktop, stack(3, 2.0), stack(4, 2.0))
    workspace.views.grid.set_shape(GridShape(1, 2))
    left, right = show_beside(workspace, qtbot, 0, 1)
    before = right.view.canvas.transform
    left.view.zoom_by(2.0)
    assert right.view.canvas.transform == before
    desktop.bars.actions["link-zoom"].trigger()
    left.view.zoom_by(2.0)
    here, there = left.view.canvas.transform, right.view.canvas.transform
    assert here is not None
    assert there is not None
    assert there.scale / fit(there).scale == pytest.approx(here.scale / fit(here).scale)


def test_a_reference_line_shows_where_the_active_slice_cuts(desktop: Desktop, qtbot: Any) -> None:
    upright = tuple(
        Frame(Path("ct"), row, orientation=CORONAL, position=(0.0, float(row), 63.0))
        for row in range(4)
    )
    coronal = replace(stack(4, 1.0), frames=upright)
    workspace = put(desktop, stack(20, 1.0), coronal)
    workspace.views.grid.set_shape(GridShape(1, 2))
    left, right = show_beside(workspace, qtbot, 0, 1)
    left.view.go_to(13)
    # z = 13 mm lies 50 mm below the first row's 63 mm; pixels are half a millimeter.
    height = pytest.approx(50 / 0.5 + 0.5)

    def heights() -> list[float]:
        lines = workspace.views.links.lines_of(right.view)
        return [point[1] for line in lines for point in (line.start, line.end)]

    qtbot.waitUntil(lambda: heights() == [height, height])
    assert workspace.views.links.lines_of(left.view) == ()
    desktop.bars.actions["reference-lines"].trigger()
    assert workspace.views.links.lines_of(right.view) == ()


def test_choices_of_linking_are_remembered(desktop: Desktop) -> None:
    desktop.window.workspace.views.links.choose(LinkChoices(by_position=False, zoom=True))
    desktop.window.close()
    assert load_settings().links == LinkChoices(by_position=False, zoom=True)


def test_the_viewport_covers_the_others_and_gives_way_again(desktop: Desktop, qtbot: Any) -> None:
    workspace = put(desktop, stack(3, 2.0), stack(4, 2.0))
    workspace.views.grid.set_shape(GridShape(1, 2))
    left, right = show_beside(workspace, qtbot, 0, 1)
    left.view.canvas.setFocus()
    press(desktop, qtbot, "F")
    assert left.isVisible()
    assert not right.isVisible()
    press(desktop, qtbot, "F")
    assert right.isVisible()
    assert right.view.series is not None


def test_the_full_screen_leaves_the_images_and_the_status_line(
    desktop: Desktop, qtbot: Any
) -> None:
    workspace = put(desktop, stack(3, 2.0))
    workspace.image.canvas.setFocus()
    press(desktop, qtbot, "F11")
    window = desktop.window
    assert window.isFullScreen()
    assert not workspace.case_panel.isVisible()
    assert window.menuBar().height() == 0
    assert window.statusBar().isVisible(), "the limits of the program stay in view"
    qtbot.keyClick(workspace.image.canvas, Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    qtbot.keyClick(QApplication.activePopupWidget(), Qt.Key.Key_L)
    assert workspace.image.canvas.tool is Tool.LENGTH, "menus open by their letters"
    workspace.image.canvas.setFocus()
    press(desktop, qtbot, "Esc")
    press(desktop, qtbot, "Esc")
    assert not window.isFullScreen()
    qtbot.waitUntil(lambda: window.menuBar().height() > 0)


def test_the_images_move_to_a_window_of_their_own_and_back(desktop: Desktop, qtbot: Any) -> None:
    workspace = put(desktop, stack(3, 2.0))
    qtbot.waitUntil(lambda: workspace.image.canvas.transform is not None)
    desktop.bars.actions["image-window"].trigger()
    outer = workspace.image.window()
    assert outer is not desktop.window
    assert not workspace.views.has_grid
    workspace.image.canvas.setFocus()
    qtbot.keyClick(workspace.image.canvas, Qt.Key.Key_I)
    assert workspace.image.canvas.look.is_inverted, "commands work there"
    outer.close()
    assert workspace.views.has_grid
    assert workspace.image.isVisible()
    desktop.bars.actions["image-window"].trigger()
    desktop.bars.actions["image-window"].trigger()
    assert workspace.views.has_grid


def test_tools_are_the_same_in_all_viewports(desktop: Desktop, qtbot: Any) -> None:
    workspace = put(desktop, stack(3, 2.0))
    workspace.views.grid.set_shape(GridShape(1, 2))
    workspace.image.canvas.setFocus()
    press(desktop, qtbot, "Z")
    tools = {one.view.canvas.tool for one in workspace.views.grid.viewports()}
    assert {tool.value for tool in tools} == {"zoom"}
    workspace.views.grid.set_shape(GridShape(2, 2))
    tools = {one.view.canvas.tool for one in workspace.views.grid.viewports()}
    assert {tool.value for tool in tools} == {"zoom"}


def test_a_head_ct_is_hung_as_brain_and_bone_when_it_is_opened(
    desktop: Desktop, qtbot: Any
) -> None:
    workspace = put(desktop, stack(4, 2.0, body_part="HEAD"))
    workspace.controller.opening_ended.emit(1)
    left, right = workspace.views.grid.viewports()
    qtbot.waitUntil(lambda: all(one.view.canvas.transform for one in (left, right)))
    assert left.view.canvas.look.voi == Window(40, 80, explanation="Brain")
    assert right.view.canvas.look.voi == Window(350, 2000, explanation="Bone")
    left.view.go_to(2)
    qtbot.waitUntil(lambda: right.view.index == 2)
    desktop.bars.actions["close-case"].trigger()
    assert workspace.views.grid.shape == GridShape(1, 1), "a rule's layout ends with the case"


def test_the_prior_study_hangs_beside_when_asked(desktop: Desktop, qtbot: Any) -> None:
    known = {"body_part": "CHEST", "study_date": "20260301"}
    prior = stack(4, 2.0, **(known | {"study_date": "20250301"}))
    workspace = put(desktop, prior, stack(4, 2.0, **known))
    desktop.bars.actions["hang-automatically"].trigger()
    workspace.controller.opening_ended.emit(1)
    assert workspace.views.grid.shape == GridShape(1, 1)
    workspace.image.canvas.setFocus()
    press(desktop, qtbot, "Shift+H")
    left, right = workspace.views.grid.viewports()
    assert right.view.series is prior
    assert workspace.views.grid.active is left
    desktop.window.close()
    assert not load_settings().hangs_automatically


def test_without_a_rule_empty_viewports_are_filled(desktop: Desktop, qtbot: Any) -> None:
    desktop.window.workspace.views.grid.set_shape(GridShape(2, 2))
    workspace = put(desktop, *(stack(3, 2.0) for _ in range(3)))
    workspace.controller.opening_ended.emit(3)
    shown = [one.view.series for one in workspace.views.grid.viewports()]
    assert shown[:3] == [opened.item for opened in workspace.controller.case.items]
    assert shown[3] is None


@pytest.mark.parametrize("where", ["canvas", "tree", "search", "text", "findings"])
def test_files_are_opened_wherever_they_are_dropped(
    desktop: Desktop, qtbot: Any, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    workspace = put(desktop, stack(3, 2.0))
    workspace.case_panel.search()
    widgets = {
        "canvas": workspace.image.canvas,
        "tree": workspace.case_panel.tree.viewport(),
        "search": workspace.case_panel.filter_bar.search,
        "text": workspace.text,
        "findings": workspace.findings,
    }
    opened: list[tuple[Path, ...]] = []
    monkeypatch.setattr(workspace, "open_paths", opened.append)
    content = QMimeData()
    paths = (Path("/study/folder"), Path("/study/a.zip"), Path("/study/b.dcm"))
    content.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    content.setText("file:///study/folder")
    place, none = QPoint(5, 5), Qt.KeyboardModifier.NoModifier
    left, copy = Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction
    # Qt asks a widget and then those around it who takes the drag, and gives the drop to the same.
    QApplication.sendEvent(widgets[where], QDragEnterEvent(place, copy, content, left, none))
    QApplication.sendEvent(widgets[where], QDropEvent(QPointF(place), copy, content, left, none))
    assert opened == [paths]


def test_evidence_and_values_leave_the_viewports_equally_wide(desktop: Desktop, qtbot: Any) -> None:
    workspace = put(desktop, stack(3, 2.0), stack(4, 2.0))
    desktop.window.resize(1280, 800)
    workspace.views.grid.set_shape(GridShape(2, 2))
    left, right = show_beside(workspace, qtbot, 0, 1)[:2]
    values = np.ones((4, 4), np.float32)
    left.view.show_heatmap(Heatmap(ATRESIA, 1, Box(20, 20, 60, 60), values, "occlusion"))
    left.view.controls.show_value("x 1234  y 1234   R 255 G 255 B 255")
    qtbot.waitUntil(lambda: left.view.controls.opacity_slider.isVisible())
    qtbot.waitUntil(lambda: abs(left.width() - right.width()) <= 1)
    assert left.view.controls.overlay_box.isVisible()
    assert left.view.controls.minimumSizeHint().width() < 260
