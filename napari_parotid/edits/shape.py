"""Growing, shrinking and smoothing a structure by millimetres."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy

from napari_parotid.edits.scene import ROUNDING_MM, Edit, put, region
from napari_parotid.tr import mark
from parotid_training.labels import Structure

if TYPE_CHECKING:
    from napari_parotid.edits.scene import Scene
    from parotid_training.workspace.operation import Operation

SMOOTH_MM = 1.0
"""Standard deviation of the smoothing; ripples finer than about twice this go."""


def grow(scene: Scene) -> Operation | None:
    """Add all that lies within the margin of the structure."""
    box = scene.box(scene.structure, margin_mm=scene.margin_mm)
    if box is None:
        return None
    part, spacing = scene.labels[box], scene.grid.spacing
    inside = part == scene.structure
    near = scipy.ndimage.distance_transform_edt(~inside, sampling=spacing) <= scene.margin_mm + ROUNDING_MM
    return scene.change("grow", box, put(part, scene.structure, inside | near, spacing))


def shrink(scene: Scene) -> Operation | None:
    """Take away all of the structure that lies within the margin of what is outside of it."""
    box = scene.box(*_whole(scene))
    if box is None:
        return None
    part, spacing = scene.labels[box], scene.grid.spacing
    deep = (
        scipy.ndimage.distance_transform_edt(region(part, scene.structure), sampling=spacing)
        > scene.margin_mm + ROUNDING_MM
    )
    return scene.change("shrink", box, put(part, scene.structure, deep & (part == scene.structure), spacing))


def smooth(scene: Scene) -> Operation | None:
    """Even out the structure's surface: a Gaussian that is as wide in every direction, and its half."""
    box = scene.box(*_whole(scene), margin_mm=3 * SMOOTH_MM)
    if box is None:
        return None
    part, spacing = scene.labels[box], scene.grid.spacing
    body = region(part, scene.structure).astype(np.float32)
    inside = scipy.ndimage.gaussian_filter(body, [SMOOTH_MM / s for s in spacing], mode="nearest") > 0.5
    return scene.change("smooth", box, put(part, scene.structure, inside, spacing))


def _whole(scene: Scene) -> tuple[Structure, ...]:
    """Return what the structure's body is made of; nothing where the structure is not drawn."""
    if scene.structure is Structure.GLAND and scene.box(Structure.GLAND) is not None:
        return Structure.GLAND, Structure.TUMOUR
    return (scene.structure,)


GROW = Edit(
    mark("growing the structure"),
    grow,
    mark("Nothing was added."),
    mark("Grow by a larger distance, or draw some of the chosen structure first."),
)
SHRINK = Edit(
    mark("shrinking the structure"), shrink, mark("Nothing was taken away."), mark("Shrink by a larger distance.")
)
SMOOTH = Edit(mark("smoothing the structure"), smooth, mark("There is nothing to smooth."))
