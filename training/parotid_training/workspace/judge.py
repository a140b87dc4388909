"""What becomes of a run: its candidate is checked, the gate decides, and the records are told in one step."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from parotid_training.errors import DiskError, ParotidError
from parotid_training.learn.gate import decide
from parotid_training.learn.news import Candidate
from parotid_training.learn.scores import Scores
from parotid_training.words import mark, tr
from parotid_training.workspace.disk import say_disk_errors, sha256
from parotid_training.workspace.records import JobState
from parotid_training.workspace.worker import RESULT, RESULT_VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from parotid_training.learn.verdict import Verdict
    from parotid_training.workspace.records import Job
    from parotid_training.workspace.store import Store


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    state: JobState
    sentence: str
    model_id: str = ""
    verdict: Verdict | None = field(default=None, repr=False)


OVERTAKEN = Outcome(
    JobState.REFUSED, mark("Not used: another version came into use while this one was learning. Start learning again.")
)

_GONE = (
    FileNotFoundError,
    NotADirectoryError,
    IsADirectoryError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
)


def read_result(run: Path) -> Candidate:
    """Read and check what a child process left in a run folder.

    Raises
    ------
    ParotidError
        If it is not there, not whole, or points outside the run folder.
    DiskError
        If the disk does not let it be read now.
    """
    try:
        values = json.loads((run / RESULT).read_text("utf-8"))
        folder = (run / values["folder"]).resolve()
        if values["v"] != RESULT_VERSION or not folder.is_relative_to(run.resolve()) or not values["files"]:
            raise ValueError("not a result of ours")
        if any(sha256(folder / name) != expected for name, expected in values["files"].items()):
            raise ValueError("changed files")
        scores = Scores.from_json(values["candidate"]), Scores.from_json(values["incumbent"])
        shipped = Scores.from_json(values["shipped"]) if values.get("shipped") else None
        return Candidate(folder, str(values["model_id"]), *scores, shipped)
    except _GONE as error:
        raise ParotidError(
            "The new version is incomplete or damaged; the model in use stays.", "Start learning again."
        ) from error
    except OSError as error:
        with say_disk_errors("The new version could not be read"):
            raise error


def judge(store: Store, job: Job) -> Outcome:
    """Check and weigh a finished candidate; one that is to be used is copied into the workspace. Safe to repeat.

    Nothing is in use and nothing recorded before `record`.

    Parameters
    ----------
    store
        Open for writing.
    job
        A run whose child process is dead.

    Raises
    ------
    DiskError
        If the disk refuses: hours of learning are not to be lost for want of room, so it is to be tried again.
    """
    try:
        result = read_result(job.folder)
        if store.verify_model(result.folder) != result.model_id or result.candidate.model_id != result.model_id:
            raise ParotidError("The new version is not the one that was scored.", "Start learning again.")
        if result.incumbent.model_id != job.incumbent:
            raise ParotidError("The new version was compared with the wrong one.", "Start learning again.")
        if {case.case_id for case in result.candidate.cases if case.source == "hold-out"} != set(job.holdout):
            # A child that an earlier start left behind may have been given others.
            raise ParotidError(
                "The new version was judged by other studies than were held out.", "Start learning again."
            )
        return _decide(store, job, result)
    except DiskError:
        raise
    except ParotidError as error:
        return Outcome(JobState.FAILED, str(error))


def record(store: Store, job: Job, outcome: Outcome) -> Outcome:
    """Note how a run ended, and put its version into use if that is the end: one step, and the only place.

    Returns
    -------
    What was recorded: a version that won against one no longer in use is refused.
    """
    with store.database.transaction():
        if outcome.state is JobState.PROMOTED:
            # Asked again: while the files were copied, the reader may have gone back to an earlier version.
            if store.current_model().model_id == job.incumbent:
                store.model_shelf.put_into_use(outcome.model_id, why=outcome.sentence)
            else:
                outcome = OVERTAKEN
        store.queue.finish(job.run, outcome.state, outcome.sentence, outcome.model_id, outcome.verdict)
    return outcome


def _decide(store: Store, job: Job, result: Candidate) -> Outcome:
    if store.current_model().model_id != job.incumbent:
        return OVERTAKEN
    if result.model_id == job.incumbent:
        return Outcome(JobState.REFUSED, mark("Not used: it is the same as the version in use."))
    verdict = decide(result.candidate, result.incumbent, shipped=result.shipped)
    if not verdict.promote:
        return Outcome(JobState.REFUSED, verdict.sentence, verdict=verdict)
    return Outcome(JobState.PROMOTED, verdict.sentence, _take_in(store, job, result, verdict), verdict)


def override(store: Store, run: str, why: str, who: str = "") -> str:
    """Use the version of a refused run all the same; who decides so says why, and both are kept.

    Returns
    -------
    The version's id.

    Raises
    ------
    ParotidError
        If no reason is given, the gate did not refuse it, or its files are gone.
    """
    job = store.job(run)
    if not why.strip():
        raise ParotidError("A version that was refused is not used without a reason.", "Say why it is to be used.")
    if not job.can_override or job.verdict is None:
        raise ParotidError("There is no refused version of this round of learning to use.", "Start learning again.")
    result = read_result(job.folder)
    if store.verify_model(result.folder) != result.model_id:
        raise ParotidError("The refused version's files are damaged.", "Start learning again.")
    model_id = _take_in(store, job, result, job.verdict)
    with store.database.transaction():
        store.model_shelf.put_into_use(model_id, why=tr("Used against the comparison: {why}", why=why.strip()), who=who)
        store.queue.note_override(run, model_id, why.strip())
    return model_id


def _take_in(store: Store, job: Job, result: Candidate, verdict: Verdict) -> str:
    """Copy a candidate into the workspace, with all that is known of it."""
    facts = {
        "run": job.run,
        "cases": list(job.train),
        "held_out": list(job.holdout),
        "left_out": job.left_out,
        "compared_with": job.incumbent,
        "candidate": result.candidate.to_json(),
        "incumbent": result.incumbent.to_json(),
        "shipped": None if result.shipped is None else result.shipped.to_json(),
        "verdict": verdict.sentence,
        "table": verdict.to_json()["rows"],
    }
    model_id = store.import_model(result.folder, parent=job.incumbent, facts=facts)
    try:
        with say_disk_errors("The new version could not be read"):
            # It may have been here before, and damaged since.
            store.model_shelf.check(model_id)
    except DiskError:
        raise
    except ParotidError as error:
        raise ParotidError("The new version's files are damaged.", "Start learning again.") from error
    return model_id
