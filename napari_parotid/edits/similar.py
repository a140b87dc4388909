"""What looks like the tissue at a place: a range of signals, and the region grown from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy
import skimage

from napari_parotid.edits.scene import ROUNDING_MM, put

if TYPE_CHECKING:
    from napari_parotid.edits.scene import Scene, Voxel
    from parotid_training.workspace.operation import Operation

NEIGHBOURS_MM = 1.5
"""Voxels this near to a place tell what its tissue looks like."""
SPREAD = 2.5
"""Standard deviations to either side that still look alike."""
LEAST = 0.02
"""Half-width of a range at least, as a share of all signals there: even tissue is noisy."""


def signal_range(image: np.ndarray, where: Voxel, spacing: tuple[float, ...], axis: int) -> tuple[float, float]:
    """Return the lowest and highest signal of the tissue at a place, from its neighbours in the slice.

    Parameters
    ----------
    image
        Signal, any three axes.
    where
        Indices of the place.
    spacing
        Of the image's axes, mm.
    axis
        Axis of the slices in view.
    """
    box = tuple(
        slice(n, n + 1) if along == axis else slice(max(0, n - reach), n + reach + 1)
        for along, (n, reach) in enumerate(
            (n, max(1, round(NEIGHBOURS_MM / s))) for n, s in zip(where, spacing, strict=True)
        )
    )
    near = np.asarray(image[box], np.float32)
    return _range(near, _least(image))


def _least(image: np.ndarray) -> float:
    sample = image[tuple(slice(None, None, max(1, n // 64)) for n in image.shape)]
    low, high = np.percentile(sample, (1, 99))
    return LEAST * float(high - low)


def _range(signals: np.ndarray, least: float) -> tuple[float, float]:
    # The median holds where a few neighbours are of another tissue.
    middle = float(np.median(signals))
    spread = 1.4826 * float(np.median(np.abs(signals - middle)))
    half = max(SPREAD * spread, least)
    return middle - half, middle + half


def grow_from_seed(scene: Scene, image: np.ndarray, radius_mm: float, *, ball: bool) -> Operation | None:
    """Add what looks like the voxel under the mouse and hangs together with it, within a radius.

    The range of signals is taken from the seed's neighbours, then once more from what it finds (confidence-connected
    region growing).

    Parameters
    ----------
    scene
        ``voxel`` is the seed.
    image
        Signal on the native grid.
    radius_mm
        How far the region may reach from the seed.
    ball
        Whether it may reach into other slices.
    """
    seed, spacing = scene.voxel, scene.grid.spacing
    if seed is None:
        return None
    box = list(scene.ball(seed, radius_mm))
    if not ball:
        box[scene.axis] = slice(seed[scene.axis], seed[scene.axis] + 1)
    a, b, c = box
    at = tuple(n - along.start for n, along in zip(seed, box, strict=True))
    signals = np.asarray(image[a, b, c], np.float32)
    offsets = np.ogrid[tuple(slice(-n, along.stop - along.start - n) for n, along in zip(at, box, strict=True))]
    distance = sum((offset * s) ** 2 for offset, s in zip(offsets, spacing, strict=True))
    reach = np.asarray(distance <= (radius_mm + ROUNDING_MM) ** 2)
    low, high = signal_range(image, seed, spacing, scene.axis)
    found = _connected(signals, at, low, high, reach)
    low, high = _range(signals[found], _least(image))
    found = _connected(signals, at, min(low, signals[at]), max(high, signals[at]), reach)
    # Single voxels left out inside are noise; filled slice by slice, whatever its thickness.
    for n in range(found.shape[scene.axis]):
        where = tuple(n if axis == scene.axis else slice(None) for axis in range(3))
        found[where] = scipy.ndimage.binary_fill_holes(found[where])
    part = scene.labels[a, b, c]
    return scene.change(
        "grow from seed", (a, b, c), put(part, scene.structure, found | (part == scene.structure), spacing)
    )


def _connected(signals: np.ndarray, at: tuple[int, ...], low: float, high: float, reach: np.ndarray) -> np.ndarray:
    alike = (signals >= low) & (signals <= high) & reach
    alike[at] = True
    return np.asarray(skimage.segmentation.flood(alike.view(np.uint8), at, connectivity=1))
