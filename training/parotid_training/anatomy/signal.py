"""From tissues to signal: spin echo, fast spin echo and inversion recovery, with the scanner's faults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from parotid_training.anatomy.space import smooth_noise
from parotid_training.anatomy.tissues import FAT_T1_MS, FAT_T2_MS, LIPID_DENSITY, RELAXATION, TUMOUR_TISSUES, Tissue
from parotid_training.study import Role

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from parotid_training.anatomy.head import Anatomy
    from parotid_training.volume import Grid

    Array = NDArray[np.float32]
    Slip = tuple[int, float]
    """An axis of the lattice, and by how many voxels along it fat lies beside its place: the chemical shift."""

FULL_SCALE = 1000.0


@dataclass(frozen=True)
class Protocol:
    """Settings of one sequence.

    Parameters
    ----------
    tr, te, ti
        Repetition, echo and inversion time, ms; no inversion pulse if ``ti`` is 0.
    dose
        Contrast medium, 1 is usual, 0 none.
    fat_left
        Share of the fat signal that fat saturation leaves; 1 without it.
    """

    tr: float
    te: float
    ti: float = 0.0
    dose: float = 0.0
    fat_left: float = 1.0


def draw_protocol(role: Role, rng: np.random.Generator) -> Protocol:
    """Times as different scanners set them, for the four fed roles."""
    if role is Role.T1W:
        return Protocol(float(rng.uniform(450, 700)), float(rng.uniform(8, 16)))
    if role is Role.T2W:
        return Protocol(float(rng.uniform(3200, 5200)), float(rng.uniform(72, 105)))
    if role is Role.STIR:
        null = FAT_T1_MS * np.log(2.0)
        return Protocol(
            float(rng.uniform(3500, 5500)), float(rng.uniform(35, 65)), float(null * rng.uniform(0.95, 1.06))
        )
    if role is Role.T1W_GD:
        saturated = rng.random() < 0.5
        left = float(rng.uniform(0.08, 0.25)) if saturated else 1.0
        return Protocol(
            float(rng.uniform(450, 700)), float(rng.uniform(8, 16)), 0.0, float(rng.uniform(0.8, 1.2)), left
        )
    raise ValueError(f"no signal model for {role}")


def draw_fat_saturated_t2(rng: np.random.Generator) -> Protocol:
    """Draw the times of a T2w whose fat is saturated, or left out as in a Dixon's water image."""
    return Protocol(
        float(rng.uniform(3000, 6000)), float(rng.uniform(60, 110)), fat_left=float(rng.uniform(0.05, 0.25))
    )


def tissue_signals(protocol: Protocol, rng: np.random.Generator, jitter: float = 0.06) -> tuple[Array, float]:
    """Signal of each tissue's water (tissues,) and of fat, arbitrary units; relaxation varied by ``jitter``."""
    water = np.zeros(len(Tissue), dtype=np.float32)
    for tissue in Tissue:
        what = RELAXATION[tissue]
        spread = jitter * (2.0 if tissue in TUMOUR_TISSUES else 1.0)
        density, t1, t2, uptake = np.array([what.density, what.t1, what.t2, what.uptake]) * np.exp(
            rng.normal(0, (jitter / 2, spread, spread, spread))
        )
        rate = 1.0 / t1 + protocol.dose * uptake / 1000.0
        water[tissue] = density * _echo(protocol, 1.0 / rate, t2)
    fat_t1 = FAT_T1_MS * float(np.exp(rng.normal(0, jitter / 3)))
    return water, protocol.fat_left * LIPID_DENSITY * _echo(protocol, fat_t1, FAT_T2_MS)


def _echo(protocol: Protocol, t1: float, t2: float) -> float:
    recovery = 1.0 - np.exp(-protocol.tr / t1)
    if protocol.ti:
        recovery = abs(1.0 - 2.0 * np.exp(-protocol.ti / t1) + np.exp(-protocol.tr / t1))
    return float(recovery * np.exp(-protocol.te / t2))


def paint_clean(anatomy: Anatomy, role: Role, rng: np.random.Generator, slip: Slip | None = None) -> Array:
    """Signal of one sequence on the anatomy's grid, before the scanner: its shape, about 0..1000.

    ``slip`` is by how much fat lies beside its place.
    """
    return paint_protocol(anatomy, draw_protocol(role, rng), rng, slip)


def paint_protocol(anatomy: Anatomy, protocol: Protocol, rng: np.random.Generator, slip: Slip | None = None) -> Array:
    """Signal of a sequence of these settings on the anatomy's grid, before the scanner: its shape, about 0..1000."""
    water, fat = tissue_signals(protocol, rng)
    return _mix(anatomy, water, fat, rng, slip=slip)


def slipped(fat: Array, slip: Slip | None) -> Array:
    """Fat where the scanner draws it, ``slip`` (axis, voxels) beside its place; the same shape."""
    if slip is None:
        return fat
    moved = np.zeros(fat.ndim)
    moved[slip[0]] = slip[1]
    return np.asarray(ndimage.shift(fat, moved, order=1, mode="nearest"), dtype=np.float32)


def _mix(
    anatomy: Anatomy,
    water: Array,
    fat: float,
    rng: np.random.Generator,
    grain: float = 0.045,
    slip: Slip | None = None,
) -> Array:
    """Water and fat in each voxel, with the head's own grain."""
    image = water[anatomy.tissue]
    if slip is None:
        image += anatomy.fat * (np.float32(fat) - image)
    else:
        image += slipped(anatomy.fat, slip) * np.float32(fat) - anatomy.fat * image
    return grained(image, anatomy, rng, grain)


def grained(image: Array, anatomy: Anatomy, rng: np.random.Generator, grain: float = 0.045) -> Array:
    """Return the image with the head's own grain, as bright as scanners show it: its shape; changed in place."""
    contrast = np.full(len(Tissue), grain * rng.uniform(0.7, 1.3), dtype=np.float32)
    for tissue in TUMOUR_TISSUES:
        contrast[tissue] *= 2.0
    image *= np.float32(1.0) + contrast[anatomy.tissue] * anatomy.texture
    shown = image[::4, ::4, ::4][anatomy.tissue[::4, ::4, ::4] > 0]
    # A field of view beside the head shows nothing but air.
    bright = float(np.quantile(shown, 0.98)) if shown.size else FULL_SCALE
    image *= np.float32(FULL_SCALE / max(bright, 1e-6))
    return image


def degrade(
    image: Array, grid: Grid, rng: np.random.Generator, *, noise: float | None = None, shading: float | None = None
) -> Array:
    """Add coil shading and Rician noise; a new array.

    ``noise`` is a share of full scale, ``shading`` the deviation of the logarithm of the coils' gain; drawn if None.

    The grid's axes must be (z, y, x) or (x, y, z), nearly along the patient's.
    """
    level = float(rng.uniform(0.008, 0.028)) if noise is None else noise
    depth = float(rng.uniform(0.06, 0.2)) if shading is None else shading
    shade = np.exp(np.float32(depth) * smooth_noise(rng, middle_axes(grid), 80.0))
    shaded = image * shade
    sigma = np.float32(level * FULL_SCALE)
    real = rng.standard_normal(image.shape, dtype=np.float32)
    real *= sigma
    real += shaded
    other = rng.standard_normal(image.shape, dtype=np.float32)
    other *= sigma
    return np.asarray(np.hypot(real, other, out=real))


def middle_axes(grid: Grid) -> tuple[Array, Array, Array]:
    """Positions along a grid's axes, mm from its middle."""
    axes = [np.arange(n, dtype=np.float32) * np.float32(step) for n, step in zip(grid.shape, grid.spacing, strict=True)]
    a, b, c = (axis - axis.mean() for axis in axes)
    return a, b, c


def paint(anatomy: Anatomy, role: Role, rng: np.random.Generator) -> Array:
    """Signal of one sequence on the anatomy's own grid, shading and noise included."""
    return degrade(paint_clean(anatomy, role, rng), anatomy.grid, rng)


def paint_random(anatomy: Anatomy, rng: np.random.Generator) -> Array:
    """Signal drawn at random for each tissue (domain randomisation), before the scanner: its shape, about 0..1000."""
    water = rng.uniform(0.05, 1.0, len(Tissue)).astype(np.float32)
    water[Tissue.AIR] = rng.uniform(0.0, 0.04)
    water[Tissue.CORTICAL] = rng.uniform(0.0, 0.15)
    water[Tissue.TOOTH] = rng.uniform(0.0, 0.15)
    return _mix(anatomy, water, float(rng.uniform(0.05, 1.0)), rng, grain=float(rng.uniform(0.02, 0.1)))
