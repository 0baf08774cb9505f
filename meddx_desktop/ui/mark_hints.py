"""What the person may do next with a drawing tool."""

from meddx_desktop.ui.sketch import Sketch
from meddx_desktop.ui.translations import translate


def next_step(sketch: Sketch | None, *, has_cross_hair: bool) -> str:
    """Return the next step in one line."""
    if sketch is not None and sketch.can_close:
        return translate("Markup", "A double-click, or Enter twice, closes the region · Esc stops")
    if has_cross_hair:
        return translate(
            "Markup", "Arrow keys move the cross-hair · Enter sets a point · Esc stops"
        )
    if sketch is not None:
        return translate("Markup", "Click for the next point · Esc stops")
    return translate("Markup", "Draw with the mouse, or press Enter for a cross-hair")
