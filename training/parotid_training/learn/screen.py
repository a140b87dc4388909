"""Whether an accepted mask disagrees so wildly with all models that a person is asked before it is learned from.

Not whether it is good: strong corrections are what is to be learned. Only what no correction of a proposal looks like:
nothing drawn, another side, a grid that was turned or moved, a mask where none of the versions sees a gland.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from parotid_training.labels import Structure
from parotid_training.model.metrics import dice
from parotid_training.words import mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]

AGREE = 0.5
"""Dice from which on two versions agree; where they do not, they are no witnesses."""
WITNESS_ML = 2.0
"""Least volume that the versions must see together to witness anything."""
FAR, NEAR = 0.1, 0.35
"""Dice below which a mask lies elsewhere, and from which on it lies where it should."""
CLEAR_GAIN, CLEAR_DICE = 0.25, 0.45
"""By how much a mask fits better turned or moved, and how well then, to be called so."""
OVER_GAIN, OVER_DICE = 0.15, 0.6
"""Enough where much of a mask lies over what the versions see: an honest one gains nothing by being turned or moved
(0.02 at most; ARCHITECTURE, Decisions)."""
MOVED_MM = 8.0
TUMOUR_ML = 0.3


class Doubt(StrEnum):
    """Why a person is asked."""

    EMPTY = "empty"
    MIRRORED = "mirrored"
    SHIFTED = "shifted"
    ELSEWHERE = "elsewhere"

    @property
    def sentence(self) -> str:
        """What is odd about the mask, to a reader."""
        return {
            Doubt.EMPTY: mark("Nothing is drawn, but the model sees a gland."),
            Doubt.MIRRORED: mark(
                "The mask looks upside down or mirrored: turned over, it would fit what the model sees."
            ),
            Doubt.SHIFTED: mark("The mask looks shifted: moved, it would fit what the model sees."),
            Doubt.ELSEWHERE: mark("The mask lies where the model sees no gland."),
        }[self]


def screen(
    label: NDArray[np.uint8],
    predictions: Sequence[NDArray[np.uint8]],
    spacing: tuple[float, float, float],
    head: Mask,
) -> Doubt | None:
    """Return why a person is to be asked about a mask; None if it may be learned from.

    Parameters
    ----------
    label
        (Z, Y, X) axes S, P, L: the accepted mask on the working grid.
    predictions
        What each model version says, on the same grid.
    spacing
        mm.
    head
        True inside the body; its middle parts left from right.
    """
    voxel_ml = float(np.prod(spacing)) / 1000.0
    masks = [found > 0 for found in predictions]
    seen = np.logical_and.reduce(masks)
    if seen.sum() * voxel_ml < WITNESS_ML or any(dice(seen, mask) < AGREE for mask in masks):
        return None
    mine = label > 0
    if not mine.any():
        return Doubt.EMPTY  # also where the reader said so: who presses on at acceptance says it unread
    middle = _middle(head)
    tumours = [found == Structure.TUMOUR for found in predictions]
    if _on_the_other_side(label == Structure.TUMOUR, np.logical_and.reduce(tumours), middle, voxel_ml):
        return Doubt.MIRRORED
    fit = max(dice(mine, mask) for mask in masks)
    if fit < NEAR:
        return _explain(mine, seen, fit, spacing, CLEAR_GAIN, CLEAR_DICE)
    # Upside down, or a centimetre off, both glands still lie over themselves for the most part.
    if fit + OVER_GAIN < 1 and (odd := _explain(mine, seen, fit, spacing, OVER_GAIN, OVER_DICE)) is not None:
        return odd
    halves = (slice(None, middle), slice(middle, None))
    if any(_far(mine[..., half], [mask[..., half] for mask in masks], seen[..., half], voxel_ml) for half in halves):
        return Doubt.ELSEWHERE
    return None


def _explain(
    mine: Mask, seen: Mask, fit: float, spacing: tuple[float, float, float], gain: float, least: float
) -> Doubt | None:
    """Look for what would make a mask fit: moving it, or turning it over along an axis and moving it.

    Parameters
    ----------
    gain, least
        By how much it must fit better then, and how well.
    """
    box = _box(mine | seen)
    mine, seen = mine[box], seen[box]
    moved, steps = _best_fit(mine, seen)
    turned = max(_best_fit(np.flip(mine, axis), seen)[0] for axis in range(3))
    needed = max(least, fit + gain)
    if turned >= needed and turned > moved + 0.1:
        return Doubt.MIRRORED
    if moved >= needed and float(np.linalg.norm(np.multiply(steps, spacing))) >= MOVED_MM:
        return Doubt.SHIFTED
    return Doubt.ELSEWHERE if fit < FAR else None


def _best_fit(mine: Mask, seen: Mask) -> tuple[float, tuple[int, ...]]:
    """Return the best Dice over all translations of a mask, and the translation in voxels."""
    # A third of a second to import, and seldom needed.
    from scipy import signal

    overlap = signal.correlate(seen.astype(np.float32), mine.astype(np.float32), mode="full", method="fft")
    place = np.unravel_index(int(overlap.argmax()), overlap.shape)
    steps = tuple(int(p) - (n - 1) for p, n in zip(place, mine.shape, strict=True))
    return 2 * float(overlap[place]) / float(mine.sum() + seen.sum()), steps


def _on_the_other_side(mine: Mask, seen: Mask, middle: int, voxel_ml: float) -> bool:
    """Whether a tumour lies just where the versions see one on the other side, and none here."""
    if min(mine.sum(), seen.sum()) * voxel_ml < TUMOUR_ML or (mine & seen).any():
        return False
    # Reflected about the middle: column m + d goes to m - 1 - d.
    columns = 2 * middle - 1 - np.arange(mine.shape[-1])
    inside = (columns >= 0) & (columns < mine.shape[-1])
    reflected = np.where(inside, mine[..., np.clip(columns, 0, mine.shape[-1] - 1)], False)
    return dice(reflected, seen) >= NEAR


def _far(mine: Mask, masks: Sequence[Mask], seen: Mask, voxel_ml: float) -> bool:
    """Whether something is drawn on a side, but nowhere near what the versions see there."""
    if mine.sum() * voxel_ml < WITNESS_ML / 2 or seen.sum() * voxel_ml < WITNESS_ML:
        return False
    return all(dice(mine, mask) < FAR / 2 for mask in masks)


def _middle(head: Mask) -> int:
    """Column that parts the body into halves."""
    columns = head.sum(axis=(0, 1))
    total = int(columns.sum())
    return head.shape[-1] // 2 if total == 0 else round(float((columns * np.arange(len(columns))).sum() / total) + 0.5)


def _box(mask: Mask) -> tuple[slice, ...]:
    places = np.argwhere(mask)
    low, high = places.min(axis=0), places.max(axis=0) + 1
    return tuple(slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
