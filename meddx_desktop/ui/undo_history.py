"""What the person did to the case, step by step, to be taken back and done again."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done; both functions set a state, so that each may run any number of times."""

    do: Callable[[], None]
    undo: Callable[[], None]


class UndoHistory:
    """The steps of a case in their order."""

    def __init__(self) -> None:
        self._done: list[Step] = []
        self._undone: list[Step] = []

    def do(self, step: Step) -> None:
        """Take a step; what was taken back before is forgotten."""
        step.do()
        self._done.append(step)
        self._undone.clear()

    def undo(self) -> bool:
        """Take the last step back; returns whether there was one."""
        if not self._done:
            return False
        step = self._done.pop()
        step.undo()
        self._undone.append(step)
        return True

    def redo(self) -> bool:
        """Take the step again that was taken back last; returns whether there was one."""
        if not self._undone:
            return False
        step = self._undone.pop()
        step.do()
        self._done.append(step)
        return True
