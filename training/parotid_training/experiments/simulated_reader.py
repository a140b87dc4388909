"""A reader who corrects a mask, worst place first, until it is good enough; and how often the brush is set down for it.

The reader puts one region of one slice right at a time: voxels that touch each other in the slice and are wrong. For
each the brush is set down once, and once more for every further area of a brush. No hand is as sure; as a measure it
says how much of a proposal was left to do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from parotid_training.labels import FOREGROUND

if TYPE_CHECKING:
    from numpy.typing import NDArray

ENOUGH = 0.95
"""Dice of each structure from which on the reader is content."""
BRUSH_MM = 5.0
"""Radius of the brush."""


@dataclass(frozen=True, eq=False)
class Correction:
    """What the reader made of a mask.

    Parameters
    ----------
    labels
        The corrected mask.
    dabs
        How often the brush was set down.
    voxels
        How many voxels were changed.
    """

    labels: NDArray[np.uint8] = field(repr=False)
    dabs: int
    voxels: int


def correct(
    labels: NDArray[np.uint8],
    truth: NDArray[np.uint8],
    spacing: tuple[float, float, float],
    axis: int,
    enough: float = ENOUGH,
) -> Correction:
    """Correct a mask, the largest wrong region first, until each structure's Dice is enough.

    A structure that is not there is to be rubbed out entirely.

    Parameters
    ----------
    labels, truth
        Of one shape.
    spacing
        Millimetres along each axis.
    axis
        Across which the slices lie.
    """
    flat = ndimage.generate_binary_structure(3, 1)
    flat[tuple(slice(None) if n != axis else [0, 2] for n in range(3))] = False
    regions, count = ndimage.label(labels != truth, structure=flat)
    at = regions.ravel()
    sizes = np.bincount(at, minlength=count + 1)
    order = np.argsort(-sizes[1:], kind="stable") + 1
    content = np.ones(count + 1, bool)
    for structure in FOREGROUND:
        mine, true = (labels == structure).ravel(), (truth == structure).ravel()
        # Of each region: true voxels it lacks, and what putting it right adds to the mask.
        lacking = np.bincount(at, true & ~mine, count + 1)
        surplus = np.bincount(at, mine & ~true, count + 1)
        common = np.count_nonzero(mine & true) + _after(lacking, order)
        drawn = np.count_nonzero(mine) + _after(lacking - surplus, order)
        total = drawn + np.count_nonzero(true)
        content &= 2 * common >= enough * total if true.any() else drawn == 0
    put_right = order[: int(content.argmax())]
    done = np.isin(regions, put_right)
    pixel_mm2 = float(np.prod(spacing)) / spacing[axis]
    dabs = int(np.ceil(sizes[put_right] * pixel_mm2 / (np.pi * BRUSH_MM**2)).sum())
    return Correction(np.where(done, truth, labels).astype(np.uint8), dabs, int(np.count_nonzero(done)))


def _after(change: NDArray[np.number[Any]], order: NDArray[np.intp]) -> NDArray[np.float64]:
    """Total change after none, one, two, ... of the regions."""
    return np.concatenate([[0.0], np.cumsum(change[order])])
