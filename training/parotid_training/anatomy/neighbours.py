"""What is found in and about a parotid and is no tumour: lymph nodes, and the fascia between gland and muscle.

A lump beside a gland is mostly a node, and small ones lie within it: who has seen none takes them for tumours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from parotid_training.anatomy.tissues import Tissue

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from parotid_training.anatomy.canvas import Canvas
    from parotid_training.anatomy.gland import GlandPlan
    from parotid_training.anatomy.space import Array, Slices

BESIDE_MM, BESIDE_RADIUS_MM, GAP_MM = (4.0, 30.0), (2.5, 8.0), 2.0
"""How far from the gland the middle of a node beside it lies, its radius, and what stays free between both."""
WITHIN_RADIUS_MM = (1.5, 3.5)
"""Radius of the nodes within a gland: those of a healthy one are small."""
LOOKS, OFTEN = (Tissue.NODE, Tissue.TONSIL), (0.8, 0.2)
"""What nodes beside a gland look like, and how often. None as a tumour does: some of those grow out of the gland."""
MOST_BESIDE, MOST_WITHIN, TRIES = 5, 2, 8


def paint_neighbours(
    canvas: Canvas,
    pair: tuple[GlandPlan, GlandPlan],
    body: Array,
    nodes: float,
    fascia: float,
    rng: np.random.Generator,
) -> None:
    """Paint nodes and fascia, each in its share of heads; what is gland stays so.

    Parameters
    ----------
    body
        Signed distance to the skin, mm, negative inside; shape of the lattice.
    nodes, fascia
        Shares of heads, as in `anatomy.from_ct.PaintingSettings`.
    """
    with_nodes, with_fascia = rng.random() < nodes, rng.random() < fascia
    for gland in pair:
        if with_nodes:
            _paint_nodes(canvas, gland.inside, body, rng)
        if with_fascia:
            _paint_fascia(canvas, gland.inside, rng)


def _paint_nodes(canvas: Canvas, gland: NDArray[np.bool_], body: Array, rng: np.random.Generator) -> None:
    """Paint lymph nodes about one gland, in fat or muscle, and small ones within it."""
    places = np.argwhere(gland)
    if not len(places):
        return
    for _ in range(int(rng.integers(MOST_BESIDE + 1))):
        middle = _draw_beside(canvas, places, body, rng)
        if middle is not None:
            look = LOOKS[int(rng.choice(len(LOOKS), p=OFTEN))]
            _paint_beside(canvas, gland, body, middle, look, rng)
    for _ in range(int(rng.integers(MOST_WITHIN + 1))):
        index = places[int(rng.integers(len(places)))]
        slices, distance = _ellipsoid(canvas, _at(canvas, index), float(rng.uniform(*WITHIN_RADIUS_MM)), rng)
        there = canvas.tissue[slices]
        there[(distance < 0) & gland[slices] & (there == Tissue.PAROTID)] = Tissue.NODE


def _paint_fascia(canvas: Canvas, gland: NDArray[np.bool_], rng: np.random.Generator) -> None:
    """Paint the dark line between gland and muscle, in patches, over the muscle's outermost voxels."""
    line = ndimage.binary_dilation(gland) & (canvas.tissue == Tissue.MUSCLE)
    line &= canvas.space.noise(rng, 12.0) > float(rng.uniform(-1.0, 1.0))
    # Averaged over a voxel, as dark as cartilage.
    canvas.tissue[line] = Tissue.CARTILAGE


def _draw_beside(
    canvas: Canvas, places: NDArray[np.int64], body: Array, rng: np.random.Generator
) -> tuple[float, float, float] | None:
    """Draw a place (z, y, x in mm) in fat near the gland; None if none was met."""
    for _ in range(TRIES):
        start = _at(canvas, places[int(rng.integers(len(places)))])
        way = rng.normal(0, 1, 3)
        middle = start + way / np.linalg.norm(way) * float(rng.uniform(*BESIDE_MM))
        first = np.array([axis[0] for axis in canvas.space.axes])
        index = np.rint((middle - first) / canvas.space.spacing).astype(int)
        if (index < 0).any() or (index >= canvas.space.shape).any():
            continue
        a, b, c = index
        if canvas.tissue[a, b, c] == Tissue.FAT and body[a, b, c] < -4:
            return float(middle[0]), float(middle[1]), float(middle[2])
    return None


def _paint_beside(
    canvas: Canvas,
    gland: NDArray[np.bool_],
    body: Array,
    middle: tuple[float, float, float],
    look: Tissue,
    rng: np.random.Generator,
) -> None:
    slices, distance = _ellipsoid(canvas, np.array(middle), float(rng.uniform(*BESIDE_RADIUS_MM)), rng)
    there, near = canvas.tissue[slices], gland[slices]
    room = ((there == Tissue.FAT) | (there == Tissue.MUSCLE)) & (body[slices] < -3.5) & (distance < 0)
    if near.any():
        room &= ndimage.distance_transform_edt(~near, sampling=canvas.space.spacing) > GAP_MM
    there[room] = look


def _at(canvas: Canvas, index: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the place of a voxel: z, y, x in mm."""
    return np.array([axis[n] for axis, n in zip(canvas.space.axes, index, strict=True)], dtype=np.float64)


def _ellipsoid(
    canvas: Canvas, middle: NDArray[np.float64], radius: float, rng: np.random.Generator
) -> tuple[Slices, Array]:
    """Voxels about an ellipsoid of this mean radius with ``GAP_MM`` about it, and their distance to it there, mm."""
    stretch = rng.uniform(0.75, 1.4, 3)
    radii = radius * stretch / stretch.prod() ** (1 / 3)
    found, parts = [], []
    for axis, centre, along in zip(canvas.space.axes, middle, radii, strict=True):
        hit = np.flatnonzero(np.abs(axis - centre) < along + 2 * GAP_MM)
        low, high = (int(hit[0]), int(hit[-1]) + 1) if len(hit) else (0, 0)
        found.append(slice(low, high))
        parts.append(((axis[low:high] - centre) / along) ** 2)
    away = np.sqrt(parts[0][:, None, None] + parts[1][None, :, None] + parts[2])
    return (found[0], found[1], found[2]), np.asarray((away - 1) * radius, dtype=np.float32)
