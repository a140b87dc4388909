"""What is shown of a study: its sequences on the reference grid, seen along the canonical axes. Arrays only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from parotid_training.progress import Cancelled, Report
    from parotid_training.study import Study
    from parotid_training.volume import Grid, Volume


@dataclass(frozen=True, eq=False)
class Picture:
    """One sequence ready to be shown.

    Parameters
    ----------
    index
        The sequence in the study.
    volume
        What it was made from, to tell whether it is still current.
    array
        Display axes (S, P, L), on the reference grid.
    window
        Darkest and brightest signal shown.
    span
        Lowest and highest signal there is.
    """

    index: int
    volume: Volume
    array: np.ndarray
    window: tuple[float, float]
    span: tuple[float, float]


def picture(index: int, volume: Volume, grid: Grid) -> Picture:
    """Bring a sequence onto the reference grid, and along the display axes; a view where nothing is to do."""
    array = volume.array
    if not volume.grid.same_as(grid):
        from parotid_training.io.register import resample

        array = resample(volume, grid).array
    window = window_of(array)
    span = float(array.min()), max(float(array.max()), window[1])
    return Picture(index, volume, grid.canonical().to_display(array), window, span)


def pictures(study: Study, known: dict[int, Picture], report: Report, cancelled: Cancelled) -> list[Picture]:
    """Return a picture of every sequence, the reference first; known ones that are still current are kept."""
    from parotid_training.progress import check

    order = [study.reference, *(n for n in range(len(study.sequences)) if n != study.reference)]
    made: list[Picture] = []
    for done, n in enumerate(order):
        check(cancelled)
        report(done / len(order), "Preparing the images")
        volume = study.sequences[n].volume
        old = known.get(n)
        made.append(old if old is not None and old.volume is volume else picture(n, volume, study.grid))
    return made


def window_of(array: np.ndarray) -> tuple[float, float]:
    """Return the signals shown black and white: percentiles 1 and 99.7 of a coarse sample of the body."""
    step = tuple(slice(None, None, max(1, n // 64)) for n in array.shape)
    sample = np.asarray(array[step], dtype=np.float32)
    body = sample[sample > np.percentile(sample, 20)]
    low, high = np.percentile(body if body.size else sample, (1.0, 99.7))
    return float(min(low, sample.min() if low >= high else low)), float(max(high, low + 1e-6))


def titles(study: Study) -> list[str]:
    """Return a name for each sequence: its role, numbered where it comes more than once."""
    counts = Counter(study.roles)
    seen: Counter[str] = Counter()
    names = []
    for role in study.roles:
        seen[role] += 1
        names.append(str(role) if counts[role] == 1 else f"{role} ({seen[role]})")
    return names
