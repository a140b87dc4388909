"""Work under way: one at a time, and where the study in hand stands during and after it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from psygnal import Signal

from napari_parotid.messages import Busy, Level, Notice, describe
from napari_parotid.tr import capital, tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_parotid.executor import Submit, Task


class State(StrEnum):
    """Where the study in hand stands."""

    EMPTY = "empty"
    OPENING = "opening"
    OPEN = "open"
    PROPOSING = "proposing"
    PROPOSED = "proposed"
    CORRECTING = "correcting"
    ACCEPTED = "accepted"

    @property
    def passing(self) -> bool:
        """Whether it lasts only as long as the work that it names."""
        return self in (State.OPENING, State.PROPOSING)


class Work:
    """Hands work to the executor, takes back what came of it unless other work was begun meanwhile.

    Parameters
    ----------
    submit
        Hands work to another thread and its outcome back.
    """

    state_changed = Signal(State)
    busy_changed = Signal(object)
    """A `Busy`, or None."""
    notice = Signal(Notice)

    def __init__(self, submit: Submit) -> None:
        self.submit = submit
        self.state = State.EMPTY
        self.busy: Busy | None = None
        self._task: Task | None = None
        self._generation = 0
        self._resting = State.EMPTY

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""
        return self.busy is None

    @property
    def standing(self) -> State:
        """Where the study in hand stands, whatever is being opened or proposed meanwhile."""
        return self._resting if self.state.passing else self.state

    def stand(self, state: State) -> None:
        """Say where the study stands now."""
        if state is not self.state:
            self.state = state
            self.state_changed.emit(state)

    def settle(self, state: State) -> None:
        """Say where the study stands, now or once what is being opened or proposed has ended without an outcome."""
        self._resting = state
        if not self.state.passing:
            self.stand(state)

    def begin(self, state: State) -> bool:
        """Stop what is under way and pass into a state; False if it must not be stopped."""
        if self.saving():
            return False
        self.stop()
        self._resting = self.state
        self.stand(state)
        return True

    def run(
        self,
        work: Callable[[Any, Any], Any],
        done: Callable[[Any], None],
        doing: str,
        *,
        lane: str = "compute",
        can_cancel: bool = True,
        told: Callable[[str], str] = str,
    ) -> None:
        """Start ``work(report, cancelled)``; what comes back after other work was begun is dropped.

        Parameters
        ----------
        done
            Takes the outcome. If it or the work fails, a notice says so and the study stands where it stood before.
        doing
            What is done, in words that follow "while", in the reader's language.
        told
            From the step the work is at to what is said of it.
        """
        self._generation += 1
        generation = self._generation
        if not self.state.passing:
            self._resting = self.state
        finished = False

        def stale() -> bool:
            return generation != self._generation

        def arrived(result: Any) -> None:
            nonlocal finished
            finished = True
            if stale():
                return
            self._end()
            try:
                done(result)
            except Exception as error:  # a refusal may also come late, e.g. from the workspace
                gave_up(error)

        def failed(error: BaseException) -> None:
            nonlocal finished
            finished = True
            if not stale():
                self._end()
                gave_up(error)

        def gave_up(error: BaseException) -> None:
            self.stand(self._resting)
            self.notice.emit(describe(error, doing))

        def report(fraction: float, words: str) -> None:
            if not stale() and not finished:
                self._set_busy(Busy(told(tr(words)), fraction, can_cancel))

        self._set_busy(Busy(told(capital(doing)), None, can_cancel))
        task = self.submit(work, arrived, failed, progress=report, lane=lane, must_finish=not can_cancel)
        if not finished:  # a synchronous executor is done by now
            self._task = task

    def cancel(self) -> None:
        """Stop what is under way, if it may be stopped; everything stays as it was before it."""
        if self.busy is not None and self.busy.can_cancel:
            self.stop()

    def stop(self) -> None:
        """Let work under way die; the study stands where it stood before it."""
        self._generation += 1
        if self._task is not None:
            self._task.cancel()
            self._end()
            self.stand(self._resting)

    def saving(self) -> bool:
        """Refuse what would disturb an acceptance on its way to the disk."""
        saving = self.busy is not None and not self.busy.can_cancel
        if saving:
            self.refuse(tr("Your work is just being saved."), tr("Try again in a moment."))
        return saving

    def occupied(self) -> bool:
        """Refuse what has to wait for the work under way."""
        if not self.idle:
            self.refuse(tr("Other work is under way."), tr("Wait for it, or cancel it."))
        return not self.idle

    def refuse(self, sentence: str, remedy: str) -> None:
        """Say why something is not done."""
        self.notice.emit(Notice(sentence, remedy, Level.WARNING))

    def _end(self) -> None:
        self._task = None
        self._set_busy(None)

    def _set_busy(self, busy: Busy | None) -> None:
        self.busy = busy
        self.busy_changed.emit(busy)
