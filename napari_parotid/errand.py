"""Work beside the study in hand: one at a time, with its progress, to be cancelled without touching the study."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psygnal import Signal

from napari_parotid.messages import Busy, Notice, describe
from napari_parotid.tr import capital, tr
from parotid_training.errors import CancelledError

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_parotid.executor import Submit, Task


class Errand:
    """Something the reader asked for and need not wait for.

    Parameters
    ----------
    submit
        Hands work to another thread and its outcome back.
    """

    busy_changed = Signal(object)
    """A `Busy`, or None."""
    notice = Signal(Notice)

    def __init__(self, submit: Submit) -> None:
        self._submit = submit
        self._task: Task | None = None
        self._number = 0
        self.busy: Busy | None = None

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""
        return self.busy is None

    def run(
        self,
        work: Callable[[Any, Any], Any],
        done: Callable[[Any], None],
        doing: str,
        *,
        lane: str = "files",
        failed: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Start ``work(report, cancelled)``; what was under way is cancelled.

        Parameters
        ----------
        doing
            What is done, in words that follow "while", in the reader's language.
        failed
            Takes what went wrong; None says it in a notice.
        """
        self.cancel()
        number = self._number

        def report(fraction: float, words: str) -> None:
            if number == self._number:
                self._set(Busy(tr(words), fraction))

        def arrived(outcome: Any) -> None:
            if number == self._number:
                self._end()
                done(outcome)

        def gave_up(error: BaseException) -> None:
            if number != self._number:
                return
            self._end()
            if failed is not None:
                failed(error)
            elif not isinstance(error, CancelledError):
                self.notice.emit(describe(error, doing))

        self._set(Busy(capital(doing)))
        task = self._submit(work, arrived, gave_up, progress=report, lane=lane)
        if number == self._number:  # a synchronous executor is done by now
            self._task = task

    def cancel(self) -> None:
        """Stop what is under way; nothing of it is delivered any more."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
        self._end()

    def _end(self) -> None:
        self._number += 1
        self._task = None
        if self.busy is not None:
            self._set(None)

    def _set(self, busy: Busy | None) -> None:
        self.busy = busy
        self.busy_changed.emit(busy)
