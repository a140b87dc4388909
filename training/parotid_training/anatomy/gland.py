"""The parotid glands: wrapped round the back of the mandibular ramus, drawn from the shape model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import gaussian_filter, label

from parotid_training.anatomy.canvas import mirror
from parotid_training.anatomy.organs import PAROTIDS
from parotid_training.anatomy.shapes import Ellipsoid, melt
from parotid_training.anatomy.tissues import Tissue

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from parotid_training.anatomy.canvas import Canvas, DrawnOrgans
    from parotid_training.anatomy.shapes import Shape
    from parotid_training.anatomy.space import Array, Slices

SWELL_MM = (-5.0, 7.0)
"""How far the drawn shape may shrink or grow to reach the wanted volume."""
DISPLACES_MM = -0.5
"""So deep in the drawn shape, muscle makes room for the gland."""


@dataclass(frozen=True, eq=False)
class GlandPlan:
    """One side's parotid before tumours.

    Parameters
    ----------
    side
        +1 left, -1 right.
    inside
        Where the gland reads as gland (its vein included), shape of the lattice.
    """

    side: int
    inside: NDArray[np.bool_]


TYPICAL_GLAND = (
    Ellipsoid((65, -12, -27), (9, 20, 26)),
    Ellipsoid((66, -26, -24), (5, 18, 19), yaw=8),
    Ellipsoid((53, 2, -26), (13, 10, 21)),
    Ellipsoid((43, -3, -25), (10, 9, 15)),
    Ellipsoid((59, 0, -51), (8, 11, 14)),
)
"""Superficial lobe, deep lobe and tail of the left gland: what the tissues about it are drawn round."""


def draw_accessory(rng: np.random.Generator, side: int) -> Shape | None:
    """In most, an accessory part over the masseter."""
    reach, tall = float(rng.uniform(-48, -38)), float(rng.uniform(5, 10))
    if rng.random() >= 0.65:
        return None
    return mirror(Ellipsoid((68, reach, -14), (4, 13, tall), yaw=10), side)


def paint_glands(
    canvas: Canvas, drawn: DrawnOrgans, body: Array, rng: np.random.Generator, volumes_ml: tuple[float, float]
) -> tuple[GlandPlan, GlandPlan]:
    """Paint the right and the left gland between their neighbours; ``volumes_ml`` right, left."""
    rough = canvas.space.noise(rng, 5.0) * np.float32(0.8)
    right = _paint_gland(canvas, drawn, body, rough, rng, -1, volumes_ml[0])
    return right, _paint_gland(canvas, drawn, body, rough, rng, 1, volumes_ml[1])


def _paint_gland(
    canvas: Canvas,
    drawn: DrawnOrgans,
    body: Array,
    rough: Array,
    rng: np.random.Generator,
    side: int,
    volume_ml: float,
) -> GlandPlan:
    inside = np.zeros(canvas.space.shape, dtype=bool)
    found = _gland_distance(canvas, drawn.canvas, drawn.organs[PAROTIDS[side > 0]], draw_accessory(rng, side))
    if found is None:
        return GlandPlan(side, inside)
    slices, distance = found
    distance += rough[slices]
    there = canvas.tissue[slices]
    # Where the gland was drawn it displaces muscle; swelling, it fills fat alone.
    room = (there == Tissue.FAT) | ((there == Tissue.MUSCLE) & (distance < DISPLACES_MM))
    room &= body[slices] < -3.5
    wanted = round(volume_ml * 1000.0 / float(np.prod(canvas.space.spacing)))
    depths = distance[room]
    swell = float(np.partition(depths, wanted)[wanted]) if wanted < depths.size else SWELL_MM[1]
    swell = float(np.clip(swell, *SWELL_MM))
    gland = room & _tidy(distance < swell, room, canvas.space.spacing)
    there[gland] = Tissue.PAROTID
    vessel = ((there == Tissue.VEIN) | (there == Tissue.ARTERY)) & (distance < swell - 1.5)
    inside[slices] = gland | vessel
    return GlandPlan(side, inside)


def _gland_distance(
    canvas: Canvas, organs: Canvas, gland: Shape, accessory: Shape | None
) -> tuple[Slices, Array] | None:
    """Distance to the gland, which lies in the organs' frame, with its accessory part, which lies in the head's."""
    margin = SWELL_MM[1] + 3
    if accessory is None:
        return organs.local(gland, margin)
    boxes = [organs.space.slices(gland.box(), margin), canvas.space.slices(accessory.box(), margin)]
    held = [box for box in boxes if box is not None]
    if boxes[0] is None:
        return None
    a, b, c = (slice(min(p.start for p in parts), max(p.stop for p in parts)) for parts in zip(*held, strict=True))
    one, other = (
        shape.distance(*(axis[a, b, c] for axis in space.head))
        for shape, space in ((gland, organs.space), (accessory, canvas.space))
    )
    return (a, b, c), melt(one, other, 7.0)


def _tidy(inside: NDArray[np.bool_], room: NDArray[np.bool_], spacing: tuple[float, float, float]) -> NDArray[np.bool_]:
    """Round off slivers thinner than about 2 mm and drop crumbs; an accessory part may lie apart."""
    sigma = [1.0 / step for step in spacing]
    # Room that belongs to a neighbour counts as half, so that the gland keeps touching what it lies against.
    soft = gaussian_filter(np.where(room, inside, np.float32(0.45)).astype(np.float32), sigma, truncate=2.5)
    kept: NDArray[np.bool_] = room & (soft > 0.5)
    parts, count = label(kept)
    if count < 2:
        return kept
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    kept &= (sizes > 0.06 * sizes.sum())[parts]
    return kept
