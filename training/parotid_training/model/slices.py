"""Slices with their neighbours and presence flags: the one place that defines the network's channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def stack_slices(
    array: NDArray[np.float32], present: tuple[bool, ...], indices: NDArray[np.intp], neighbours: int
) -> NDArray[np.float32]:
    """Build network inputs for some slices of a prepared study.

    Parameters
    ----------
    array
        (roles, Z, Y, X) normalised signal.
    indices
        (B,) slice numbers; beyond the ends the last slice repeats.

    Returns
    -------
    (B, roles * (2 * neighbours + 1) + roles, Y, X): for each role its slices from inferior to superior, then one
    constant presence flag a role.
    """
    offsets = np.arange(-neighbours, neighbours + 1)
    wanted = np.clip(indices[:, None] + offsets, 0, array.shape[1] - 1)
    images = array[:, wanted].transpose(1, 0, 2, 3, 4)
    images = images.reshape(len(indices), -1, *array.shape[2:])
    flags = np.broadcast_to(
        np.asarray(present, np.float32)[None, :, None, None], (len(indices), len(present), *array.shape[2:])
    )
    return np.concatenate([images, flags], axis=1)


MULTIPLE = 32
"""Pixels a side that the deepest stage halves without a rest. Otherwise it would be padded there on one side alone, and
its map would lie askew on the others."""


def pad_to_multiple(array: NDArray[np.float32]) -> NDArray[np.float32]:
    """Pad the last two axes at their high end to a `MULTIPLE`, each sequence (first axis) with its own lowest value.

    That is its air: a constant of another level would be a tissue that no scan shows.
    """
    height, width = array.shape[-2:]
    if not (height % MULTIPLE or width % MULTIPLE):
        return array
    floor = array.min(axis=tuple(range(1, array.ndim)), keepdims=True)
    padded = np.empty((*array.shape[:-2], height + -height % MULTIPLE, width + -width % MULTIPLE), np.float32)
    padded[:] = floor
    padded[..., :height, :width] = array
    return padded
