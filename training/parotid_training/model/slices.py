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


LEAST = 32
"""Pixels a side: of a smaller picture the deepest stage would keep one, which cannot be normalised."""


def pad_to_multiple(array: NDArray[np.float32], multiple: int = 4) -> NDArray[np.float32]:
    """Pad the last two axes at their high end with edge values up to a multiple, and to `LEAST`."""
    wanted = [max(LEAST, size + -size % multiple) for size in array.shape[-2:]]
    pads = [(0, 0)] * (array.ndim - 2) + [(0, w - size) for w, size in zip(wanted, array.shape[-2:], strict=True)]
    return np.pad(array, pads, mode="edge") if any(high for _, high in pads) else array
