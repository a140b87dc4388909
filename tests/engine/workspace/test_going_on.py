"""Runs that are paused, killed, doubted or stuck: they go on where they stopped, or end with a sentence."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
import toys

from parotid_training.acceptance import Acceptance, Answer
from parotid_training.errors import ParotidError
from parotid_training.learn.screen import Doubt
from parotid_training.workspace import ending as ending_module
from parotid_training.workspace import watch
from parotid_training.workspace.check import check_workspace
from parotid_training.workspace.jobs import STUCK_WORDS, Jobs
from parotid_training.workspace.left_out import ASKED_WORDS
from parotid_training.workspace.parcel import export_version
from parotid_training.workspace.priority import inference_first, inference_waits
from parotid_training.workspace.queue import STATE
from parotid_training.workspace.records import JobState
from tests import patience

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from parotid_training.workspace.events import Event
    from parotid_training.workspace.store import Store


@pytest.fixture
def ready(store: Store, accept: Callable[..., Any]) -> Store:
    for n in range(3):
        accept(store, f"p{n}", n)
    return store


@pytest.fixture
def jobs(ready: Store) -> Iterator[Jobs]:
    held = Jobs(ready, toys.toy_command, grace_seconds=0.3)
    yield held
    if held.running:
        held.cancel(held.running)
        until(held, "done")


def until(jobs: Jobs, kind: str, step: int = 0) -> list[Event]:
    news: list[Event] = []
    end = time.monotonic() + patience.SECONDS
    while time.monotonic() < end:
        news += jobs.poll()
        if any(event.kind == kind and event.step >= step for event in news):
            return news
        time.sleep(0.01)
    raise AssertionError(f"no {kind}")


def steps(news: list[Event]) -> list[int]:
    return [event.step for event in news if event.kind == "progress"]


def test_a_killed_child_goes_on_from_its_last_step(ready: Store, jobs: Jobs) -> None:
    job = ready.request_finetune(settings={"steps": 6, "die_after": 3})
    jobs.start(job)
    news = until(jobs, "done")
    assert ready.job(job.run).state is JobState.PROMOTED
    assert ready.job(job.run).attempts == 1
    assert steps(news) == [1, 2, 3, 4, 5, 6]
    assert check_workspace(ready) == ()


def test_a_run_is_not_taken_up_for_ever(ready: Store, jobs: Jobs) -> None:
    job = ready.request_finetune(settings={"die_at": "start"})
    jobs.start(job)
    until(jobs, "done")
    assert ready.job(job.run).state is JobState.FAILED
    assert ready.job(job.run).attempts == ending_module.MOST_ATTEMPTS


def test_a_paused_run_waits_and_goes_on(open_store: Callable[[], Store], ready: Store, jobs: Jobs) -> None:
    job = ready.request_finetune(settings={"steps": 6, "wait_at": 4})
    jobs.start(job)
    until(jobs, "progress", 3)
    jobs.pause(job.run)
    (job.folder / toys.GO).touch()
    until(jobs, "waiting")
    assert (jobs.running, jobs.paused, ready.job(job.run).state) == ("", job.run, JobState.PAUSED)
    store = open_store()
    later = Jobs(store, toys.toy_command)
    assert [event.kind for event in later.recover()] == []
    assert later.paused == job.run, "a paused run stays paused after the next start"
    later.resume(job.run)
    news = until(later, "done")
    assert steps(news)[0] >= 4
    assert steps(news)[-1] == 6
    assert store.job(job.run).state is JobState.PROMOTED
    assert store.job(job.run).attempts == 0
    with pytest.raises(ParotidError, match="started already"):
        later.resume(job.run)


def test_a_paused_run_can_be_cancelled_and_one_that_waits_paused(ready: Store, jobs: Jobs) -> None:
    job = ready.request_finetune()
    jobs.pause(job.run)
    assert [event.kind for event in jobs.poll()] == ["waiting"]
    assert ready.request_finetune().run == job.run, "asking to learn takes a paused run up"
    assert ready.job(job.run).state is JobState.QUEUED
    jobs.pause(job.run)
    jobs.cancel(job.run)
    assert ready.job(job.run).state is JobState.CANCELLED


def test_what_a_cancelled_run_learned_is_taken_over(ready: Store, jobs: Jobs) -> None:
    job = ready.request_finetune(settings={"steps": 6, "wait_at": 4})
    jobs.start(job)
    until(jobs, "progress", 3)
    jobs.cancel(job.run)
    until(jobs, "done")
    assert (job.folder / STATE).is_file()
    again = ready.request_finetune(settings={"steps": 6})
    jobs.start(again)
    assert steps(until(jobs, "done")) == [4, 5, 6]
    assert not (job.folder / STATE).exists()
    assert not (again.folder / STATE).exists()


def test_a_doubtful_case_is_held_back_and_the_rest_learned_from(ready: Store, jobs: Jobs) -> None:
    job = ready.request_finetune(settings={"doubts": {"0": "shifted"}})
    odd = job.train[0]
    jobs.start(job)
    until(jobs, "done")
    job = ready.job(job.run)
    assert job.state is JobState.PROMOTED
    assert odd not in (*job.train, *job.holdout)
    assert odd not in ready.current_model().facts["cases"]
    (question,) = ready.questions()
    assert (question.case_id, question.doubt, question.title) == (odd, Doubt.SHIFTED, "Study 1")
    assert odd not in (*ready.split().train, *ready.split().holdout)
    # Nobody is asked twice, and nothing is looked at twice.
    assert ready.queue.request_of(ready.request_finetune().run)["unseen"] == []


@pytest.mark.parametrize("use", [True, False])
def test_a_person_decides_what_becomes_of_it(ready: Store, jobs: Jobs, use: bool) -> None:
    job = ready.request_finetune(settings={"doubts": {"0": "mirrored"}})
    jobs.start(job)
    until(jobs, "done")
    odd = job.train[0]
    ready.answer_question(odd, use=use, who="reader")
    assert ready.questions() == ()
    assert (odd in ready.split().train) is use
    ready.answer_question(odd, use=not use, who="reader")
    assert (odd in ready.split().train) is not use
    with pytest.raises(ParotidError, match="Nothing was asked"):
        ready.answer_question(ready.split().holdout[0], use=True, who="reader")
    job = ready.request_finetune(settings={"doubts": {"0": "mirrored"}})
    jobs.start(job)
    until(jobs, "done")
    assert ready.job(job.run).state is JobState.PROMOTED


def test_a_question_answered_while_the_child_looks_on_does_not_end_the_run(ready: Store, jobs: Jobs) -> None:
    job = ready.request_finetune(settings={"doubts": {"0": "mirrored"}})
    odd = job.train[0]
    jobs.start(job)
    assert jobs._followed is not None
    end = time.monotonic() + patience.SECONDS
    while not ready.questions():
        assert time.monotonic() < end
        # The run's end is not looked at before the answer is there.
        jobs._read(jobs._followed)
    ready.answer_question(odd, use=True, who="reader")
    until(jobs, "done")
    job = ready.job(job.run)
    assert (job.state, odd in job.train) == (JobState.PROMOTED, True)


def test_with_too_few_left_it_says_what_to_do(store: Store, accept: Callable[..., Any]) -> None:
    for n in range(2):
        accept(store, f"p{n}", n)
    jobs = Jobs(store, toys.toy_command)
    job = store.request_finetune(settings={"doubts": {"1": "empty"}})
    jobs.start(job)
    assert until(jobs, "done")[-1].sentence == ASKED_WORDS
    # Accepted again, the study is another case.
    store.answer_question(job.holdout[0], use=True, who="reader")
    jobs.start(store.request_finetune())
    assert until(jobs, "done")[-1].state is JobState.PROMOTED


def test_a_child_cannot_doubt_what_it_was_not_asked_about(ready: Store, jobs: Jobs) -> None:
    job = ready.request_finetune(settings={"misbehave": "nonsense"})
    jobs.start(job)
    until(jobs, "done")
    assert ready.job(job.run).state is JobState.PROMOTED
    assert ready.questions() == ()


def damage(store: Store, case: str) -> None:
    mask = store.case_folder(case) / "mask.nii.gz"
    mask.write_bytes(mask.read_bytes()[:-1])


def test_a_damaged_case_is_left_out_named_and_the_rest_learned_from(ready: Store, jobs: Jobs) -> None:
    job = ready.request_finetune()
    (bad, good), held = job.train, job.holdout
    whole = (ready.case_folder(bad) / "mask.nii.gz").read_bytes()
    damage(ready, bad)
    jobs.start(job)
    done = until(jobs, "done")[-1]
    job = ready.job(job.run)
    assert (job.state, job.train, job.holdout, job.attempts) == (JobState.PROMOTED, (good,), held, 0)
    assert job.sentence == done.sentence
    assert job.sentence.endswith("Study 1 was left out: its accepted files are damaged. Open it and accept it again.")
    assert job.left_out == {bad: "damaged"}, "kept in the round's record"
    facts = ready.current_model().facts
    assert (facts["cases"], facts["left_out"]) == ([good], {bad: "damaged"})
    assert "Study 1" not in facts["verdict"], "a version says nothing of a study"
    # Put back from a backup, it is learned from again.
    (ready.case_folder(bad) / "mask.nii.gz").write_bytes(whole)
    job = ready.request_finetune()
    assert bad in job.train
    jobs.start(job)
    until(jobs, "done")
    job = ready.job(job.run)
    assert (job.state, bad in job.train, job.left_out) == (JobState.PROMOTED, True, {})
    assert "left out" not in job.sentence


def test_of_a_damaged_held_out_case_another_patient_takes_the_place(ready: Store, jobs: Jobs) -> None:
    job = ready.request_finetune()
    (held,) = job.holdout
    damage(ready, held)
    jobs.start(job)
    until(jobs, "done")
    after = ready.job(job.run)
    assert (after.state, (*after.train, *after.holdout)) == (JobState.PROMOTED, job.train)
    assert "Study 3 was left out" in after.sentence


def test_where_too_few_are_whole_each_damaged_study_is_named(ready: Store, jobs: Jobs) -> None:
    job = ready.request_finetune()
    for case in job.train:
        damage(ready, case)
    jobs.start(job)
    assert until(jobs, "done")[-1].sentence == (
        "Learning needs accepted studies of at least two patients: one to learn from, one to judge by. "
        "Study 1, Study 2 were left out: their accepted files are damaged. Open them and accept them again."
    )
    assert ready.job(job.run).state is JobState.FAILED


def test_a_paused_run_that_cannot_go_on_stays_paused(
    open_store: Callable[[], Store], ready: Store, tmp_path: Path
) -> None:
    jobs = Jobs(ready, toys.toy_command)
    job = ready.request_finetune()
    jobs.pause(job.run)
    other = toys.make_model(tmp_path / "other", b"other")
    ready.import_model(tmp_path / "other", parent="", facts={})
    ready.promote(other, why="test")
    for case in ready.cases()[1:]:
        study, label_map = toys.make_study()
        ready.accept(case.study_id, study, label_map, Acceptance("reader", (Answer.NOT_READABLE,)))
    with pytest.raises(ParotidError, match="two patients"):
        jobs.resume(job.run)
    assert (jobs.paused, ready.job(job.run).state) == (job.run, JobState.PAUSED)
    jobs.cancel(job.run)
    assert ready.job(job.run).state is JobState.CANCELLED


@pytest.mark.parametrize("limit", ["SILENCE_SECONDS", "LONGEST_SECONDS", "MOST_BYTES"])
def test_a_child_that_is_silent_endless_or_floods_is_stopped(
    ready: Store, jobs: Jobs, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, limit, 0.4 if "SECONDS" in limit else 100_000)
    how = {"SILENCE_SECONDS": "silent", "LONGEST_SECONDS": "endless", "MOST_BYTES": "flood"}[limit]
    job = ready.request_finetune(settings={"misbehave": how, "steps": 5, "wait_at": 3})
    jobs.start(job)
    assert until(jobs, "done")[-1].sentence == STUCK_WORDS
    assert ready.job(job.run).state is JobState.FAILED


def test_a_child_that_failed_and_does_not_end_is_stopped(
    ready: Store, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.start(ready.request_finetune(settings={"misbehave": "says why and stays"}))
    until(jobs, "failed")
    monkeypatch.setattr(watch, "SILENCE_SECONDS", 0.4)
    assert until(jobs, "done")[-1].sentence == "No memory."


def test_learning_gives_way_while_a_proposal_is_computed(ready: Store, jobs: Jobs) -> None:
    job = ready.request_finetune(settings={"steps": 4})
    with inference_first(ready.path):
        assert inference_waits(ready.path)
        jobs.start(job)
        time.sleep(2.0)
        assert steps(jobs.poll()) == []
    assert not inference_waits(ready.path)
    assert steps(until(jobs, "done")) == [1, 2, 3, 4]


def test_nothing_of_a_patient_is_in_jobs_logs_and_versions(store: Store, tmp_path: Path) -> None:
    jobs = Jobs(store, toys.toy_command)
    for n, patient in enumerate(("DOE^JANE-4711", "DOE^JOHN-4712", "DOE^JIM-4713")):
        study, label_map = toys.make_study(n, patient)
        record = store.add_study(tmp_path / patient, patient_key=store.patient_key(patient))
        store.accept(record.study_id, study, label_map, Acceptance("Dr Who"))
    for settings in ({"level": 0.9}, {"misbehave": "raise"}, {"doubts": {"0": "empty"}}, {"level": 0.7}):
        jobs.start(store.request_finetune(settings=settings))
        until(jobs, "done")
    export_version(store, store.current_model().model_id, tmp_path / "out.parotid")
    files = [path for name in ("runs", "models") for path in (store.path / name).rglob("*") if path.is_file()]
    assert len(files) > 10
    for path in (*files, tmp_path / "out.parotid"):
        assert "DOE" not in path.name
        content = path.read_bytes()
        for secret in (b"DOE", b"JANE", b"doe^jane", b"t1_tse", b"1.2.840", b"Dr Who"):
            assert secret not in content, (path.name, secret)
