"""Drawing the rest of the head to fit the drawn organs: a smooth bending of the head's frame.

Muscles, vessels, airway and skin are shapes round a typical jaw, typical glands and so on (the anchors). Marks on each
drawn organ and on its anchor tell how to bend space, so that all that is drawn round the anchor lies round the organ.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.interpolate import RBFInterpolator

from parotid_training.anatomy.bones import BODY, CONDYLE, GLOBE, RAMUS, UPPER_STEM
from parotid_training.anatomy.canvas import mirror
from parotid_training.anatomy.gland import TYPICAL_GLAND
from parotid_training.anatomy.organs import (
    BRAINSTEM,
    MANDIBLE,
    ORBITS,
    ORGANS,
    PAROTIDS,
    SUBMANDIBULARS,
    Jaw,
    jaw_marks,
)
from parotid_training.anatomy.shape_model import CORD_STEP_MM
from parotid_training.anatomy.shapes import Blend
from parotid_training.anatomy.softparts import SUBMANDIBULAR

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from parotid_training.anatomy.organs import Organs
    from parotid_training.anatomy.shapes import Shape

    Points = NDArray[np.float64]

STEP_MM = 2.5
REACH_MM = 40.0
"""How far an organ's own displacement is felt."""
GIVE = 0.3
"""How far the bending may miss the marks, for smoothness' sake."""
CORD_HEIGHTS = np.arange(-36.0, -100.0, -CORD_STEP_MM)
CORD_LINE = ((-22.0, 21.0), (-40.0, 22.0), (-130.0, 25.0))
"""Height and depth (z, y) of the typical cord."""

ANCHORS: dict[str, Shape] = {
    MANDIBLE: Blend((BODY, RAMUS, CONDYLE, mirror(RAMUS, -1), mirror(CONDYLE, -1)), 2.0),
    BRAINSTEM: UPPER_STEM,
    **{name: mirror(GLOBE, side) for name, side in zip(ORBITS, (-1, 1), strict=True)},
    **{name: mirror(SUBMANDIBULAR, side) for name, side in zip(SUBMANDIBULARS, (-1, 1), strict=True)},
    **{
        name: Blend(tuple(mirror(part, side) for part in TYPICAL_GLAND), 7.0)
        for name, side in zip(PAROTIDS, (-1, 1), strict=True)
    },
}


def bending(organs: Organs) -> Callable[[Points], Points]:
    """From points of the drawn organs' frame (n, 3) to what must be added to reach the anchors' frame, mm."""
    marks = np.concatenate([_marks(name, organs.solid[name]) for name in ORGANS])
    cord = np.array(organs.cord.points)[::-1]
    line = np.array(CORD_LINE)[::-1]
    drawn = np.stack([np.interp(CORD_HEIGHTS, cord[:, 2], cord[:, k]) for k in (0, 1)] + [CORD_HEIGHTS], axis=1)
    typical = np.zeros_like(drawn)
    typical[:, 1], typical[:, 2] = np.interp(CORD_HEIGHTS, line[:, 0], line[:, 1]), CORD_HEIGHTS
    marks, anchors = np.concatenate([marks, drawn]), np.concatenate([_anchor_marks(), typical])
    return RBFInterpolator(  # type: ignore[no-any-return]
        marks, anchors - marks, kernel="gaussian", epsilon=1 / REACH_MM, smoothing=GIVE, degree=1
    )


@cache
def _anchor_marks() -> Points:
    return np.concatenate([_marks(name, ANCHORS[name]) for name in ORGANS])


def _marks(name: str, shape: Shape) -> Points:
    """Points that can be found again on any organ of this name: shape (n, 3)."""
    if isinstance(shape, Jaw):
        return shape.marks
    low, high = shape.box()
    axes = (np.arange(a, b + STEP_MM, STEP_MM, dtype=np.float32) for a, b in zip(low, high, strict=True))
    x, y, z = np.meshgrid(*axes, indexing="ij")
    inside = shape.distance(x, y, z) < 0
    points = np.stack([axis[inside] for axis in (x, y, z)], axis=1).astype(np.float64)
    if name == MANDIBLE:
        return jaw_marks(points)
    centre = points.mean(axis=0, keepdims=True)
    # The gland's size moves its neighbours; the others are small or stiff.
    reach = 1.5 * np.diag(points.std(axis=0))
    return np.concatenate([centre, centre + reach, centre - reach]) if name in PAROTIDS else centre
