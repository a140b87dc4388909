"""A simulated reader: looks at where a mask is wrong and clicks there; and the wrong masks it starts from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from numpy.typing import NDArray

Spacing = tuple[float, float, float]


@dataclass(frozen=True)
class Poke:
    """A simulated click: voxel (Z, Y, X), and whether it asks for more."""

    place: tuple[int, int, int]
    adds: bool


def next_poke(
    truth: NDArray[np.bool_],
    mask: NDArray[np.bool_],
    spacing: Spacing,
    rng: np.random.Generator | None = None,
    handled: NDArray[np.bool_] | None = None,
) -> Poke | None:
    """Click into the largest region that is missing or too much, in the slice where it is largest, in its middle.

    Parameters
    ----------
    rng
        None: exactly in the middle, as an attentive reader does; else somewhere within the inner half of it.
    handled
        Voxels that are not to be clicked again.

    Returns
    -------
    None if nothing is wrong.
    """
    wrong = truth ^ mask if handled is None else (truth ^ mask) & ~handled
    if not wrong.any():
        return None
    regions = np.zeros(truth.shape, np.int32)
    missing, count = ndimage.label(wrong & truth)
    surplus, _ = ndimage.label(wrong & ~truth)
    regions = np.where(missing > 0, missing, np.where(surplus > 0, surplus + count, 0))
    largest = int(np.bincount(regions.ravel())[1:].argmax()) + 1
    region = regions == largest
    areas = region.sum(axis=(1, 2))
    if rng is None:
        z = int(areas.argmax())
    else:
        z = int(rng.choice(np.flatnonzero(areas >= 0.7 * areas.max())))
    inside = ndimage.distance_transform_edt(np.pad(region[z], 1), sampling=spacing[1:])[1:-1, 1:-1]
    if rng is None:
        y, x = np.unravel_index(int(inside.argmax()), inside.shape)
    else:
        y, x = rng.choice(np.argwhere(inside >= 0.5 * inside.max()))
    return Poke((z, int(y), int(x)), largest <= count)


def poke_often(
    truth: NDArray[np.bool_],
    mask: NDArray[np.bool_],
    spacing: Spacing,
    count: int,
    rng: np.random.Generator,
    reach_mm: float = 10.0,
) -> list[Poke]:
    """Click up to ``count`` times at one mask, each time elsewhere: what a reader does before looking again."""
    found: list[Poke] = []
    handled = np.zeros(truth.shape, bool)
    for _ in range(count):
        poke = next_poke(truth, mask, spacing, rng, handled)
        if poke is None:
            break
        found.append(poke)
        handled |= _near(truth.shape, poke.place, spacing, reach_mm)
    return found


def spoil(truth: NDArray[np.bool_], spacing: Spacing, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return a mask as wrong as proposals are: too large or small, ragged, an end cut off, a part missing."""
    if not truth.any():
        return truth.copy()
    inside = ndimage.distance_transform_edt(truth, sampling=spacing)
    outside = ndimage.distance_transform_edt(~truth, sampling=spacing)
    distance = inside - outside
    bumps = rng.standard_normal(truth.shape, dtype=np.float32)
    bumps = ndimage.gaussian_filter(bumps, rng.uniform(5, 12) / np.array(spacing))
    bumps *= rng.uniform(0.5, 5.0) / max(float(bumps.std()), 1e-9)
    mask = np.asarray(distance + bumps + rng.uniform(-3.0, 3.0) > 0)
    slices = np.flatnonzero(truth.any(axis=(1, 2)))
    if rng.random() < 0.4 and slices.size > 4:
        gone = int(rng.integers(1, slices.size // 2))
        mask[slices[:gone] if rng.random() < 0.5 else slices[-gone:]] = False
    if rng.random() < 0.3:
        centre = rng.choice(np.argwhere(truth if rng.random() < 0.5 else outside < 8.0))
        mask[_near(truth.shape, tuple(centre), spacing, rng.uniform(6, 14))] = bool(rng.random() < 0.5)
    return mask


def _near(shape: tuple[int, ...], place: tuple[int, ...], spacing: Spacing, reach_mm: float) -> NDArray[np.bool_]:
    """Voxels within a distance of one."""
    squares = [((np.arange(n) - at) * mm) ** 2 for n, at, mm in zip(shape, place, spacing, strict=True)]
    distance = squares[0][:, None, None] + squares[1][:, None] + squares[2]
    return np.asarray(distance <= reach_mm**2)
