"""For how long a person is at work: time passes from one movement of the hands to the next, but for no long pause."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PAUSE_SECONDS = 60.0
"""Without a movement for this long nobody is taken to be reading."""


class ReadingClock:
    """Adds up the seconds of active reading.

    Parameters
    ----------
    now
        Seconds on any steady clock.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._counted = now()
        self._touched = self._counted - PAUSE_SECONDS
        self._banked = 0.0

    @property
    def still_for(self) -> float:
        """Seconds since the last movement."""
        return self._now() - self._touched

    def touch(self) -> None:
        """Note a movement of mouse or keys."""
        self._bank()
        self._touched = self._counted = self._now()

    def take(self) -> float:
        """Return the seconds read since this was asked last."""
        self._bank()
        taken, self._banked = self._banked, 0.0
        return taken

    def _bank(self) -> None:
        until = min(self._now(), self._touched + PAUSE_SECONDS)
        self._banked += max(0.0, until - self._counted)
        self._counted = max(self._counted, until)
