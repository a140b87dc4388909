"""Fine-tunings: a child that makes a candidate, a parent that judges it, and everything that can go wrong."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
import toys

from parotid_training.errors import DiskError, ParotidError
from parotid_training.learn.job import FinetuneRequest
from parotid_training.workspace import ending as ending_module
from parotid_training.workspace import folder as folder_module
from parotid_training.workspace import jobs as jobs_module
from parotid_training.workspace import models as models_module
from parotid_training.workspace import queue as queue_module
from parotid_training.workspace.check import check_workspace
from parotid_training.workspace.child import worker_command
from parotid_training.workspace.disk import remove
from parotid_training.workspace.ending import CANCELLED_WORDS, DIED_WORDS
from parotid_training.workspace.events import Event
from parotid_training.workspace.jobs import Jobs
from parotid_training.workspace.judge import judge, override
from parotid_training.workspace.lock import is_held
from parotid_training.workspace.queue import leave_request
from parotid_training.workspace.records import Job, JobState, overrulable
from parotid_training.workspace.watch import SILENCE_SECONDS, Watch
from parotid_training.workspace.worker import ALIVE, work
from tests import patience

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from parotid_training.workspace.store import Store


@pytest.fixture
def ready(store: Store, accept: Callable[..., Any]) -> Store:
    accept(store, "p1", 1)
    accept(store, "p2", 2)
    return store


@pytest.fixture
def jobs(ready: Store) -> Iterator[Jobs]:
    held = Jobs(ready, toys.toy_command, grace_seconds=0.3)
    yield held
    if held.running:
        held.cancel(held.running)
        until_done(held)


def until_done(jobs: Jobs, seconds: float = patience.SECONDS) -> list[Event]:
    news: list[Event] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        news += jobs.poll()
        if not jobs.running and any(event.kind == "done" for event in news):
            return news
        time.sleep(0.02)
    raise AssertionError("the run did not end")


def until_idle(jobs: Jobs) -> None:
    end = time.monotonic() + patience.SECONDS
    while jobs.running and time.monotonic() < end:
        jobs.poll()
        time.sleep(0.01)
    assert not jobs.running


def run(store: Store, jobs: Jobs, **settings: Any) -> tuple[Job, list[Event]]:
    job = store.request_finetune(settings=settings)
    jobs.start(job)
    news = until_done(jobs)
    return store.job(job.run), news


def test_a_better_candidate_is_promoted(ready: Store, jobs: Jobs) -> None:
    base = ready.current_model().model_id
    job, news = run(ready, jobs, level=0.9)
    assert sum(event.kind == "screened" for event in news) == 2
    news = [event for event in news if event.kind != "screened"]
    assert [event.kind for event in news] == ["started", "progress", "progress", "progress", "candidate", "done"]
    assert (news[2].stage, news[2].step, news[2].steps, news[2].loss, news[2].seconds_left) == (
        "Learning",
        2,
        3,
        0.5,
        1,
    )
    assert (news[2].held_out, news[2].device) == (pytest.approx(2 / 3), "cpu")
    assert all(event.cpu is not None and 0.0 <= event.cpu <= 1.0 for event in news[1:4])
    assert all(event.run == job.run for event in news)
    done = news[-1]
    assert done.state is job.state is JobState.PROMOTED
    assert "rose from 0.80 to 0.90" in done.sentence
    assert done.sentence == job.sentence
    current = ready.current_model()
    assert current.model_id == done.model_id == job.model_id != base
    assert current.parent == base
    assert current.note == done.sentence
    assert current.facts["cases"] == list(job.train)
    assert json.dumps(current.facts)
    assert not (job.folder / "candidate").exists()
    assert check_workspace(ready) == ()


def test_a_worse_candidate_is_refused_and_said_why(ready: Store, jobs: Jobs) -> None:
    base = ready.current_model()
    job, news = run(ready, jobs, level=0.7)
    assert job.state is JobState.REFUSED
    assert news[-1].sentence == "Not used: on 1 held-out study the gland score fell from 0.80 to 0.70."
    assert ready.models() == (base,)


def test_the_table_is_kept_with_the_run(ready: Store, jobs: Jobs) -> None:
    job, _ = run(ready, jobs, level=0.7)
    assert job.verdict is not None
    assert not job.verdict.promote
    row = job.verdict.rows[0]
    assert (row.measure, row.cases, row.incumbent, row.candidate, row.passed) == ("DSC", 1, 0.8, 0.7, False)
    job, _ = run(ready, jobs, level=0.9)
    assert job.verdict is not None
    assert ready.current_model().facts["table"] == job.verdict.to_json()["rows"]


def test_a_person_can_overrule_the_gate_and_says_why(ready: Store, jobs: Jobs) -> None:
    base = ready.current_model().model_id
    job, _ = run(ready, jobs, level=0.7)
    assert job.can_override
    with pytest.raises(ParotidError, match="without a reason"):
        override(ready, job.run, "  ")
    assert ready.current_model().model_id == base
    model_id = override(ready, job.run, "the held-out scan is blurred", "Ada")
    assert ready.current_model().model_id == model_id
    assert ready.job(job.run).override == "the held-out scan is blurred"
    assert ready.timeline()[-1].why == "Used against the comparison: the held-out scan is blurred"
    assert ready.timeline()[-1].who == "Ada"
    assert "fell from 0.80 to 0.70" in ready.current_model().note
    with pytest.raises(ParotidError, match="no refused version"):
        override(ready, job.run, "again")
    assert ready.rollback(why="test", who="Grace").model_id == base
    assert [step.who for step in ready.timeline()] == ["", "Ada", "Grace"]
    assert check_workspace(ready) == ()


def test_a_refused_version_can_be_used_though_a_round_was_begun_since(ready: Store, jobs: Jobs, tmp_path: Path) -> None:
    refused, _ = run(ready, jobs, level=0.7)
    later = ready.request_finetune(settings={"wait_at": 1})
    assert overrulable(ready.jobs()) == ready.job(refused.run)
    jobs.cancel(later.run)
    until_done(jobs)
    jobs.recover()
    assert (refused.folder / "candidate").is_dir()
    assert ready.current_model().model_id == (base := ready.models()[0].model_id)
    (refused.folder / "candidate").rename(aside := tmp_path / "aside")
    assert overrulable(ready.jobs()) is None, "its files are gone"
    aside.rename(refused.folder / "candidate")
    assert override(ready, refused.run, "the held-out scan is blurred") != base
    assert overrulable(ready.jobs()) is None


def test_only_the_last_refused_version_can_be_used_all_the_same(ready: Store, jobs: Jobs) -> None:
    first, _ = run(ready, jobs, level=0.7)
    second, _ = run(ready, jobs, level=0.6)
    assert not (first.folder / "candidate").exists()
    with pytest.raises(ParotidError, match="incomplete"):
        override(ready, first.run, "better than nothing")
    (second.folder / "candidate" / "weights.safetensors").write_bytes(b"changed")
    with pytest.raises(ParotidError, match="incomplete"):
        override(ready, second.run, "better than nothing")
    assert len(ready.models()) == 1


def test_learning_again_starts_from_the_base_against_the_new_incumbent(ready: Store, jobs: Jobs) -> None:
    base = ready.current_model().model_id
    first, _ = run(ready, jobs, level=0.9)
    second, _ = run(ready, jobs, level=0.9)
    request = json.loads((second.folder / "job.json").read_text())["request"]
    assert request["base"].endswith(base)
    assert request["incumbent"].endswith(first.model_id)
    assert second.state is JobState.PROMOTED
    assert ready.rollback(why="test").model_id == first.model_id


def test_the_job_file_is_what_fine_tuning_reads(ready: Store) -> None:
    job = ready.request_finetune(seed=7, settings={"steps": 3, "threads": 2})
    request = FinetuneRequest.from_json(json.loads((job.folder / "job.json").read_text())["request"])
    assert (request.seed, request.settings.steps, request.settings.threads) == (7, 3, 2)
    assert [path.name for path in request.train] == list(job.train)
    assert [path.name for path in request.holdout] == list(job.holdout)
    assert all(path.is_dir() and path.is_absolute() for path in (*request.train, *request.holdout))
    assert request.base.is_dir()
    assert request.incumbent.is_dir()


@pytest.mark.parametrize(
    ("point", "state"),
    [
        ("start", JobState.FAILED),
        # Taken up again, it has that moment behind it.
        ("middle", JobState.PROMOTED),
        ("half written", JobState.FAILED),
        ("before result", JobState.FAILED),
        ("after result", JobState.PROMOTED),
    ],
)
def test_a_child_killed_anywhere_leaves_the_workspace_whole(
    ready: Store, jobs: Jobs, point: str, state: JobState
) -> None:
    base = ready.current_model().model_id
    job, news = run(ready, jobs, die_at=point)
    assert job.state is state is news[-1].state
    assert check_workspace(ready) == ()
    if state is JobState.FAILED:
        assert ready.current_model().model_id == base
        assert len(ready.models()) == 1
        assert news[-1].sentence == DIED_WORDS
    assert run(ready, jobs, level=0.95)[0].state is JobState.PROMOTED


@pytest.mark.parametrize("point", ["middle", "after result"])
def test_what_a_dead_parent_left_is_settled_at_the_next_start(
    open_store: Callable[[], Store], accept: Callable[..., Any], point: str
) -> None:
    store = open_store()
    accept(store, "p1", 1)
    accept(store, "p2", 2)
    first = Jobs(store, toys.toy_command)
    job = store.request_finetune(settings={"die_at": point})
    first.start(job)
    assert first._followed is not None
    assert first._followed.child.process is not None
    first._followed.child.process.wait()
    store = open_store()
    second = Jobs(store, toys.toy_command)
    news = second.recover()
    if second.running:
        news += until_done(second)
    (done,) = [event for event in news if event.kind == "done"]
    assert done.state is JobState.PROMOTED
    assert store.job(job.run).state is done.state
    assert check_workspace(store) == ()


def test_a_living_child_is_followed_not_doubled(open_store: Callable[[], Store], accept: Callable[..., Any]) -> None:
    store = open_store()
    accept(store, "p1", 1)
    accept(store, "p2", 2)
    first = Jobs(store, toys.toy_command)
    job = store.request_finetune(settings={"steps": 10, "wait_at": 5})
    first.start(job)
    end = time.monotonic() + patience.SECONDS
    while not is_held(job.folder / ALIVE):
        assert time.monotonic() < end
        time.sleep(0.01)
    first.close()
    store = open_store()
    second = Jobs(store, toys.toy_command)
    news = second.recover()
    assert second.running == job.run
    assert work(job.folder, toys.toy_train) == 3
    (job.folder / toys.GO).touch()
    news += until_done(second)
    assert [event.step for event in news if event.kind == "progress"] == list(range(1, 11))
    assert store.job(job.run).state is JobState.PROMOTED


def test_an_orphan_can_be_cancelled_even_if_it_is_deaf(
    open_store: Callable[[], Store], accept: Callable[..., Any]
) -> None:
    store = open_store()
    accept(store, "p1", 1)
    accept(store, "p2", 2)
    first = Jobs(store, toys.toy_command)
    job = store.request_finetune(settings={"misbehave": "deaf"})
    first.start(job)
    end = time.monotonic() + patience.SECONDS
    while not any(event.step == 2 for event in first.poll()):
        assert time.monotonic() < end
        time.sleep(0.01)
    first.close()
    store = open_store()
    second = Jobs(store, toys.toy_command, grace_seconds=0.2)
    second.recover()
    second.cancel(job.run)
    assert until_done(second)[-1].state is JobState.CANCELLED


def test_a_child_that_comes_up_after_its_run_was_given_up_stops_at_once(
    open_store: Callable[[], Store], accept: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending_module, "MOST_ATTEMPTS", 0)
    store = open_store()
    accept(store, "p1", 1)
    accept(store, "p2", 2)
    job = store.request_finetune()
    store.queue.mark_running(job.run)
    Jobs(store, toys.toy_command).recover()
    assert store.job(job.run).state is JobState.FAILED
    assert subprocess.run(toys.toy_command(job.folder), check=False).returncode == 2
    assert not (job.folder / "result.json").exists()


def test_a_run_that_has_its_result_is_not_done_again(ready: Store) -> None:
    job = ready.request_finetune()
    for _ in range(2):
        assert subprocess.run(toys.toy_command(job.folder), check=False).returncode == 0
    assert (job.folder / "events.jsonl").read_text().count('"candidate"') == 1


@pytest.mark.parametrize("how", ["", "deaf"])
def test_cancelling_stops_the_child(ready: Store, jobs: Jobs, how: str) -> None:
    job = ready.request_finetune(settings={"steps": 500, "pause": 0.02, "misbehave": how})
    jobs.start(job)
    end = time.monotonic() + patience.SECONDS
    while not any(event.step >= 2 for event in jobs.poll()):
        assert time.monotonic() < end
        time.sleep(0.01)
    jobs.cancel(job.run)
    done = until_done(jobs)[-1]
    assert (done.state, done.sentence) == (JobState.CANCELLED, CANCELLED_WORDS)
    assert ready.job(job.run).state is JobState.CANCELLED
    assert not is_held(job.folder / ALIVE)
    assert len(ready.models()) == 1


def test_a_full_disk_does_not_keep_learning_from_being_cancelled(
    ready: Store, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ready.request_finetune(settings={"steps": 500, "pause": 0.02})
    jobs.start(job)
    end = time.monotonic() + patience.SECONDS
    while not any(event.step >= 2 for event in jobs.poll()):
        assert time.monotonic() < end
        time.sleep(0.01)

    def fail(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(jobs_module, "write_whole", fail)
    jobs.cancel(job.run)
    assert until_done(jobs)[-1].state is JobState.CANCELLED
    assert ready.job(job.run).state is JobState.CANCELLED


def test_one_runs_and_the_newest_request_waits(ready: Store, jobs: Jobs) -> None:
    first = ready.request_finetune(settings={"steps": 20, "pause": 0.02, "level": 0.7})
    jobs.start(first)
    second, third = (ready.request_finetune(settings={"level": level}) for level in (0.85, 0.95))
    jobs.start(third)
    assert jobs.running == first.run
    with pytest.raises(ParotidError, match="started already"):
        jobs.start(first)
    until_idle(jobs)
    # Whoever waits for the second gets the third.
    assert second.run == third.run
    states = [(job.run, job.state) for job in ready.jobs()]
    assert states == [(first.run, JobState.REFUSED), (third.run, JobState.PROMOTED)]
    assert "to 0.95" in ready.job(third.run).sentence


def test_a_run_that_waited_while_another_came_into_use_is_compared_with_that_one(ready: Store, jobs: Jobs) -> None:
    first = ready.request_finetune(settings={"wait_at": 1, "level": 0.9})
    jobs.start(first)
    waiting = ready.request_finetune(seed=7, settings={"level": 0.95})
    jobs.start(waiting)
    (first.folder / toys.GO).touch()
    until_idle(jobs)
    promoted, job = ready.job(first.run), ready.job(waiting.run)
    assert (promoted.state, job.state) == (JobState.PROMOTED, JobState.PROMOTED)
    request = json.loads((job.folder / "job.json").read_text())["request"]
    assert (request["seed"], request["settings"]) == (7, {"level": 0.95})
    assert request["incumbent"].endswith(promoted.model_id)
    assert job.incumbent == promoted.model_id


def test_a_command_that_finds_the_workspace_open_leaves_its_request(ready: Store, jobs: Jobs) -> None:
    assert jobs.poll() == []
    leave_request(ready.path, seed=3, settings={"level": 0.9})
    (ready.path / "requests" / "nonsense.json").write_text("[1")
    news = until_done(jobs)
    (job,) = ready.jobs()
    assert job.state is JobState.PROMOTED is news[-1].state
    assert json.loads((job.folder / "job.json").read_text())["request"]["seed"] == 3
    assert list((ready.path / "requests").iterdir()) == []


def test_a_request_that_cannot_be_removed_is_queued_once(
    ready: Store, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_request(ready.path)
    monkeypatch.setattr(queue_module.LeftRequest, "take_away", lambda _: None)
    until_done(jobs)
    jobs.poll()
    assert len(ready.jobs()) == 1


def test_a_request_that_cannot_be_met_is_answered(store: Store) -> None:
    leave_request(store.path)
    (answer,) = Jobs(store, toys.toy_command).poll()
    assert (answer.kind, answer.state) == ("done", JobState.FAILED)
    assert "two patients" in answer.sentence


@pytest.mark.parametrize("what", ["the job file", "the records"])
def test_a_request_outlives_a_full_disk(ready: Store, jobs: Jobs, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    def full_disk(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    def full_records(*_: Any) -> None:
        raise DiskError("The workspace's records cannot be written (disk full).", "Free space on the disk.")

    leave_request(ready.path, seed=3)
    with monkeypatch.context() as patch:
        if what == "the job file":
            patch.setattr(queue_module, "write_whole", full_disk)
        else:
            patch.setattr(ready.database, "write", full_records)
        with pytest.raises(DiskError):
            jobs.poll()
        assert jobs.poll() == [], "not asked again at once"
    assert len(list((ready.path / "requests").iterdir())) == 1
    assert list((ready.path / "runs").iterdir()) == [], "nothing half made is left"
    monkeypatch.setattr(jobs, "_ask_at", 0.0)
    assert until_done(jobs)[-1].state is JobState.PROMOTED
    assert list((ready.path / "requests").iterdir()) == []


def test_a_waiting_run_can_be_cancelled(ready: Store, jobs: Jobs) -> None:
    job = ready.request_finetune()
    jobs.cancel(job.run)
    (done,) = jobs.poll()
    assert done.state is ready.job(job.run).state is JobState.CANCELLED


@pytest.mark.parametrize("how", ["garbage", "flood"])
def test_nonsense_from_the_child_does_no_harm(ready: Store, jobs: Jobs, how: str) -> None:
    job, news = run(ready, jobs, misbehave=how)
    assert job.state is JobState.PROMOTED
    assert {event.kind for event in news} <= {"started", "screened", "progress", "candidate", "done"}


def test_errors_are_told_without_paths_or_traces(ready: Store, jobs: Jobs) -> None:
    job, news = run(ready, jobs, misbehave="raise")
    assert job.state is JobState.FAILED
    assert "doe" not in news[-1].sentence.lower()
    assert "Traceback" not in news[-1].sentence
    log = (job.folder / "log.txt").read_text()
    assert "RuntimeError" in log
    assert "misbehave" in log
    assert "doe" not in log.lower()
    job, news = run(ready, jobs, misbehave="refuse")
    assert news[-1].sentence == "A case cannot be read. Accept it again."


def test_a_candidate_damaged_after_scoring_is_not_used(ready: Store, jobs: Jobs) -> None:
    job, news = run(ready, jobs, damage=True)
    assert job.state is JobState.FAILED
    assert "incomplete or damaged" in news[-1].sentence
    assert len(ready.models()) == 1


@pytest.mark.parametrize("change", ["folder", "scores", "model", "incumbent", "hold-out", "version", "text"])
def test_a_tampered_result_is_not_used(ready: Store, change: str) -> None:
    job = ready.request_finetune()
    ready.queue.mark_running(job.run)
    assert subprocess.run(toys.toy_command(job.folder), check=False).returncode == 0
    result = json.loads((job.folder / "result.json").read_text())
    if change == "folder":
        # A whole and honest version, but none that this run made.
        shutil.copytree(job.folder / result["folder"], ready.path / "elsewhere")
        result["folder"] = "../../elsewhere"
    elif change == "scores":
        result["candidate"]["cases"][0].pop("dsc")
    elif change == "model":
        result["model_id"] = "0" * 64
    elif change == "incumbent":
        result["incumbent"]["model_id"] = "0" * 64
    elif change == "hold-out":
        for scores in ("candidate", "incumbent"):
            result[scores]["cases"][0]["case"] = job.train[0]
    elif change == "version":
        result["v"] = 2
    text = "[]" if change == "text" else json.dumps(result)
    (job.folder / "result.json").write_text(text)
    assert judge(ready, ready.job(job.run)).state is JobState.FAILED
    assert ready.current_model().model_id == job.incumbent


def test_what_the_shipped_version_does_better_counts(ready: Store, jobs: Jobs) -> None:
    run(ready, jobs, level=0.85)
    job, _ = run(ready, jobs, level=0.95, shipped=0.94)
    assert job.sentence.startswith(
        "Not used: on 2 built-in studies the gland score fell from 0.94 (shipped version) to 0.90; in one of 2"
    )
    job, _ = run(ready, jobs, level=0.95, shipped=0.9)
    assert job.state is JobState.PROMOTED
    assert ready.current_model().facts["shipped"]["cases"][0]["dsc"] == 0.9


def test_a_rollback_during_learning_makes_the_comparison_void(ready: Store, jobs: Jobs) -> None:
    run(ready, jobs, level=0.9)
    job = ready.request_finetune(settings={"steps": 5, "pause": 0.05})
    jobs.start(job)
    ready.rollback(why="reader")
    base = ready.current_model().model_id
    assert until_done(jobs)[-1].state is JobState.REFUSED
    assert ready.current_model().model_id == base


@pytest.mark.parametrize("how", ["rollback", "promotion"])
def test_a_version_that_comes_into_use_while_the_candidate_is_copied_stays(
    ready: Store, jobs: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    base = ready.current_model().model_id
    run(ready, jobs, level=0.85)
    other = toys.make_model(tmp_path / "other", b"other")
    ready.import_model(tmp_path / "other", parent=base, facts={})
    real = ready.import_model

    def copy_slowly(*given: Any, **facts: Any) -> str:
        model_id = real(*given, **facts)
        if how == "rollback":
            ready.rollback(why="reader")
        else:
            ready.promote(other, why="reader")
        return model_id

    monkeypatch.setattr(ready, "import_model", copy_slowly)
    job, news = run(ready, jobs, level=0.95)
    assert job.state is news[-1].state is JobState.REFUSED
    assert job.sentence == news[-1].sentence
    assert "another version came into use" in job.sentence
    assert job.model_id == news[-1].model_id == ""
    assert ready.current_model().model_id == (base if how == "rollback" else other)


def test_an_end_that_cannot_be_written_is_written_later(
    ready: Store, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = ready.current_model().model_id
    job = ready.request_finetune(settings={"level": 0.9})
    jobs.start(job)
    real = ready.queue.finish
    tried: list[str] = []

    def full_disk(run: str, *_: Any) -> None:
        tried.append(run)
        raise ParotidError("The workspace's records cannot be written (disk full).", "Free space on the disk.")

    monkeypatch.setattr(ready.queue, "finish", full_disk)
    monkeypatch.setattr(jobs_module, "RETRY_SECONDS", 1e6)
    with pytest.raises(ParotidError, match="disk full"):
        until_done(jobs)
    # Said once, not with every poll.
    assert not any(event.kind == "done" for event in jobs.poll())
    assert tried == [job.run]
    assert jobs.running == job.run
    assert (ready.job(job.run).state, ready.current_model().model_id) == (JobState.RUNNING, base)
    assert (job.folder / "candidate").is_dir()
    monkeypatch.setattr(ready.queue, "finish", real)
    assert jobs._followed is not None
    jobs._followed.settle_at = 0.0
    done = jobs.poll()[-1]
    assert done.state is ready.job(job.run).state is JobState.PROMOTED
    assert ready.current_model().model_id == done.model_id
    assert not jobs.running
    assert not (job.folder / "candidate").exists()


def test_a_version_that_won_is_not_lost_for_want_of_room(
    ready: Store, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ready.request_finetune(settings={"level": 0.9})
    jobs.start(job)
    monkeypatch.setattr(jobs_module, "RETRY_SECONDS", 1e6)
    with monkeypatch.context() as patch:

        def full_disk(*_: Any, **__: Any) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        patch.setattr("parotid_training.workspace.models.shutil.copyfile", full_disk)
        with pytest.raises(DiskError, match="The model could not be taken over: No space left"):
            until_done(jobs)
    assert (ready.job(job.run).state, jobs.running) == (JobState.RUNNING, job.run)
    assert (job.folder / "candidate").is_dir()
    assert jobs._followed is not None
    jobs._followed.settle_at = 0.0
    assert jobs.poll()[-1].state is ready.job(job.run).state is JobState.PROMOTED
    assert check_workspace(ready) == ()


def test_a_result_that_cannot_be_read_now_is_read_later(ready: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    job = ready.request_finetune(settings={"level": 0.9})
    ready.queue.mark_running(job.run)
    assert subprocess.run(toys.toy_command(job.folder), check=False).returncode == 0
    with monkeypatch.context() as patch:

        def taken(path: Path) -> str:
            raise PermissionError(errno.EACCES, "Permission denied")

        patch.setattr("parotid_training.workspace.judge.sha256", taken)
        with pytest.raises(DiskError, match="could not be read"):
            judge(ready, ready.job(job.run))
    assert judge(ready, ready.job(job.run)).state is JobState.PROMOTED
    (job.folder / "candidate" / "weights.safetensors").unlink()
    assert judge(ready, ready.job(job.run)).state is JobState.FAILED


def test_a_workspace_opens_though_the_end_of_a_run_cannot_be_written(
    ready: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: Any) -> None:
        raise ParotidError("The workspace's records cannot be written (disk full).", "Free space on the disk.")

    job = ready.request_finetune()
    ready.queue.mark_running(job.run)
    assert subprocess.run(toys.toy_command(job.folder), check=False).returncode == 0
    jobs = Jobs(ready, toys.toy_command)
    with monkeypatch.context() as patch:
        patch.setattr(ready.queue, "finish", full_disk)
        assert [event.kind for event in jobs.recover() if event.kind == "done"] == []
        assert jobs.running == job.run
        assert jobs._followed is not None
        jobs._followed.settle_at = 0.0
        with pytest.raises(ParotidError, match="disk full"):
            jobs.poll()
    jobs._followed.settle_at = 0.0
    assert jobs.poll()[-1].state is JobState.PROMOTED
    assert ready.job(job.run).state is JobState.PROMOTED


def test_a_run_that_cannot_be_started_at_the_start_goes_on_waiting(
    ready: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: Any) -> None:
        raise ParotidError("The workspace's records cannot be written (disk full).", "Free space on the disk.")

    job = ready.request_finetune()
    with monkeypatch.context() as patch:
        for name in ("mark_running", "finish"):
            patch.setattr(ready.queue, name, full_disk)
        Jobs(ready, toys.toy_command).recover()
    jobs = Jobs(ready, toys.toy_command)
    jobs.start(ready.request_finetune())
    assert until_done(jobs)[-1].state is ready.job(job.run).state is JobState.PROMOTED


def test_what_runs_that_are_over_left_is_cleared_at_the_next_start(
    open_store: Callable[[], Store], accept: Callable[..., Any]
) -> None:
    store = open_store()
    accept(store, "p1", 1)
    accept(store, "p2", 2)
    over = store.request_finetune()
    store.queue.finish(over.run, JobState.CANCELLED, CANCELLED_WORDS)
    (over.folder / "candidate" / "half").mkdir(parents=True)
    (over.folder / "state.safetensors.tmp").write_bytes(b"a child killed while it kept what it had learned")
    waiting = store.request_finetune(settings={"wait_at": 1})
    (waiting.folder / "kept").mkdir()
    store = open_store()
    jobs = Jobs(store, toys.toy_command)
    jobs.recover()
    assert [path.name for path in over.folder.iterdir()] == ["job.json"]
    assert (waiting.folder / "kept").is_dir()
    jobs.cancel(waiting.run)
    until_done(jobs)


def test_what_cannot_be_cleared_away_holds_nothing_up(
    open_store: Callable[[], Store], ready: Store, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(path: Path) -> None:
        if path.name == old:
            raise PermissionError(13, "another program reads it", str(path))
        remove(path)

    first = ready.request_finetune(settings={"wait_at": 1, "level": 0.85})
    jobs.start(first)
    waiting = ready.request_finetune(settings={"level": 0.95})
    old = toys.make_model(ready.path.parent / "old", b"old")
    ready.import_model(ready.path.parent / "old", parent="", facts={})
    with monkeypatch.context() as patch:
        patch.setattr(models_module, "remove", locked)
        (first.folder / toys.GO).touch()
        until_idle(jobs)
        assert ready.job(waiting.run).state is JobState.PROMOTED, "the next one is not forgotten"
    assert (ready.path / "models" / old).is_dir()
    with monkeypatch.context() as patch:
        patch.setattr(folder_module, "remove", locked)
        store = open_store()
        Jobs(store, toys.toy_command).recover()
    assert check_workspace(store) != ()
    assert check_workspace(open_store()) == ()


def test_a_run_whose_folder_is_gone_does_not_keep_the_workspace_shut(
    open_store: Callable[[], Store], accept: Callable[..., Any]
) -> None:
    store = open_store()
    accept(store, "p1", 1)
    accept(store, "p2", 2)
    job = store.request_finetune()
    store.queue.mark_running(job.run)
    shutil.rmtree(job.folder)
    (done,) = Jobs(store, toys.toy_command).recover()
    assert done.state is store.job(job.run).state is JobState.FAILED


def test_the_same_model_again_changes_nothing(ready: Store, jobs: Jobs) -> None:
    assert run(ready, jobs, content="same")[0].state is JobState.PROMOTED
    steps = ready.timeline()
    assert run(ready, jobs, content="same")[0].state is JobState.REFUSED
    assert ready.timeline() == steps


def test_the_child_gives_way_and_gets_its_threads(ready: Store, jobs: Jobs) -> None:
    if not hasattr(os, "nice"):
        pytest.skip("no priorities of this kind here")
    job, _ = run(ready, jobs, threads=3, misbehave="report")
    priority, session, threads, allocator = (job.folder / "report.txt").read_text().split()
    assert priority == "19"
    # Where the system shares out the processor by sessions, nice alone says nothing against the window's.
    assert session in ("19", "untold")
    assert threads == "3"
    assert allocator == ("0" if sys.platform == "linux" else "None")


def test_the_worker_runs_only_run_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert worker_command(tmp_path) == [sys.executable, "-P", "-m", "parotid_training.workspace.worker", str(tmp_path)]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert worker_command(tmp_path) == [sys.executable, "--worker", str(tmp_path)]
    from parotid_training.workspace.worker import main

    assert main([]) == 64
    assert main([str(tmp_path)]) == 64


def test_no_file_in_the_folder_the_window_was_started_in_takes_a_modules_place(
    ready: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "json.py").write_text("raise SystemExit('not mine')")
    monkeypatch.chdir(tmp_path / "here")
    done = subprocess.run(worker_command(tmp_path), capture_output=True, text=True, check=False)
    assert (done.returncode, "usage" in done.stderr) == (64, True)


def test_a_child_is_not_stuck_because_the_computer_slept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 1000.0
    monkeypatch.setattr("parotid_training.workspace.watch.time.monotonic", lambda: clock)
    watch = Watch(tmp_path, clock, clock, clock)
    clock += 10 * SILENCE_SECONDS
    assert not watch.is_stuck(), "nobody looked for hours: it slept as well"
    for _ in range(int(SILENCE_SECONDS / 50)):
        clock += 50.0
        assert not watch.is_stuck()
    clock += 51.0
    assert watch.is_stuck(), "looked at all the time, and not a word"
