"""What measurements say, in the person's language."""

from meddx_desktop.case.image_series import SpacingOrigin
from meddx_desktop.case.measurement import Measurement, MeasurementKind, NoSpacing, Reading
from meddx_desktop.ui.image_facts import figure
from meddx_desktop.ui.translations import mark, translate

_KINDS = {
    MeasurementKind.LENGTH: mark("Measurements", "Length"),
    MeasurementKind.ANGLE: mark("Measurements", "Angle"),
    MeasurementKind.COBB_ANGLE: mark("Measurements", "Cobb angle"),
    MeasurementKind.ELLIPSE: mark("Measurements", "Ellipse"),
    MeasurementKind.RECTANGLE: mark("Measurements", "Rectangle"),
    MeasurementKind.FREEHAND: mark("Measurements", "Freehand region"),
    MeasurementKind.PROBE: mark("Measurements", "Pixel value"),
    MeasurementKind.ARROW: mark("Measurements", "Arrow"),
    MeasurementKind.TEXT: mark("Measurements", "Text"),
}
_ORIGINS = {
    SpacingOrigin.PIXEL_SPACING: mark("Measurements", "Pixel Spacing"),
    SpacingOrigin.IMAGER_PIXEL_SPACING: mark("Measurements", "at the detector, not in the patient"),
    SpacingOrigin.ULTRASOUND_REGION: mark("Measurements", "ultrasound region"),
    SpacingOrigin.BY_HAND: mark("Measurements", "calibrated by hand"),
    SpacingOrigin.REFORMATION: mark("Measurements", "reformation of slices"),
}
_REASONS = {
    NoSpacing.NOT_IN_FILE: mark("Measurements", "the file names no spacing"),
    NoSpacing.OUTSIDE_REGIONS: mark("Measurements", "outside the ultrasound regions"),
    NoSpacing.SEVERAL_REGIONS: mark("Measurements", "not in one ultrasound region"),
    NoSpacing.UNCALIBRATED_REGION: mark("Measurements", "the region has no scale in cm"),
    NoSpacing.CONFLICTING_REGIONS: mark("Measurements", "ultrasound regions contradict each other"),
}


def kind_text(kind: MeasurementKind) -> str:
    """Return the name of a kind."""
    return translate("Measurements", _KINDS[kind])


def origin_text(reading: Reading) -> str:
    """Return where the millimeters come from, or why there are none."""
    if reading.spacing_origin is not None:
        return translate("Measurements", _ORIGINS[reading.spacing_origin])
    return translate("Measurements", _REASONS[reading.no_spacing]) if reading.no_spacing else ""


def label_lines(measurement: Measurement) -> tuple[str, ...]:
    """Return what stands beside a measurement on the image, the figure first."""
    reading = measurement.reading
    lines = [*_statistics_lines(reading), *_channel_lines(reading), *_figures(reading)]
    if reading.length is not None or reading.area is not None:
        lines.append(origin_text(reading))
    return tuple(line for line in (measurement.text, *lines) if line)


def summary(measurement: Measurement) -> str:
    """Return a measurement in one line, for a list."""
    said = " · ".join(label_lines(measurement))
    return f"{kind_text(measurement.kind)}: {said}" if said else kind_text(measurement.kind)


def _figures(reading: Reading) -> list[str]:
    is_mm = reading.spacing_origin is not None
    lines = []
    if reading.length is not None:
        lines.append(f"{reading.length:.1f} {'mm' if is_mm else 'px'}")
    if reading.angle_degrees is not None:
        lines.append(f"{reading.angle_degrees:.1f}°")
    if reading.area is not None:
        text = translate("Measurements", "Area {area} {unit}")
        lines.append(text.format(area=f"{reading.area:.1f}", unit="mm²" if is_mm else "px²"))
    if len(reading.value) == 3:
        red, green, blue = reading.value
        lines.append(f"R {red:.0f} G {green:.0f} B {blue:.0f}")
    elif reading.value:
        lines.append(f"{figure(reading.value[0], 6)} {reading.unit}".rstrip())
    return lines


def _statistics_lines(reading: Reading) -> list[str]:
    found = reading.statistics
    if found is None:
        return []
    unit = f" {reading.unit}".rstrip()
    mean = translate("Measurements", "Mean {mean}{unit}, deviation {deviation}")
    ends = translate("Measurements", "Minimum {minimum}, maximum {maximum}")
    count = translate("Measurements", "{count} pixels")
    return [
        mean.format(mean=f"{found.mean:.1f}", unit=unit, deviation=f"{found.deviation:.1f}"),
        ends.format(minimum=figure(found.minimum, 6), maximum=figure(found.maximum, 6)),
        count.format(count=found.pixel_count),
    ]


def _channel_lines(reading: Reading) -> list[str]:
    """Return what the colors of a region are; they are no measure of tissue, and say so."""
    channels = reading.channels
    if not channels:
        return []
    scale = translate("Measurements", "Color values 0 to {maximum}, not calibrated")
    count = translate("Measurements", "{count} pixels").format(count=channels[0].pixel_count)
    scale = scale.format(maximum=reading.channel_maximum)
    if all(channel == channels[0] for channel in channels):
        text = translate("Measurements", "Mean gray {mean}, deviation {deviation}")
        mean, deviation = f"{channels[0].mean:.1f}", f"{channels[0].deviation:.1f}"
        ends = translate("Measurements", "Minimum {minimum}, maximum {maximum}")
        ends = ends.format(
            minimum=f"{channels[0].minimum:.6g}", maximum=f"{channels[0].maximum:.6g}"
        )
        return [text.format(mean=mean, deviation=deviation), ends, count, scale]
    mean = translate("Measurements", "Mean {colors}")
    deviation = translate("Measurements", "Deviation {colors}")
    return [
        mean.format(colors=_colors([channel.mean for channel in channels])),
        deviation.format(colors=_colors([channel.deviation for channel in channels])),
        count,
        scale,
    ]


def _colors(values: list[float]) -> str:
    return " ".join(f"{name} {value:.1f}" for name, value in zip("RGB", values, strict=True))
