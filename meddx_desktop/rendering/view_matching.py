"""The same zoom, place and turn in another view."""

from dataclasses import replace

from meddx_desktop.rendering.view_transform import Point, ViewTransform, fit


def matched_view(source: ViewTransform, target: ViewTransform) -> ViewTransform:
    """Return `target` as far magnified, moved and turned as `source`, both beside fitted views."""
    turned = replace(target, turn=source.turn)
    magnification = source.scale / fit(source).scale
    center = (
        source.center[0] / source.frame_size[0] * target.frame_size[0],
        source.center[1] / source.frame_size[1] * target.frame_size[1],
    )
    return replace(turned, scale=fit(turned).scale * magnification, center=center)


def held_view(
    source: ViewTransform, target: ViewTransform, *, point: Point, at: Point
) -> ViewTransform:
    """Return `target` as far magnified and turned as `source`, one of its frame points at `at`."""
    centered = replace(target, scale=source.scale, turn=source.turn, center=point)
    seen = centered.to_frame(at)
    return replace(centered, center=(2 * point[0] - seen[0], 2 * point[1] - seen[1]))
