"""Where the drawn structures lie, to be gone to one after another. Arrays only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from parotid_training.labels import Structure

SMALL = 0.1
"""Pieces below this share of a structure's largest piece are no place to go to; the checks ask about them."""


@dataclass(frozen=True)
class Place:
    """One piece of a structure.

    Parameters
    ----------
    structure
        What is drawn there.
    voxel
        Native indices: the slice in which the piece is largest, and its middle there.
    """

    structure: Structure
    voxel: tuple[int, int, int]


def places(labels: np.ndarray, axis: int) -> tuple[Place, ...]:
    """Return the pieces of the mask: tumours before glands, the largest first.

    Parameters
    ----------
    labels
        uint8, native grid.
    axis
        Native axis of the slices that are looked at.
    """
    boxes = scipy.ndimage.find_objects(labels, max_label=max(Structure))
    found: list[Place] = []
    for structure in (Structure.TUMOUR, Structure.GLAND):
        if (box := boxes[structure - 1]) is not None:
            start = np.array([one.start for one in box])
            found += [
                Place(structure, (i, j, k)) for i, j, k in (start + _middles(labels[box] == structure, axis)).tolist()
            ]
    return tuple(found)


def _middles(inside: np.ndarray, axis: int) -> np.ndarray:
    """Return where each larger piece has most area, int [n, 3]."""
    pieces, count = scipy.ndimage.label(inside, np.ones((3, 3, 3)))
    others = tuple(n for n in range(3) if n != axis)
    areas = np.stack([np.count_nonzero(pieces == n, axis=others) for n in range(1, min(count, 255) + 1)])
    sizes = areas.sum(axis=1)
    middles = []
    for n in np.argsort(-sizes, kind="stable"):
        if sizes[n] < SMALL * sizes.max():
            break
        number = int(areas[n].argmax())
        area = np.argwhere(pieces.take(number, axis) == n + 1).mean(axis=0)
        middles.append(np.insert(np.rint(area).astype(int), axis, number))
    return np.array(middles)
