"""What is shown of a study: its sequences on the reference grid, seen along the canonical axes. Arrays only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from napari_parotid.tr import tr
from napari_parotid.views.windowing import Preset, preset_window

if TYPE_CHECKING:
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
    """Bring a sequence onto the reference grid, and along the display axes.

    Laid out along them in memory too: gathering a slice from all over it took longer than all else of a step.
    """
    array = volume.array
    if not volume.grid.same_as(grid):
        from parotid_training.io.register import resample

        array = resample(volume, grid).array
    window = preset_window(array, Preset.AUTO).limits
    span = float(array.min()), max(float(array.max()), window[1])
    return Picture(index, volume, np.ascontiguousarray(grid.canonical().to_display(array)), window, span)


def titles(study: Study) -> list[str]:
    """Return a name for each sequence: its role, numbered where it comes more than once."""
    counts = Counter(study.roles)
    seen: Counter[str] = Counter()
    names = []
    for role in study.roles:
        seen[role] += 1
        name = tr(role.value)
        names.append(name if counts[role] == 1 else f"{name} ({seen[role]})")
    return names
