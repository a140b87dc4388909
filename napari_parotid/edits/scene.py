"""What an edit starts from, and how it becomes an operation of the one history."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import scipy

from parotid_training.labels import FOREGROUND, Structure
from parotid_training.workspace.operation import Operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotid_training.volume import Grid

Box = tuple[slice, slice, slice]
Voxel = tuple[int, int, int]

ROUNDING_MM = 1e-3
"""A slice of 3 mm is reached by 3 mm, however its spacing was rounded."""


@dataclass(frozen=True, eq=False)
class Scene:
    """The mask, and where the reader is.

    Parameters
    ----------
    labels
        uint8, native grid, C-contiguous; not changed here.
    grid
        The native grid.
    structure
        What is edited.
    axis
        Native axis along which the slices in view are counted.
    number
        Native index of the slice in view along that axis.
    up
        1 or -1: the native step to the slice that is next towards the head, the back or the left.
    voxel
        Native indices under the mouse; None if it is on no picture.
    margin_mm
        How far to grow or shrink.
    """

    labels: np.ndarray = field(repr=False)
    grid: Grid
    structure: Structure
    axis: int = 2
    number: int = 0
    up: int = 1
    voxel: Voxel | None = None
    margin_mm: float = 1.0

    def box(self, *structures: Structure, margin_mm: float = 0.0) -> Box | None:
        """Return the box around these structures with at least a voxel to spare; None if none is drawn."""
        found = scipy.ndimage.find_objects(self.labels, max_label=max(FOREGROUND))
        boxes = [box for structure in structures if (box := found[structure - 1]) is not None]
        if not boxes:
            return None
        a, b, c = (
            self._wider(axis, min(box[axis].start for box in boxes), max(box[axis].stop for box in boxes), margin_mm)
            for axis in range(3)
        )
        return a, b, c

    def ball(self, centre: Voxel, radius_mm: float) -> Box:
        """Return the box around a ball, cut at the edges of the volume."""
        a, b, c = (self._wider(axis, n, n + 1, radius_mm) for axis, n in enumerate(centre))
        return a, b, c

    def change(self, kind: str, box: Box, after: np.ndarray) -> Operation | None:
        """Return the edit that puts new labels (uint8, shape of the box) into a box; None if nothing changes."""
        before = self.labels[box]
        places = np.nonzero(before != after)
        if not places[0].size:
            return None
        index = np.ravel_multi_index(
            tuple(place + along.start for place, along in zip(places, box, strict=True)), self.labels.shape
        )
        return Operation(kind, np.asarray(index, np.int64), before[places], after[places], time.time())

    def _wider(self, axis: int, start: int, stop: int, margin_mm: float) -> slice:
        margin = int(np.ceil(margin_mm / self.grid.spacing[axis])) + 1
        return slice(max(0, start - margin), min(self.labels.shape[axis], stop + margin))


class Edit(NamedTuple):
    """One change of the whole mask.

    Parameters
    ----------
    doing
        What is done, in words that follow "while".
    make
        Makes the operation; None if there is nothing to do.
    nothing, remedy
        What the reader is told then.
    """

    doing: str
    make: Callable[[Scene], Operation | None]
    nothing: str
    remedy: str = ""


def put(labels: np.ndarray, structure: Structure, inside: np.ndarray, spacing: tuple[float, ...]) -> np.ndarray:
    """Return labels in which a structure fills ``inside`` (boolean) and nothing else.

    A tumour takes the gland's place, a gland never a tumour's. What a tumour leaves becomes what lies nearest, so that
    no hole stays in a gland; what a gland leaves becomes background.
    """
    after = labels.copy()
    is_structure = labels == structure
    lost = is_structure & ~inside
    after[lost] = Structure.BACKGROUND
    if structure is Structure.TUMOUR and lost.any() and not is_structure.all():
        nearest = scipy.ndimage.distance_transform_edt(
            is_structure, sampling=spacing, return_distances=False, return_indices=True
        )
        after[lost] = labels[tuple(axis[lost] for axis in nearest)]
    free = labels == Structure.BACKGROUND if structure is Structure.GLAND else ~is_structure
    after[inside & free] = structure
    return after


def region(labels: np.ndarray, structure: Structure) -> np.ndarray:
    """Return where a structure is as a body: a gland together with the tumours that touch it."""
    if structure is not Structure.GLAND:
        return np.asarray(labels == structure)
    pieces, _ = scipy.ndimage.label(labels > 0, np.ones((3,) * labels.ndim))
    return np.isin(pieces, np.unique(pieces[labels == Structure.GLAND])) & (labels > 0)
