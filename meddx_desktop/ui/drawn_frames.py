"""Pictures of frames that were on the screen, kept for when they come again."""

from dataclasses import dataclass

from meddx_desktop.case.grayscale import GrayscaleTransform
from meddx_desktop.case.image_series import FramePixels
from meddx_desktop.rendering.display_frame import prepare_display_frame
from meddx_desktop.ui.frame_layer import FrameLayer

# Some thirty pictures of a megapixel, so that a short loop runs without being drawn anew.
BUDGET_BYTES = 128 * 1024**2


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    # Held here, so that no other frame can have its identity.
    pixels: FramePixels
    grayscale: GrayscaleTransform
    layer: FrameLayer


class DrawnFrames:
    """The layers that views showed last, within a memory budget that all views share.

    A layer draws itself anew when zoom, window or anything else of its look is another, so that
    what is kept is never more than time saved.
    """

    def __init__(self, budget_bytes: int = BUDGET_BYTES) -> None:
        self._budget_bytes = budget_bytes
        self._kept: dict[tuple[int, int], _Kept] = {}

    def layer_of(
        self, view: object, pixels: FramePixels, grayscale: GrayscaleTransform
    ) -> FrameLayer:
        """Return the layer of a frame in a view: the one that it had there, or a new one."""
        key = (id(view), id(pixels))
        kept = self._kept.pop(key, None)
        if kept is None or kept.grayscale is not grayscale:
            layer = FrameLayer(prepare_display_frame(pixels, grayscale))
            kept = _Kept(pixels, grayscale, layer)
        self._kept[key] = kept
        self._shrink()
        return kept.layer

    def forget(self, view: object) -> None:
        """Drop everything of a view."""
        for key in [key for key in self._kept if key[0] == id(view)]:
            del self._kept[key]

    def count(self) -> int:
        """Return how many layers are kept."""
        return len(self._kept)

    def _shrink(self) -> None:
        total = sum(kept.layer.byte_count for kept in self._kept.values())
        for key in list(self._kept)[:-1]:
            if total <= self._budget_bytes:
                break
            total -= self._kept.pop(key).layer.byte_count
