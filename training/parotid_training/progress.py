"""How long work reports itself and is cancelled."""

from __future__ import annotations

from collections.abc import Callable

from parotid_training.errors import CancelledError

Report = Callable[[float, str], None]
"""Called with a fraction 0..1 and a few plain words."""

Cancelled = Callable[[], bool]
"""Asked now and then; True stops the work."""


def ignore_progress(fraction: float, words: str) -> None:
    """Report to nobody."""


def never() -> bool:
    """Let the work go on."""
    return False


def check(cancelled: Cancelled) -> None:
    """Raise `CancelledError` if the work is to stop."""
    if cancelled():
        raise CancelledError


def part(report: Report, start: float, end: float) -> Report:
    """Map a step's 0..1 into the part ``start..end`` of the whole."""
    return lambda fraction, words: report(start + (end - start) * fraction, words)
