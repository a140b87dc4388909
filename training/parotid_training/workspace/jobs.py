"""Starts, follows and judges fine-tunings; held by whoever holds the workspace.

The child process only makes a candidate. Here it is checked, judged by the gate, and promoted or refused. A child
outlives its parent; `Jobs.take_up` follows it again or, if it ended meanwhile, judges what it left.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parotid_training.errors import DiskError, ParotidError
from parotid_training.words import mark, tr
from parotid_training.workspace import left_out
from parotid_training.workspace.child import Child, worker_command
from parotid_training.workspace.disk import say_disk_errors, write_whole
from parotid_training.workspace.ending import BY_USER, CANCELLED_WORDS, clear_away, end, was_cancelled
from parotid_training.workspace.events import Event, EventReader
from parotid_training.workspace.judge import Outcome
from parotid_training.workspace.queue import PAUSE, left_requests, started_already
from parotid_training.workspace.records import Job, JobState
from parotid_training.workspace.watch import Watch
from parotid_training.workspace.worker import CANCEL, EVENTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from parotid_training.workspace.store import Store

GRACE_SECONDS = 10.0
"""How long a cancelled child may take to stop before it is killed."""
RETRY_SECONDS = 10.0
"""How long to wait until a run's end that could not be written is written again."""
STUCK_WORDS = mark("Learning got stuck and was stopped; the model in use stays. Start it again.")


@dataclass
class _Followed:
    """The run that is going on."""

    run: str
    folder: Path
    reader: EventReader
    child: Child
    watch: Watch
    settle_at: float = 0.0
    words: str = ""
    cancelled: bool = False
    """Whether a person asked for its end here; `was_cancelled` where another program did."""


class Jobs:
    """The fine-tunings of an open workspace. Call it from one thread at a time.

    Parameters
    ----------
    store
        Open for writing.
    command
        Makes the child's command from its run folder.
    grace_seconds
        How long a cancelled child may take to stop.
    """

    def __init__(
        self,
        store: Store,
        command: Callable[[Path], list[str]] = worker_command,
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        self._store = store
        self._command = command
        self._grace = grace_seconds
        self._followed: _Followed | None = None
        self._news: list[Event] = []
        self._asked: set[Path] = set()
        """Requests of other commands that were queued; one may not be removable."""
        self._ask_at = 0.0

    @property
    def running(self) -> str:
        """The run going on; empty if none."""
        return "" if self._followed is None else self._followed.run

    @property
    def paused(self) -> str:
        """The run that waits until it is resumed; empty if none."""
        paused = self._store.queue.jobs(JobState.PAUSED)
        return paused[-1].run if paused else ""

    def start(self, job: Job) -> None:
        """Start the child process; while another runs, the job waits and `poll` starts it.

        Raises
        ------
        ParotidError
            If the job is not waiting or the process cannot be started.
        """
        job = self._store.job(job.run)
        if job.state is not JobState.QUEUED:
            raise started_already()
        if self._followed is not None:
            return
        if job.incumbent != self._store.current_model().model_id:
            # It waited while another version came into use; what it would be compared with is no longer true.
            job = self._store.queue.renew(job.run)
        followed = _follow(job, Child(job.folder))
        followed.reader.skip()
        followed.child = self._spawn(job)
        self._followed = followed
        self._news.append(Event(job.run, "started", time.time()))

    def poll(self) -> list[Event]:
        """Return the news since the last call; a run that ended is judged, recorded and told as ``done``.

        Judging copies and checks a model: call it where half a second does not matter.

        Raises
        ------
        ParotidError
            If the end of a run, or what another command asked for, cannot be written; it is tried again after
            `RETRY_SECONDS`.
        """
        if self._store.read_only:
            return []
        followed = self._followed
        if followed is not None:
            # Asked before reading, so that what a child says last is not missed.
            alive = followed.child.is_alive()
            self._read(followed)
            if alive:
                if followed.watch.is_stuck() and not followed.child.asked_to_end:
                    # One that said why it failed may still not come to its end.
                    followed.words = followed.words or STUCK_WORDS
                    followed.child.stop(self._grace)
                followed.child.press()
            elif time.monotonic() >= followed.settle_at:
                self._settle(followed)
                self._start_waiting()
        self._take_requests()
        news, self._news = self._news, []
        return news

    def cancel(self, run: str) -> None:
        """Stop a run or take it out of the queue; `poll` tells when it is done."""
        job = self._store.job(run)
        if job.state in (JobState.QUEUED, JobState.PAUSED):
            self._store.queue.finish(run, JobState.CANCELLED, CANCELLED_WORDS)
            self._tell_done(run, Outcome(JobState.CANCELLED, CANCELLED_WORDS))
        elif self._followed is not None and self._followed.run == run:
            # First of all: a full disk is no reason to go on.
            self._followed.cancelled = True
            self._followed.child.stop(self._grace)
            with contextlib.suppress(OSError):
                # For another program that settles it, should this one die meanwhile.
                write_whole(job.folder / CANCEL, BY_USER.encode())

    def pause(self, run: str) -> None:
        """Let a run keep what it has learned and wait for `resume`; `poll` tells when it does (``waiting``)."""
        job = self._store.job(run)
        if job.state is JobState.QUEUED:
            self._pause(run)
        elif self._followed is not None and self._followed.run == run:
            with say_disk_errors("Learning could not be paused"):
                write_whole(job.folder / PAUSE, b"")
            self._followed.child.stop(self._grace)

    def resume(self, run: str) -> None:
        """Let a paused run go on where it stopped.

        Raises
        ------
        ParotidError
            If it is not paused.
        """
        job = self._store.queue.start_again(run)
        try:
            self.start(job)
        except ParotidError:
            # It can be asked for again, or cancelled.
            self._store.queue.pause(run)
            raise

    def recover(self) -> list[Event]:
        """Do as `take_up`, and return what `poll` would."""
        self.take_up()
        return self.poll()

    def take_up(self) -> None:
        """Take up what an earlier program left: judge what has ended, follow what still lives, start what waits.

        What runs that were over left behind is cleared away. `poll` tells of it, and of what was put aside on opening.
        """
        if aside := self._store.put_aside:
            self._tell_done("", Outcome(JobState.FAILED, _say_aside(aside)))
        clear_away(self._store)
        for job in self._store.queue.jobs(JobState.RUNNING):
            followed = _follow(job, Child(job.folder))
            if followed.child.is_alive():
                if was_cancelled(job):
                    followed.child.stop(self._grace)
                self._followed = followed
                continue
            try:
                self._settle(followed)
            except (ParotidError, OSError):
                # A full disk is no reason to keep the workspace shut: `poll` tries again, and says so.
                self._followed = followed
        with contextlib.suppress(ParotidError):
            # It goes on waiting; whoever asks to learn takes it up.
            self._start_waiting()

    def close(self) -> None:
        """Let go of a running child; it goes on, and `take_up` follows it at the next start."""
        if self._followed is not None:
            self._followed.child.let_go()
        self._followed = None

    def _take_requests(self) -> None:
        """Queue what other commands asked for while the workspace was open here."""
        if time.monotonic() < self._ask_at:
            return
        left = [wish for wish in left_requests(self._store.path) if wish.path not in self._asked]
        try:
            for wish in left:
                try:
                    self._store.request_finetune(seed=wish.seed, settings=wish.settings)
                except DiskError:
                    # A full disk is no reason to forget it.
                    self._ask_at = time.monotonic() + RETRY_SECONDS
                    raise
                except ParotidError as error:
                    self._tell_done("", Outcome(JobState.FAILED, str(error)))
                self._asked.add(wish.path)
                wish.take_away()
        finally:
            if left:
                self._start_waiting()

    def _start_waiting(self) -> None:
        for waiting in self._store.queue.jobs(JobState.QUEUED):
            try:
                self.start(waiting)
            except ParotidError as error:
                self._store.queue.finish(waiting.run, JobState.FAILED, str(error))
                self._tell_done(waiting.run, Outcome(JobState.FAILED, str(error)))

    def _read(self, followed: _Followed) -> bool:
        """Take in what the child said; False if there was nothing new."""
        before = followed.reader.position
        for event in followed.reader.poll():
            if event.kind == "failed":
                followed.words = event.sentence
            elif event.kind in ("screened", "unusable"):
                left_out.note(self._store, event)
            self._news.append(event)
        if followed.reader.position > before:
            followed.watch.hear()
        return followed.reader.position > before

    def _settle(self, followed: _Followed) -> None:
        """Record how a run ended whose child is dead; until that is written, the run stays the one that is followed."""
        followed.reader.hurry()
        while self._read(followed):
            pass
        job = self._store.job(followed.run)
        followed.settle_at = time.monotonic() + RETRY_SECONDS
        outcome = end(self._store, job, followed.words, cancelled=followed.cancelled)
        if self._followed is followed:
            self._followed = None
        if outcome is not None:
            self._tell_done(job.run, outcome)
            clear_away(self._store)
        elif self._store.job(job.run).state is JobState.PAUSED:
            self._tell_waiting(job.run)

    def _pause(self, run: str) -> None:
        self._store.queue.pause(run)
        self._tell_waiting(run)

    def _tell_waiting(self, run: str) -> None:
        self._news.append(Event(run, "waiting", time.time()))

    def _tell_done(self, run: str, outcome: Outcome) -> None:
        self._news.append(
            Event(
                run,
                "done",
                time.time(),
                state=outcome.state,
                sentence=outcome.sentence,
                model_id=outcome.model_id,
            )
        )

    def _spawn(self, job: Job) -> Child:
        threads = self._store.queue.settings(job.run).get("threads", 1)
        self._store.queue.mark_running(job.run)
        try:
            with say_disk_errors("Learning could not be started"):
                return Child.start(job.folder, self._command(job.folder), threads)
        except BaseException:
            self._store.queue.finish(job.run, JobState.FAILED, "Learning could not be started.")
            raise


def _say_aside(count: int) -> str:
    return tr(
        "The workspace held {n} accepted studies or versions that its records do not name. They were moved to its "
        "folder leftover. If the records came from a backup, accept those studies again; their masks are there.",
        one="The workspace held an accepted study or a version that its records do not name. It was moved to its "
        "folder leftover. If the records came from a backup, accept that study again; its mask is there.",
        n=count,
    )


def _follow(job: Job, child: Child) -> _Followed:
    return _Followed(job.run, job.folder, EventReader(job.folder / EVENTS, job.run), child, Watch(job.folder))
