"""Hanging rules: which series stand beside each other and through which windows, as data."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from meddx_desktop.case.grayscale import Window
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.resources import resources_folder
from meddx_desktop.ui.case_state import OpenedItem
from meddx_desktop.ui.layout_choices import GridShape
from meddx_desktop.ui.viewport_grid import ViewportGrid
from meddx_desktop.ui.window_presets import presets_apply


@dataclass(frozen=True, slots=True)
class SeriesWish:
    """What a series must be to take a part in a rule; empty fields ask for nothing.

    Codes are compared as DICOM writes them. `prior_of` asks for the same patient, modality and body
    part as another part's at an earlier date, `same_study_as` for the same study.
    """

    modality: tuple[str, ...] = ()
    body_part: tuple[str, ...] = ()
    view_position: tuple[str, ...] = ()
    least_images: int = 1
    prior_of: str = ""
    same_study_as: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """One viewport: which part of the rule it shows, and through which window."""

    part: str
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class HangingRule:
    """A layout that fits when every part finds a series."""

    rule_id: str
    shape: GridShape
    parts: Mapping[str, SeriesWish]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Hanging:
    """A rule with the series that it puts into each viewport."""

    rule: HangingRule
    series: tuple[ImageSeries, ...]


def read_rules(path: Path) -> tuple[HangingRule, ...]:
    """Read the rules of a file, the most specific first.

    Raises
    ------
    ValueError, KeyError, TypeError : the file does not hold rules.
    """
    stored = json.loads(path.read_text(encoding="utf-8"))
    return tuple(_read_rule(one) for one in stored["rules"])


def _read_rule(stored: dict[str, Any]) -> HangingRule:
    parts = {name: _read_wish(wish) for name, wish in stored["series"].items()}
    places = tuple(_read_place(one) for one in stored["viewports"])
    shape = GridShape(int(stored["rows"]), int(stored["columns"]))
    unknown = {place.part for place in places} - set(parts)
    if unknown or len(places) > shape.count:
        raise ValueError(f"rule {stored['id']}: its viewports do not fit its series or layout")
    return HangingRule(str(stored["id"]), shape, parts, places)


def _read_wish(stored: dict[str, Any]) -> SeriesWish:
    codes = {
        name: tuple(str(code).upper() for code in stored.get(name, ()))
        for name in ("modality", "body_part", "view_position")
    }
    unknown = set(stored) - set(SeriesWish.__slots__)
    if unknown:
        raise ValueError(f"unknown wishes {sorted(unknown)}")
    return SeriesWish(
        **codes,
        least_images=int(stored.get("least_images", 1)),
        prior_of=str(stored.get("prior_of", "")),
        same_study_as=str(stored.get("same_study_as", "")),
    )


def _read_place(stored: dict[str, Any]) -> Place:
    window = stored.get("window")
    if window is None:
        return Place(str(stored["series"]))
    named = str(window.get("explanation", ""))
    shown = Window(float(window["center"]), float(window["width"]), explanation=named)
    return Place(str(stored["series"]), shown)


def find_hanging(
    rules: Sequence[HangingRule], series: Sequence[ImageSeries], current: ImageSeries
) -> Hanging | None:
    """Return the first rule that fits and shows the current series, or None."""
    for rule in rules:
        chosen = _cast(rule, series, current)
        if chosen is not None:
            return Hanging(rule, tuple(chosen[place.part] for place in rule.places))
    return None


def _cast(
    rule: HangingRule, series: Sequence[ImageSeries], current: ImageSeries
) -> dict[str, ImageSeries] | None:
    """Give every part a series; the first part is the current one where it may be."""
    chosen: dict[str, ImageSeries] = {}
    ordered = [current, *(one for one in series if one is not current)]
    for name, wish in rule.parts.items():
        free = [one for one in ordered if all(one is not taken for taken in chosen.values())]
        fitting = [one for one in free if _fits(one, wish, chosen)]
        if wish.prior_of:
            fitting.sort(key=lambda one: one.study_date or "", reverse=True)
        if not fitting:
            return None
        chosen[name] = fitting[0]
    shows_current = any(one is current for one in chosen.values())
    return chosen if shows_current else None


def _fits(series: ImageSeries, wish: SeriesWish, chosen: Mapping[str, ImageSeries]) -> bool:
    described = (
        (wish.modality, series.modality),
        (wish.body_part, series.body_part),
        (wish.view_position, series.view_position),
    )
    if any(codes and (value or "").upper() not in codes for codes, value in described):
        return False
    if len(series.frames) < wish.least_images:
        return False
    if wish.same_study_as and not _is_same_study(series, chosen[wish.same_study_as]):
        return False
    return not wish.prior_of or _is_prior(series, chosen[wish.prior_of])


def _is_same_study(series: ImageSeries, other: ImageSeries) -> bool:
    uid = series.study_instance_uid
    return uid is not None and uid == other.study_instance_uid


def _is_prior(series: ImageSeries, current: ImageSeries) -> bool:
    """Whether a series is an earlier examination of the same part of the same patient."""
    if series.patient.patient_id is None or series.study_date is None:
        return False
    is_same_part = (
        series.patient.patient_id == current.patient.patient_id
        and series.modality == current.modality
        and series.body_part is not None
        and series.body_part == current.body_part
        and series.view_position == current.view_position
    )
    return is_same_part and series.study_date < (current.study_date or "")


def hang(grid: ViewportGrid, items: Sequence[OpenedItem], rules: Sequence[HangingRule]) -> bool:
    """Lay the viewports out as the first rule says that fits the series in view.

    Returns whether there was one.
    """
    series = {id(one.item): one for one in items if isinstance(one.item, ImageSeries)}
    current = grid.active.view.series
    if current is None or id(current) not in series:
        return False
    images = [one.item for one in series.values() if isinstance(one.item, ImageSeries)]
    found = find_hanging(rules, images, current)
    if found is None:
        return False
    grid.set_shape(found.rule.shape, is_chosen=False)
    for viewport, place, shown in zip(
        grid.viewports(), found.rule.places, found.series, strict=False
    ):
        grid.show_item(series[id(shown)], shown, viewport)
        if place.window is not None and presets_apply(shown):
            viewport.view.follow_window(place.window)
    shows_current = next(i for i, one in enumerate(found.series) if one is current)
    grid.activate(grid.viewports()[shows_current])
    return True


def fill_empty(grid: ViewportGrid, items: Sequence[OpenedItem]) -> None:
    """Show series that are nowhere in view in the viewports that are empty, in order."""
    waiting = [
        one for one in items if isinstance(one.item, ImageSeries) and grid.viewport_of(one) is None
    ]
    empty = [viewport for viewport in grid.viewports() if viewport.item is None]
    for viewport, opened in zip(empty, waiting, strict=False):
        if isinstance(opened.item, ImageSeries):
            grid.show_item(opened, opened.item, viewport)


def shipped_rules() -> tuple[HangingRule, ...]:
    """Return the rules that the program comes with."""
    return read_rules(resources_folder() / "rules" / "hanging.json")
