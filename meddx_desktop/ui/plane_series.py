"""Planes through a volume as a series, with their title and what has to be known of them."""

from dataclasses import replace

from meddx_desktop.case.image_series import ImageSeries, PixelSpacing, SpacingOrigin
from meddx_desktop.rendering.plane_turning import angle_between_degrees
from meddx_desktop.rendering.reformat_planes import Directions, PlaneKind, directions_of
from meddx_desktop.rendering.reformation import Projection, ReformatPlane, Slab
from meddx_desktop.ui.translations import mark, translate
from meddx_desktop.ui.volume import Volume

_TITLES = {
    PlaneKind.AXIAL: mark("Reformations", "Axial"),
    PlaneKind.CORONAL: mark("Reformations", "Coronal"),
    PlaneKind.SAGITTAL: mark("Reformations", "Sagittal"),
    PlaneKind.OBLIQUE: mark("Reformations", "Oblique"),
}
_SLABS = {
    Projection.MAXIMUM: "MIP",
    Projection.MINIMUM: "MinIP",
    Projection.MEAN: mark("Reformations", "mean"),
}
# Smaller angles are not worth a word.
_UPRIGHT_DEGREES = 0.5


def is_upright(kind: PlaneKind, directions: Directions) -> bool:
    """Whether planes still lie as their kind says."""
    if kind is PlaneKind.OBLIQUE:
        return False
    return angle_between_degrees(directions, directions_of(kind)) < _UPRIGHT_DEGREES


def plane_title(kind: PlaneKind, directions: Directions, slab: Slab) -> str:
    """Return how planes lie and what a slab shows."""
    title = translate("Reformations", _TITLES[kind])
    if kind is not PlaneKind.OBLIQUE and not is_upright(kind, directions):
        text = translate("Reformations", "{plane}, oblique by {angle}°")
        angle = angle_between_degrees(directions, directions_of(kind))
        title = text.format(plane=title, angle=f"{angle:.0f}")
    if slab.thickness_mm <= 0:
        return title
    projection = translate("Reformations", _SLABS[slab.projection])
    return f"{title} · {projection} {slab.thickness_mm:.0f} mm"


def report_on(volume: Volume) -> str:
    """Return what the person has to know about the slices."""
    geometry, notes = volume.full_geometry, []
    if not geometry.is_straight:
        text = translate("Reformations", "Gantry tilt of {0:.1f}°, corrected by the positions.")
        notes.append(text.format(geometry.tilt_degrees))
    if not geometry.is_even:
        text = translate("Reformations", "Uneven slice spacing; the positions are used.")
        notes.append(text)
    if volume.reduce:
        text = translate("Reformations", "Rows and columns reduced to 1/{0} to fit the memory.")
        notes.append(text.format(2**volume.reduce))
    return " ".join(notes)


def series_of_planes(volume: Volume, planes: tuple[ReformatPlane, ...], title: str) -> ImageSeries:
    """Return planes as a series, so that every tool of the image view works on them."""
    series = volume.series
    middle = series.frames[len(series.frames) // 2]
    grayscale = middle.grayscale
    if volume.scale is not None:
        grayscale = replace(
            grayscale,
            rescale_slope=volume.scale.slope,
            rescale_intercept=volume.scale.intercept,
        )
    frames = tuple(
        replace(
            middle,
            frame_index=0,
            sop_instance_uid=None,
            instance_number=None,
            position=plane.origin,
            orientation=(plane.row_direction, plane.column_direction),
            grayscale=grayscale,
        )
        for plane in planes
    )
    spacing = planes[0].spacing_mm
    return replace(
        series,
        frames=frames,
        rows=planes[0].rows,
        columns=planes[0].columns,
        pixel_spacing=PixelSpacing(spacing, spacing, SpacingOrigin.REFORMATION),
        pixel_aspect_ratio=None,
        series_description=f"{title} · {series.series_description or ''}".rstrip(" ·"),
        series_number=None,
        patient_orientation=None,
        view_position=None,
        frame_times_ms=(),
        frame_of_reference_uid=series.frame_of_reference_uid or volume.volume_id,
    )
