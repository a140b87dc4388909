"""The learning side of a session: starts fine-tunings, follows them, lists the versions."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from psygnal import Signal

from napari_parotid.mask_in_hand import READ_ONLY, TRY_AGAIN
from napari_parotid.messages import LearningState, LearningStatus, Level, Notice, Version, describe
from napari_parotid.starting import StartRule
from napari_parotid.tr import capital, tr
from parotid_training.errors import ParotidError
from parotid_training.workspace import parcel
from parotid_training.workspace.judge import override
from parotid_training.workspace.records import JobState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from napari_parotid.doors import EngineDoor, Submit
    from parotid_training.workspace.events import Event

LOSSES = 2000
"""Points of the curve that are kept."""
RULE = "start rule"  # no words
"""Name of the workspace's preference."""

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
        Whether they do at all, as long as the workspace's readers chose no `StartRule`.
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
        running, paused = engine.jobs.running, engine.jobs.paused
        self._run: str = running or paused
        self._asking = self._refused = False
        self._touched = time.monotonic()
        self._model_id: str = engine.store.current_model().model_id
        last = engine.store.jobs()[-1:]
        self._fresh = sum(not last or case.when > last[0].created for case in engine.store.cases())
        state = LearningState.TRAINING if running else LearningState.PAUSED if paused else LearningState.IDLE
        self.status = LearningStatus(
            state=state,
            words=tr("Learning goes on from last time") if running else tr("Paused") if paused else "",
            can_cancel=bool(self._run),
            can_pause=bool(running),
            verdict=last[0].sentence if last and last[0].can_override else "",
            model_id=self._model_id,
            **self._standing(),
        )
        if engine.store.read_only:
            self.status = replace(self.status, why_not=tr(READ_ONLY), can_cancel=False, can_pause=False)

    def look_again(self) -> None:
        """Show how things stand after another program changed them."""
        self._refresh_model()

    def accepted(self) -> None:
        """Note that one more case was accepted; start when there are enough."""
        self._fresh += 1
        self._refused = False
        self._set(**self._standing())
        self._start_if_due()

    def touch(self) -> None:
        """Note that somebody works."""
        self._touched = time.monotonic()

    def start(self, *, by_itself: bool = False) -> None:
        """Start a fine-tuning on all accepted cases."""
        if self._refuse_reader():
            return
        if self.status.state.running:
            self.notice.emit(
                Notice(tr("The model is already learning."), tr("Wait for it, or cancel it."), Level.WARNING)
            )
            return
        before = self.status
        self._set(
            state=LearningState.WAITING,
            words=tr("Getting ready to learn"),
            fraction=None,
            losses=(),
            held_out=(),
            verdict="",
            can_cancel=False,
            can_pause=False,
            rows=(),
            can_override=False,
        )

        def ask(report: Any, cancelled: Any) -> Any:
            job = self._engine.store.request_finetune(settings=dict(self.settings.finetune))
            self._engine.jobs.start(job)
            return job

        def asked(job: Any) -> None:
            self._run, self._fresh, self._refused = job.run, 0, False
            self._set(can_cancel=True, can_pause=True)

        def refused(error: BaseException) -> None:
            self.status = before
            # Asked for again when another study is accepted, not at every poll.
            self._refused = True
            if by_itself and isinstance(error, ParotidError):
                # Nobody asked for it, so it is said where the learning is, not as an alarm.
                self._set(words=tr(error.sentence))
                return
            self.changed.emit(before)
            notice = describe(error, tr("starting to learn"))
            # What is only not possible yet is no alarm.
            self.notice.emit(replace(notice, level=Level.WARNING) if isinstance(error, ParotidError) else notice)

        self._submit(ask, asked, refused, lane="jobs")

    def cancel(self) -> None:
        """Stop the run; the version in use stays."""
        if not self._run or not self.status.can_cancel:
            return
        run = self._run
        self._set(words=tr("Stopping"), can_cancel=False, can_pause=False)
        self._ask(lambda: self._engine.jobs.cancel(run), tr("stopping the learning"))

    def pause(self) -> None:
        """Let the run keep what it has learned and wait."""
        if not self._run or not self.status.can_pause:
            return
        run = self._run
        self._set(words=tr("Pausing"), can_cancel=False, can_pause=False)
        self._ask(lambda: self._engine.jobs.pause(run), tr("pausing the learning"))

    def resume(self) -> None:
        """Let a paused run go on."""
        if self.status.state is LearningState.PAUSED:
            run = self._run
            self._ask(lambda: self._engine.jobs.resume(run), tr("going on with the learning"))

    def rollback(self, model_id: str = "") -> None:
        """Use an earlier version from the next study on; without an id, the one used before."""
        store, why = self._engine.store, tr("Chosen by the reader.")
        self._ask(
            lambda: store.promote(model_id, why=why) if model_id else store.rollback(why=why),
            tr("going back to an earlier version"),
        )

    def override(self, why: str) -> None:
        """Use the version that was refused last all the same."""
        store = self._engine.store
        refused = [job.run for job in store.jobs()[-1:] if job.can_override]
        if refused:
            self._ask(lambda: override(store, refused[0], why), tr("using the refused version"))

    def answer(self, case_id: str, use: bool, who: str) -> None:
        """Say whether an odd case is to be learned from."""
        store = self._engine.store
        self._ask(lambda: store.answer_question(case_id, use=use, who=who), tr("keeping the answer"))

    def set_rule(self, rule: StartRule) -> None:
        """Choose what starts the learning by itself."""
        store = self._engine.store
        self._ask(lambda: store.set_preference(RULE, rule.value), tr("keeping the choice"))

    def export(self, model_id: str, path: Path) -> None:
        """Write a version into one file."""
        store = self._engine.store
        self._ask(
            lambda: parcel.export_version(store, model_id, path),
            tr("exporting the version"),
            tr("The version was written to {name}.", name=path.name),
            reads=True,
        )

    def bring_in(self, path: Path) -> None:
        """Take a version in from a file; it is used when it is chosen."""
        store = self._engine.store
        self._ask(
            lambda: parcel.import_version(store, path),
            tr("importing the version"),
            tr("The version was imported. Choose it in the list to use it."),
        )

    def _refuse_reader(self) -> bool:
        """Refuse what would change a workspace that can only be looked at."""
        if self.status.why_not:
            self.notice.emit(Notice(self.status.why_not, tr(TRY_AGAIN), Level.WARNING))
        return bool(self.status.why_not)

    def _ask(self, deed: Callable[[], Any], doing: str, words: str = "", *, reads: bool = False) -> None:
        """Do something in the workspace off the window's thread, then show how things stand.

        Parameters
        ----------
        reads
            Whether it changes nothing, and may be done where the workspace can only be looked at.
        """
        if not reads and self._refuse_reader():
            return

        def done(_: Any) -> None:
            self._refresh_model()
            if words:
                self.notice.emit(Notice(words))

        self._submit(
            lambda report, cancelled: deed(),
            done,
            lambda error: self.notice.emit(describe(error, doing)),
            lane="jobs",
        )

    def poll(self) -> None:
        """Ask what the child process said since the last call; the answer comes by `changed`."""
        if self._asking or self.status.why_not:
            return
        self._asking = True

        def heard(events: list[Event]) -> None:
            self._asking = False
            for event in events:
                self._run = event.run
                self.status = follow(self.status, event)
                if event.kind == "done":
                    self._show_comparison(event.run)
                    self._refresh_model()
                    self.notice.emit(Notice(tr(event.sentence), "", _LEVELS.get(self.status.state, Level.INFO)))
                    self._start_if_due()
            self._start_if_due()
            if events:
                # Once for all of them: each costs the window a repaint.
                self.changed.emit(self.status)

        def failed(error: BaseException) -> None:
            self._asking = False
            self.notice.emit(describe(error, tr("following the learning")))

        self._submit(lambda report, cancelled: self._engine.jobs.poll(), heard, failed, lane="jobs")

    def _start_if_due(self) -> None:
        if self._refused or self.status.state.running or self.status.state is LearningState.PAUSED:
            return
        idle = time.monotonic() - self._touched
        now = datetime.now()
        if self.status.rule.due(fresh=self._fresh, after=self.settings.auto_after, idle_seconds=idle, now=now):
            self.start(by_itself=True)

    def _show_comparison(self, run: str) -> None:
        verdicts = [job.verdict for job in self._engine.store.jobs() if job.run == run and job.verdict is not None]
        self.status = replace(self.status, rows=verdicts[0].rows if verdicts else ())

    def _standing(self) -> dict[str, Any]:
        """Return what the workspace says: versions, questions, what waits, and when it is learned."""
        store = self._engine.store
        usual = StartRule.AFTER if self.settings.automatic else StartRule.HAND
        last = store.jobs()[-1:]
        return {
            "versions": self._versions(),
            "waiting_cases": self._waiting_cases(),
            "questions": store.questions(),
            "can_override": bool(last) and last[0].can_override,
            "rule": StartRule(store.preference(RULE) or usual),
            "after": self.settings.auto_after,
        }

    def _refresh_model(self) -> None:
        model_id: str = self._engine.store.current_model().model_id
        self._set(model_id=model_id, **self._standing())
        if model_id != self._model_id:
            self._model_id = model_id
            self.model_changed.emit(model_id)

    def _versions(self) -> tuple[Version, ...]:
        newest_first = sorted(self._engine.store.models(), key=lambda record: -record.number)
        return tuple(
            Version(record.model_id, record.title, record.note, record.is_base, record.is_current)
            for record in newest_first
            if record.pruned is None
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
        return replace(status, state=LearningState.TRAINING, words=tr("Learning"), can_cancel=True, can_pause=True)
    if event.kind == "waiting":
        return replace(
            status, state=LearningState.PAUSED, words=tr("Paused"), fraction=None, can_cancel=True, can_pause=False
        )
    if event.kind == "progress":
        losses = _longer(status.losses, event.step, event.loss)
        held_out = _longer(status.held_out, event.step, event.held_out)
        fraction = event.step / event.steps if event.steps else None
        return replace(
            status,
            state=LearningState.TRAINING,
            words=_stage(event),
            fraction=fraction,
            losses=losses[-LOSSES:],
            held_out=held_out,
        )
    if event.kind == "candidate":
        return replace(
            status,
            state=LearningState.SCORING,
            words=tr("Judging the new version"),
            fraction=None,
            can_cancel=False,
            can_pause=False,
        )
    if event.kind == "done":
        state = _ENDS[event.state] if event.state is not None else LearningState.FAILED
        return replace(
            status, state=state, words="", fraction=None, verdict=tr(event.sentence), can_cancel=False, can_pause=False
        )
    return status


def _longer(points: tuple[tuple[int, float], ...], step: int, value: float | None) -> tuple[tuple[int, float], ...]:
    """Add a point to a line; what a run that goes on does once more takes the place of what it did before."""
    if value is None:
        return points
    return (*(point for point in points if point[0] < step), (step, value))


def _stage(event: Event) -> str:
    words = capital(tr(event.stage))
    if event.seconds_left is None:
        return words
    minutes = event.seconds_left / 60
    words = (
        tr("{words}, about {minutes:.0f} min left", words=words, minutes=minutes)
        if minutes >= 1.5
        else tr("{words}, about a minute left", words=words)
    )
    if event.device == "cuda":
        return tr("{words} · on the graphics card", words=words)
    return words if event.cpu is None else tr("{words} · {share:.0%} of the processor", words=words, share=event.cpu)
