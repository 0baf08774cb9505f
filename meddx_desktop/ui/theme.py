"""The two palettes; every color that is not part of an image comes from one of them."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

_Role = QPalette.ColorRole

# The only place with colors for the window; tests/gui/test_theme.py checks their contrast.
_LIGHT = {
    _Role.Window: "#f3f5f7",
    _Role.WindowText: "#15191d",
    _Role.Base: "#ffffff",
    _Role.AlternateBase: "#eceff3",
    _Role.ToolTipBase: "#15191d",
    _Role.ToolTipText: "#f3f5f7",
    _Role.PlaceholderText: "#5c666f",
    _Role.Text: "#15191d",
    _Role.Button: "#e6eaee",
    _Role.ButtonText: "#15191d",
    _Role.BrightText: "#a3201c",
    _Role.Light: "#ffffff",
    _Role.Midlight: "#dde2e7",
    _Role.Mid: "#aab3bb",
    _Role.Dark: "#7d8790",
    _Role.Shadow: "#4a535b",
    _Role.Highlight: "#0b6aa8",
    _Role.HighlightedText: "#ffffff",
    _Role.Accent: "#0b6aa8",
    _Role.Link: "#0a5d94",
    _Role.LinkVisited: "#6a3f94",
}
_DARK = {
    _Role.Window: "#1d2125",
    _Role.WindowText: "#e7eaed",
    _Role.Base: "#15181b",
    _Role.AlternateBase: "#23282d",
    _Role.ToolTipBase: "#e7eaed",
    _Role.ToolTipText: "#15181b",
    _Role.PlaceholderText: "#98a2ab",
    _Role.Text: "#e7eaed",
    _Role.Button: "#2c3238",
    _Role.ButtonText: "#e7eaed",
    _Role.BrightText: "#ff9c94",
    _Role.Light: "#414950",
    _Role.Midlight: "#363d43",
    _Role.Mid: "#596269",
    _Role.Dark: "#101315",
    _Role.Shadow: "#08090a",
    _Role.Highlight: "#1f6fa8",
    _Role.HighlightedText: "#ffffff",
    _Role.Accent: "#5db4ee",
    _Role.Link: "#79c0f2",
    _Role.LinkVisited: "#c9a3ee",
}
_DISABLED = {
    _Role.WindowText: _Role.PlaceholderText,
    _Role.Text: _Role.PlaceholderText,
    _Role.ButtonText: _Role.PlaceholderText,
}


def build_palette(scheme: Qt.ColorScheme) -> QPalette:
    """Return the palette of a scheme; anything but dark is light."""
    colors = _DARK if scheme is Qt.ColorScheme.Dark else _LIGHT
    palette = QPalette()
    for role, name in colors.items():
        palette.setColor(role, QColor(name))
    for role, faded in _DISABLED.items():
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colors[faded]))
    palette.setColor(QPalette.ColorGroup.Disabled, _Role.Highlight, QColor(colors[_Role.Mid]))
    return palette


def apply_theme(application: QApplication, choice: str) -> None:
    """Show the application in the system's scheme, or in "light" or "dark"."""
    if application.style().objectName() != "fusion":
        application.setStyle("Fusion")
    chosen = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(choice)
    palette = build_palette(chosen or application.styleHints().colorScheme())
    application.setPalette(palette)
    # Fusion outlines boxes in a darker window color, which a dark window swallows.
    outlined = QPalette(palette)
    outlined.setColor(_Role.Window, palette.color(_Role.PlaceholderText))
    # PySide6 takes a str here, although its stubs say bytes.
    application.setPalette(outlined, "QCheckBox")  # type: ignore[arg-type]


def is_dark(palette: QPalette) -> bool:
    """Whether text on this palette is lighter than its ground."""
    return palette.color(_Role.Text).lightness() > palette.color(_Role.Base).lightness()


def category_color(palette: QPalette, number: int) -> QColor:
    """Return a hue for the n-th category, as far from the ground as the accent is.

    Hues step by the golden angle from the accent, so that neighbors differ most.
    """
    accent = palette.color(_Role.Accent)
    hue = int(accent.hslHue() + 137.5 * number) % 360
    return QColor.fromHsl(hue, accent.hslSaturation() * 3 // 4, accent.lightness())


def blend(first: QColor, second: QColor, share: float) -> QColor:
    """Mix two colors; `share` is that of the second."""
    return QColor.fromRgbF(
        first.redF() + (second.redF() - first.redF()) * share,
        first.greenF() + (second.greenF() - first.greenF()) * share,
        first.blueF() + (second.blueF() - first.blueF()) * share,
    )


def contrast_ratio(first: QColor, second: QColor) -> float:
    """Return the contrast of two colors, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: QColor) -> float:
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(v) for v in (color.redF(), color.greenF(), color.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
