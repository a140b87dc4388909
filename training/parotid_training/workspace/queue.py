"""Fine-tunings asked for, going on and over: rows of the runs table and the folders ``runs/<uuid>``."""

from __future__ import annotations

import contextlib
import json
import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from parotid_training.errors import DiskError, ParotidError
from parotid_training.learn.news import Flaw
from parotid_training.learn.verdict import Verdict
from parotid_training.workspace.database import now, when
from parotid_training.workspace.disk import copy_whole, remove, say_disk_errors, write_whole
from parotid_training.workspace.records import Job, JobState

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from pathlib import Path

    from parotid_training.workspace.cases import Cases
    from parotid_training.workspace.database import Database
    from parotid_training.workspace.models import Models
    from parotid_training.workspace.screenings import Screenings

JOB_FILE = "job.json"
REQUESTS = "requests"
PAUSE = "pause"
"""A child that finds this file in its run folder keeps what it has learned and ends."""
STATE = "state.safetensors"
"""What a run has learned so far, as its child keeps it."""
VERSION = 1


def leave_request(workspace: Path, *, seed: int = 0, settings: Mapping[str, Any] | None = None) -> None:
    """Ask whoever has the workspace open for a fine-tuning: for a command that finds it open elsewhere.

    Raises
    ------
    ParotidError
        If the folder cannot be written.
    """
    wish = {"v": VERSION, "seed": seed, "settings": dict(settings or {})}
    with say_disk_errors("The request could not be left"):
        folder = workspace / REQUESTS
        folder.mkdir(exist_ok=True)
        write_whole(folder / f"{uuid.uuid4()}.json", json.dumps(wish).encode())


@dataclass(frozen=True)
class LeftRequest:
    """What `leave_request` left."""

    path: Path
    seed: int
    settings: dict[str, Any]

    def take_away(self) -> None:
        """Remove it, once it is queued; one that cannot be removed is looked at again by the next start."""
        with contextlib.suppress(OSError):
            remove(self.path)


def left_requests(workspace: Path) -> list[LeftRequest]:
    """Read what `leave_request` left. What cannot be read is thrown away."""
    found: list[LeftRequest] = []
    folder = workspace / REQUESTS
    for path in sorted(folder.glob("[!.]*.json")) if folder.is_dir() else ():
        try:
            wish = json.loads(path.read_bytes())
            if wish["v"] != VERSION:
                raise ValueError("not a request of ours")
            found.append(LeftRequest(path, int(wish["seed"]), dict(wish["settings"])))
        except OSError:
            # Perhaps a scanner is reading it: it is taken with the next look.
            continue
        except (ValueError, KeyError, TypeError):
            with contextlib.suppress(OSError):
                remove(path)
    return found


def started_already() -> ParotidError:
    """Return the refusal of a run that does not wait any more."""
    return ParotidError("This round of learning was started already.", "Ask for a new one.")


class Queue:
    """The queue of fine-tunings; at most one waits, at most one runs.

    Parameters
    ----------
    database
        The workspace's records.
    folder
        Folder of the run folders.
    cases, models
        What is learned from and where it starts.
    screenings
        Which cases were looked at already.
    """

    def __init__(self, database: Database, folder: Path, cases: Cases, models: Models, screenings: Screenings) -> None:
        self._database = database
        self._folder = folder
        self._cases = cases
        self._models = models
        self._screenings = screenings

    def request(self, *, seed: int, settings: Mapping[str, Any]) -> Job:
        """Queue a fine-tuning on the accepted cases.

        One that still waits or is paused takes on the new wish and stays the same run, so that whoever waits for it
        gets the newer. Nothing learned is lost: what a run that was broken off has learned is taken over if cases,
        settings and seed are the same.

        Raises
        ------
        ParotidError
            If there are too few accepted studies to learn from and to judge by.
        """
        with self._database.transaction():
            waiting = (*self.jobs(JobState.QUEUED), *self.jobs(JobState.PAUSED))
            run = waiting[0].run if waiting else ""
            # What could not be used then may be mended.
            self._database.write("UPDATE runs SET left_out = '{}' WHERE run_id = ?", run)
            return self._put(run, seed, settings)

    def renew(self, run: str) -> Job:
        """Bring a run that waits, or whose child died, up to the cases and the model of now; seed and settings stay.

        Raises
        ------
        ParotidError
            If it does not wait any more, or its job file is damaged.
        """
        with self._database.transaction():
            if self.job(run).state.is_final:
                raise started_already()
            request = self.request_of(run)
            return self._put(run, request["seed"], request["settings"])

    def start_again(self, run: str) -> Job:
        """Let a run whose child died, or that is paused, wait for its turn again; it goes on where it stopped."""
        with self._database.transaction():
            job = self.job(run)
            if job.state not in (JobState.RUNNING, JobState.PAUSED):
                raise started_already()
            self._database.write(
                "UPDATE runs SET state = ?, attempts = attempts + ? WHERE run_id = ?",
                JobState.QUEUED,
                int(job.state is JobState.RUNNING),
                run,
            )
            remove(job.folder / PAUSE)
            return self.job(run)

    def pause(self, run: str) -> None:
        """Note that a run waits until a person resumes it."""
        self._database.write(
            "UPDATE runs SET state = ? WHERE run_id = ? AND state IN ('queued', 'running')", JobState.PAUSED, run
        )

    def _put(self, run: str, seed: int, settings: Mapping[str, Any]) -> Job:
        """Write a run on what is accepted and in use now, a new one without an id. Within a transaction."""
        split = self._cases.split(self.job(run).left_out if run else ())
        incumbent = self._models.current().model_id
        if split.train and not split.holdout and self._cases.patients(split.train) > 1:
            raise ParotidError(
                "Learning needs an accepted study to judge by: one with a gland, in which every slice is right.",
                "Accept such a study of another patient first.",
            )
        if not split.train or not split.holdout:
            raise ParotidError(
                "Learning needs accepted studies of at least two patients: one to learn from, one to judge by.",
                "Accept a study of another patient first.",
            )
        request = {
            "base": str(self._models.folder(self._models.base().model_id)),
            "incumbent": str(self._models.folder(incumbent)),
            "train": [str(self._cases.folder(case)) for case in split.train],
            "holdout": [str(self._cases.folder(case)) for case in split.holdout],
            "seed": seed,
            "settings": dict(settings),
            "unseen": sorted({*split.train, *split.holdout} - self._screenings.seen()),
        }
        is_new, run = not run, run or str(uuid.uuid4())
        content = json.dumps({"v": VERSION, "run": run, "request": request}, indent=1).encode()
        try:
            with say_disk_errors("Learning could not be started"):
                self._write_job(run, content, is_new=is_new)
            if is_new:
                self._database.write(
                    "INSERT INTO runs (run_id, state, train, holdout, incumbent, created) VALUES (?, ?, '', '', '', ?)",
                    run,
                    JobState.QUEUED,
                    now(),
                )
            self._database.write(
                "UPDATE runs SET state = 'queued', train = ?, holdout = ?, incumbent = ?, created = ? WHERE run_id = ?",
                json.dumps(split.train),
                json.dumps(split.holdout),
                incumbent,
                now(),
                run,
            )
        except DiskError:
            # It is asked again and again: each time would leave a folder behind.
            if is_new:
                with contextlib.suppress(OSError):
                    remove(self._folder / run)
            raise
        return self.job(run)

    def _write_job(self, run: str, content: bytes, *, is_new: bool) -> None:
        folder = self._folder / run
        folder.mkdir(exist_ok=True)
        remove(folder / PAUSE)
        if is_new:
            self._inherit(run)
        write_whole(folder / JOB_FILE, content)

    def _inherit(self, run: str) -> None:
        """Take over what the last run had learned when it was cancelled or failed; its trainer sees whether it fits.

        It stays where it was as well until the new run is over: if that is never recorded, its folder is swept away.
        """
        last = self.jobs()[-1:]
        if last and last[0].state in (JobState.CANCELLED, JobState.FAILED) and (last[0].folder / STATE).is_file():
            copy_whole(last[0].folder / STATE, self._folder / run / STATE)

    def job(self, run: str) -> Job:
        """Return one fine-tuning.

        Raises
        ------
        ParotidError
            If there is none of this id.
        """
        row = self._database.row("SELECT * FROM runs WHERE run_id = ?", run)
        if row is None:
            raise ParotidError("This round of learning is not in the workspace.", "Choose one from the list.")
        return self._job(row)

    def jobs(self, state: JobState | None = None) -> tuple[Job, ...]:
        """Return all fine-tunings, or those in a state, oldest first."""
        rows = self._database.rows("SELECT * FROM runs WHERE ? IN (state, '') ORDER BY number", state or "")
        return tuple(self._job(row) for row in rows)

    def settings(self, run: str) -> dict[str, Any]:
        """Return the settings a run was asked for with.

        Raises
        ------
        ParotidError
            If its job file is gone or damaged.
        """
        return dict(self.request_of(run)["settings"])

    def request_of(self, run: str) -> dict[str, Any]:
        """Return what a run was asked for, as in its job file; `ParotidError` if that is gone or damaged."""
        try:
            request = json.loads((self._folder / run / JOB_FILE).read_text("utf-8"))["request"]
            unseen = [str(case) for case in request.get("unseen", ())]
            return {**request, "seed": int(request["seed"]), "settings": dict(request["settings"]), "unseen": unseen}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ParotidError("The files of this round of learning are damaged.", "Start learning again.") from error

    def leave_out(self, run: str, case: str, flaw: Flaw) -> None:
        """Note that a run cannot use a case; it is not in the job any more when that is renewed."""
        with self._database.transaction():
            left_out = {**self.job(run).left_out, case: flaw}
            self._database.write("UPDATE runs SET left_out = ? WHERE run_id = ?", json.dumps(left_out), run)

    def mark_running(self, run: str) -> None:
        """Note that the child process of a waiting run is being started."""
        changed = self._database.write(
            "UPDATE runs SET state = ? WHERE run_id = ? AND state = ?", JobState.RUNNING, run, JobState.QUEUED
        )
        if changed == 0:
            raise started_already()

    def finish(
        self, run: str, state: JobState, sentence: str, model_id: str = "", verdict: Verdict | None = None
    ) -> None:
        """Note how a run ended; what is final already stays as it is."""
        self._database.write(
            "UPDATE runs SET state = ?, sentence = ?, model_id = ?, verdict = ?, finished = ?"
            " WHERE run_id = ? AND state IN ('queued', 'running', 'paused')",
            state,
            sentence,
            model_id,
            "" if verdict is None else json.dumps(verdict.to_json()),
            now(),
            run,
        )

    def note_override(self, run: str, model_id: str, why: str) -> None:
        """Note that a person used the version of a refused run all the same."""
        self._database.write("UPDATE runs SET override = ?, model_id = ? WHERE run_id = ?", why, model_id, run)

    def _job(self, row: sqlite3.Row) -> Job:
        return Job(
            run=row["run_id"],
            folder=self._folder / row["run_id"],
            state=JobState(row["state"]),
            train=tuple(json.loads(row["train"])),
            holdout=tuple(json.loads(row["holdout"])),
            incumbent=row["incumbent"],
            created=when(row["created"]),
            finished=None if row["finished"] is None else when(row["finished"]),
            sentence=row["sentence"],
            model_id=row["model_id"],
            verdict=_verdict(row["verdict"]) if row["verdict"] else None,
            override=row["override"],
            attempts=row["attempts"],
            left_out={case: Flaw(flaw) for case, flaw in json.loads(row["left_out"]).items()},
        )


@lru_cache(maxsize=512)
def _verdict(text: str) -> Verdict:
    """Read a verdict, which never changes: a long history is shown often."""
    return Verdict.from_json(json.loads(text))
