"""From what napari says of an edit to an operation on the native grid. Arrays only."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from parotid_training.workspace.journal import Operation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parotid_training.volume import CanonicalView


def native_flat(view: CanonicalView, index: tuple[np.ndarray, ...]) -> np.ndarray:
    """Return flat C-order native indices (int64 [n]) of voxels given by display indices (S, P, L)."""
    native: list[np.ndarray] = [np.empty(0, np.int64)] * 3
    for n, (axis, flip) in enumerate(zip(view.native_axes, view.flips, strict=True)):
        along = np.asarray(index[n], dtype=np.int64)
        native[axis] = view.shape[n] - 1 - along if flip else along
    return np.asarray(np.ravel_multi_index(tuple(native), view.grid.shape), dtype=np.int64)


def display_index(atom: Any) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
    """Return the display indices an edit touched and the values that were there before.

    ``atom`` is an item of napari's paint event: a masked box (``slice_key``, ``mask``, ``old_values``) from
    brush, fill and polygon, or (indices, old, new) from ``data_setitem``.
    """
    if hasattr(atom, "slice_key"):
        start = [s.start or 0 for s in atom.slice_key]
        mask = np.ones(np.shape(atom.old_values), bool) if atom.mask is None else atom.mask
        index = tuple(axis + offset for axis, offset in zip(np.nonzero(mask), start, strict=True))
        return index, np.asarray(atom.old_values).reshape(-1)
    index, before, _ = atom
    shape = np.broadcast_shapes(*(np.shape(axis) for axis in index))
    flat = tuple(np.broadcast_to(axis, shape).reshape(-1) for axis in index)
    return flat, np.broadcast_to(before, shape).reshape(-1)


def stroke(view: CanonicalView, labels: np.ndarray, atoms: Iterable[Any], kind: str) -> Operation | None:
    """Return one stroke as an operation; the mask already holds its outcome.

    Parameters
    ----------
    view
        How the native mask is displayed.
    labels
        The native mask after the stroke, uint8, C-contiguous.
    atoms
        The stroke's edits in the order they were made; a voxel may come several times.
    kind
        What the reader did.
    """
    touched = [(native_flat(view, index), before) for index, before in map(display_index, atoms)]
    if not touched:
        return None
    every = np.concatenate([index for index, _ in touched])
    first_values = np.concatenate([before for _, before in touched]).astype(np.uint8)
    # `unique` keeps the first occurrence: what was there before the stroke.
    index, first = np.unique(every, return_index=True)
    before, after = first_values[first], labels.reshape(-1)[index]
    changed = before != after
    if not changed.any():
        return None
    return Operation(kind, index[changed], before[changed], after[changed].copy(), time.time())
