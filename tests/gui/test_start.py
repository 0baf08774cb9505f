"""The order in which a starting window loads its parts."""

import os
import subprocess
import sys
from pathlib import Path

_PROGRAM = """
import sys
from meddx_desktop.ui.desktop import Desktop, create_application

application = create_application()

def start_engine(on_reply):
    print("PySide6.QtMultimedia" in sys.modules, flush=True)
    sys.exit(0)

Desktop(application, start_engine).load_workspace()
"""


def test_the_sound_library_is_loaded_before_the_engine_has_a_thread(tmp_path: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "MEDDX_HOME": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-c", _PROGRAM], env=environment, capture_output=True, text=True
    )
    assert ended.stdout == "True\n", ended.stderr
