"""Whether a child that lives is of use: it says something now and then, comes to an end, and writes with measure."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from parotid_training.workspace.worker import EVENTS, LOG

if TYPE_CHECKING:
    from pathlib import Path

SILENCE_SECONDS = 1800.0
LONGEST_SECONDS = 24 * 3600.0
GAP_SECONDS = 60.0
MOST_BYTES = 256 << 20
"""A child that says nothing for so long, does not come to an end, or writes so much, is stopped. Where nobody looked
for the time of a gap, the computer slept, and the child with it: on Windows the clock goes on meanwhile."""


@dataclass
class Watch:
    """Watches the child of a run folder, from now on."""

    folder: Path
    since: float = field(default_factory=time.monotonic)
    heard: float = field(default_factory=time.monotonic)
    looked: float = field(default_factory=time.monotonic)

    def hear(self) -> None:
        """Note that the child said something."""
        self.heard = time.monotonic()

    def is_stuck(self) -> bool:
        """Whether the child is to be stopped; asked again and again."""
        now = time.monotonic()
        if (gap := now - self.looked) > GAP_SECONDS:
            self.heard, self.since = self.heard + gap, self.since + gap
        self.looked = now
        if now - self.heard > SILENCE_SECONDS or now - self.since > LONGEST_SECONDS:
            return True
        return sum(_size(self.folder / name) for name in (EVENTS, LOG)) > MOST_BYTES


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
