"""What the corners of an image say, from the facts of its series."""

from dataclasses import dataclass

from meddx_desktop.case.age import AgeUnit, age_in_units
from meddx_desktop.case.grayscale import LookupTable, Window
from meddx_desktop.case.image_series import Extent, ImageSeries
from meddx_desktop.case.source import Patient
from meddx_desktop.rendering.display_frame import DisplayFrame
from meddx_desktop.rendering.orientation import EdgeLetters, direction_letters, edge_letters
from meddx_desktop.rendering.scale_bar import ScaleBar, scale_bar
from meddx_desktop.rendering.view_transform import ViewTransform
from meddx_desktop.ui.frame_layer import Look
from meddx_desktop.ui.image_annotations import Annotations
from meddx_desktop.ui.translations import translate

_LONGEST_BAR = 180.0


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a series is on the screen; `pixel_ratio` is device pixels per logical one."""

    series: ImageSeries
    index: int
    look: Look
    transform: ViewTransform
    pixel_ratio: float = 1.0
    has_untrusted_model: bool = False
    is_preview: bool = False


def annotations_of(shown: Shown, *, with_facts: bool) -> Annotations:
    """Return everything written over the image; letters and scale stay when facts are hidden."""
    series = shown.series
    spacing = series.pixel_spacing
    badges = _badges(shown)
    if not with_facts:
        return Annotations(letters=letters_of(shown), badges=badges)
    if series.is_document:
        # Corner texts would lie over what is to be read; the case names patient and study.
        return Annotations(bottom_left=_place_lines(shown), badges=badges)
    return Annotations(
        top_left=patient_lines(series.patient),
        top_right=_study_lines(series),
        bottom_left=_place_lines(shown),
        bottom_right=_look_lines(shown),
        letters=letters_of(shown),
        scale=scale_of(shown),
        scale_origin=spacing.origin.value if spacing else "",
        badges=badges,
    )


def _badges(shown: Shown) -> tuple[str, ...]:
    series, look = shown.series, shown.look
    is_subtracted = series.frames[shown.index].subtraction is not None
    colors = translate("ImageFacts", "Colors “{name}”: not for diagnosis")
    colors = colors.format(name=translate("ColorMaps", look.color_map)) if look.color_map else ""
    badges = {
        translate("ImageFacts", "Preview: the full image is being decoded…"): shown.is_preview,
        translate("ImageFacts", "Still reading the series…"): series.extent is Extent.BEING_READ,
        translate("ImageFacts", "Series not read completely"): series.extent is Extent.CUT_SHORT,
        translate("ImageFacts", "Lossy compressed"): series.is_lossy,
        translate("ImageFacts", "Derived image"): series.is_derived,
        translate("ImageFacts", "Mask subtracted"): is_subtracted,
        translate("ImageFacts", "Text is burned into the pixels"): series.has_burned_in_annotation,
        translate("ImageFacts", "Partly covered by a shutter"): look.shutter is not None,
        colors: bool(colors),
        translate("ImageFacts", "⚠ Model without a trusted signature"): shown.has_untrusted_model,
    }
    return tuple(text for text, applies in badges.items() if applies)


def patient_lines(patient: Patient) -> tuple[str, ...]:
    """Return name, number, birth date, sex and age, as far as the file knows them."""
    name = (patient.name or "").replace("^", " ").strip()
    age = age_text(patient.age_years)
    person = " · ".join(part for part in (date_text(patient.birth_date), patient.sex, age) if part)
    return tuple(line for line in (name, patient.patient_id or "", person) if line)


def age_text(years: float | None) -> str:
    """Write an age in years, below two in months, below two months in days."""
    if years is None:
        return ""
    number, unit = age_in_units(years)
    match unit:
        case AgeUnit.YEARS:
            pattern = translate("ImageFacts", "{0:.0f} years")
        case AgeUnit.MONTHS:
            pattern = translate("ImageFacts", "{0:.0f} months")
        case AgeUnit.DAYS:
            pattern = translate("ImageFacts", "{0:.0f} days")
    return pattern.format(number)


def _study_lines(series: ImageSeries) -> tuple[str, ...]:
    number = f"#{series.series_number} " if series.series_number is not None else ""
    acquisition = (series.modality, series.body_part, series.view_position, series.laterality)
    lines = (
        date_text(series.study_date),
        series.study_description or "",
        number + (series.series_description or ""),
        " · ".join(part for part in acquisition if part),
    )
    return tuple(line.strip() for line in lines if line.strip())


def date_text(date: str | None) -> str:
    """Write a DICOM date (YYYYMMDD) as YYYY-MM-DD."""
    if date and len(date) == 8 and date.isdigit():
        return f"{date[:4]}-{date[4:6]}-{date[6:]}"
    return date or ""


def date_time_text(written: str | None) -> str:
    """Write a DICOM date and time (YYYYMMDDHHMMSS…) as YYYY-MM-DD HH:MM."""
    digits = (written or "")[:12]
    if len(digits) < 12 or not digits.isdigit():
        return date_text(digits[:8])
    return f"{date_text(digits[:8])} {digits[8:10]}:{digits[10:12]}"


def _place_lines(shown: Shown) -> tuple[str, ...]:
    frames = shown.series.frames
    lines = [f"{shown.transform.scale * 100:.0f} %"]
    position = frames[shown.index].position
    if position is not None:
        text = translate("ImageFacts", "Position {x:.1f}, {y:.1f}, {z:.1f} mm")
        lines.append(text.format(x=position[0], y=position[1], z=position[2]))
    if shown.series.extent is Extent.WHOLE:
        text = translate("ImageFacts", "Image {number} of {count}")
        if shown.series.is_document:
            text = translate("ImageFacts", "Page {number} of {count}")
        lines.append(text.format(number=shown.index + 1, count=len(frames)))
    return tuple(lines)


def _look_lines(shown: Shown) -> tuple[str, ...]:
    series = shown.series
    size = f"{series.columns} × {series.rows} · {series.bits_stored} bit"
    look = shown.look
    lines = [size]
    if look.is_inverted != series.frames[shown.index].grayscale.is_inverted:
        lines.append(translate("ImageFacts", "Inverted"))
    if not series.is_color:
        lines.append(window_text(look.voi, unit_of(shown.series, shown.index)))
    return tuple(line for line in lines if line)


def window_text(voi: Window | LookupTable | None, unit: str) -> str:
    """Return the window in words."""
    if isinstance(voi, LookupTable):
        return translate("ImageFacts", "Lookup table of the file") + f" {voi.explanation}".rstrip()
    if voi is None:
        return ""
    numbers = f"W {figure(voi.width, 4)}  L {figure(voi.center, 4)} {unit}".rstrip()
    return f"{numbers} ({voi.explanation})" if voi.explanation else numbers


def figure(value: float, digits: int) -> str:
    """Write a number with so many digits, large ones whole and never as a power of ten."""
    return f"{value:.0f}" if abs(value) >= 10**digits else f"{value:.{digits}g}"


def unit_of(series: ImageSeries, index: int) -> str:
    """Return the unit of the modality values, or nothing where the file names none."""
    unit = series.frames[index].grayscale.rescale_type
    return "" if unit in (None, "US") else str(unit)


def letters_of(shown: Shown) -> EdgeLetters | None:
    """Return the orientation letters, or None where the file does not say how the patient lies."""
    orientation = shown.series.frames[shown.index].orientation
    if orientation is not None:
        right, bottom = (direction_letters(direction) for direction in orientation)
    elif shown.series.patient_orientation is not None:
        right, bottom = shown.series.patient_orientation
    else:
        return None
    return edge_letters(right, bottom, shown.transform.turn)


def scale_of(shown: Shown) -> ScaleBar | None:
    """Return a scale bar where the spacing is known."""
    spacing = shown.series.pixel_spacing
    if spacing is None:
        return None
    mm_per_px = spacing.column_mm / shown.transform.scale * shown.pixel_ratio
    return scale_bar(mm_per_px, _LONGEST_BAR)


def value_text(frame: DisplayFrame, column: int, row: int, unit: str) -> str:
    """Return place and value under the pointer."""
    place = f"x {column}  y {row}"
    if frame.modality_values is None:
        red, green, blue = (int(part) for part in frame.indices[row, column])
        return f"{place}   R {red} G {green} B {blue}"
    value = float(frame.modality_values[int(frame.indices[row, column])])
    return f"{place}   {figure(value, 6)} {unit}".rstrip()
