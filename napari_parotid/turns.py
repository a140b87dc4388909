"""Work in pieces, one a turn of the event loop: all at once it would keep the window waiting."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QTimer

if TYPE_CHECKING:
    from napari_parotid.executor import Submit, Task

Pieces = Generator[Callable[[], Any] | None, Any, None]
"""Between two pieces it yields: nothing, or what is to be worked out on another thread; that is sent back to it."""


class Turns:
    """Does the pieces of one work, and lets the window react between them.

    Parameters
    ----------
    submit
        Where other threads work something out.
    failed
        Told what that failed with; the work goes on with None.
    """

    def __init__(self, submit: Submit, failed: Callable[[BaseException], None]) -> None:
        self._submit, self._failed = submit, failed
        self._pieces: Pieces | None = None
        self._task: Task | None = None
        # Not 0: that may still be the turn that it is started in.
        self._turn = QTimer(singleShot=True, interval=1)
        self._turn.timeout.connect(self._go_on)

    @property
    def busy(self) -> bool:
        """Whether there are pieces still to be done."""
        return self._pieces is not None

    def begin(self, pieces: Pieces) -> None:
        """Do this from the next turn on, in place of what was under way."""
        self.stop()
        self._pieces = pieces
        self._turn.start()

    def stop(self) -> None:
        """Leave undone what is not done yet."""
        if self._task is not None:
            self._task.cancel()
        self._turn.stop()
        self._pieces = self._task = None

    def _go_on(self, outcome: Any = None) -> None:
        pieces, self._task = self._pieces, None
        assert pieces is not None, "what was stopped has no turn any more"
        try:
            job = pieces.send(outcome)
        except BaseException as end:
            if self._pieces is pieces:
                self._pieces = None
            if not isinstance(end, StopIteration):
                raise
            return
        if self._pieces is not pieces:  # stopped by a piece of its own
            return
        if job is None:
            self._turn.start()
        else:
            self._task = self._submit(lambda report, cancelled: job(), self._go_on, self._give_up, lane="files")

    def _give_up(self, error: BaseException) -> None:
        self._failed(error)
        self._go_on()
