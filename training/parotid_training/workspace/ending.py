"""How a run of learning ends whose child is dead, and what it may leave on the disk."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from parotid_training.errors import ParotidError
from parotid_training.words import mark, tr
from parotid_training.workspace import left_out
from parotid_training.workspace.disk import remove, say_disk_errors, write_whole
from parotid_training.workspace.judge import Outcome, judge, record
from parotid_training.workspace.lock import read_note
from parotid_training.workspace.queue import JOB_FILE, PAUSE, STATE
from parotid_training.workspace.records import JobState, overrulable
from parotid_training.workspace.worker import CANCEL, RESULT

if TYPE_CHECKING:
    from pathlib import Path

    from parotid_training.workspace.records import Job
    from parotid_training.workspace.store import Store

MOST_ATTEMPTS = 3
"""How often a run whose child died is taken up again where it stopped."""
BY_USER = "user"
CANCELLED_WORDS = mark("Cancelled; the model in use stays.")
DIED_WORDS = mark("Learning stopped before it was finished; the model in use stays. Start it again.")


def was_cancelled(job: Job) -> bool:
    """Whether a person asked a run to stop."""
    return read_note(job.folder / CANCEL) == BY_USER


def end(store: Store, job: Job, words: str, *, cancelled: bool = False) -> Outcome | None:
    """Judge and record how a run ended; None if it waits to go on.

    Parameters
    ----------
    words
        Why it failed, as the child said; empty if it did not.
    cancelled
        Whether a person asked it to stop, where that could not be written down (`was_cancelled`).

    Raises
    ------
    ParotidError
        If that cannot be written.
    """
    stopped = cancelled or was_cancelled(job)
    outcome = Outcome(JobState.CANCELLED, CANCELLED_WORDS) if stopped else _outcome(store, job, words)
    if outcome is None:
        return None
    if outcome.state is not JobState.CANCELLED and (missing := left_out.say(store, job)):
        outcome = replace(outcome, sentence=f"{tr(outcome.sentence)} {missing}")
    return record(store, job, outcome)


def _outcome(store: Store, job: Job, words: str) -> Outcome | None:
    """Return how a run ended that nobody stopped; None if it waits to go on."""
    if (job.folder / RESULT).exists():
        return judge(store, job)
    if (job.folder / PAUSE).exists():
        store.queue.pause(job.run)
        return None
    if left_out.is_unwanted(store, job):
        why_not = left_out.go_on_without(store, job)
        return Outcome(JobState.FAILED, why_not) if why_not else None
    if not words and job.attempts < MOST_ATTEMPTS and (job.folder / JOB_FILE).is_file():
        store.queue.start_again(job.run)
        return None
    if job.folder.is_dir():
        # A child that was just being started when its parent died finds this and stops at once.
        with say_disk_errors("A round of learning that stopped cannot be ended"):
            write_whole(job.folder / CANCEL, b"")
    return Outcome(JobState.FAILED, words or DIED_WORDS)


def clear_away(store: Store) -> None:
    """Remove what runs that are over left behind; a version refused last stays, for a person may overrule that."""
    with contextlib.suppress(ParotidError):
        # Told already; what is left of them is cleared away at the next start.
        store.prune_models()
    jobs = store.jobs()
    over, kept_whole = [job for job in jobs if job.state.is_final], overrulable(jobs)
    for job in over:
        if job is not kept_whole:
            _clear(job.folder)
        kept = STATE if job is over[-1] and job.state in (JobState.CANCELLED, JobState.FAILED) else ""
        with contextlib.suppress(OSError):
            # What was learned by the last one may be gone on with; not what a killed child had half written.
            for path in [path for path in job.folder.glob(f"{STATE}*") if path.name != kept]:
                remove(path)


def _clear(run: Path) -> None:
    """Remove the folders within the folder of a run that is over: what was promoted is copied, the scores are files."""
    # What cannot be removed now (a scanner may be reading it) is at the next start.
    with contextlib.suppress(OSError):
        for child in [child for child in run.iterdir() if child.is_dir()]:
            remove(child)
