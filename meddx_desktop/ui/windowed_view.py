"""Through what a frame is seen: windows, presets, inversion and colors."""

from PySide6.QtCore import Signal

from meddx_desktop.case.grayscale import GrayscaleTransform, LookupTable, Window
from meddx_desktop.case.image_marks import PresentationState
from meddx_desktop.case.image_series import Frame, ImageSeries
from meddx_desktop.rendering.color_maps import DISPLAY_MAPS
from meddx_desktop.rendering.display_frame import DisplayFrame, automatic_window, default_window
from meddx_desktop.rendering.picture import Appearance, windows_of_file
from meddx_desktop.rendering.presentation import presented, shows_whole, states_of
from meddx_desktop.rendering.presented_series import series_through, vois_of
from meddx_desktop.rendering.view_transform import IDENTITY, fit, upright
from meddx_desktop.ui.frame_layer import Look
from meddx_desktop.ui.steered_view import SteeredView
from meddx_desktop.ui.window_presets import preset_window, presets_apply


class WindowedView(SteeredView):
    """Looks at the frame on the screen through a window.

    Signals: `window_chosen(Window | LookupTable | None)` where None is the file's own,
    `looked_anew()` after any change of the look, `state_chosen(PresentationState | None)`,
    `seen_anew()` when the pixels are to be shown through another state.
    """

    window_chosen = Signal(object)
    looked_anew = Signal()
    state_chosen = Signal(object)
    seen_anew = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._series: ImageSeries | None = None
        # The same series as a presentation state asks for it.
        self._seen: ImageSeries | None = None
        # The frame whose pixels are on the screen.
        self._shown_index: int | None = None
        self._frame: DisplayFrame | None = None
        self._chosen: Window | LookupTable | None = None
        self._is_inverted = False
        self._color_map = ""
        self._state: PresentationState | None = None
        self._is_covered = True
        self.canvas.window_dragged.connect(self._take_window)

    def choose_window(self, window: Window | LookupTable) -> None:
        """Look through a window until reset."""
        self._chosen = window
        self._apply_look()
        self.window_chosen.emit(window)

    def follow_window(self, window: Window | LookupTable | None) -> None:
        """Look through the window of another view, or the file's own again."""
        self._chosen = window
        self._apply_look()

    @property
    def takes_presets(self) -> bool:
        """Whether the values are in Hounsfield units, for which the presets are made."""
        return self._series is not None and presets_apply(self._series)

    def choose_preset(self, number: int) -> None:
        """Take a window preset; only for values in Hounsfield units."""
        if self.takes_presets:
            self.choose_window(preset_window(number))

    def choose_automatic_window(self) -> None:
        """Take the window from the frame's own values."""
        frame = self._frame
        if frame is not None and not frame.is_color and not frame.reduce:
            self.choose_window(automatic_window(frame))

    def choose_file_window(self) -> None:
        """Go back to the file's window; on to its next one where it names several."""
        grayscale = self._shown_grayscale()
        if grayscale is None:
            return
        named = [*windows_of_file(grayscale), *self._vois_of_states()]
        shown = self.canvas.look.voi
        place = next((number for number, voi in enumerate(named) if voi is shown), -1)
        self._chosen = named[(place + 1) % len(named)] if named else None
        self._apply_look()
        self.window_chosen.emit(self._chosen)

    def _vois_of_states(self) -> list[Window | LookupTable]:
        """Return what presentation states name for the frame, while none is looked through."""
        if self._series is None or self._shown_index is None or self._state is not None:
            return []
        frame = self._series.frames[self._shown_index]
        states = states_of(self._series, self._shown_index)
        return [voi for state in states for voi in vois_of(state, frame)]

    def choose_next_state(self) -> None:
        """Look as the next presentation state of the frame asks, after the last as the file."""
        if self._series is None or self._shown_index is None:
            return
        states = states_of(self._series, self._shown_index)
        place = next((n for n, one in enumerate(states) if one is self._state), -1)
        if place + 1 < len(states):
            self._look_through(states[place + 1], self._series.frames[self._shown_index])
        elif self._state is not None:
            self.reset()

    def _look_through(self, state: PresentationState, frame: Frame) -> None:
        transform = self.canvas.transform
        if transform is None:
            return
        self._chosen, self._is_inverted, self._color_map = None, False, ""
        self._see_through(state)
        fits = shows_whole(state, frame, transform.frame_size)
        self.canvas.set_transform(lambda before: presented(before, state, frame), fits=fits)
        self.state_chosen.emit(state)
        self.window_chosen.emit(next(iter(vois_of(state, frame)), None))

    def _see_through(self, state: PresentationState | None) -> None:
        self._state = state
        self._seen = None if self._series is None else series_through(self._series, state)
        self.seen_anew.emit()

    def cover(self, *, is_covered: bool) -> None:
        """Show or leave away shutters."""
        self._is_covered = is_covered
        self._apply_look()

    def invert(self) -> None:
        """Exchange black and white."""
        self._is_inverted = not self._is_inverted
        self._apply_look()

    def choose_next_color_map(self) -> None:
        """Show grays in the next map of colors, which is not for diagnosis, or in gray again."""
        names = ("", *DISPLAY_MAPS)
        self._color_map = names[(names.index(self._color_map) + 1) % len(names)]
        self._apply_look()

    def reset(self) -> None:
        """Go back to the file's window, upright, fitted."""
        self._chosen, self._is_inverted, self._color_map = None, False, ""
        self.canvas.set_transform(lambda transform: fit(upright(transform)), fits=True)
        if self._state is None:
            self._apply_look()
        else:
            self._see_through(None)
            self.state_chosen.emit(None)
        self.window_chosen.emit(None)

    def _take_window(self, window: Window) -> None:
        self._chosen = window
        self.looked_anew.emit()
        self.window_chosen.emit(window)

    def _apply_look(self) -> None:
        if self._frame is not None:
            self.canvas.set_look(self._look())
            self.looked_anew.emit()

    def appearance(self) -> Appearance:
        """Return how frames are looked at, for pictures of them."""
        transform = self.canvas.transform
        turn = IDENTITY if transform is None else transform.turn
        return Appearance(
            self._chosen, self._is_inverted, turn, self._state, is_covered=self._is_covered
        )

    def _look(self) -> Look:
        if self._frame is None or self._shown_index is None:
            return Look(None, self._is_inverted)
        return self._look_at(self._shown_index, self._frame)

    def _look_at(self, index: int, frame: DisplayFrame) -> Look:
        """Return through what a frame of the series is seen."""
        if self._seen is None:
            return Look(None, self._is_inverted)
        shown = self._seen.frames[index]
        shutter = shown.shutter if self._is_covered else None
        if frame.is_color:
            return Look(None, self._is_inverted, shutter=shutter)
        grayscale = shown.grayscale
        voi = self._chosen or next(iter(windows_of_file(grayscale)), None)
        if voi is None:
            voi = default_window(frame, grayscale, self._seen.bits_stored)
        is_inverted = self._is_inverted != grayscale.is_inverted
        return Look(voi, is_inverted, self._color_map, shutter, grayscale.presentation_lut)

    def _shown_grayscale(self) -> GrayscaleTransform | None:
        if self._seen is None or self._shown_index is None:
            return None
        return self._seen.frames[self._shown_index].grayscale
