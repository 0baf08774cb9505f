"""The whole window without worker processes."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent, QIcon, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QWidget,
)

from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.case import OpenSummary
from meddx_desktop.case.finding import (
    AnalysisStatus,
    Compatibility,
    ConformalSet,
    OutOfDistribution,
)
from meddx_desktop.case.source import Source
from meddx_desktop.engine.messages import Failed
from meddx_desktop.ui.case_state import OpenedItem
from meddx_desktop.ui.change_dialog import ChangeDialog
from meddx_desktop.ui.commands import all_commands
from meddx_desktop.ui.desktop import Desktop
from meddx_desktop.ui.error_dialog import ErrorDialog
from meddx_desktop.ui.findings_panel import OtherModels
from meddx_desktop.ui.settings import load_settings
from meddx_desktop.ui.shortcut_sheet import ShortcutSheet
from meddx_desktop.ui.thumbnail_icon import thumbnail_icon
from meddx_desktop.ui.verdict import Verdict
from meddx_desktop.ui.workspace import Workspace
from tests.gui.conftest import make_analysis, make_finding

FindFile = Callable[[str], Path]


def open_files(desktop: Desktop, qtbot: Any, *paths: Path) -> Workspace:
    workspace = desktop.window.workspace
    with qtbot.waitSignal(workspace.controller.opening_ended):
        desktop.window.open_paths(paths)
    qtbot.waitUntil(lambda: all(opened.thumbnail is not None for opened in items(workspace)))
    return workspace


def items(workspace: Workspace) -> list[Any]:
    return workspace.controller.case.items


def texts(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def press(desktop: Desktop, qtbot: Any, keys: str) -> None:
    """Press a key where the keyboard is."""
    combination = QKeySequence(keys)[0]
    target = QApplication.focusWidget() or desktop.window
    qtbot.keyClick(target, combination.key(), combination.keyboardModifiers())


def test_the_welcome_page_offers_files_folder_and_sample(desktop: Desktop) -> None:
    names = {button.text() for button in desktop.window.welcome.findChildren(QAbstractButton)}
    assert {"Open files…", "Open folder…", "Open sample case"} <= names
    assert "Nothing leaves this computer" in texts(desktop.window.welcome)


def test_the_window_always_says_what_it_is(desktop: Desktop) -> None:
    said = texts(desktop.window.statusBar())
    assert "Network: none" in said
    assert "Device: CPU" in said
    assert "the clinician decides" in said
    assert desktop.window.createPopupMenu() is None


def test_a_long_job_title_does_not_widen_the_window(desktop: Desktop) -> None:
    before = desktop.window.minimumSizeHint().width()
    desktop.window.status.job_strip.add(1, "Analyzing " + "a very long title " * 20)
    assert desktop.window.minimumSizeHint().width() <= before + 320
    desktop.window.status.job_strip.remove(1)
    assert desktop.window.status.job_strip.text == "Ready"


def test_an_opened_file_is_listed_shown_and_remembered(
    desktop: Desktop, qtbot: Any, pydicom_file: FindFile
) -> None:
    path = pydicom_file("CT_small.dcm")
    workspace = open_files(desktop, qtbot, path)
    assert desktop.window.pages.currentWidget() is workspace
    line = workspace.case_panel.model.index_of(0).data()
    assert "CT" in line
    assert "128 × 128" in line
    qtbot.waitUntil(lambda: workspace.image.canvas.transform is not None)
    assert workspace.image.canvas.annotations.top_left[1] == "1CT1"
    assert load_settings().recent == (str(path),)


def test_files_dropped_anywhere_are_opened(
    desktop: Desktop, qtbot: Any, pydicom_file: FindFile
) -> None:
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(pydicom_file("MR_small.dcm")))])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        content,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    workspace = desktop.window.workspace
    with qtbot.waitSignal(workspace.controller.opening_ended):
        desktop.window.dropEvent(event)
    assert [opened.item.modality for opened in items(workspace)] == ["MR"]


def test_a_file_that_cannot_be_opened_is_listed_with_its_reason(
    desktop: Desktop, qtbot: Any, pydicom_file: FindFile, tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.dcm"
    damaged.write_bytes(pydicom_file("CT_small.dcm").read_bytes()[:3000])
    workspace = open_files(desktop, qtbot, damaged, pydicom_file("MR_small.dcm"))
    refused = workspace.case_panel.refused_list
    assert refused.isVisible()
    assert refused.item(0).text().startswith("damaged.dcm: ")
    assert len(items(workspace)) == 1


def test_a_folder_without_anything_to_read_says_so(
    desktop: Desktop, qtbot: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "holiday"
    folder.mkdir()
    workspace = open_files(desktop, qtbot, folder)
    assert desktop.window.pages.currentWidget() is workspace
    note = workspace.case_panel.opening_note
    assert note.isVisible()
    assert note.text() == "Nothing that MedDx reads was found in holiday."
    for name in ("one.xyz", "two.xyz"):
        (folder / name).write_bytes(b"\x00\x01\x02")
    open_files(desktop, qtbot, folder)
    assert note.text() == (
        "Nothing that MedDx reads was found in holiday. Left out: 2 file(s) of unknown kinds."
    )
    desktop.bars.actions["close-case"].trigger()
    assert not note.isVisible()


def test_files_left_out_beside_others_are_counted(
    desktop: Desktop, qtbot: Any, pydicom_file: FindFile, tmp_path: Path
) -> None:
    (tmp_path / "one.xyz").write_bytes(b"\x00\x01\x02")
    (tmp_path / "ct.dcm").write_bytes(pydicom_file("CT_small.dcm").read_bytes())
    workspace = open_files(desktop, qtbot, tmp_path)
    assert workspace.case_panel.opening_note.text() == "Left out: 1 file(s) of unknown kinds."
    open_files(desktop, qtbot, pydicom_file("MR_small.dcm"))
    assert not workspace.case_panel.opening_note.isVisible()


def test_a_folder_that_is_too_large_is_named(
    desktop: Desktop, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find_too_much(paths: Any, progress: Any) -> Any:
        yield from ()
        return OpenSummary(0, 0, cut_off=(tmp_path / "archive",))

    monkeypatch.setattr("meddx_desktop.analysis.jobs.open_growing", find_too_much)
    workspace = open_files(desktop, qtbot, tmp_path)
    note = workspace.case_panel.opening_note.text()
    assert note.endswith("archive holds more files than were looked at; open a part of it.")


def test_items_of_different_patients_raise_a_warning(
    desktop: Desktop, qtbot: Any, pydicom_file: FindFile
) -> None:
    workspace = open_files(desktop, qtbot, pydicom_file("CT_small.dcm"))
    assert workspace.case_panel.patient_warning == ""
    open_files(desktop, qtbot, pydicom_file("MR_small.dcm"))
    assert "2 different patients" in workspace.case_panel.patient_warning


def test_page_keys_go_through_the_case_and_arrows_through_the_images(
    desktop: Desktop, qtbot: Any, pydicom_file: FindFile
) -> None:
    paths = (pydicom_file("CT_small.dcm"), pydicom_file("examples_ybr_color.dcm"))
    workspace = open_files(desktop, qtbot, *paths)
    workspace.case_panel.choose(0)
    workspace.image.canvas.setFocus()
    press(desktop, qtbot, "PgDown")
    assert workspace.case_panel.current_index() == 1
    qtbot.waitUntil(lambda: workspace.image.canvas.transform is not None)
    press(desktop, qtbot, "Down")
    press(desktop, qtbot, "Right")
    press(desktop, qtbot, "Up")
    assert workspace.image.index == 1
    press(desktop, qtbot, "End")
    assert workspace.image.index == 29
    press(desktop, qtbot, "Home")
    assert workspace.image.index == 0


def test_image_keys_work_as_the_sheet_says(
    desktop: Desktop, qtbot: Any, pydicom_file: FindFile
) -> None:
    image = open_files(desktop, qtbot, pydicom_file("CT_small.dcm")).image
    qtbot.waitUntil(lambda: image.canvas.transform is not None)
    fitted = image.canvas.transform
    assert fitted is not None
    image.canvas.setFocus()
    for keys in ("+", "R", "H", "I", "1"):
        press(desktop, qtbot, keys)
    turned = image.canvas.transform
    assert turned is not None
    assert turned.scale == pytest.approx(fitted.scale * 1.25)
    assert turned.turn != fitted.turn
    assert image.canvas.look.is_inverted
    assert "Brain" in image.canvas.annotations.bottom_right[-1]
    press(desktop, qtbot, "Space")
    assert image.canvas.transform == fitted
    assert not image.canvas.look.is_inverted


def test_shortcuts_are_unique_where_they_work() -> None:
    taken: dict[tuple[str, str], str] = {}
    for command in all_commands():
        for keys in command.shortcuts:
            scopes = [command.scope.value]
            if command.scope.value in {"always", "case"}:
                scopes = ["always", "case", "image", "text", "audio"]
            for scope in scopes:
                name = QKeySequence(keys).toString()
                assert name, f"{command.id} has an unknown key {keys}"
                clash = taken.setdefault((scope, name), command.id)
                assert clash == command.id, f"{keys} in {scope}: {clash} and {command.id}"


def test_commands_are_enabled_for_what_is_in_view(
    desktop: Desktop, qtbot: Any, pydicom_file: FindFile, tmp_path: Path
) -> None:
    def enabled() -> set[str]:
        return {name for name, action in desktop.bars.actions.items() if action.isEnabled()}

    assert "invert" not in enabled()
    open_files(desktop, qtbot, pydicom_file("CT_small.dcm"))
    assert {"invert", "analyze"} <= enabled()
    record = tmp_path / "record.txt"
    record.write_text("The patient reports chest pain since Monday.", encoding="utf-8")
    open_files(desktop, qtbot, record)
    assert {"find", "next-mention"} <= enabled()
    assert "invert" not in enabled()
    desktop.bars.actions["close-case"].trigger()
    assert "analyze" not in enabled()
    assert desktop.window.pages.currentWidget() is desktop.window.welcome


def test_presets_are_offered_for_hounsfield_units_only(
    desktop: Desktop, qtbot: Any, pydicom_file: FindFile
) -> None:
    preset = desktop.bars.actions["preset-5"]
    open_files(desktop, qtbot, pydicom_file("CT_small.dcm"))
    assert preset.isEnabled()
    open_files(desktop, qtbot, pydicom_file("MR_small.dcm"))
    assert not preset.isEnabled()


def test_the_toolbar_shows_the_tool_in_use(
    desktop: Desktop, qtbot: Any, pydicom_file: FindFile
) -> None:
    workspace = open_files(desktop, qtbot, pydicom_file("CT_small.dcm"))
    workspace.image.canvas.setFocus()
    press(desktop, qtbot, "Z")
    assert desktop.bars.actions["zoom-tool"].isChecked()
    press(desktop, qtbot, "W")
    assert not desktop.bars.actions["zoom-tool"].isChecked()
    assert desktop.bars.actions["window-tool"].isChecked()


def test_a_tool_that_cannot_be_used_does_not_look_pressed(
    desktop: Desktop, qtbot: Any, pydicom_file: FindFile, tmp_path: Path
) -> None:
    workspace = open_files(desktop, qtbot, pydicom_file("CT_small.dcm"))
    workspace.image.canvas.setFocus()
    press(desktop, qtbot, "Z")
    record = tmp_path / "record.txt"
    record.write_text("The patient reports chest pain since Monday.", encoding="utf-8")
    open_files(desktop, qtbot, record)
    assert not desktop.bars.actions["zoom-tool"].isChecked()
    workspace.case_panel.choose(0)
    assert desktop.bars.actions["zoom-tool"].isChecked()


def test_every_thumbnail_stands_in_the_middle_of_a_square(qapp: QApplication) -> None:
    clip = AudioClip(Source(Path("a.wav"), ()), Path("a.wav"), 4000, 1, 4000, "WAV")
    for shape in ((30, 90), (90, 30)):
        opened = OpenedItem(clip, thumbnail=np.full(shape, 200, np.uint8))
        icon = thumbnail_icon(opened)
        (size,) = icon.availableSizes()
        assert size.width() == size.height()
        picture = icon.pixmap(size).toImage()
        assert icon.pixmap(size, QIcon.Mode.Selected).toImage() == picture
        assert picture.pixelColor(picture.rect().center()).red() == 200
        assert picture.pixelColor(1, 1).alpha() == 0
        assert picture.pixelColor(picture.rect().bottomRight()).alpha() == 0


def test_recent_files_are_in_the_menu(desktop: Desktop, qtbot: Any, pydicom_file: FindFile) -> None:
    open_files(desktop, qtbot, pydicom_file("CT_small.dcm"))
    desktop.bars.actions["close-case"].trigger()
    menu = next(
        menu for menu in desktop.window.findChildren(QMenu) if menu.title() == "Open &recent"
    )
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == ["CT_small.dcm"]
    workspace = desktop.window.workspace
    with qtbot.waitSignal(workspace.controller.opening_ended):
        menu.actions()[0].trigger()
    assert len(items(workspace)) == 1


def test_walking_through_the_list_keeps_the_keyboard_there(
    desktop: Desktop, qtbot: Any, pydicom_file: FindFile
) -> None:
    workspace = open_files(
        desktop, qtbot, pydicom_file("CT_small.dcm"), pydicom_file("MR_small.dcm")
    )
    assert workspace.image.canvas.hasFocus()
    workspace.case_panel.choose(0)
    workspace.case_panel.tree.setFocus()
    press(desktop, qtbot, "Down")
    assert workspace.case_panel.current_index() == 1
    assert workspace.case_panel.tree.hasFocus()


def test_every_command_can_be_run_on_an_image(
    desktop: Desktop, qtbot: Any, pydicom_file: FindFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    monkeypatch.setattr(
        "meddx_desktop.ui.main_window.QDesktopServices.openUrl", lambda url: opened.append(url)
    )
    workspace = open_files(desktop, qtbot, pydicom_file("CT_small.dcm"))
    monkeypatch.setattr(workspace.controller, "analyze", lambda index: opened.append(index))
    for command in all_commands():
        if command.id not in {"quit", "close-case", "open-sample"}:
            action: QAction = desktop.bars.actions[command.id]
            if action.isEnabled():
                action.trigger()
    for dialog in QApplication.topLevelWidgets():
        if dialog is not desktop.window and dialog.isVisible():
            dialog.close()
    assert opened


def test_the_shortcut_sheet_lists_every_key(desktop: Desktop, qtbot: Any) -> None:
    desktop.bars.actions["shortcuts"].trigger()
    sheet = desktop.window.findChild(ShortcutSheet)
    shown = {
        sheet.table.topLevelItem(menu).child(row).text(1)
        for menu in range(sheet.table.topLevelItemCount())
        for row in range(sheet.table.topLevelItem(menu).childCount())
    }
    assert {"I", "C", "PgDown", "Space", "?   F1"} <= shown
    sheet.close()


# Findings


def with_findings(desktop: Desktop, qtbot: Any, path: Path, *analyses: Any) -> Workspace:
    workspace = open_files(desktop, qtbot, path)
    for analysis in analyses:
        workspace.controller._take_analysis(0, analysis)
    return workspace


def test_after_a_case_with_findings_the_next_one_is_shown(
    desktop: Desktop, qtbot: Any, pydicom_file: FindFile
) -> None:
    analysis = make_analysis(make_finding(0.83))
    workspace = with_findings(desktop, qtbot, pydicom_file("CT_small.dcm"), analysis)
    qtbot.mouseMove(workspace.image.canvas, workspace.image.canvas.rect().center())
    assert workspace.image.controls.value
    assert workspace.findings.rows
    desktop.bars.actions["close-case"].trigger()
    assert workspace.findings.rows == ()
    # The rows of the closed case are deleted when the program comes to it.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    open_files(desktop, qtbot, pydicom_file("MR_small.dcm"))
    assert "MR" in texts(workspace.findings)
    assert workspace.image.controls.value == "", "no pixel of the closed image is named"


def test_a_finding_never_shows_a_bare_number(
    desktop: Desktop, qtbot: Any, pydicom_file: FindFile
) -> None:
    analysis = make_analysis(make_finding(0.83))
    workspace = with_findings(desktop, qtbot, pydicom_file("CT_small.dcm"), analysis)
    said = workspace.findings.rows[0].text
    assert "Biliary atresia" in said
    assert "▲ Likely" in said
    assert "83 %" in said
    assert "Threshold 41 %: sensitivity 90 % (84–94), specificity 85 % (80–89)" in said
    assert "612 infants of one hospital" in said
    assert "Gallbladder ultrasound  1.2.3" in texts(workspace.findings)


def test_what_limits_an_answer_is_in_sight(
    desktop: Desktop, qtbot: Any, pydicom_file: FindFile
) -> None:
    analysis = make_analysis(
        make_finding(0.83),
        limitations=("The age is not known.", "All pictures come from one hospital."),
        intended_population="Jaundiced infants",
        out_of_distribution=OutOfDistribution(12.3, 20.0, is_inside=True),
        is_signature_trusted=False,
    )
    workspace = with_findings(desktop, qtbot, pydicom_file("CT_small.dcm"), analysis)
    said = texts(workspace.findings)
    assert "Made for: Jaundiced infants" in said
    assert "• The age is not known.\n• All pictures come from one hospital." in said
    name = next(
        label
        for label in workspace.findings.findChildren(QLabel)
        if label.text().startswith("Gallbladder ultrasound")
    )
    assert name.toolTip() == "Distance from the training data 12.3, limit 20"
    qtbot.waitUntil(lambda: workspace.image.canvas.annotations.badges != ())
    assert "⚠ Model without a trusted signature" in workspace.image.canvas.annotations.badges


def test_a_finding_row_explains_its_conformal_set(
    desktop: Desktop, qtbot: Any, pydicom_file: FindFile
) -> None:
    conformal = ConformalSet(Compatibility.PRESENT, 0.9, 0.88, 68)
    finding = replace(make_finding(0.83), conformal=conformal)
    analysis = make_analysis(finding)
    workspace = with_findings(desktop, qtbot, pydicom_file("CT_small.dcm"), analysis)
    row = workspace.findings.rows[0]
    said = (
        "Conformal set at 90 %: present. On 68 inputs with known truth it held the truth in 88 %."
    )
    assert row.toolTip() == said
    assert row.accessibleDescription() == said


def test_not_assessed_does_not_look_like_unlikely(
    desktop: Desktop, qtbot: Any, pydicom_file: FindFile
) -> None:
    unlikely = make_analysis(make_finding(0.03))
    silent = make_analysis(
        model_id="other",
        status=AnalysisStatus.NOT_ASSESSED,
        reason="This model reads head CT only.",
        is_signature_trusted=False,
    )
    workspace = with_findings(desktop, qtbot, pydicom_file("CT_small.dcm"), unlikely, silent)
    said = texts(workspace.findings)
    assert "▽ Unlikely" in workspace.findings.rows[0].text
    assert "⊘ Not assessed" in said
    assert "This model reads head CT only." in said
    assert "not signed by a trusted key" in said
    assert len(workspace.findings.rows) == 1


def test_models_for_other_files_stand_aside(
    desktop: Desktop, qtbot: Any, pydicom_file: FindFile
) -> None:
    other = make_analysis(
        status=AnalysisStatus.NOT_ASSESSED,
        reason="The modality is CT; this model is made for US.",
        reason_code="modality",
        needs_region=True,
    )
    workspace = with_findings(desktop, qtbot, pydicom_file("CT_small.dcm"), other)
    said = texts(workspace.findings)
    assert "Not assessed" not in said
    aside = workspace.findings.findChild(OtherModels)
    aside.button.click()
    assert "this model is made for US" in texts(workspace.findings)


def test_verdicts_are_given_by_key_and_can_be_undone(
    desktop: Desktop, qtbot: Any, pydicom_file: FindFile
) -> None:
    analysis = make_analysis(make_finding(0.83))
    workspace = with_findings(desktop, qtbot, pydicom_file("CT_small.dcm"), analysis)
    row = workspace.findings.rows[0]
    row.setFocus()
    press(desktop, qtbot, "A")
    assert "✔ Accepted" in row.text
    press(desktop, qtbot, "X")
    assert "✖ Rejected" in row.text
    press(desktop, qtbot, "Ctrl+Z")
    assert "✔ Accepted" in row.text
    press(desktop, qtbot, "Ctrl+Z")
    assert "Not reviewed" in row.text


def test_a_changed_finding_keeps_the_doctors_word_and_note(
    desktop: Desktop, qtbot: Any, pydicom_file: FindFile
) -> None:
    analysis = make_analysis(make_finding(0.83))
    workspace = with_findings(desktop, qtbot, pydicom_file("CT_small.dcm"), analysis)
    row = workspace.findings.rows[0]
    qtbot.mouseClick(row.verdict_buttons[Verdict.CHANGED], Qt.MouseButton.LeftButton)
    dialog = workspace.findChild(ChangeDialog)
    dialog.findChild(QComboBox).setCurrentText("Unlikely")
    dialog.findChild(QLineEdit).setText("gallbladder well seen")
    dialog.accept()
    assert "✎ Changed: Unlikely – gallbladder well seen" in row.text


def test_a_model_that_needs_a_region_gets_the_drawn_box(
    desktop: Desktop, qtbot: Any, pydicom_file: FindFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def analyze(item: Any, models: Any, region: Any, progress: Any) -> Any:
        asked.append((models, region))
        yield make_analysis(make_finding(0.9), needs_region=True)

    monkeypatch.setattr("meddx_desktop.analysis.jobs.analyze_item", analyze)
    silent = make_analysis(
        status=AnalysisStatus.NOT_ASSESSED, reason="Draw a box.", needs_region=True
    )
    workspace = with_findings(desktop, qtbot, pydicom_file("CT_small.dcm"), silent)
    image = workspace.image
    qtbot.waitUntil(lambda: image.canvas.transform is not None)
    button = next(
        button
        for button in workspace.findings.findChildren(QAbstractButton)
        if button.text() == "Draw region"
    )
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    transform = image.canvas.transform
    assert transform is not None
    start, end = (QPointF(*transform.to_view(point)).toPoint() for point in ((20, 30), (90, 80)))
    qtbot.mousePress(image.canvas, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(image.canvas, QPoint(start.x() + 20, start.y() + 20))
    qtbot.mouseRelease(image.canvas, Qt.MouseButton.LeftButton, pos=end)
    qtbot.waitUntil(lambda: len(workspace.findings.rows) == 1)
    (models, region) = asked[0]
    assert models == ("gallbladder",)
    assert (region.left, region.top, region.right, region.bottom) == (20, 30, 90, 80)


def test_five_hundred_series_are_all_listed(
    desktop: Desktop, qtbot: Any, pydicom_file: FindFile
) -> None:
    workspace = open_files(desktop, qtbot, pydicom_file("CT_small.dcm"))
    case = workspace.controller.case
    series = case.items[0]
    for number in range(500):
        case.items.append(replace(series, title=f"Series {number}"))
        workspace.case_panel.append(case.items[-1])
    assert workspace.case_panel.model.item_count() == 501
    workspace.case_panel.choose(500)
    assert workspace.case_panel.tree.currentIndex().data().startswith("Series 499")


# Errors


def test_a_failure_is_explained_and_its_report_holds_no_patient_data(
    desktop: Desktop, qtbot: Any
) -> None:
    details = (
        "Traceback (most recent call last):\n"
        '  File "/home/x/Smith John/reader.py", line 7, in read\n'
        "    raise ValueError(name)\nValueError: Smith^John\n"
    )
    desktop._show_failure(Failed(1, "internal_error", "This step stopped.", details))
    dialog = desktop.window.findChild(ErrorDialog)
    assert dialog.text() == "This step stopped."
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    report = QApplication.clipboard().text()
    assert dialog.isVisible()
    assert "Error: internal_error" in report
    assert "reader.py:7 read" in report
    assert "ValueError" in report
    assert "Smith" not in report
    dialog.close()


def test_an_exception_in_a_slot_reaches_the_person(desktop: Desktop, qtbot: Any) -> None:
    error = ZeroDivisionError("Smith^John")
    desktop.errors._take(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: desktop.window.findChild(ErrorDialog) is not None)
    dialog = desktop.window.findChild(ErrorDialog)
    assert "because of an error in MedDx itself" in dialog.text()
    dialog.close()


def test_settings_are_kept_over_a_restart(desktop: Desktop, qtbot: Any) -> None:
    desktop.window.workspace.image.controls.set_opacity(0.3)
    desktop.window.choose_scheme("dark")
    desktop.window.close()
    kept = load_settings()
    assert kept.overlay_opacity == pytest.approx(0.3)
    assert kept.color_scheme == "dark"
    assert kept.analyzes_automatically is False


def test_the_first_folder_is_shown_while_the_next_is_still_to_be_read(
    desktop: Desktop, qtbot: Any, pydicom_file: FindFile, tmp_path: Path
) -> None:
    folders = []
    for name in ("CT_small.dcm", "MR_small.dcm"):
        folder = tmp_path / name.partition(".")[0]
        folder.mkdir()
        (folder / "one.dcm").write_bytes(pydicom_file(name).read_bytes())
        (folder / "other.xyz").write_bytes(b"\x00\x01\x02")
        folders.append(folder)
    workspace = desktop.window.workspace
    order: list[str] = []
    workspace.image.frame_shown.connect(lambda _: order.append(workspace.image.series.modality))
    workspace.controller.item_added.connect(lambda number: order.append(f"item {number}"))
    open_files(desktop, qtbot, *folders)
    assert order[:3] == ["item 0", "CT", "item 1"]
    note = workspace.case_panel.opening_note.text()
    assert note.count("Left out: 1 file(s)") == 2, "what is left out of every folder is said"
