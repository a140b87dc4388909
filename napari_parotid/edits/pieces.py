"""Separate pieces of a structure: dropping small ones, changing what they are, keeping tumours inside glands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy

from napari_parotid.checks import ISLAND_ML
from napari_parotid.edits.scene import Edit, put
from napari_parotid.tr import mark
from parotid_training.labels import FOREGROUND, Structure

if TYPE_CHECKING:
    from napari_parotid.edits.scene import Scene
    from parotid_training.workspace.operation import Operation

ISLAND_SHARE = {Structure.GLAND: 0.1, Structure.TUMOUR: 0.0}
"""Pieces below this share of the largest go. Small tumours are no islands: there may be several."""
POCKET_MM = 10.0
"""Hollows of a gland that are narrower than twice this count as its region: a tumour may fill them."""
TOUCHING = np.ones((3, 3, 3))


def remove_islands(scene: Scene) -> Operation | None:
    """Take away the small separate pieces, all those that an acceptance would ask about among them."""
    box = scene.box(scene.structure)
    if box is None:
        return None
    part = scene.labels[box]
    pieces, _ = scipy.ndimage.label(part == scene.structure, TOUCHING)
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    kept = sizes >= max(ISLAND_ML / scene.grid.voxel_ml, ISLAND_SHARE[scene.structure] * sizes.max())
    kept[sizes.argmax()] = True
    return scene.change("remove islands", box, put(part, scene.structure, kept[pieces], scene.grid.spacing))


def swap(scene: Scene) -> Operation | None:
    """Make gland of tumour and tumour of gland: of the piece under the mouse, else everywhere."""
    box = scene.box(*FOREGROUND)
    if box is None:
        return None
    part = scene.labels[box]
    label = 0 if scene.voxel is None else int(scene.labels[scene.voxel])
    chosen = part > 0
    if scene.voxel is not None and label:
        pieces, _ = scipy.ndimage.label(part == label, TOUCHING)
        chosen = pieces == pieces[tuple(n - along.start for n, along in zip(scene.voxel, box, strict=True))]
    other = np.array([0, Structure.TUMOUR, Structure.GLAND], np.uint8)
    return scene.change("swap", box, np.where(chosen, other[part], part))


def keep_inside(scene: Scene) -> Operation | None:
    """Take away the tumour that lies outside the gland's region: the gland with its hollows filled."""
    box = scene.box(*FOREGROUND, margin_mm=POCKET_MM)
    if box is None or scene.box(Structure.GLAND) is None:
        return None
    part, spacing = scene.labels[box], scene.grid.spacing
    # A closing by a ball in mm, and what it encloses.
    near = scipy.ndimage.distance_transform_edt(part != Structure.GLAND, sampling=spacing) <= POCKET_MM
    gland = (
        scipy.ndimage.distance_transform_edt(np.pad(near, 1, mode="edge"), sampling=spacing)[1:-1, 1:-1, 1:-1]
        > POCKET_MM
    )
    gland = scipy.ndimage.binary_fill_holes(gland | (part == Structure.GLAND))
    outside = (part == Structure.TUMOUR) & ~gland
    return scene.change("keep inside", box, np.where(outside, np.uint8(0), part))


ISLANDS = Edit(mark("removing islands"), remove_islands, mark("There are no small separate pieces."))
SWAP = Edit(mark("swapping gland and tumour"), swap, mark("Nothing is drawn yet."))
INSIDE = Edit(
    mark("keeping the tumour inside the gland"),
    keep_inside,
    mark("No tumour lies outside a gland's region, or no gland is drawn."),
)
