"""Masseters thicker than a patient's: who comes for radiotherapy is old and thin, who is scanned often is neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from parotid_training.anatomy.labelled_ct import GLAND_CENTRE

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from parotid_training.anatomy.labelled_ct import LabelledCT

    Points = NDArray[np.float64]

FROM_GLAND_MM = (-3.0, -28.0, -3.0)
"""The masseter's middle from the gland's, outwards, back and up: where muscle is most often found before the gland and
beside the jaw in 40 of OpenKBP's training patients."""
EXTENT_MM = (13.0, 18.0, 30.0)
"""How far the swelling reaches (x, y, z), as a Gaussian's deviation."""
IN_DEPTH = 0.4
"""Share of the swelling that lengthens it from front to back."""


def thickened_masseters(ct: LabelledCT, amounts: NDArray[np.float64]) -> Callable[[Points], Points]:
    """Displacement of head coordinates that shows each masseter magnified and moves skin and gland aside.

    Parameters
    ----------
    amounts
        Of the right and the left one: the middle of it is shown 1 / (1 - amount) times as thick; below 1, so that
        nothing folds.

    Returns
    -------
    From points (n, 3), head LPS mm, to where to look in the CT, less the points themselves, mm.
    """
    outwards, back, up = FROM_GLAND_MM
    middles = [_middle(ct, number) + np.array((side * outwards, back, up)) for number, side in enumerate((-1, 1))]

    def displacement(points: Points) -> Points:
        moved = np.zeros_like(points)
        for middle, amount in zip(middles, amounts, strict=True):
            away = points - middle
            near = np.exp(-0.5 * ((away / EXTENT_MM) ** 2).sum(axis=1))
            moved -= amount * near[:, None] * away * (1.0, IN_DEPTH, 0.0)
        return moved

    return displacement


def _middle(ct: LabelledCT, number: int) -> Points:
    """Centre of one gland, head x, y, z."""
    gland = ct.gland[number] > 0.5
    if not gland.any():
        return np.array(GLAND_CENTRE)
    z, y, x = np.array(ndimage.center_of_mass(gland)) * ct.spacing + ct.origin
    return np.array([x, y, z])
