"""The controls around the canvas: frame slider, cine, evidence, and the region prompt."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from meddx_desktop.case.finding import Analysis
from meddx_desktop.ui.cine import Cine
from meddx_desktop.ui.film_rate import FilmRate
from meddx_desktop.ui.probability_strip import HighestButton, ProbabilityStrip, SliceFindingsBox
from meddx_desktop.ui.slice_findings import SliceFindings, slice_findings


class ImageControls(QWidget):
    """Slider and buttons below the image.

    Signals: `frame_chosen(index)`, `cine_toggled()`, `opacity_changed(fraction)`,
    `overlay_toggled(is_shown)`.
    """

    frame_chosen = Signal(int)
    cine_toggled = Signal()
    opacity_changed = Signal(float)
    overlay_toggled = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._has_film, self._is_compact = True, False
        self._is_growing = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 4)
        layout.setSpacing(4)
        self._frame_row = self._build_frame_row()
        layout.addWidget(self._frame_row)
        layout.addWidget(self._build_lower_row())

    def _build_frame_row(self) -> QWidget:
        row = QWidget()
        grid = QGridLayout(row)
        grid.setContentsMargins(0, 0, 0, 0)
        self.findings_box = SliceFindingsBox()
        self.strip = ProbabilityStrip()
        self.highest_button = HighestButton()
        self.findings_box.finding_chosen.connect(self._show_finding)
        self.strip.frame_chosen.connect(self.frame_chosen)
        self.highest_button.frame_chosen.connect(self.frame_chosen)
        # Beside the strip they would leave it no room in a narrow viewport.
        above = QHBoxLayout()
        above.addWidget(self.findings_box, 1)
        above.addStretch()
        above.addWidget(self.highest_button)
        grid.addLayout(above, 0, 0, 1, 3)
        grid.addWidget(self.strip, 1, 1)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(self.tr("Image in the series"))
        self.slider.valueChanged.connect(self.frame_chosen)
        self._position = QLabel()
        self.cine_button = QPushButton(self.tr("Play"))
        self.cine_button.setAccessibleName(self.tr("Play the images as a film"))
        self.cine_button.clicked.connect(self.cine_toggled)
        grid.addWidget(self.cine_button, 2, 0)
        grid.addWidget(self.slider, 2, 1)
        grid.addWidget(self._position, 2, 2)
        grid.setColumnStretch(1, 1)
        self.show_analyses(())
        return row

    def show_analyses(self, analyses: tuple[Analysis, ...]) -> None:
        """Show what models say slice by slice; nothing where none does."""
        self._show_finding(self.findings_box.offer(slice_findings(analyses)))

    def _show_finding(self, shown: SliceFindings | None) -> None:
        self.strip.show_findings(shown, self.slider.maximum() + 1)
        self.highest_button.show_findings(shown)
        for widget in (self.findings_box, self.strip, self.highest_button):
            widget.setVisible(shown is not None)

    def _build_lower_row(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        self._value = QLabel()
        self._value.setAccessibleName(self.tr("Value under the pointer"))
        # An empty line would make the canvas jump when the first value comes.
        self._value.setMinimumHeight(self._value.fontMetrics().height() + 4)
        # What it says must not make one of several viewports wider than the others.
        self._value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.overlay_box = QCheckBox(self.tr("Show evidence"))
        self.overlay_box.setAccessibleName(self.tr("Show evidence"))
        self.overlay_box.setChecked(True)
        self.overlay_box.toggled.connect(self.overlay_toggled)
        self.opacity_slider = QSlider(Qt.Orientation.Horizontal)
        self.opacity_slider.setRange(5, 100)
        self.opacity_slider.setValue(55)
        self.opacity_slider.setMinimumWidth(40)
        self.opacity_slider.setMaximumWidth(120)
        self.opacity_slider.setAccessibleName(self.tr("Opacity of the evidence"))
        self.opacity_slider.setToolTip(self.opacity_slider.accessibleName())
        self.opacity_slider.valueChanged.connect(lambda: self.opacity_changed.emit(self.opacity()))
        self.rate = FilmRate()
        line.addWidget(self._value, 1)
        # Beside the slider it would take half of its length.
        line.addWidget(self.rate)
        line.addWidget(self.overlay_box)
        line.addWidget(self.opacity_slider)
        self.set_overlay(is_available=False)
        return row

    def show_series(
        self, count: int, cine: Cine, *, has_film: bool = True, is_growing: bool = False
    ) -> None:
        """Fit the slider to a series; one image needs none, and pages make no film.

        While more images are on their way, its place is kept, so that the image does not jump.
        """
        self._is_growing = is_growing
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, count - 1)
        self.show_analyses(())
        self._frame_row.setVisible(count > 1 or is_growing)
        for part in (self.slider, self.cine_button, self.rate):
            part.setEnabled(count > 1)
        self.cine_button.setVisible(has_film)
        self._has_film = has_film and not self._frame_row.isHidden()
        self._place_rate()
        self.show_rate(cine)
        self.show_playing(is_playing=False)

    def show_nothing(self) -> None:
        """Offer nothing to scroll or play."""
        self._frame_row.hide()
        self.rate.hide()

    def set_compact(self, *, is_compact: bool) -> None:
        """Leave the rate out where there is little room; the button's tip says it."""
        self._is_compact = is_compact
        self._place_rate()

    def show_rate(self, cine: Cine) -> None:
        """Say how fast the film plays."""
        self.rate.show_rate(cine)
        self.cine_button.setToolTip(self.rate.text())

    def _place_rate(self) -> None:
        self.rate.setVisible(self._has_film and not self._is_compact)

    def show_index(self, index: int) -> None:
        """Say which image is in view."""
        with QSignalBlocker(self.slider):
            self.slider.setValue(index)
        self.strip.show_index(index)
        count = "…" if self._is_growing else str(self.slider.maximum() + 1)
        self._position.setText(f"{index + 1} / {count}")

    def show_playing(self, *, is_playing: bool) -> None:
        """Say what the button does next."""
        self.cine_button.setText(self.tr("Pause") if is_playing else self.tr("Play"))

    def show_loop(self, *, loops: bool) -> None:
        """Say whether the film starts anew after its end."""
        texts = self.tr("Play the images as a film"), self.tr("Play the images as a film once")
        self.cine_button.setAccessibleName(texts[0] if loops else texts[1])

    def show_value(self, text: str) -> None:
        """Show place and value under the pointer."""
        self._value.setText(text)

    @property
    def value(self) -> str:
        """What the value line says."""
        return self._value.text()

    def opacity(self) -> float:
        """Return the opacity of the evidence as a fraction."""
        return self.opacity_slider.value() / 100

    def set_opacity(self, fraction: float) -> None:
        """Move the opacity slider."""
        self.opacity_slider.setValue(round(fraction * 100))

    def set_overlay(self, *, is_available: bool) -> None:
        """Show the evidence controls while there is evidence."""
        self.overlay_box.setVisible(is_available)
        self.opacity_slider.setVisible(is_available)
        if is_available:
            self.overlay_box.setChecked(True)

    def toggle_overlay(self) -> None:
        """Hide or show the evidence."""
        if not self.overlay_box.isHidden():
            self.overlay_box.toggle()


class RegionBar(QWidget):
    """Asks the person to draw a box. Signals: `whole_image()`, `cancelled()`."""

    whole_image = Signal()
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(8, 4, 8, 4)
        self._label = QLabel()
        self._label.setWordWrap(True)
        self.whole_button = QPushButton(self.tr("Use the whole image"))
        self.whole_button.setAccessibleName(self.tr("Use the whole image as the region"))
        self.whole_button.clicked.connect(self.whole_image)
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.cancel_button.setAccessibleName(self.tr("Cancel drawing a region"))
        self.cancel_button.clicked.connect(self.cancelled)
        line.addWidget(self._label, 1)
        line.addWidget(self.whole_button)
        line.addWidget(self.cancel_button)
        self.hide()

    def ask(self, model_name: str) -> None:
        """Show the prompt."""
        text = self.tr("{model}: draw a box around the part to be analyzed.")
        self._label.setText(text.format(model=model_name))
        self.show()
