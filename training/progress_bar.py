"""A progress bar on standard error: a bar on a terminal, a line per step when redirected."""

import sys
import time
from dataclasses import dataclass, field
from typing import TextIO

WIDTH = 30


@dataclass
class ProgressBar:
    """Draws `done / total step`; follows the app's `ReportProgress` protocol."""

    stream: TextIO = field(default_factory=lambda: sys.stderr)
    started: float = field(default_factory=time.monotonic)
    _last_step: str = ""

    def __call__(self, done: int, total: int, step: str) -> None:
        """Show `done` of `total` of `step`."""
        if step != self._last_step:
            self.started = time.monotonic()
            self._last_step = step
        is_last = total > 0 and done >= total
        if self.stream.isatty():
            filled = WIDTH * done // total if total else 0
            bar = "#" * filled + "-" * (WIDTH - filled)
            self.stream.write(f"\r[{bar}] {done}/{total} {step}" + ("\n" if is_last else ""))
        elif is_last:
            self.stream.write(
                f"{step}: {done}/{total} in {time.monotonic() - self.started:.0f} s\n"
            )
        self.stream.flush()
