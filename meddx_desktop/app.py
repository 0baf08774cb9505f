"""Puts the parts together: the command line without Qt, or the window with the engine."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from meddx_desktop.command_line.command_names import COMMANDS
from meddx_desktop.engine.messages import Lane, Reply
from meddx_desktop.resources import log_folder

if TYPE_CHECKING:
    from meddx_desktop.engine.engine import Engine

# Any other first word is an option or a file for the window.
COMMAND_WORDS = frozenset({*COMMANDS, "-h", "--help", "--version"})
_LOG_BYTES = 1_000_000

logger = logging.getLogger(__name__)


def run(argv: list[str]) -> int:
    """Run a command, or open the window with the named files; returns the exit status."""
    start_log()
    if argv and argv[0] in COMMAND_WORDS:
        from meddx_desktop.command_line import program
        from meddx_desktop.engine.end_signals import ending_on_signals, interrupt

        with ending_on_signals(interrupt):
            return program.run(argv)
    if argv and not argv[0].startswith("-") and not _is_path(argv[0]):
        return _refuse_word(argv[0])
    from meddx_desktop.ui.start import run_window

    return run_window(argv, start_engine)


def _is_path(word: str) -> bool:
    try:
        return bool(word) and Path(word).exists()
    except OSError:
        # Out of reach or too long; the window says what is wrong with it.
        return True


def _refuse_word(word: str) -> int:
    """Say that the first word is no command and no file: a slip of the keyboard, most often."""
    from meddx_desktop.command_line.exit_status import ExitStatus

    sys.stderr.write(
        f"meddx: {word or repr(word)} is neither a command nor a file. "
        f"Commands: {', '.join(COMMANDS)}; "
        "'meddx --help' explains them.\n"
    )
    return ExitStatus.WRONG_USAGE


def start_log() -> None:
    """Write warnings of this process to a rotating file; nothing written holds patient data."""
    from logging.handlers import RotatingFileHandler

    try:
        log_folder().mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            log_folder() / "meddx.log", maxBytes=_LOG_BYTES, backupCount=3, encoding="utf-8"
        )
    except OSError:
        # A folder that cannot be written must not keep the window from opening.
        handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger("meddx_desktop").addHandler(handler)


def start_engine(on_reply: Callable[[Reply], None]) -> "Engine":
    """Start the engine with workers that import what they need before the first file comes."""
    # After the first paint, as all that is not needed for it.
    from dataclasses import replace

    from meddx_desktop.analysis import jobs
    from meddx_desktop.engine.engine import Engine, EngineSettings

    defaults = EngineSettings()
    settings = EngineSettings(
        reading=replace(defaults.reading, prepare=jobs.prepare_reading),
        opening=replace(defaults.opening, prepare=jobs.prepare_opening),
        analysis=replace(defaults.analysis, prepare=jobs.prepare_analysis),
    )
    engine = Engine(on_reply, settings)
    engine.warm_up(Lane.READING)
    engine.warm_up(Lane.OPENING)
    return engine
