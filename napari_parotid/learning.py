"""The learning side of a session: starts fine-tunings, follows them, lists the versions."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from psygnal import Signal

from napari_parotid.following import ENDS, begin_anew, follow
from napari_parotid.mask_in_hand import READ_ONLY, TRY_AGAIN
from napari_parotid.messages import LearningState, LearningStatus, Level, Notice, describe
from napari_parotid.standing import RULE, standing
from napari_parotid.starting import StartRule
from napari_parotid.tr import tr
from parotid_training.errors import ParotidError
from parotid_training.workspace import parcel
from parotid_training.workspace.judge import override
from parotid_training.workspace.records import JobState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from napari_parotid.doors import EngineDoor, Submit
    from parotid_training.workspace.events import Event


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
        """The run that is shown."""
        self._ending = ""
        """What is said while that is asked to stop or to pause."""
        self._asking = self._refused = False
        self._lost = ""
        """Why the run could not be followed when it was last looked at."""
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
        if self._refused:
            # Why it could not be learned then may not be true any more.
            self._refused = False
            self.status = replace(self.status, words="")
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
        self.status = begin_anew(before)
        self._get_ready()

        def ask(report: Any, cancelled: Any) -> Any:
            job = self._engine.store.request_finetune(settings=dict(self.settings.finetune))
            self._engine.jobs.start(job)
            return job

        def asked(job: Any) -> None:
            self._fresh, self._refused = 0, False
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

        self._submit(ask, asked, refused, lane="jobs")

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

    def rollback(self, model_id: str = "", who: str = "") -> None:
        """Use an earlier version from the next study on; without an id, the one used before."""
        store, why = self._engine.store, tr("Chosen by the reader.")
        self._ask(
            lambda: store.promote(model_id, why=why, who=who) if model_id else store.rollback(why=why, who=who),
            tr("going back to an earlier version"),
            # What was said of the version left would stand beside another.
            then=lambda: self._set(verdict=""),
        )

    def override(self, why: str, who: str = "") -> None:
        """Use the version that was refused last all the same."""
        store = self._engine.store
        refused = [job.run for job in store.jobs()[-1:] if job.can_override]
        if refused:
            self._ask(
                lambda: override(store, refused[0], why, who),
                tr("using the refused version"),
                # "Not used" would still stand beside the version in use.
                then=lambda: self._set(verdict=tr("Used at your word: {why}", why=why)),
            )

    def answer(self, case_id: str, use: bool, who: str) -> None:
        """Say whether an odd case is to be learned from."""
        store = self._engine.store
        words = "" if use else tr("Left out of learning. To take it in again, open the study.")
        self._ask(lambda: store.answer_question(case_id, use=use, who=who), tr("keeping the answer"), words)

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
            self._set(state=state, words=tr("Learning"), can_cancel=True, can_pause=True)

    def _ask(
        self,
        deed: Callable[[], Any],
        doing: str,
        words: str = "",
        *,
        reads: bool = False,
        then: Callable[[], None] | None = None,
        undo: Callable[[], None] | None = None,
    ) -> None:
        """Do something in the workspace off the window's thread, then show how things stand.

        Parameters
        ----------
        words
            Said when it is done.
        reads
            Whether it changes nothing, and may be done where the workspace can only be looked at.
        then, undo
            What is shown when it is done, and when it failed.
        """
        if not reads and self._refuse_reader():
            return

        def done(_: Any) -> None:
            if then is not None:
                then()
            self._refresh_model()
            if words:
                self.notice.emit(Notice(words))

        def failed(error: BaseException) -> None:
            if undo is not None:
                undo()
            # What was pressed is to be pressed again.
            self._refresh_model()
            self.notice.emit(describe(error, doing))

        self._submit(lambda report, cancelled: deed(), done, failed, lane="jobs")

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
            self.notice.emit(Notice(tr(event.sentence), "", _LEVELS.get(self.status.state, usual)))
            self._start_if_due()

    def _start_if_due(self) -> None:
        if self._refused or self.status.state.running or self.status.state is LearningState.PAUSED:
            return
        idle = time.monotonic() - self._touched
        now = datetime.now()
        if self.status.rule.due(fresh=self._fresh, after=self.settings.auto_after, idle_seconds=idle, now=now):
            self.start(by_itself=True)

    def _standing(self) -> dict[str, Any]:
        usual = StartRule.AFTER if self.settings.automatic else StartRule.HAND
        return {**standing(self._engine.store, usual), "after": self.settings.auto_after}

    def _refresh_model(self) -> None:
        model_id: str = self._engine.store.current_model().model_id
        self._set(model_id=model_id, **self._standing())
        if model_id != self._model_id:
            self._model_id = model_id
            self.model_changed.emit(model_id)

    def _set(self, **changes: Any) -> None:
        self.status = replace(self.status, **changes)
        self.changed.emit(self.status)
