"""Window and level: which signals are black and which are white. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_parotid.tr import mark

if TYPE_CHECKING:
    from numpy.typing import NDArray

DRAG_PIXELS = 300.0
"""A drag this long doubles the width, or moves the level by half a width."""


class Preset(StrEnum):
    """Windows to choose from; MR signal has no unit, so they follow the image's own signals."""

    AUTO = mark("Auto")
    SOFT = mark("Soft tissue")
    BRIGHT = mark("Bright tissue")
    FULL = mark("Full range")


PERCENTILES: dict[Preset, tuple[float, float]] = {
    Preset.AUTO: (1.0, 97.0),
    Preset.SOFT: (5.0, 92.0),
    Preset.BRIGHT: (40.0, 99.9),
    Preset.FULL: (0.0, 100.0),
}
"""Of the signals of the body, in percent."""
BULK, ABOVE_BULK = 90.0, 1.35
"""White is at most so many times the signal that nine tenths of the body lie below: where little is very bright
(fluid on STIR, fat next to a coil), the gland would be lost in the dark."""


@dataclass(frozen=True)
class Window:
    """Signals shown black (and below) and white (and above), in the scanner's units.

    Parameters
    ----------
    level
        The signal shown as middle grey.
    width
        From black to white; above 0.
    """

    level: float
    width: float

    @classmethod
    def of(cls, limits: Any) -> Window:
        """Return the window between two signals."""
        low, high = limits
        return cls((float(low) + float(high)) / 2, max(float(high) - float(low), 1e-6))

    @property
    def limits(self) -> tuple[float, float]:
        """The signals shown black and white."""
        return self.level - self.width / 2, self.level + self.width / 2

    def dragged(self, right: float, down: float) -> Window:
        """Return the window after a drag by so many pixels: rightwards wider, downwards brighter.

        The step follows the width, so that a narrow window is set as finely as a wide one.
        """
        width = self.width * 2.0 ** (right / DRAG_PIXELS)
        return Window(self.level - down / DRAG_PIXELS * self.width / 2, width)


def preset_window(array: NDArray[Any], preset: Preset) -> Window:
    """Return a preset's window for an image.

    Parameters
    ----------
    array
        Any shape; signal in the scanner's units. A coarse sample of it is looked at.
    preset
        Which window.
    """
    step = tuple(slice(None, None, max(1, n // 64)) for n in array.shape)
    sample = np.asarray(array[step], dtype=np.float32)
    if preset is Preset.FULL:
        return Window.of((sample.min(), sample.max()))
    body = sample[sample > np.percentile(sample, 20)]
    low, high, bulk = np.percentile(body if body.size else sample, (*PERCENTILES[preset], BULK))
    if preset is Preset.AUTO:
        high = min(high, low + ABOVE_BULK * (bulk - low))
    return Window.of((low, high))
