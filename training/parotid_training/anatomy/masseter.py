"""Masseters stronger than a patient's: who comes for radiotherapy is old and thin, who is scanned often is neither."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from parotid_training.anatomy.labelled_ct import LabelledCT
    from parotid_training.anatomy.space import Array

    Points = NDArray[np.float64]

STEP_MM = 2.0
OUTWARDS_MM, BACK_MM, UP_MM = (-30.0, 24.0), (-46.0, -12.0), (-22.0, 20.0)
"""Where a ramus and the masseter on it are looked for, from the middle of the gland behind them."""
BONE_HU, MUSCLE_HU = 250.0, (-10.0, 130.0)
REACH_MM = 20.0
"""Muscle farther from the ramus is none of the masseter's."""
SOFT_MM = (16.0, 26.0)
"""Half of the muscle's size from front to back and in height; as a Gaussian's deviations, how the swelling fades."""
SOLID_HU, SKIN_MM = 50.0, 4.0
LEAST_MM, LEAST_COLUMNS = 4.0, 30
"""A muscle that is thinner, or lies on so little ramus, is not made out and left as it is."""


@dataclass(frozen=True, eq=False)
class Masseter:
    """One masseter as it lies on its ramus.

    Parameters
    ----------
    side
        +1 left, -1 right, in the head's frame.
    plane
        The ramus' outer face: outward distance from the midplane = plane @ (1, y, z), mm.
    middle
        Middle of the muscle, head y and z, mm.
    thickness
        Of its thicker parts, mm.
    """

    side: int
    plane: NDArray[np.float64]
    middle: NDArray[np.float64]
    thickness: float

    def above(self, x: Array, y: Array, z: Array) -> Array:
        """Distance outwards from the ramus' face of head coordinates, mm."""
        constant, by_y, by_z = (float(value) for value in self.plane)
        return np.asarray(self.side * x - (constant + by_y * y + by_z * z))

    def away(self, y: Array, z: Array) -> Array:
        """Distance from its middle along the ramus as a share of `SOFT_MM`, squared."""
        (a, b), (long, high) = self.middle, SOFT_MM
        return np.asarray(((y - float(a)) / long) ** 2 + ((z - float(b)) / high) ** 2)


def find_masseter(ct: LabelledCT, number: int) -> Masseter | None:
    """Make out the right (0) or left (1) masseter: muscle on the outer face of the ramus, before the gland; or None."""
    gland, side = ct.gland[number] > 0.5, (-1, 1)[number]
    if not gland.any():
        return None
    z, y, x = np.array(ndimage.center_of_mass(gland)) * ct.spacing + ct.origin
    outwards, back, up = (
        middle + np.arange(low, high, STEP_MM)
        for middle, (low, high) in zip((side * x, y, z), (OUTWARDS_MM, BACK_MM, UP_MM), strict=True)
    )
    grid = np.meshgrid(up, back, outwards, indexing="ij")
    head = [part.astype(np.float32) for part in (side * grid[2], grid[1], grid[0])]
    hu = ct.sample(ct.hu, (head[0], head[1], head[2]), -1000.0)
    bone = hu > BONE_HU
    columns = np.asarray(bone.any(axis=2))
    if columns.sum() < LEAST_COLUMNS:
        return None
    face = outwards[len(outwards) - 1 - bone[:, :, ::-1].argmax(axis=2)]
    about = np.stack([np.ones(columns.sum()), grid[1][..., 0][columns], grid[0][..., 0][columns]], axis=1)
    plane = np.linalg.lstsq(about, face[columns], rcond=None)[0]
    beyond = grid[2] - face[..., None]
    muscle = (hu > MUSCLE_HU[0]) & (hu < MUSCLE_HU[1]) & columns[..., None] & (beyond > 0) & (beyond < REACH_MM)
    muscle &= ct.sample(ct.gland[number], (head[0], head[1], head[2]), 0.0) < 0.5
    thickness = float(np.quantile(muscle.sum(axis=2)[columns], 0.75)) * STEP_MM
    if thickness < LEAST_MM:
        return None
    middle = np.array([grid[1][muscle].mean(), grid[0][muscle].mean()])
    return Masseter(side, plane, middle, thickness)


def thickened(masseter: Masseter, growth_mm: float) -> Callable[[Points], Points]:
    """Displacement of head coordinates that shows a masseter thicker: what lies outside of it moves outwards.

    Parameters
    ----------
    growth_mm
        Of the muscle in its middle.

    Returns
    -------
    From points (n, 3), head LPS mm, to where to look in the CT, less the points themselves, mm. Nothing folds, and the
    ramus stays.
    """

    def displacement(points: Points) -> Points:
        x, y, z = points.T
        # Nothing at the ramus, all of it from where the muscle ends once it has grown.
        share = np.clip(masseter.above(x, y, z) / (masseter.thickness + growth_mm), 0.0, 1.0)
        moved = np.zeros_like(points)
        moved[:, 0] = -masseter.side * growth_mm * share * np.exp(-0.5 * masseter.away(y, z))
        return moved

    return displacement


def solid(masseter: Masseter, head: tuple[Array, Array, Array], hu: Array, gland: Array, body: Array) -> Array:
    """Hounsfield units with the fat that is in and about a wasted masseter made muscle.

    Parameters
    ----------
    head, hu, gland, body
        Head coordinates x, y, z, and there the CT, the gland's membership and the signed distance to the skin; each of
        one shape.
    """
    above = masseter.above(*head)
    domed = masseter.thickness * np.sqrt(np.clip(1.0 - masseter.away(*head[1:]), 0.0, None))
    inside = (above > 0) & (above < domed) & (gland < 0.5) & (body < -SKIN_MM)
    return np.where(inside, np.maximum(hu, np.float32(SOLID_HU)), hu)
