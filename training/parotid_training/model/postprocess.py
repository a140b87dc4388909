"""From class probabilities to a mask without islands, on the working grid."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from parotid_training.labels import Structure

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Kept:
    """Where the working grid may carry a structure.

    Parameters
    ----------
    structures
        (Z, Y, X), True where gland or tumour found are kept.
    tumour
        (Z, Y, X), True where it may be tumour; a part of ``structures``.
    """

    structures: NDArray[np.bool_] = field(repr=False)
    tumour: NDArray[np.bool_] = field(repr=False)


@dataclass(frozen=True)
class Plausible:
    """What counts as a structure rather than an island.

    Parameters
    ----------
    gland_ml, tumour_ml
        Smaller components are dropped; a smaller tumour inside a gland counts as gland. 0.6 ml is a ball of 10 mm: most
        of the smaller ones that the starter finds are false (chosen on the development split of painted patients).
    tumour_reach_mm
        A tumour component further than this from all that is kept is dropped.
    lone_tumour_ml
        On a side without a gland, a tumour of at least this size is kept.
    """

    gland_ml: float = 1.5
    tumour_ml: float = 0.6
    tumour_reach_mm: float = 12.0
    lone_tumour_ml: float = 2.0


def midline(head: NDArray[np.bool_]) -> float:
    """Position of the body's midline along the left-right axis (the last), in voxels.

    The median over slices of the middle between the outermost body voxels; the array's middle if there is no body.
    """
    columns = np.asarray(head.any(axis=1))
    middles = [(np.flatnonzero(row)[[0, -1]]).mean() for row in columns if row.any()]
    return float(np.median(middles)) if middles else (head.shape[-1] - 1) / 2


def clean(
    probability: NDArray[np.float32],
    head: NDArray[np.bool_],
    spacing: tuple[float, float, float],
    rule: Plausible = Plausible(),
) -> Kept:
    """Decide which working voxels may carry a structure.

    Parameters
    ----------
    probability
        (3, Z, Y, X) class probabilities, axes (S, P, L).
    head
        (Z, Y, X), True inside the body.

    Returns
    -------
    On each side of the midline the largest region of the gland together with its tumour, or where there is no gland the
    largest tumour, and tumours near them.
    """
    voxel_ml = float(np.prod(spacing)) / 1000
    label = probability.argmax(axis=0)
    # The gland with the tumour inside it is one region, so that a tumour that splits a gland does not lose half.
    regions, count = ndimage.label(label > 0, structure=np.ones((3, 3, 3)))
    keep = np.zeros(label.shape, bool)
    if not count:
        return Kept(keep, keep)
    numbers = np.arange(1, count + 1)
    gland_ml = ndimage.sum_labels(label == Structure.GLAND, regions, numbers) * voxel_ml
    tumour_ml = ndimage.sum_labels(label == Structure.TUMOUR, regions, numbers) * voxel_ml
    centres = np.array([centre[2] for centre in ndimage.center_of_mass(regions > 0, regions, numbers)])
    on_low_side = centres < midline(head)
    for side in (on_low_side, ~on_low_side):
        candidates = np.where(side & (gland_ml >= rule.gland_ml), gland_ml + tumour_ml, 0.0)
        if candidates.any():
            keep |= regions == numbers[candidates.argmax()]
            continue
        # A large tumour may have left nothing of its gland.
        alone = np.where(side & (tumour_ml >= rule.lone_tumour_ml), tumour_ml, 0.0)
        if alone.any():
            keep |= regions == numbers[alone.argmax()]
    if not keep.any():
        return Kept(keep, keep)
    distance = ndimage.distance_transform_edt(~keep, sampling=spacing)
    tumour = np.zeros(label.shape, bool)
    tumours, _ = ndimage.label(label == Structure.TUMOUR, structure=np.ones((3, 3, 3)))
    for number, volume in enumerate(np.bincount(tumours.ravel())[1:] * voxel_ml, start=1):
        if volume < rule.tumour_ml:
            continue
        region = tumours == number
        if distance[region].min() <= rule.tumour_reach_mm:
            tumour |= region
    return Kept(keep | tumour, tumour)
