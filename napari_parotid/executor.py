"""The executor as the session sees it: `tasks.py` brings threads, tests bring none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotid_training.progress import Cancelled, Report

T = TypeVar("T")


class Task(Protocol):
    """Work handed to another thread."""

    def cancel(self) -> None:
        """Ask the work to stop; none of its callbacks is called afterwards."""
        ...


class Submit(Protocol):
    """Hands work to another thread and its outcome back to the thread that owns the session.

    ``lane`` is ``"compute"`` (one persistent thread, one work after another), ``"files"`` (a small pool) or
    ``"jobs"`` (one thread, for the child process that learns). What ``must_finish`` is done even if the window closes
    before it has begun; its outcome may then reach nobody.
    """

    def __call__(
        self,
        work: Callable[[Report, Cancelled], T],
        done: Callable[[T], None],
        failed: Callable[[BaseException], None],
        *,
        progress: Report | None = None,
        lane: str = "compute",
        must_finish: bool = False,
    ) -> Task:
        """Start ``work(report, cancelled)``."""
        ...
