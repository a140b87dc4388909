"""The parotid glands: wrapped round the back of the mandibular ramus, filling what the neighbours leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import gaussian_filter, label

from parotid_training.anatomy.canvas import mirror
from parotid_training.anatomy.shapes import Blend, Ellipsoid
from parotid_training.anatomy.tissues import Tissue

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from parotid_training.anatomy.canvas import Canvas
    from parotid_training.anatomy.shapes import Shape
    from parotid_training.anatomy.space import Array

SWELL_MM = (-5.0, 7.0)
"""How far the drawn shape may shrink or grow to reach the wanted volume."""


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


def shape_gland(rng: np.random.Generator, side: int) -> Shape:
    """Superficial lobe, deep lobe, tail and, in most, an accessory part over the masseter."""
    dx, dy, dz = (float(v) for v in rng.normal(0, (0.8, 2.0, 3.0)))
    tall = float(rng.uniform(0.88, 1.15))
    parts: list[Shape] = [
        Ellipsoid((65 + dx, -12 + dy, -27 + dz), (9, 20, 26 * tall)),
        Ellipsoid((66 + dx, -26 + dy, -24 + dz), (5, 18, 19 * tall), yaw=8),
        Ellipsoid((53 + dx, 2 + dy, -26 + dz), (13, 10, 21 * tall)),
        Ellipsoid((43 + dx, -3 + dy, -25 + dz), (float(rng.uniform(7, 13)), 9, 15 * tall)),
        Ellipsoid((59 + dx, 0 + dy, -51 * tall + dz), (8, 11, float(rng.uniform(11, 17)))),
    ]
    if rng.random() < 0.65:
        reach = float(rng.uniform(-48, -38))
        parts.append(Ellipsoid((68 + dx, reach + dy, -14 + dz), (4, 13, float(rng.uniform(5, 10))), yaw=10))
    return Blend(tuple(mirror(part, side) for part in parts), 7.0)


def paint_glands(
    canvas: Canvas, body: Array, rng: np.random.Generator, volumes_ml: tuple[float, float]
) -> tuple[GlandPlan, GlandPlan]:
    """Paint the right and the left gland into the fat between their neighbours; ``volumes_ml`` right, left."""
    space = canvas.space
    rough = space.noise(rng, 9.0) * np.float32(1.3) + space.noise(rng, 5.0) * np.float32(0.8)
    right = _paint_gland(canvas, body, rough, rng, -1, volumes_ml[0])
    return right, _paint_gland(canvas, body, rough, rng, 1, volumes_ml[1])


def _paint_gland(
    canvas: Canvas, body: Array, rough: Array, rng: np.random.Generator, side: int, volume_ml: float
) -> GlandPlan:
    inside = np.zeros(canvas.space.shape, dtype=bool)
    found = canvas.local(shape_gland(rng, side), SWELL_MM[1] + 3)
    if found is None:
        return GlandPlan(side, inside)
    slices, distance = found
    distance = distance + rough[slices]
    there = canvas.tissue[slices]
    room = (there == Tissue.FAT) & (body[slices] < -3.5)
    wanted = round(volume_ml * 1000.0 / float(np.prod(canvas.space.spacing)))
    depths = distance[room]
    swell = float(np.partition(depths, wanted)[wanted]) if wanted < depths.size else SWELL_MM[1]
    swell = float(np.clip(swell, *SWELL_MM))
    gland = room & _tidy(distance < swell, room, canvas.space.spacing)
    there[gland] = Tissue.PAROTID
    vessel = ((there == Tissue.VEIN) | (there == Tissue.ARTERY)) & (distance < swell - 1.5)
    inside[slices] = gland | vessel
    return GlandPlan(side, inside)


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
