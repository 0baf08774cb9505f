"""Multiplanar reformation in the window: real files, real volume, clicks and keys."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt

from meddx_desktop.analysis import volumes
from meddx_desktop.rendering.reformation import Projection
from meddx_desktop.ui.desktop import Desktop
from meddx_desktop.ui.error_dialog import ErrorDialog
from meddx_desktop.ui.layout_choices import GridShape
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
    axial.view.go_to(2)

    def heights() -> list[float]:
        lines = reformatted.views.links.lines_of(coronal.view)
        return [line.start[1] for line in lines if line.start[1] == line.end[1]]

    qtbot.waitUntil(lambda: heights() == [pytest.approx(SLICES - 1 - 2 + 0.5)])


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
