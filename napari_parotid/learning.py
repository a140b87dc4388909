"""The learning side of a session: starts fine-tunings, follows them, lists the versions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from psygnal import Signal

from napari_parotid.messages import LearningState, LearningStatus, Level, Notice, Version, describe
from parotid_training.errors import ParotidError
from parotid_training.workspace.records import JobState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from napari_parotid.doors import EngineDoor, Submit
    from parotid_training.workspace.events import Event

LOSSES = 2000
"""Points of the curve that are kept."""

_ENDS = {
    JobState.PROMOTED: LearningState.PROMOTED,
    JobState.REFUSED: LearningState.REFUSED,
    JobState.CANCELLED: LearningState.CANCELLED,
    JobState.FAILED: LearningState.FAILED,
}
_JUDGED = (JobState.PROMOTED, JobState.REFUSED)
_LEVELS = {LearningState.FAILED: Level.ERROR, LearningState.REFUSED: Level.WARNING}


@dataclass(frozen=True)
class LearningSettings:
    """When accepted cases start a fine-tuning, and how.

    Parameters
    ----------
    automatic
        Whether they do at all.
    auto_after
        After how many newly accepted cases.
    finetune
        JSON values of the engine's ``FinetuneSettings``; what is absent keeps its default.
    """

    automatic: bool = True
    auto_after: int = 3
    finetune: Mapping[str, Any] = field(default_factory=dict)


class LearningDesk:
    """Follows the child process that learns, and says so in plain words.

    Parameters
    ----------
    engine
        The engine, with its workspace and its jobs.
    submit
        Where the jobs are spoken to: judging a candidate takes a moment, so never on the window's thread.
    settings
        When to start by itself.
    """

    changed = Signal(LearningStatus)
    model_changed = Signal(str)
    notice = Signal(Notice)

    def __init__(self, engine: EngineDoor, submit: Submit, settings: LearningSettings) -> None:
        self._engine = engine
        self._submit = submit
        self.settings = settings
        self._run: str = engine.jobs.running
        self._asking = False
        self._fresh = 0
        self._model_id: str = engine.store.current_model().model_id
        self.status = LearningStatus(
            state=LearningState.TRAINING if self._run else LearningState.IDLE,
            words="Learning goes on from last time" if self._run else "",
            can_cancel=bool(self._run),
            model_id=self._model_id,
            versions=self._versions(),
            waiting_cases=self._waiting_cases(),
        )

    def accepted(self) -> None:
        """Note that one more case was accepted; start when there are enough."""
        self._fresh += 1
        self._set(waiting_cases=self._waiting_cases())
        self._start_if_due()

    def start(self, *, by_itself: bool = False) -> None:
        """Start a fine-tuning on all accepted cases."""
        if self.status.state.running:
            self.notice.emit(Notice("The model is already learning.", "Wait for it, or cancel it.", Level.WARNING))
            return
        before = self.status
        self._set(
            state=LearningState.WAITING,
            words="Getting ready to learn",
            fraction=None,
            losses=(),
            verdict="",
            can_cancel=False,
        )

        def ask(report: Any, cancelled: Any) -> Any:
            job = self._engine.store.request_finetune(settings=dict(self.settings.finetune))
            self._engine.jobs.start(job)
            return job

        def asked(job: Any) -> None:
            self._run, self._fresh = job.run, 0
            self._set(can_cancel=True)

        def refused(error: BaseException) -> None:
            self.status = before
            if by_itself and isinstance(error, ParotidError):
                # Nobody asked for it, so it is said where the learning is, not as an alarm.
                self._set(words=error.sentence)
                return
            self.changed.emit(before)
            self.notice.emit(describe(error, "starting to learn"))

        self._submit(ask, asked, refused, lane="jobs")

    def cancel(self) -> None:
        """Stop the run; the version in use stays."""
        if not self._run or not self.status.can_cancel:
            return
        run = self._run
        self._set(words="Stopping", can_cancel=False)
        self._submit(
            lambda report, cancelled: self._engine.jobs.cancel(run),
            lambda _: None,
            lambda error: self.notice.emit(describe(error, "stopping the learning")),
            lane="jobs",
        )

    def rollback(self, model_id: str = "") -> None:
        """Use an earlier version from the next study on; without an id, the one used before."""
        try:
            if model_id:
                self._engine.store.promote(model_id, why="Chosen by the reader.")
            else:
                self._engine.store.rollback(why="Chosen by the reader.")
        except ParotidError as error:
            self.notice.emit(describe(error, "going back to an earlier version"))
            return
        self._refresh_model()

    def poll(self) -> None:
        """Ask what the child process said since the last call; the answer comes by `changed`."""
        if self._asking:
            return
        self._asking = True

        def heard(events: list[Event]) -> None:
            self._asking = False
            for event in events:
                self._run = event.run
                self.status = follow(self.status, event)
                if event.kind == "done":
                    self._refresh_model()
                    self.notice.emit(Notice(event.sentence, "", _LEVELS.get(self.status.state, Level.INFO)))
                    self._start_if_due()
            if events:
                # Once for all of them: each costs the window a repaint.
                self.changed.emit(self.status)

        def failed(error: BaseException) -> None:
            self._asking = False
            self.notice.emit(describe(error, "following the learning"))

        self._submit(lambda report, cancelled: self._engine.jobs.poll(), heard, failed, lane="jobs")

    def _start_if_due(self) -> None:
        if self.settings.automatic and self._fresh >= self.settings.auto_after and not self.status.state.running:
            self.start(by_itself=True)

    def _refresh_model(self) -> None:
        model_id: str = self._engine.store.current_model().model_id
        self._set(model_id=model_id, versions=self._versions(), waiting_cases=self._waiting_cases())
        if model_id != self._model_id:
            self._model_id = model_id
            self.model_changed.emit(model_id)

    def _versions(self) -> tuple[Version, ...]:
        newest_first = sorted(self._engine.store.models(), key=lambda record: -record.number)
        return tuple(
            Version(record.model_id, record.title, record.note, record.is_base, record.is_current)
            for record in newest_first
        )

    def _waiting_cases(self) -> int:
        """Count the accepted cases that no round used to its end, to learn from or to judge by; refused ones count."""
        store = self._engine.store
        split = store.split()
        used = {case for job in store.jobs() if job.state in _JUDGED for case in (*job.train, *job.holdout)}
        return len({*split.train, *split.holdout} - used)

    def _set(self, **changes: Any) -> None:
        self.status = replace(self.status, **changes)
        self.changed.emit(self.status)


def follow(status: LearningStatus, event: Event) -> LearningStatus:
    """Return the status after one piece of news of the run."""
    if event.kind == "started":
        return replace(status, state=LearningState.TRAINING, words="Learning", can_cancel=True)
    if event.kind == "progress":
        losses = status.losses if event.loss is None else (*status.losses, (event.step, event.loss))
        fraction = event.step / event.steps if event.steps else None
        return replace(
            status, state=LearningState.TRAINING, words=_stage(event), fraction=fraction, losses=losses[-LOSSES:]
        )
    if event.kind == "candidate":
        return replace(
            status, state=LearningState.SCORING, words="Judging the new version", fraction=None, can_cancel=False
        )
    if event.kind == "done":
        state = _ENDS[event.state] if event.state is not None else LearningState.FAILED
        return replace(status, state=state, words="", fraction=None, verdict=event.sentence, can_cancel=False)
    return status


def _stage(event: Event) -> str:
    words = event.stage[:1].upper() + event.stage[1:]
    if event.seconds_left is None:
        return words
    minutes = event.seconds_left / 60
    return f"{words}, about {minutes:.0f} min left" if minutes >= 1.5 else f"{words}, about a minute left"
