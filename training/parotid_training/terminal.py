"""What a command shows while it works."""

from __future__ import annotations

import re
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

STAGE_SECONDS = 3.0
"""In a file or a pipe: at least so long between two lines."""
SAME_SECONDS = 60.0
"""In a file or a pipe: at least so long between two lines of one stage."""


class ProgressLine:
    """Progress on stderr: a line that changes on a terminal; elsewhere a plain line a stage, and never many.

    Parameters
    ----------
    clock
        Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._stage = ""
        # What is over at once needs no word.
        self._said_at = clock()

    def show(self, fraction: float, words: str) -> None:
        """Say how far the work is; a `progress.Report`."""
        if sys.stderr.isatty():
            print(f"\r\033[K{100 * fraction:3.0f} %  {words}", end="", file=sys.stderr, flush=True)
            return
        # "Reading headers, 3 of 90" and "Learning, loss 0.2" are one stage however they go on.
        stage = re.split(r"[,\d]", words)[0]
        waited = self._clock() - self._said_at
        if waited >= (SAME_SECONDS if stage == self._stage else STAGE_SECONDS):
            print(f"{100 * fraction:3.0f} %  {words}", file=sys.stderr, flush=True)
            self._stage, self._said_at = stage, self._clock()

    def clear(self) -> None:
        """Make room on a terminal for what is printed next."""
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr)
