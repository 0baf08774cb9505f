"""Multiplanar reformation in the window: real files, real volume, clicks and keys."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt

from meddx_desktop.analysis import volumes
from meddx_desktop.rendering.reformation import Projection, ReformatPlane, Slab, reformat
from meddx_desktop.rendering.volume_geometry import volume_geometry
from meddx_desktop.ui.desktop import Desktop
from meddx_desktop.ui.error_dialog import ErrorDialog
from meddx_desktop.ui.layout_choices import GridShape
from meddx_desktop.ui.reference_lines import LINE_COLORS
from meddx_desktop.ui.tools import Tool
from meddx_desktop.ui.viewport import Viewport
from meddx_desktop.ui.workspace import Workspace

WriteDicom = Callable[..., Path]
SIZE, SLICES = 32, 12


def phantom() -> NDArray[np.int16]:
    """Return noise in which every voxel is recognizable."""
    return np.random.default_rng(11).integers(-1000, 1000, (SLICES, SIZE, SIZE)).astype(np.int16)


def write_stack(write_dicom: WriteDicom, folder: Path, voxels: NDArray[np.int16]) -> Path:
    """Write axial slices of 1 mm voxels, 1 mm apart."""
    folder.mkdir()
    for number, pixels in enumerate(voxels):
        write_dicom(
            folder / f"{number}.dcm",
            pixels,
            InstanceNumber=number + 1,
            FrameOfReferenceUID="1.2.5",
            ImagePositionPatient=[0.0, 0.0, float(number)],
            ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
            PixelSpacing=[1.0, 1.0],
            RescaleSlope="1",
            RescaleIntercept="0",
            PatientID="P-1",
        )
    return folder


@pytest.fixture
def reformatted(desktop: Desktop, qtbot: Any, write_dicom: WriteDicom, tmp_path: Path) -> Workspace:
    folder = write_stack(write_dicom, tmp_path / "stack", phantom())
    workspace = desktop.window.workspace
    with qtbot.waitSignal(workspace.controller.opening_ended):
        desktop.window.open_paths((folder,))
    qtbot.waitUntil(lambda: workspace.image.canvas.transform is not None)
    desktop.bars.actions["reformat"].trigger()
    wait_for_planes(workspace, qtbot)
    return workspace


def wait_for_planes(workspace: Workspace, qtbot: Any) -> None:
    def are_shown() -> bool:
        return all(pixels_of(one) is not None for one in workspace.views.grid.viewports())

    qtbot.waitUntil(are_shown)


def pixels_of(viewport: Viewport) -> NDArray[Any] | None:
    cache = viewport.view._cache
    found = None if cache is None else cache.pixels(viewport.view.index)
    return None if found is None else found.values


def test_three_planes_and_an_oblique_stand_in_four_viewports(reformatted: Workspace) -> None:
    views = [one.view for one in reformatted.views.grid.viewports()]
    titles = [view.canvas.annotations.top_right[-2] for view in views]
    assert [title.split(" ·")[0] for title in titles] == [
        "Axial",
        "Coronal",
        "Sagittal",
        "Oblique",
    ]
    assert reformatted.views.reformations.bar.isVisible()


def test_every_plane_shows_the_voxels_of_its_place(reformatted: Workspace) -> None:
    voxels = phantom()
    axial, coronal, sagittal, _ = reformatted.views.grid.viewports()
    assert np.array_equal(pixels_of(axial), voxels[axial.view.index])
    # Coronal and sagittal planes start at the head; coronal ones are counted from the front.
    row = round(coronal.view.series.frames[coronal.view.index].position[1])
    assert np.array_equal(pixels_of(coronal), voxels[::-1, row])
    column = round(sagittal.view.series.frames[sagittal.view.index].position[0])
    assert np.array_equal(pixels_of(sagittal), voxels[::-1, :, column])


def test_letters_say_how_each_plane_lies(reformatted: Workspace) -> None:
    found = []
    for viewport in reformatted.views.grid.viewports():
        letters = viewport.view.canvas.annotations.letters
        assert letters is not None
        found.append(letters.left + letters.right + letters.top + letters.bottom)
    assert found == ["RLAP", "RLHF", "APHF", "RLHF"]


def test_scrolling_a_plane_moves_the_lines_in_the_others(
    reformatted: Workspace, qtbot: Any
) -> None:
    axial, coronal, _, _ = reformatted.views.grid.viewports()
    for slice_number in (2, 9):
        axial.view.go_to(slice_number)
        # The coronal plane starts at the head and is fitted: its middle row is that of the canvas.
        canvas = coronal.view.canvas
        scale = min(canvas.width() / SIZE, canvas.height() / SLICES)
        row = SLICES - 1 - slice_number + 0.5
        expected = canvas.height() / 2 + (row - SLICES / 2) * scale
        qtbot.waitUntil(lambda at=expected: drawn_rows(coronal) == pytest.approx(at, abs=1))
        assert drawn_rows(coronal) == pytest.approx(expected, abs=1)


def drawn_rows(viewport: Viewport) -> float:
    """Return the middle of the rows that are drawn in the color of the axial plane."""
    picture = viewport.view.canvas.grab().toImage()
    width, ink = picture.width(), LINE_COLORS[0].rgb()
    # Away from the sagittal line in the middle.
    columns = (width // 3, width // 3 + 1, width * 2 // 3)
    rows = [y for y in range(picture.height()) if all(picture.pixel(x, y) == ink for x in columns)]
    return float(np.mean(rows)) + 0.5 if rows else -1.0


def drag(
    viewport: Viewport,
    qtbot: Any,
    points: tuple[QPointF, ...],
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    canvas, left = viewport.view.canvas, Qt.MouseButton.LeftButton
    qtbot.mouseMove(canvas, points[0].toPoint())
    qtbot.mousePress(canvas, left, modifier, points[0].toPoint())
    for point in points[1:]:
        qtbot.mouseMove(canvas, point.toPoint())
    qtbot.mouseRelease(canvas, left, modifier, points[-1].toPoint())


def on_line(workspace: Workspace, viewport: Viewport, source: int, share: float) -> QPointF:
    """Return a point of a reference line as it is seen, at a share of its length."""
    line = next(
        line for line in workspace.views.links.lines_of(viewport.view) if line.source == source
    )
    start, end = (viewport.view.canvas.to_widget(point) for point in (line.start, line.end))
    return start + (end - start) * share


def crossing_in(workspace: Workspace, axial: Viewport) -> QPointF:
    """Return where the coronal and the sagittal line cross, about which planes turn."""
    x, y = on_line(workspace, axial, 2, 0.5).x(), on_line(workspace, axial, 1, 0.5).y()
    return QPointF(x, y)


def normal_of(viewport: Viewport) -> NDArray[np.float64]:
    series = viewport.view.series
    assert series is not None
    row, column = map(np.array, series.frames[0].orientation or ())
    return np.asarray(np.cross(row, column), np.float64)


def test_dragging_a_line_scrolls_its_plane(reformatted: Workspace, qtbot: Any) -> None:
    axial, coronal, _, _ = reformatted.views.grid.viewports()
    look = axial.view.canvas.look
    before = coronal.view.series.frames[coronal.view.index].position[1]
    scale = axial.view.canvas.transform.scale / axial.view.canvas.devicePixelRatioF()
    start = on_line(reformatted, axial, source=1, share=0.35)
    drag(axial, qtbot, (start, start + QPointF(3, 2 * scale), start + QPointF(5, 4 * scale)))
    wait_for_planes(reformatted, qtbot)
    row = coronal.view.series.frames[coronal.view.index].position[1]
    assert row == before + 4
    assert np.array_equal(pixels_of(coronal), phantom()[::-1, round(row)])
    assert axial.view.canvas.look == look, "the window stays"
    assert on_line(reformatted, axial, 1, 0.35).y() == pytest.approx(start.y() + 4 * scale, abs=2)


def test_dragging_the_end_of_a_line_turns_its_plane(reformatted: Workspace, qtbot: Any) -> None:
    axial, _, sagittal, _ = reformatted.views.grid.viewports()
    middle = crossing_in(reformatted, axial)
    end = on_line(reformatted, axial, source=2, share=0.95)
    reach = end.y() - middle.y()
    assert abs(reach) > 60, "the sagittal line runs down the axial plane"
    # From six o'clock to nine o'clock or back: a quarter clockwise.
    ninety = QPointF(middle.x() - reach, middle.y())
    between = (end + ninety) / 2
    drag(axial, qtbot, (end, between, ninety))
    qtbot.waitUntil(lambda: abs(normal_of(sagittal)[1]) == pytest.approx(1, abs=1e-3))
    wait_for_planes(reformatted, qtbot)
    title = sagittal.view.canvas.annotations.top_right[-2]
    assert title.startswith("Sagittal, oblique by 90°")
    letters = sagittal.view.canvas.annotations.letters
    assert letters is not None
    assert (letters.left, letters.right, letters.top, letters.bottom) == ("L", "R", "H", "F")
    line = [on_line(reformatted, axial, 2, share).y() for share in (0.1, 0.9)]
    assert line[0] == pytest.approx(line[1], abs=1), "the line lies across now"


def test_an_oblique_plane_cuts_a_tilted_cylinder_into_a_circle(
    desktop: Desktop, qtbot: Any, write_dicom: WriteDicom, tmp_path: Path
) -> None:
    size, slices, radius, tilt = 72, 60, 8.0, 30.0
    z, y, x = np.mgrid[:slices, :size, :size]
    offset = np.stack([x - size / 2, y - size / 2, z - slices / 2], axis=-1)
    axis = np.array([np.sin(np.radians(tilt)), 0, np.cos(np.radians(tilt))])
    beside = np.linalg.norm(offset - (offset @ axis)[..., None] * axis, axis=-1)
    voxels = np.rint(1000 * np.clip(radius + 0.5 - beside, 0, 1)).astype(np.int16)
    folder = write_stack(write_dicom, tmp_path / "cylinder", voxels)
    workspace = desktop.window.workspace
    with qtbot.waitSignal(workspace.controller.opening_ended):
        desktop.window.open_paths((folder,))
    qtbot.waitUntil(lambda: workspace.image.canvas.transform is not None)
    desktop.bars.actions["reformat"].trigger()
    wait_for_planes(workspace, qtbot)
    axial, coronal, _, _ = workspace.views.grid.viewports()

    def half_axes() -> tuple[float, float]:
        inside = np.argwhere(pixels_of(axial) > 500).astype(np.float64)
        small, large = np.linalg.eigvalsh(np.cov(inside.T))
        return 2 * float(np.sqrt(small)), 2 * float(np.sqrt(large))

    assert half_axes() == (pytest.approx(8, rel=0.03), pytest.approx(8 / np.cos(0.5236), rel=0.03))
    # In the coronal plane the cylinder leans toward the patient's left, the right of the screen:
    # its cross-section is where the axial line is turned clockwise by as much.
    middle, end = (on_line(workspace, coronal, 0, share) for share in (0.5, 0.95))
    reach, angle = abs(end.x() - middle.x()), np.radians(tilt)
    right = QPointF(middle.x() + reach, middle.y())
    to = middle + QPointF(np.cos(angle), np.sin(angle)) * reach
    drag(coronal, qtbot, (right, (right + to) / 2, to))
    qtbot.waitUntil(lambda: abs(normal_of(axial) @ axis) == pytest.approx(1, abs=2e-4))
    assert half_axes() == (pytest.approx(8, rel=0.03), pytest.approx(8, rel=0.03))


def test_control_turns_a_line_wherever_it_is_taken(reformatted: Workspace, qtbot: Any) -> None:
    axial, coronal, _, oblique = reformatted.views.grid.viewports()
    bar = reformatted.views.reformations.bar
    middle, taken = crossing_in(reformatted, axial), on_line(reformatted, axial, 3, 0.7)
    to = middle + QPointF(np.cos(0.5), np.sin(0.5)) * (taken.x() - middle.x())
    drag(axial, qtbot, (taken, to), Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: abs(normal_of(oblique)[0]) == pytest.approx(np.sin(0.5), abs=0.02))
    assert bar.turn.value() == pytest.approx(np.degrees(0.5), abs=1.5), "the figures follow"
    assert bar.tilt.value() == pytest.approx(0, abs=0.1)
    assert abs(normal_of(coronal)[1]) == pytest.approx(1), "the coronal plane below it stays"


def test_the_turned_plane_keeps_its_zoom_and_its_middle(reformatted: Workspace, qtbot: Any) -> None:
    axial, _, sagittal, _ = reformatted.views.grid.viewports()
    sagittal.view.zoom_by(1.5)
    sagittal.view.choose_preset(3)
    look, scale = sagittal.view.canvas.look, sagittal.view.canvas.transform.scale
    crossing = on_line(reformatted, sagittal, 0, 0.5)
    end = on_line(reformatted, axial, 2, 0.95)
    drag(axial, qtbot, (end, end + QPointF(20, 0), end + QPointF(40, 0)))
    qtbot.waitUntil(lambda: abs(normal_of(sagittal)[1]) > 0.05)
    assert sagittal.view.canvas.transform.scale == scale
    assert sagittal.view.canvas.look == look
    after = on_line(reformatted, sagittal, 0, 0.5)
    assert after.y() == pytest.approx(crossing.y(), abs=2)
    assert after.x() == pytest.approx(crossing.x(), abs=2 * scale)


def test_where_lines_cross_a_drag_moves_all_planes(reformatted: Workspace, qtbot: Any) -> None:
    axial, coronal, sagittal, oblique = reformatted.views.grid.viewports()
    transform = axial.view.canvas.transform
    assert transform is not None
    crossing = crossing_in(reformatted, axial)
    to = QPointF(*transform.to_view((20.5, 9.5))) / axial.view.canvas.devicePixelRatioF()
    drag(axial, qtbot, (crossing, to))
    positions = [
        one.view.series.frames[one.view.index].position for one in (coronal, sagittal, oblique)
    ]
    assert positions[0][1] == pytest.approx(9, abs=0.51)
    assert positions[1][0] == pytest.approx(20, abs=0.51)
    assert positions[2][1] == pytest.approx(9, abs=0.51)


def test_drawing_tools_do_not_take_lines_in_hand(reformatted: Workspace, qtbot: Any) -> None:
    axial, coronal, _, _ = reformatted.views.grid.viewports()
    before = coronal.view.index
    axial.view.choose_tool(Tool.LENGTH)
    start = on_line(reformatted, axial, 1, 0.35)
    drag(axial, qtbot, (start, start + QPointF(30, 40)))
    assert coronal.view.index == before
    assert len(reformatted.book.measurements) == 1
    axial.view.choose_tool(Tool.WINDOW)
    (drawn,) = reformatted.book.measurements
    end = axial.view.canvas.to_widget(drawn.points[0])
    drag(axial, qtbot, (end, end + QPointF(-20, 30)))
    assert coronal.view.index == before, "a measurement on a line is taken before the line"
    assert reformatted.book.measurements[0].points != drawn.points


def test_planes_are_put_upright_by_button_and_by_key(reformatted: Workspace, qtbot: Any) -> None:
    axial, _, sagittal, _ = reformatted.views.grid.viewports()
    bar = reformatted.views.reformations.bar
    reset_by_key = partial(
        qtbot.keyClick,
        axial.view.canvas,
        Qt.Key.Key_M,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    reset_by_click = partial(qtbot.mouseClick, bar.reset_button, Qt.MouseButton.LeftButton)
    for reset in (reset_by_click, reset_by_key):
        axial.view.canvas.setFocus()
        end = on_line(reformatted, axial, 2, 0.95)
        drag(axial, qtbot, (end, end + QPointF(60, -20)))
        bar.turn.setValue(25)
        qtbot.waitUntil(lambda: abs(normal_of(sagittal)[0]) < 0.99)
        reset()
        wait_for_planes(reformatted, qtbot)
        assert normal_of(sagittal) == pytest.approx([-1, 0, 0])
        assert bar.turn.value() == 0
        title = sagittal.view.canvas.annotations.top_right[-2]
        assert title.split(" ·")[0] == "Sagittal"


def test_the_crosshair_tool_moves_all_planes_by_click_and_by_key(
    reformatted: Workspace, qtbot: Any
) -> None:
    axial, coronal, sagittal, _ = reformatted.views.grid.viewports()
    canvas = axial.view.canvas
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_X, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.tool is Tool.CROSSHAIR
    plain = canvas.grab().toImage()
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.to_widget((20.5, 9.5)).toPoint())
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    qtbot.keyClick(canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    positions = [one.view.series.frames[one.view.index].position for one in (coronal, sagittal)]
    assert positions[0][1] == pytest.approx(19, abs=0.51)
    assert positions[1][0] == pytest.approx(21, abs=0.51)
    assert canvas.grab().toImage() != plain, "the crosshair is drawn"


def test_pointing_at_a_line_shows_that_it_can_be_taken(reformatted: Workspace, qtbot: Any) -> None:
    axial = reformatted.views.grid.viewports()[0]
    canvas = axial.view.canvas
    plain = canvas.grab().toImage()
    shapes = []
    for place in (
        on_line(reformatted, axial, 2, 0.35),
        on_line(reformatted, axial, 2, 0.95),
        on_line(reformatted, axial, 1, 0.5),
    ):
        qtbot.mouseMove(canvas, place.toPoint())
        shapes.append(canvas.cursor().shape())
        assert canvas.grab().toImage() != plain
    assert len(set(shapes)) == 3
    qtbot.mouseMove(canvas, on_line(reformatted, axial, 2, 0.35).toPoint() + QPoint(40, 0))
    assert canvas.cursor().shape() is Qt.CursorShape.ArrowCursor
    assert canvas.grab().toImage() == plain


def test_shift_and_a_click_show_the_place_in_all_planes(reformatted: Workspace, qtbot: Any) -> None:
    axial, coronal, sagittal, _ = reformatted.views.grid.viewports()
    transform = axial.view.canvas.transform
    assert transform is not None
    place = QPointF(*transform.to_view((20.5, 9.5))).toPoint()
    qtbot.mouseClick(
        axial.view.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, place
    )
    positions = [one.view.series.frames[one.view.index].position for one in (coronal, sagittal)]
    assert positions[0][1] == pytest.approx(9)
    assert positions[1][0] == pytest.approx(20)


def test_a_slab_shows_the_maximum_of_its_layers(reformatted: Workspace, qtbot: Any) -> None:
    axial = reformatted.views.grid.viewports()[0]
    axial.view.go_to(5)
    bar = reformatted.views.reformations.bar
    bar.thickness.setValue(4)
    qtbot.keyClick(bar.projection, Qt.Key.Key_Down)
    assert bar.projection.currentText() == "Maximum (MIP)"
    assert bar.slab().projection is Projection.MAXIMUM
    wait_for_planes(reformatted, qtbot)
    assert "MIP 4 mm" in axial.view.series.series_description
    assert axial.view.index == 5, "the place stays"
    assert np.array_equal(pixels_of(axial), phantom()[3:8].max(axis=0))


def test_the_window_stays_when_the_slab_changes(reformatted: Workspace, qtbot: Any) -> None:
    axial = reformatted.views.grid.viewports()[0]
    axial.view.choose_preset(3)
    look = axial.view.canvas.look
    reformatted.views.reformations.bar.projection.setCurrentIndex(3)
    wait_for_planes(reformatted, qtbot)
    assert axial.view.canvas.look == look


def test_the_oblique_plane_turns_through_the_chosen_place(
    reformatted: Workspace, qtbot: Any
) -> None:
    axial, _, _, oblique = reformatted.views.grid.viewports()
    reformatted.views.links.show_place(axial.view, 20.5, 9.5)
    bar = reformatted.views.reformations.bar
    bar.turn.setValue(90)
    wait_for_planes(reformatted, qtbot)
    column = round(oblique.view.series.frames[oblique.view.index].position[0])
    assert column == 20, "turned by 90 degrees it is the sagittal plane"
    assert np.array_equal(pixels_of(oblique), phantom()[::-1, :, 20])


def test_the_button_leads_back_to_the_series_and_the_layout(
    reformatted: Workspace, qtbot: Any
) -> None:
    bar = reformatted.views.reformations.bar
    qtbot.mouseClick(bar.close_button, Qt.MouseButton.LeftButton)
    assert reformatted.views.grid.shape == GridShape(1, 1)
    assert reformatted.image.series is reformatted.controller.case.items[0].item
    assert not bar.isVisible()
    qtbot.waitUntil(lambda: reformatted.image.canvas.transform is not None)


def test_a_worker_that_took_over_reads_the_volume_again(reformatted: Workspace, qtbot: Any) -> None:
    volumes._held.clear()
    axial = reformatted.views.grid.viewports()[0]
    axial.view.go_to(0)
    wait_for_planes(reformatted, qtbot)
    assert np.array_equal(pixels_of(axial), phantom()[0])


def test_what_was_corrected_stands_on_a_line_of_its_own(reformatted: Workspace, qtbot: Any) -> None:
    bar = reformatted.views.reformations.bar
    low = bar.sizeHint().height()
    assert bar.note.isHidden() == (not bar.note.text())
    bar.show_note("Gantry tilt of 18.5°, corrected by the positions. Uneven slice spacing.")
    qtbot.waitUntil(lambda: bar.note.width() > 0.9 * bar.width() - 16)
    assert bar.height() <= low + 3 * bar.note.fontMetrics().lineSpacing()
    bar.show_note("")
    assert bar.note.isHidden()


def test_a_series_that_makes_no_volume_is_refused_with_the_reason(
    desktop: Desktop, qtbot: Any, pydicom_file: Callable[[str], Path]
) -> None:
    workspace = desktop.window.workspace
    with qtbot.waitSignal(workspace.controller.opening_ended):
        desktop.window.open_paths((pydicom_file("CT_small.dcm"),))
    qtbot.waitUntil(lambda: workspace.image.canvas.transform is not None)
    desktop.bars.actions["reformat"].trigger()
    (dialog,) = desktop.window.findChildren(ErrorDialog)
    assert "at least three slices" in dialog.text()
    dialog.close()
    assert workspace.views.grid.shape == GridShape(1, 1)


def test_closing_the_case_ends_the_reformation(reformatted: Workspace, desktop: Desktop) -> None:
    desktop.bars.actions["close-case"].trigger()
    assert not reformatted.views.reformations.is_shown
    assert all(one.view.series is None for one in reformatted.views.grid.viewports())


def test_a_quick_turn_ends_at_the_plane_where_the_pointer_ended(
    real_desktop: Desktop, qtbot: Any, write_dicom: WriteDicom, tmp_path: Path
) -> None:
    folder = write_stack(write_dicom, tmp_path / "stack", phantom())
    workspace = real_desktop.window.workspace
    workspace.toggle_automatic_analysis()
    real_desktop.window.resize(1360, 860)
    with qtbot.waitSignal(workspace.controller.opening_ended, timeout=20_000):
        real_desktop.window.open_paths((folder,))
    qtbot.waitUntil(lambda: workspace.image.canvas.transform is not None, timeout=20_000)
    series = workspace.image.series
    assert series is not None
    real_desktop.bars.actions["reformat"].trigger()
    grid = workspace.views.grid
    qtbot.waitUntil(
        lambda: all(pixels_of(one) is not None for one in grid.viewports()), timeout=20_000
    )
    axial, _, sagittal, _ = grid.viewports()
    end = on_line(workspace, axial, 2, 0.95)
    # Faster than any worker: most of these planes are never computed.
    drag(axial, qtbot, tuple(end + QPointF(3 * step, 0) for step in range(30)))
    line = [on_line(workspace, axial, 2, share) for share in (0.0, 1.0)]
    qtbot.waitUntil(lambda: not workspace.views.links.turning, timeout=20_000)
    assert [on_line(workspace, axial, 2, share) for share in (0.0, 1.0)] == line
    shown = sagittal.view.series
    assert shown is not None
    frame = shown.frames[sagittal.view.index]
    plane = ReformatPlane(frame.position, *frame.orientation, 1.0, shown.rows, shown.columns)
    voxels = phantom()
    expected = reformat(voxels, volume_geometry(series), plane, Slab(), float(voxels.min()))
    assert np.array_equal(pixels_of(sagittal), expected)
