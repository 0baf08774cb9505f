"""The same zoom, place and turn in another view."""

from dataclasses import replace

from meddx_desktop.rendering.view_transform import ViewTransform, fit


def matched_view(source: ViewTransform, target: ViewTransform) -> ViewTransform:
    """Return `target` as far magnified, moved and turned as `source`, both beside fitted views."""
    turned = replace(target, turn=source.turn)
    magnification = source.scale / fit(source).scale
    center = (
        source.center[0] / source.frame_size[0] * target.frame_size[0],
        source.center[1] / source.frame_size[1] * target.frame_size[1],
    )
    return replace(turned, scale=fit(turned).scale * magnification, center=center)
