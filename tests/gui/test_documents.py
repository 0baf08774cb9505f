"""PDF documents in the window."""

from pathlib import Path
from typing import Any

from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.ui.desktop import Desktop
from tests.gui.test_window import items, open_files, press, texts
from tests.pdf_files import Page, encapsulated_pdf, pdf

LETTER = pdf(Page("First page", square=(36, 600)), Page("Second page"), Page("Third page"))


def test_pages_are_turned_zoomed_and_read(desktop: Desktop, qtbot: Any, tmp_path: Path) -> None:
    workspace = open_files(desktop, qtbot, encapsulated_pdf(tmp_path / "letter.dcm", LETTER))
    pages, record = (opened.item for opened in items(workspace))
    assert isinstance(pages, ImageSeries)
    assert isinstance(record, TextRecord)
    workspace.case_panel.choose(0)
    view = workspace.image
    qtbot.waitUntil(lambda: view.canvas.annotations.bottom_left != ())
    assert "Page 1 of 3" in view.canvas.annotations.bottom_left
    press(desktop, qtbot, "Down")
    qtbot.waitUntil(lambda: "Page 2 of 3" in view.canvas.annotations.bottom_left)
    before = view.canvas.transform
    press(desktop, qtbot, "+")
    after = view.canvas.transform
    assert before is not None
    assert after is not None
    assert after.scale > before.scale
    (line,) = (
        one for one in workspace.case_panel.model.lines_of(items(workspace)[0]) if "page" in one
    )
    assert line == "3 page(s)"


def test_the_panel_says_that_no_model_looks_at_pages(
    desktop: Desktop, qtbot: Any, tmp_path: Path
) -> None:
    workspace = open_files(desktop, qtbot, encapsulated_pdf(tmp_path / "letter.dcm", LETTER))
    workspace.case_panel.choose(0)
    assert "no model looks at the pages" in texts(workspace.findings)
    assert not workspace.findings.rows
    assert not workspace.findings.analyze_button.isEnabled()
    workspace.case_panel.choose(1)
    assert workspace.text.record_text.toPlainText().startswith("[Page 1 of 3]")
    assert "pages decide" in texts(workspace.findings)


def test_a_locked_document_is_named_with_a_way_out(
    desktop: Desktop, qtbot: Any, tmp_path: Path
) -> None:
    path = tmp_path / "locked.pdf"
    path.write_bytes(pdf(Page("x"), password="secret"))  # noqa: S106 - of this document only
    workspace = open_files(desktop, qtbot, path)
    (message,) = (
        workspace.case_panel.refused_list.item(row).text()
        for row in range(workspace.case_panel.refused_list.count())
    )
    assert message.startswith("locked.pdf: the document is protected with a password. Save a copy")
