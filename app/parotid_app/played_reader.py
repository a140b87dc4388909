"""A reader played for the round through the loop: where to stroke, and what a person would leave. Arrays only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from parotid_training.labels import Structure

if TYPE_CHECKING:
    from parotid_training.volume import CanonicalView

Path3D = list[tuple[float, float, float]]

STOPS = 12
"""Places a stroke goes through."""


def stroke_path(view: CanonicalView, wrong: np.ndarray, axis: int) -> tuple[int, Path3D] | None:
    """Return the slice with most to correct, and a stroke through its largest area.

    Parameters
    ----------
    view
        How the native grid is displayed.
    wrong
        Boolean, native grid: voxels to correct. What is thinner than a brush is left.
    axis
        Display axis of the slices.

    Returns
    -------
    number, path
        Slice number and world positions (z, y, x of LPS, mm); None if there is nothing to correct.
    """
    shown = view.to_display(ndimage.binary_opening(wrong, iterations=1))
    areas = np.count_nonzero(shown, axis=tuple(n for n in range(3) if n != axis))
    if not areas.any():
        return None
    number = int(areas.argmax())
    pieces = ndimage.label(shown.take(number, axis))[0]
    largest = np.argwhere(pieces == np.bincount(pieces.ravel())[1:].argmax() + 1)
    path: Path3D = []
    for place in largest[:: max(1, len(largest) // STOPS)]:
        index = np.insert(place, axis, number)
        z, y, x = (t + float(n) * s for t, n, s in zip(view.translate, index, view.scale, strict=True))
        path.append((z, y, x))
    return number, path


def as_a_person_would(labels: np.ndarray, truth: np.ndarray, axis: int) -> np.ndarray:
    """Put right what is thicker than a line in a slice; thin differences at the border stay, no tumour is missed.

    Parameters
    ----------
    labels, truth
        uint8, same shape.
    axis
        Array axis of the slices that are looked at one by one.
    """
    wrong = labels != truth
    in_slice = np.zeros((3, 3, 3), bool)
    cross = ndimage.generate_binary_structure(2, 1)
    in_slice[tuple(1 if n == axis else slice(None) for n in range(3))] = cross
    seen = ndimage.binary_dilation(ndimage.binary_opening(wrong, in_slice), in_slice) & wrong
    seen |= (truth == Structure.TUMOUR) & wrong
    return np.where(seen, truth, labels).astype(np.uint8)


def dice(a: np.ndarray, b: np.ndarray) -> float:
    """Dice coefficient of two boolean arrays; NaN if both are empty."""
    total = int(a.sum()) + int(b.sum())
    return 2 * int((a & b).sum()) / total if total else float("nan")
