"""From slice to slice of the plane in view: filling between drawn ones, and copying one."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import scipy

from napari_parotid.edits.scene import Edit, put, region
from napari_parotid.tr import mark

if TYPE_CHECKING:
    from napari_parotid.edits.scene import Scene
    from parotid_training.workspace.operation import Operation

WIDEST_GAP_MM = 20.0  # said below
"""Slices further apart are of two structures: in sagittal slices, of the two sides."""


def fill_between(scene: Scene) -> Operation | None:
    """Fill the slices between drawn ones by interpolating signed distances (Raya and Udupa's shape-based way).

    Structures that lie side by side, such as the two glands, are filled each from its own slices.
    """
    box = scene.box(scene.structure)
    if box is None:
        return None
    part, axis = scene.labels[box], scene.axis
    apart = scene.grid.spacing[axis]
    in_plane = tuple(s for n, s in enumerate(scene.grid.spacing) if n != axis)
    drawn = np.moveaxis(part == scene.structure, axis, 0)
    body = np.moveaxis(region(part, scene.structure), axis, 0)
    filled = drawn.copy()
    columns, count = scipy.ndimage.label(drawn.any(axis=0), np.ones((3, 3)))
    for column in range(1, count + 1):
        mine = columns == column
        numbers = np.flatnonzero((drawn & mine).any(axis=(1, 2)))
        for low, high in pairwise(numbers.tolist()):
            if 1 < high - low <= WIDEST_GAP_MM / apart:
                below, above = (_signed_distance(body[n] & mine, in_plane) for n in (low, high))
                for n in range(low + 1, high):
                    share = (n - low) / (high - low)
                    filled[n] |= (1 - share) * below + share * above > 0
    return scene.change(
        "fill between", box, put(part, scene.structure, np.moveaxis(filled, 0, axis), scene.grid.spacing)
    )


def copy(scene: Scene, slices: int) -> Operation | None:
    """Make a neighbouring slice hold the structure as the slice in view does.

    Parameters
    ----------
    slices
        1 for the next slice (towards the head, the back or the left), -1 for the one before.
    """
    target = scene.number + slices * scene.up
    source = scene.labels.take(scene.number, scene.axis) == scene.structure
    if not 0 <= target < scene.labels.shape[scene.axis] or not source.any():
        return None
    a, b, c = (
        slice(target, target + 1) if axis == scene.axis else slice(0, size)
        for axis, size in enumerate(scene.grid.shape)
    )
    inside = np.expand_dims(source, scene.axis)
    after = put(scene.labels[a, b, c], scene.structure, inside, scene.grid.spacing)
    return scene.change("copy slice", (a, b, c), after)


def _signed_distance(inside: np.ndarray, spacing: tuple[float, ...]) -> np.ndarray:
    """Return mm to the border of a slice's shape, positive inside."""
    padded = np.pad(inside, 1)
    distance = scipy.ndimage.distance_transform_edt(padded, sampling=spacing)
    return np.asarray((distance - scipy.ndimage.distance_transform_edt(~padded, sampling=spacing))[1:-1, 1:-1])


FILL_BETWEEN = Edit(
    mark("filling between the slices"),
    fill_between,
    mark("There is no gap to fill."),
    mark("Draw the structure on two slices of this plane, at most 20 mm apart."),
)
NO_COPY = mark("There is nothing to copy in this slice, or no slice to copy it to.")
COPY_UP = Edit(mark("copying the slice"), lambda scene: copy(scene, 1), NO_COPY)
COPY_DOWN = Edit(mark("copying the slice"), lambda scene: copy(scene, -1), NO_COPY)
