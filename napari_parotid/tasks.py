"""The only bridge between threads: work goes out, outcomes come back on the Qt main thread.

Compute runs on one persistent thread (an accelerator's plan cache is local to its thread, and two networks at
once would only slow each other down); reading and writing files runs on a small pool. A cancelled task is
stale: nothing of it is delivered any more, even if its work could not be stopped.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from qtpy.QtCore import QObject, Qt, Signal

from parotid_training.errors import CancelledError

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotid_training.progress import Cancelled, Report

T = TypeVar("T")

REPORT_SECONDS = 0.1
"""Progress is delivered at most this often."""


class _Ticket:
    """One piece of work on its way."""

    def __init__(self, generation: int, must_finish: bool) -> None:
        self.generation = generation
        self.must_finish = must_finish
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop; nothing of it is delivered afterwards."""
        self._cancelled.set()

    def cancelled(self) -> bool:
        """Whether the work is to stop."""
        return self._cancelled.is_set()


class Tasks(QObject):
    """Runs work outside of the main thread; an instance is the `Submit` of a session.

    Parameters
    ----------
    parent
        The Qt object whose thread gets the outcomes.
    """

    _deliver = Signal(object, object)

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._lanes = {
            "compute": ThreadPoolExecutor(1, thread_name_prefix="parotid-compute"),
            "files": ThreadPoolExecutor(2, thread_name_prefix="parotid-files"),
            "jobs": ThreadPoolExecutor(1, thread_name_prefix="parotid-jobs"),
        }
        self._tickets: set[_Ticket] = set()
        self._generation = 0
        self._deliver.connect(self._arrive, Qt.ConnectionType.QueuedConnection)

    def __call__(
        self,
        work: Callable[[Report, Cancelled], T],
        done: Callable[[T], None],
        failed: Callable[[BaseException], None],
        *,
        progress: Report | None = None,
        lane: str = "compute",
        must_finish: bool = False,
    ) -> _Ticket:
        """Start ``work(report, cancelled)`` on a lane."""
        self._generation += 1
        ticket = _Ticket(self._generation, must_finish)
        self._tickets.add(ticket)
        last = -REPORT_SECONDS

        def report(fraction: float, words: str) -> None:
            nonlocal last
            now = time.monotonic()
            if progress is not None and (now - last >= REPORT_SECONDS or fraction >= 1.0):
                last = now
                self._send(ticket, lambda: progress(fraction, words))

        def run() -> None:
            try:
                if ticket.cancelled():
                    raise CancelledError
                result = work(report, ticket.cancelled)
            except BaseException as error:  # nothing may die silently on a worker thread
                failure = error
                self._send(ticket, lambda: self._finish(ticket, lambda: failed(failure)))
            else:
                self._send(ticket, lambda: self._finish(ticket, lambda: done(result)))

        self._lanes[lane].submit(run)
        return ticket

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""
        return not any(not ticket.cancelled() for ticket in self._tickets)

    def shutdown(self) -> None:
        """Cancel all work but what must finish (a mask on its way to the disk), wait, and let the threads end."""
        for ticket in self._tickets:
            if not ticket.must_finish:
                ticket.cancel()
        for executor in self._lanes.values():
            # What was cancelled ends as soon as it begins.
            executor.shutdown(wait=True)

    def _send(self, ticket: _Ticket, deliver: Callable[[], None]) -> None:
        try:
            self._deliver.emit(ticket, deliver)
        except RuntimeError:  # the Qt object is gone: the window was closed meanwhile
            ticket.cancel()

    def _finish(self, ticket: _Ticket, outcome: Callable[[], None]) -> None:
        self._tickets.discard(ticket)
        outcome()

    def _arrive(self, ticket: _Ticket, deliver: Callable[[], None]) -> None:
        if ticket.cancelled():
            self._tickets.discard(ticket)
        else:
            deliver()
