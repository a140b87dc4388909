"""The organs of a labelled head, measured: signed distances from the readers' maps, whose mean counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import distance_transform_edt, find_objects, gaussian_filter

from parotid_training.anatomy.organs import MANDIBLE, SUBMANDIBULARS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from parotid_training.anatomy.shapes import Array
    from parotid_training.volume import Grid

    Vector = NDArray[np.float64]

COCHLEAE = ("cochlea_right", "cochlea_left")
MARGIN_MM = 9.0
LEAST_ML = {SUBMANDIBULARS[0]: 2.0, SUBMANDIBULARS[1]: 2.0}
CROOKED_MM = 10.0
"""A mandible whose centre lies so far off the middle has been operated on."""


@dataclass(frozen=True, eq=False)
class Measured:
    """One organ of one head.

    Parameters
    ----------
    depth
        Signed distance, mm, on the voxels around it, smoothed over the slices' steps.
    grid_low
        Index of the first of those voxels.
    points
        Voxel centres within, LPS mm: shape (n, 3).
    """

    depth: Array = field(repr=False)
    grid_low: NDArray[np.int64]
    points: Vector = field(repr=False)


@dataclass(frozen=True, eq=False)
class LabelledHead:
    """A head's organs as measured; an organ that is missing or was operated on is left out."""

    name: str
    grid: Grid
    organs: Mapping[str, Measured] = field(repr=False)


def measure_head(name: str, maps: Sequence[NDArray[np.uint8]], grid: Grid, labels: Mapping[str, int]) -> LabelledHead:
    """Organs of a head from the readers' label maps on one grid; ``labels`` gives each organ's value."""
    places = [find_objects(labelled) for labelled in maps]
    organs = {}
    for organ, value in labels.items():
        boxes = [found[value - 1] if value <= len(found) else None for found in places]
        if None in boxes:
            continue
        found = _measure(maps, value, [box for box in boxes if box is not None], grid)
        if len(found.points) * grid.voxel_ml >= LEAST_ML.get(organ, 0.0):
            organs[organ] = found
    middle = np.mean([organs[cochlea].points.mean(axis=0)[0] for cochlea in COCHLEAE])
    if MANDIBLE in organs and abs(organs[MANDIBLE].points.mean(axis=0)[0] - middle) > CROOKED_MM:
        del organs[MANDIBLE]
    return LabelledHead(name, grid, organs)


def _measure(maps: Sequence[NDArray[np.uint8]], value: int, boxes: Sequence[tuple[slice, ...]], grid: Grid) -> Measured:
    pad = np.ceil((MARGIN_MM + 3.0) / np.array(grid.spacing)).astype(int)
    low = np.maximum(np.min([[part.start for part in box] for box in boxes], axis=0) - pad, 0)
    high = np.max([[part.stop for part in box] for box in boxes], axis=0) + pad
    around = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
    masks = [labelled[around] == value for labelled in maps]
    depth = np.mean([_signed_distance(mask, grid.spacing) for mask in masks], axis=0, dtype=np.float32)
    # The steps from slice to slice are the scanner's, not the organ's.
    depth = gaussian_filter(depth, [1.0 / step for step in grid.spacing])
    # A cochlea of a few voxels may be smoothed away; its place is all that is asked of it.
    inside = depth < 0 if (depth < 0).any() else np.any(masks, axis=0)
    return Measured(depth, low, grid.to_patient(np.argwhere(inside) + low))


def _signed_distance(mask: NDArray[np.bool_], spacing: tuple[float, float, float]) -> Array:
    outside, inside = (distance_transform_edt(one, sampling=spacing) for one in (~mask, mask))
    return np.asarray(outside - inside, dtype=np.float32)
