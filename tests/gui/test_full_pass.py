"""The program with its worker processes, from a file on disk to a heat map on the screen."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from meddx_desktop.case.explanation import Heatmap
from meddx_desktop.case.image_series import Box
from meddx_desktop.engine.messages import Lane
from meddx_desktop.ui.desktop import Desktop
from meddx_desktop.ui.engine_signals import Order
from tests.conftest import REPOSITORY
from tests.gui.conftest import ATRESIA, make_analysis, make_finding

_PATIENCE_MS = 30_000


def test_from_a_file_to_evidence_and_back(
    real_desktop: Desktop, qtbot: Any, pydicom_file: Callable[[str], Path]
) -> None:
    window = real_desktop.window
    workspace = window.workspace
    workspace.toggle_automatic_analysis()
    window.open_paths((pydicom_file("CT_small.dcm"), pydicom_file("examples_ybr_color.dcm")))
    image = workspace.image
    qtbot.waitUntil(lambda: image.canvas.transform is not None, timeout=_PATIENCE_MS)
    model = workspace.case_panel.model
    qtbot.waitUntil(lambda: model.item_count() == 2, timeout=_PATIENCE_MS)
    assert "CT" in model.index_of(0).data()

    before = image.canvas.grab().toImage()
    canvas = image.canvas
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    qtbot.mouseMove(canvas, QPoint(30, 160))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(30, 160))
    assert canvas.grab().toImage() != before

    workspace.controller._take_analysis(0, make_analysis(make_finding()))
    values = np.ones((4, 4), np.float32)
    heatmap = Heatmap(ATRESIA, 0, Box(0, 0, 128, 128), values, "activation map")
    workspace.controller.case.items[0].explanations["gallbladder", ATRESIA.value] = heatmap
    evidence = workspace.findings.rows[0].evidence_button
    qtbot.mouseClick(evidence, Qt.MouseButton.LeftButton)
    assert canvas.heatmap is heatmap
    assert image.controls.overlay_box.isVisible()

    real_desktop.bars.actions["close-case"].trigger()
    assert window.pages.currentWidget() is window.welcome


def test_a_zipped_image_is_shown(
    real_desktop: Desktop, qtbot: Any, pydicom_file: Callable[[str], Path], tmp_path: Path
) -> None:
    archive = tmp_path / "Тест 患者.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(pydicom_file("MR_small.dcm"), "deep/MR_small")
    image = real_desktop.window.workspace.image
    real_desktop.window.open_paths((archive,))
    qtbot.waitUntil(lambda: image.canvas.transform is not None, timeout=_PATIENCE_MS)
    assert image.series is not None
    assert image.series.modality == "MR"


def test_stop_ends_the_job_in_view(real_desktop: Desktop, qtbot: Any) -> None:
    from tests.gui.endless_job import count_up

    signals = real_desktop._signals
    assert signals is not None
    ended: list[bool] = []
    signals.submit(
        Order(
            partial(count_up),
            Lane.ANALYSIS,
            paths=(REPOSITORY,),
            title="Counting",
            on_end=lambda: ended.append(True),
        )
    )
    strip = real_desktop.window.status.job_strip
    qtbot.waitUntil(lambda: " of " in strip.text, timeout=_PATIENCE_MS)
    assert strip.text.startswith("Counting")
    qtbot.mouseClick(strip.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(ended), timeout=_PATIENCE_MS)
    assert strip.text == "Ready"


def test_the_window_is_painted_before_anything_heavy_is_imported(tmp_path: Path) -> None:
    code = """
import sys
import zipfile
from meddx_desktop.app import run
from meddx_desktop.ui import desktop
def report(self):
    heavy = {"numpy", "scipy", "pydicom", "onnxruntime", "PySide6.QtMultimedia", "pydantic"}
    print(sorted(heavy & set(sys.modules)))
    self.window.close()
desktop.Desktop.load_workspace = report
raise SystemExit(run([]))
"""
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "MEDDX_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.stdout.strip() == "[]", ended.stderr
    assert ended.returncode == 0


@pytest.mark.parametrize("word", ["--version", "--help"])
def test_a_command_word_goes_to_the_command_line_without_qt(
    word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from meddx_desktop.app import run

    assert run([word]) == 0
    assert "meddx" in capsys.readouterr().out
