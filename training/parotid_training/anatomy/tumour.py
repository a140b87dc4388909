"""Parotid tumours of three looks, painted into a finished gland."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import distance_transform_edt, label

from parotid_training.anatomy.space import smooth_noise
from parotid_training.anatomy.tissues import Tissue

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from parotid_training.anatomy.canvas import Canvas
    from parotid_training.anatomy.gland import GlandPlan
    from parotid_training.anatomy.space import Array, Slices

YIELDING = (Tissue.PAROTID, Tissue.FAT, Tissue.VEIN, Tissue.NODE)
"""What a benign tumour displaces; a malignant one grows into muscle as well."""
BESIDE = 0.7
"""Middle of a tumour that grows out of a gland: at most so many of its radii from it."""


class Look(StrEnum):
    """How a tumour looks on the sequences."""

    ADENOMA = "pleomorphic adenoma"
    WARTHIN = "Warthin"
    MALIGNANT = "malignant"


SHARES: dict[Look, float] = {Look.ADENOMA: 0.5, Look.WARTHIN: 0.28, Look.MALIGNANT: 0.22}


@dataclass(frozen=True, eq=False)
class Tumour:
    """One painted tumour.

    Parameters
    ----------
    look
        Which of the three.
    side
        +1 left, -1 right.
    inside
        Its voxels, shape of the lattice.
    diameter_mm
        Nominal.
    """

    look: Look
    side: int
    inside: NDArray[np.bool_]
    diameter_mm: float


def draw_look(rng: np.random.Generator) -> Look:
    """One of the three looks, by how often each is met."""
    looks = list(SHARES)
    return looks[int(rng.choice(len(looks), p=list(SHARES.values())))]


def paint_tumour(
    canvas: Canvas,
    gland: GlandPlan,
    body: Array,
    look: Look,
    diameter_mm: float,
    rng: np.random.Generator,
    *,
    beside: bool = False,
) -> Tumour | None:
    """Paint a tumour into one gland, or out of it into the fat ``beside``; None where there is no gland or no room."""
    if not gland.inside.any():
        return None
    slices = _around(gland.inside, canvas.space.spacing, diameter_mm)
    z, y, x = (axis[part] for axis, part in zip(canvas.space.axes, slices, strict=True))
    there, inside = canvas.tissue[slices], gland.inside[slices]
    yielding = YIELDING + ((Tissue.MUSCLE,) if look is Look.MALIGNANT else ())
    free = np.isin(there, [int(tissue) for tissue in yielding]) | inside
    free &= body[slices] < -2.5
    home = inside
    if beside:
        away = distance_transform_edt(~inside, sampling=canvas.space.spacing)
        outside = free & ~inside & (away < BESIDE * diameter_mm / 2)
        home = outside if outside.any() else inside
    centre = _choose_centre(home, free, (z, y, x), canvas.space.spacing, diameter_mm / 2, look, rng)
    stretch = rng.uniform(0.82, 1.2, 3)
    if look is Look.WARTHIN:
        stretch[0] *= 1.25
    stretch /= stretch.prod() ** (1 / 3)
    distance = np.sqrt(
        ((z - centre[0]) / stretch[0])[:, None, None] ** 2
        + ((y - centre[1]) / stretch[1])[None, :, None] ** 2
        + ((x - centre[2]) / stretch[2]) ** 2
    ).astype(np.float32) - np.float32(diameter_mm / 2)
    bumps = {Look.ADENOMA: 0.09, Look.WARTHIN: 0.035, Look.MALIGNANT: 0.17}[look] * diameter_mm
    distance += np.float32(bumps * 0.7) * _local_noise(canvas, slices, rng, max(4.0, diameter_mm * 0.38))
    if look is Look.MALIGNANT:
        distance += np.float32(1.7) * _local_noise(canvas, slices, rng, 2.4)
    mass = _largest((distance < 0) & free)
    if mass.sum() * float(np.prod(canvas.space.spacing)) < 60.0:
        return None
    _fill(canvas, slices, there, mass, distance, look, diameter_mm, rng)
    whole = np.zeros(canvas.space.shape, dtype=bool)
    whole[slices] = mass
    return Tumour(look, gland.side, whole, diameter_mm)


def _fill(
    canvas: Canvas,
    slices: Slices,
    there: NDArray[np.uint8],
    mass: NDArray[np.bool_],
    distance: Array,
    look: Look,
    diameter_mm: float,
    rng: np.random.Generator,
) -> None:
    """Write the tumour's tissues."""
    patches = _local_noise(canvas, slices, rng, max(3.0, diameter_mm * 0.22))
    if look is Look.ADENOMA:
        there[mass] = Tissue.ADENOMA
        there[mass & (distance > -0.9)] = Tissue.ADENOMA_CAPSULE
    elif look is Look.WARTHIN:
        there[mass] = Tissue.WARTHIN
        there[mass & (patches > rng.uniform(0.5, 1.4)) & (distance < -1.5)] = Tissue.WARTHIN_CYST
    else:
        there[mass] = Tissue.MALIGNANT
        if diameter_mm > 16 and rng.random() < 0.4:
            there[mass & (distance < -0.36 * diameter_mm + 1.2 * patches)] = Tissue.NECROSIS


def _around(inside: NDArray[np.bool_], spacing: tuple[float, float, float], margin_mm: float) -> Slices:
    found = []
    for axis, step in enumerate(spacing):
        hit = np.flatnonzero(inside.any(axis=tuple(k for k in range(3) if k != axis)))
        pad = int(np.ceil(margin_mm / step))
        found.append(slice(max(int(hit[0]) - pad, 0), min(int(hit[-1]) + pad + 1, inside.shape[axis])))
    return found[0], found[1], found[2]


def _choose_centre(
    home: NDArray[np.bool_],
    free: NDArray[np.bool_],
    axes: tuple[Array, Array, Array],
    spacing: tuple[float, float, float],
    radius: float,
    look: Look,
    rng: np.random.Generator,
) -> tuple[float, float, float]:
    """Pick a voxel of those named with room about it; Warthin's in the lower third, the others mostly superficial."""
    room = distance_transform_edt(free, sampling=spacing)
    places = np.argwhere(home)
    z, x = axes[0][places[:, 0]], np.abs(axes[2][places[:, 2]])
    weight = np.minimum(room[home] / radius, 0.85) ** 4 + 1e-6
    if look is Look.WARTHIN:
        weight *= z < np.quantile(z, 0.35)
    elif rng.random() < 0.8:
        weight *= x > np.quantile(x, 0.45)
    # Inverse of the running sum: a choice by place, not by voxel count, is the same on a finer lattice.
    running = np.cumsum(weight)
    chosen = int(np.searchsorted(running, rng.random() * running[-1]))
    a, b, c = places[min(chosen, len(places) - 1)]
    return float(axes[0][a]), float(axes[1][b]), float(axes[2][c])


def _local_noise(canvas: Canvas, slices: Slices, rng: np.random.Generator, lattice_mm: float) -> Array:
    z, y, x = (axis[part] for axis, part in zip(canvas.space.axes, slices, strict=True))
    return smooth_noise(rng, (z, y, x), lattice_mm)


def _largest(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest connected part."""
    parts, count = label(mask)
    if count < 2:
        return mask
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    return np.asarray(parts == sizes.argmax())
