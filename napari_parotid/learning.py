"""The learning side of a session: starts fine-tunings, follows them, lists the versions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from psygnal import Signal

from napari_parotid.messages import LearningState, LearningStatus, Level, Notice, Version, describe

if TYPE_CHECKING:
    from napari_parotid.doors import EngineDoor


@dataclass(frozen=True)
class LearningSettings:
    """When accepted cases start a fine-tuning.

    Parameters
    ----------
    automatic
        Whether they do at all.
    auto_after
        After how many newly accepted cases.
    """

    automatic: bool = True
    auto_after: int = 3


class LearningDesk:
    """Follows the child process that learns, and says so in plain words.

    Parameters
    ----------
    engine
        The engine, with its workspace and its jobs.
    settings
        When to start by itself.
    """

    changed = Signal(LearningStatus)
    model_changed = Signal(str)
    notice = Signal(Notice)

    def __init__(self, engine: EngineDoor, settings: LearningSettings) -> None:
        self._engine = engine
        self.settings = settings
        self._run = ""
        self._model_id = engine.store.current_model().model_id
        self.status = LearningStatus(model_id=self._model_id, versions=self._versions())

    def accepted(self) -> None:
        """Note that one more case was accepted; start when there are enough."""
        waiting = self.status.waiting_cases + 1
        self._set(waiting_cases=waiting)
        if self.settings.automatic and waiting >= self.settings.auto_after and not self.status.state.running:
            self.start()

    def start(self) -> None:
        """Start a fine-tuning on all accepted cases."""
        if self.status.state.running:
            self.notice.emit(Notice("The model is already learning.", "Wait for it, or cancel it.", Level.WARNING))
            return
        try:
            job = self._engine.store.request_finetune()
            self._engine.jobs.start(job)
        except Exception as error:
            self.notice.emit(describe(error, "starting to learn"))
            return
        self._run = str(job.run)
        self._set(
            state=LearningState.WAITING,
            words="Getting ready to learn",
            fraction=None,
            losses=(),
            verdict="",
            can_cancel=True,
            waiting_cases=0,
        )

    def cancel(self) -> None:
        """Stop the run; the version in use stays."""
        if self._run and self.status.state.running:
            self._engine.jobs.cancel(self._run)
            self._set(words="Stopping", can_cancel=False)

    def rollback(self, model_id: str = "") -> None:
        """Use an earlier version from the next study on; without an id, the one used before."""
        try:
            if model_id:
                self._engine.store.promote(model_id, why="chosen by the reader")
            else:
                self._engine.store.rollback(why="chosen by the reader")
        except Exception as error:
            self.notice.emit(describe(error, "going back to an earlier version"))
            return
        self._refresh_model()

    def poll(self) -> None:
        """Read what the child process said since the last call."""
        for event in self._engine.jobs.poll():
            self._take(event)

    def _take(self, event: Any) -> None:
        self.status = follow(self.status, event)
        self.changed.emit(self.status)
        if event.kind == "done":
            self._refresh_model()

    def _refresh_model(self) -> None:
        model_id = self._engine.store.current_model().model_id
        self._set(model_id=model_id, versions=self._versions())
        if model_id != self._model_id:
            self._model_id = model_id
            self.model_changed.emit(model_id)

    def _versions(self) -> tuple[Version, ...]:
        current = self._engine.store.current_model().model_id
        return tuple(
            Version(record.model_id, record.title, record.note, record.model_id == current)
            for record in reversed(self._engine.store.models())
        )

    def _set(self, **changes: Any) -> None:
        self.status = replace(self.status, **changes)
        self.changed.emit(self.status)


def follow(status: LearningStatus, event: Any) -> LearningStatus:
    """Return the status after one event of the child process."""
    if event.kind == "progress":
        losses = status.losses if event.loss is None else (*status.losses, (event.step, event.loss))
        state = LearningState.SCORING if event.stage == "score" else LearningState.TRAINING
        return replace(status, state=state, words=event.stage, fraction=event.step / max(event.steps, 1), losses=losses)
    return status
