"""Where to look: the part of a scan that can hold the glands, so that the rest costs no network time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SLICE = (160, 128)
"""Height and width of the slices the network learns on, in working voxels: a head at 1.5 mm; see `slices.MULTIPLE`."""
BODY = -1.0
"""Signal from which on a voxel is body, in deviations from the head's mean: not much darker than that."""
REACH_MM = 9.0
"""A gland is taller than this, so slices this far apart cannot miss one."""
MARGIN = 6
LEAST_SHARE = 0.02
"""A row or column belongs to the body if this share of it does: noise and wrap-around are thinner."""


def head_of(array: NDArray[np.float32], present: tuple[bool, ...]) -> NDArray[np.bool_]:
    """Return (Z, Y, X), True inside the body: not much darker than the head's mean over the sequences there are."""
    used = [channel for channel, there in zip(array, present, strict=True) if there]
    return np.asarray(np.mean(used, axis=0) > BODY)


def in_plane_box(head: NDArray[np.bool_], least: tuple[int, int] = SLICE) -> tuple[slice, slice]:
    """Rows and columns around the body, at least as large as the slices the network learned on where there is room.

    Normalisation layers see the whole slice: a crop unlike the learned ones, or a sea of air, would move them.

    Parameters
    ----------
    head
        (Z, Y, X), as from `head_of`.
    """
    area = head.any(axis=0)
    boxes = []
    for axis, size in enumerate(least):
        length = area.shape[axis]
        inside = np.flatnonzero(area.mean(axis=1 - axis) > LEAST_SHARE)
        low, high = (int(inside[0]) - MARGIN, int(inside[-1]) + 1 + MARGIN) if inside.size else (0, length)
        missing = max(0, size - (high - low))
        low, high = low - missing // 2, high + missing - missing // 2
        # Where one side has no room, the other gives it.
        low, high = max(0, low - max(0, high - length)), min(length, high - min(0, low))
        boxes.append(slice(low, high))
    return boxes[0], boxes[1]


def first_slices(depth: int, slice_mm: float) -> NDArray[np.intp]:
    """Slices to look at first, `REACH_MM` apart."""
    step = _step(slice_mm)
    return np.arange(min(step // 2, depth - 1), depth, step)


def slices_near(found: NDArray[np.intp], depth: int, slice_mm: float) -> NDArray[np.intp]:
    """Slices between those where something was found and the next ones looked at, on both sides."""
    reach = _step(slice_mm) - 1
    near = np.zeros(depth, bool)
    for index in found:
        near[max(0, index - reach) : index + reach + 1] = True
    near[first_slices(depth, slice_mm)] = False
    return np.flatnonzero(near)


def _step(slice_mm: float) -> int:
    return max(1, int(REACH_MM // slice_mm))
