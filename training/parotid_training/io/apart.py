"""Whether two sequences of a head lie on each other: a cheap look, to suggest an alignment, not to make one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from parotid_training.io.register import resample_array
from parotid_training.progress import Cancelled, check, never
from parotid_training.volume import Grid, Volume

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from parotid_training.study import Study

LOOKED_AT_MM = 4.0
"""Voxels are averaged to about this size."""
STEPS_MM = (16.0, 8.0, 4.0)
"""The search for a better place goes by these steps along the patient's axes, one after the other."""
FARTHEST_MM = 40.0
SIGNALS = 24
"""Kinds of signal told apart in each sequence."""
WORTH_MM = 8.0
"""Nearer places are left to the eye: voxels are as thick."""
WORTH_GAIN = 1.15
"""So much more must the two tell of each other in the better place. Where sequences lie well it was up to 1.06 for
places just beside (distorted diffusion images), where the head had moved 1.25 and more."""
LEAST_TOLD = 0.05
"""Sequences that tell less of each other even in the better place (a mask, noise) are not judged."""
LEAST_SHARED = 0.3
"""Share of the fixed sequence that must be covered."""


@dataclass(frozen=True)
class Apart:
    """A sequence that seems not to lie on the reference.

    Parameters
    ----------
    index
        The sequence in the study.
    shift_mm
        How far about.
    """

    index: int
    shift_mm: float


def find_apart(study: Study, cancelled: Cancelled = never) -> tuple[Apart, ...]:
    """Return the sequences that would tell much more of the reference if they were shifted.

    A turned head is not found unless it is shifted too. Sequences that a person aligned are not looked at.

    Raises
    ------
    CancelledError
        If it was stopped.
    """
    fixed, grid = _averaged(study.sequences[study.reference].volume)
    kinds = _kinds(fixed)
    found = []
    for n, sequence in enumerate(study.sequences):
        if n != study.reference and sequence.alignment is None:
            shift = _better_place(sequence.volume, kinds, grid, cancelled)
            if shift >= WORTH_MM:
                found.append(Apart(n, shift))
    return tuple(found)


def _better_place(moving: Volume, kinds: NDArray[np.int64], grid: Grid, cancelled: Cancelled) -> float:
    """Return how far (mm) away a sequence agrees much better; 0 if it does not."""
    array, own = _averaged(moving)
    moved = _kinds(array)

    def told(shift: NDArray[np.float64]) -> float:
        check(cancelled)
        matrix = np.eye(4)
        matrix[:3, 3] = shift
        there = resample_array(moved, own, grid, order=0, fill=-1, matrix=matrix)
        return _told(kinds, there)

    place, start = np.zeros(3), told(np.zeros(3))
    if start < 0:
        return 0.0  # where they hardly meet, any other place would tell more
    best = start
    for step in STEPS_MM:
        better = True
        while better:
            better = False
            for direction in (*np.eye(3), *-np.eye(3)):
                tried = place + step * direction
                if np.abs(tried).max() <= FARTHEST_MM and (score := told(tried)) > best + 1e-4:
                    place, best, better = tried, score, True
    worth = best >= LEAST_TOLD and best >= WORTH_GAIN * max(start, 1e-6)
    return float(np.linalg.norm(place)) if worth else 0.0


def _told(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    """Return what two images tell of each other: normalised mutual information less 1; -1 where they hardly meet."""
    both = other >= 0
    if both.mean() < LEAST_SHARED:
        return -1.0
    joint = np.bincount(one[both] * SIGNALS + other[both], minlength=SIGNALS**2).reshape(SIGNALS, SIGNALS)
    share = joint / joint.sum()
    return _entropy(share.sum(axis=0)) / _entropy(share) + _entropy(share.sum(axis=1)) / _entropy(share) - 1.0


def _entropy(share: NDArray[np.float64]) -> float:
    filled = share[share > 0]
    return max(float(-(filled * np.log(filled)).sum()), 1e-9)


def _kinds(array: NDArray[Any]) -> NDArray[np.int64]:
    """Return signals in equal classes from the darkest to the brightest percent."""
    low, high = np.percentile(array, (1, 99))
    return np.asarray(np.clip((array - low) / max(high - low, 1e-6) * SIGNALS, 0, SIGNALS - 1), np.int64)


def _averaged(volume: Volume) -> tuple[NDArray[np.float32], Grid]:
    """Return a volume averaged over blocks of about `LOOKED_AT_MM`, and the blocks' grid."""
    grid = volume.grid
    block = [max(1, min(round(LOOKED_AT_MM / mm), n)) for mm, n in zip(grid.spacing, grid.shape, strict=True)]
    a, b, c = (n // size for n, size in zip(grid.shape, block, strict=True))
    whole = volume.array[: a * block[0], : b * block[1], : c * block[2]]
    averaged = whole.reshape(a, block[0], b, block[1], c, block[2]).mean(axis=(1, 3, 5), dtype=np.float32)
    affine = grid.affine.copy()
    affine[:3, :3] *= block
    affine[:3, 3] = grid.to_patient([(size - 1) / 2 for size in block])
    return np.asarray(averaged, np.float32), Grid((a, b, c), affine)
