"""The learning side of a session: starts fine-tunings and follows them."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from napari_parotid.decisions import Decisions
from napari_parotid.following import ENDS, begin_anew, follow
from napari_parotid.messages import LearningState, Level, Notice, describe
from napari_parotid.tr import tr
from parotid_training.acceptance import Answer
from parotid_training.errors import ParotidError
from parotid_training.learn.verdict import headline
from parotid_training.workspace.records import JobState

if TYPE_CHECKING:
    from napari_parotid.doors import EngineDoor
    from napari_parotid.executor import Submit
    from napari_parotid.starting import LearningSettings
    from parotid_training.workspace.events import Event


_LEVELS = {LearningState.FAILED: Level.ERROR, LearningState.REFUSED: Level.WARNING}


class LearningDesk(Decisions):
    """Follows the child process that learns, and says so in plain words.

    Parameters
    ----------
    engine, submit, settings
        As in `Decisions`.
    """

    def __init__(self, engine: EngineDoor, submit: Submit, settings: LearningSettings) -> None:
        super().__init__(engine, submit, settings)
        running, paused = engine.jobs.running, engine.jobs.paused
        self._run: str = running or paused
        """The run that is shown."""
        self._ending = ""
        """What is said while that is asked to stop or to pause."""
        self._asking = self._refused = False
        self._lost = ""
        """Why the run could not be followed when it was last looked at."""
        self._touched = time.monotonic()
        last = engine.store.jobs()[-1:]
        self._fresh = self._count_fresh()
        state = LearningState.TRAINING if running else LearningState.PAUSED if paused else LearningState.IDLE
        writes = not self.status.why_not
        self.status = replace(
            self.status,
            state=state,
            words=tr("Learning goes on from last time") if running else tr("Paused") if paused else "",
            can_cancel=writes and bool(self._run),
            can_pause=writes and bool(running),
            verdict=last[0].sentence if last and last[0].can_override else "",
        )

    def accepted(self) -> None:
        """Note that one more case was accepted; start when there are enough."""
        self._fresh = self._count_fresh()
        if self._refused:
            # Why it could not be learned then may not be true any more.
            self._refused = False
            self.status = replace(self.status, words="")
        self._set(**self._standing())
        self._start_if_due()

    def _count_fresh(self) -> int:
        """Count the readable studies accepted since a round was put together last; one accepted again counts once."""
        cases, jobs = self._engine.store.cases(), self._engine.store.jobs()
        if jobs:
            last = jobs[-1]
            # A clock that was put back since: then only what that round took for itself is known to be older.
            put_back = last.created > datetime.now(UTC)
            used = {*last.train, *last.holdout, *last.left_out}
            cases = tuple(case for case in cases if case.case_id not in used and (put_back or case.when > last.created))
        return len({case.study_id for case in cases if Answer.NOT_READABLE not in case.answers})

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
        self.status = begin_anew(before)
        self._get_ready()

        def ask(report: Any, cancelled: Any) -> Any:
            job = self._engine.store.request_finetune(settings=dict(self.settings.finetune))
            self._engine.jobs.start(job)
            return job

        def asked(job: Any) -> None:
            # Some may have been accepted while it was on its way.
            self._fresh, self._refused = self._count_fresh(), False
            self._go(job.run)

        def refused(error: BaseException) -> None:
            # Asked for again when another study is accepted, not at every poll.
            self._refused = True
            # What became known meanwhile of versions and studies stays.
            self.status = replace(before, **self._standing())
            if by_itself and isinstance(error, ParotidError):
                # Nobody asked for it, so it is said where the learning is, not as an alarm.
                self._set(words=tr(error.sentence))
                return
            self.changed.emit(self.status)
            notice = describe(error, tr("starting to learn"))
            # What is only not possible yet is no alarm.
            self.notice.emit(replace(notice, level=Level.WARNING) if isinstance(error, ParotidError) else notice)

        self._submit(ask, asked, refused, lane="jobs", must_finish=True)

    def cancel(self) -> None:
        """Stop the run; the version in use stays."""
        if not self._run or not self.status.can_cancel:
            return
        run = self._run
        self._end(tr("Stopping"))
        self._ask(lambda: self._engine.jobs.cancel(run), tr("stopping the learning"), undo=self._stand_again)

    def pause(self) -> None:
        """Let the run keep what it has learned and wait."""
        if not self._run or not self.status.can_pause:
            return
        run = self._run
        self._end(tr("Pausing"))
        self._ask(lambda: self._engine.jobs.pause(run), tr("pausing the learning"), undo=self._stand_again)

    def resume(self) -> None:
        """Let a paused run go on."""
        if self.status.state is not LearningState.PAUSED or self._refuse_reader():
            return
        run = self._run
        # At once: pressed again, it would be asked for twice.
        self._get_ready()
        self._ask(
            lambda: self._engine.jobs.resume(run),
            tr("going on with the learning"),
            then=lambda: self._go(run),
            undo=self._stand_again,
        )

    def _get_ready(self) -> None:
        self._set(
            state=LearningState.WAITING,
            words=tr("Getting ready to learn"),
            fraction=None,
            can_cancel=False,
            can_pause=False,
        )

    def _go(self, run: str) -> None:
        """Show a run that was started; while another goes on it waits, and that one is shown."""
        self._run = self._engine.jobs.running or run
        self._set(can_cancel=True, can_pause=True)

    def _end(self, words: str) -> None:
        self._ending = words
        self._set(words=words, can_cancel=False, can_pause=False)

    def _stand_again(self) -> None:
        """Show how the run stands that could not be stopped, paused or gone on with."""
        self._ending = ""
        job, state = self._engine.store.job(self._run), self.status.state
        if job.state.is_final:
            self._set(state=ENDS[job.state], words="", verdict=tr(job.sentence), can_cancel=False, can_pause=False)
        elif job.state is JobState.PAUSED:
            self._set(state=LearningState.PAUSED, words=tr("Paused"), can_cancel=True, can_pause=False)
        elif state is not LearningState.SCORING:
            state = LearningState.TRAINING if job.state is JobState.RUNNING else state
            self._set(state=state, words=tr("Learning from your masks"), can_cancel=True, can_pause=True)

    def poll(self) -> None:
        """Ask what the child process said since the last call; the answer comes by `changed`."""
        if self._asking or self.status.why_not:
            return
        self._asking = True

        def heard(events: list[Event]) -> None:
            self._asking, self._lost = False, ""
            for event in events:
                self._hear(event)
            self._start_if_due()
            if events:
                # Once for all of them: each costs the window a repaint.
                self.changed.emit(self.status)

        def failed(error: BaseException) -> None:
            self._asking = False
            # Asked every half second: while the drive is away, say so once.
            said = describe(error, tr("following the learning"))
            if said.sentence != self._lost:
                self.notice.emit(said)
            self._lost = said.sentence

        self._submit(lambda report, cancelled: self._engine.jobs.poll(), heard, failed, lane="jobs")

    def _hear(self, event: Event) -> None:
        if event.kind == "done" and (not event.run or (self.status.state.running and event.run != self._run)):
            # A request that cannot be met, or a run that only waited: what is shown goes on.
            self._refresh_model()
            self.notice.emit(Notice(tr(event.sentence), "", Level.WARNING))
            return
        if event.kind == "started" and event.run != self._run:
            self.status = begin_anew(self.status)
        self._run = event.run
        self.status = follow(self.status, event)
        if self._ending and event.kind == "progress":
            self.status = replace(self.status, words=self._ending, can_cancel=False, can_pause=False)
        elif event.kind in ("started", "waiting", "done"):
            self._ending = ""
        if event.kind == "screened" and event.doubt:
            # The reader may answer while the rest is looked at.
            self.status = replace(self.status, questions=self._engine.store.questions())
        if event.kind == "done":
            usual = Level.INFO
            for job in (one for one in self._engine.store.jobs() if one.run == event.run):
                usual = Level.WARNING if job.left_out else Level.INFO
            self._refresh_model()
            # Its other reasons stand where the learning is.
            self.notice.emit(Notice(headline(tr(event.sentence)), "", _LEVELS.get(self.status.state, usual)))
            self._start_if_due()

    def _start_if_due(self) -> None:
        if self._refused or self.status.state.running or self.status.state is LearningState.PAUSED:
            return
        idle = time.monotonic() - self._touched
        now = datetime.now()
        if self.status.rule.due(fresh=self._fresh, after=self.settings.auto_after, idle_seconds=idle, now=now):
            self.start(by_itself=True)
