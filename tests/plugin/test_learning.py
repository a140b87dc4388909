"""The learning side of the session: what is shown of a run, whatever fails meanwhile."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

from napari_parotid.learning import LearningDesk
from napari_parotid.messages import LearningState, Level, Notice
from napari_parotid.standing import RULE
from napari_parotid.starting import LearningSettings, StartRule
from napari_parotid.tasks import Tasks
from parotid_training.acceptance import Acceptance
from parotid_training.errors import ParotidError
from parotid_training.labels import Structure
from parotid_training.learn.news import Flaw
from parotid_training.learn.verdict import Row, Verdict, headline
from parotid_training.volume import LabelMap
from parotid_training.workspace.events import Event
from parotid_training.workspace.judge import OVERTAKEN
from parotid_training.workspace.records import JobState

NO_DISK = ParotidError("The disk is full.", "Free space.")


def accept(engine: Any, kit: Any, patient: str) -> Any:
    store, study = engine.store, kit.make_study()
    record = store.add_study(None, patient_key=patient)
    mask = LabelMap(study.grid, np.ones(study.grid.shape, np.uint8))
    return store.accept(record.study_id, study, mask, Acceptance("me"))


def refuse(*_: Any, **__: Any) -> None:
    raise NO_DISK


class Watched:
    """A desk, and what it said."""

    def __init__(self, engine: Any, submit: Any) -> None:
        self.engine, self.notices = engine, list[Notice]()
        self.desk = LearningDesk(engine, submit, LearningSettings(automatic=False))
        self.desk.notice.connect(self.notices.append)

    @property
    def buttons(self) -> tuple[LearningState, str, bool, bool]:
        """State, words, whether it can be cancelled, whether paused."""
        shown = self.desk.status
        return shown.state, shown.words, shown.can_cancel, shown.can_pause

    def hear(self, *news: Event) -> None:
        self.engine.jobs.news += news
        self.desk.poll()


@pytest.fixture
def watched(engine: Any, kit: Any) -> Watched:
    for n in range(3):
        accept(engine, kit, f"patient {n}")
    return Watched(engine, kit.Now())


@pytest.fixture
def run(watched: Watched) -> str:
    """A run that goes on."""
    watched.desk.start()
    run: str = watched.engine.jobs.started[0].run
    watched.engine.store.queue.mark_running(run)
    watched.hear(Event(run, "started", 0.0), progress(run))
    assert watched.buttons == (LearningState.TRAINING, "Training", True, True)
    return run


def progress(run: str, step: int = 5) -> Event:
    return Event(run, "progress", 1.0, stage="training", step=step, steps=10, loss=0.5, held_out=0.7)


LEARNING = (LearningState.TRAINING, "Training", True, True)


def test_a_request_that_cannot_be_met_leaves_the_run_as_it_is(watched: Watched, run: str) -> None:
    watched.hear(Event("", "done", 1.0, state=JobState.FAILED, sentence="Too few studies."))
    assert watched.buttons == LEARNING
    assert (watched.notices[-1].sentence, watched.notices[-1].level) == ("Too few studies.", Level.WARNING)
    watched.desk.cancel()
    assert watched.engine.jobs.cancelled == [run]


def test_a_request_that_cannot_be_met_leaves_a_paused_run_to_be_gone_on_with(watched: Watched, run: str) -> None:
    watched.desk.pause()
    watched.engine.store.queue.pause(run)
    watched.desk.poll()
    watched.hear(Event("", "done", 1.0, state=JobState.FAILED, sentence="Too few studies."))
    assert watched.buttons == (LearningState.PAUSED, "Paused", True, False)


def test_a_run_that_only_waited_ends_beside_the_one_that_goes_on(watched: Watched, run: str) -> None:
    other = watched.engine.store.request_finetune().run
    watched.engine.store.queue.finish(other, JobState.FAILED, "Learning could not be started.")
    watched.hear(Event(other, "done", 1.0, state=JobState.FAILED, sentence="Learning could not be started."))
    assert watched.buttons == LEARNING


@pytest.mark.parametrize("what", ["cancel", "pause"])
def test_what_could_not_be_stopped_can_be_stopped_again(
    watched: Watched, run: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(watched.engine.jobs, what, refuse)
        getattr(watched.desk, what)()
    assert watched.notices[-1].sentence == "The disk is full."
    assert watched.buttons == (LearningState.TRAINING, "Learning from your masks", True, True)
    watched.hear(progress(run))
    assert watched.buttons == LEARNING
    getattr(watched.desk, what)()
    assert (watched.engine.jobs.cancelled, watched.engine.jobs.paused) in (([run], ""), ([], run))


@pytest.mark.parametrize(("what", "words"), [("cancel", "Stopping"), ("pause", "Pausing")])
def test_while_it_stops_nothing_else_is_said(watched: Watched, run: str, what: str, words: str) -> None:
    getattr(watched.desk, what)()
    watched.engine.jobs.news = []
    watched.hear(progress(run, 6))
    assert watched.buttons == (LearningState.TRAINING, words, False, False)
    assert watched.desk.status.losses[-1] == (6, 0.5)
    watched.hear(Event(run, "waiting", 2.0), Event(run, "started", 3.0), progress(run, 7))
    assert watched.buttons == LEARNING


def test_going_on_is_asked_for_once(watched: Watched, run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    watched.desk.pause()
    watched.engine.store.queue.pause(run)
    watched.desk.poll()
    with monkeypatch.context() as patch:
        patch.setattr(watched.engine.jobs, "resume", refuse)
        watched.desk.resume()
    assert watched.buttons == (LearningState.PAUSED, "Paused", True, False), "it did not work, and can be tried again"
    asked: list[str] = []
    monkeypatch.setattr(watched.engine.jobs, "resume", asked.append)
    watched.desk.resume()
    watched.desk.resume()
    assert asked == [run]
    assert watched.buttons == (LearningState.WAITING, "Getting ready to learn", True, True)


def test_a_run_that_failed_while_going_on_is_over(watched: Watched, run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    watched.desk.pause()
    watched.desk.poll()

    def fail(run: str) -> None:
        watched.engine.store.queue.finish(run, JobState.FAILED, "Learning could not be started.")
        raise NO_DISK

    monkeypatch.setattr(watched.engine.jobs, "resume", fail)
    watched.desk.resume()
    assert watched.buttons == (LearningState.FAILED, "", False, False)
    assert watched.desk.status.verdict == "Learning could not be started."


def test_what_became_known_while_learning_was_asked_for_in_vain_stays(
    engine: Any, kit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(engine, kit, "patient 0")
    later = kit.Later()
    watched = Watched(engine, later)
    watched.desk.start()
    accept(engine, kit, "patient 1")
    watched.desk.accepted()
    monkeypatch.setattr(engine.jobs, "start", refuse)
    later.run()
    assert watched.desk.status.state is LearningState.IDLE
    assert watched.desk.status.waiting_cases == 2


def test_another_run_begins_with_an_empty_curve(watched: Watched, run: str) -> None:
    assert watched.desk.status.held_out == ((5, 0.7),)
    watched.hear(Event(run, "started", 2.0))
    assert watched.desk.status.held_out == ((5, 0.7),), "the same, taken up again"
    watched.hear(Event(run, "done", 2.0, state=JobState.REFUSED, sentence="No better."))
    other = watched.engine.store.request_finetune().run
    watched.hear(Event(other, "started", 3.0))
    shown = watched.desk.status
    assert (shown.losses, shown.held_out, shown.verdict, shown.fraction) == ((), (), "", None)


def test_a_question_can_be_answered_while_it_is_learned_on(watched: Watched, run: str) -> None:
    odd = watched.engine.store.split().train[0]
    watched.engine.store.screenings.note(odd, "empty")
    watched.hear(Event(run, "screened", 2.0, case=odd, doubt="empty"))
    assert [question.case_id for question in watched.desk.status.questions] == [odd]


def test_what_failed_is_shown_as_it_was(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    watched.desk.changed.connect(told.append)
    watched.told = told  # type: ignore[attr-defined]
    monkeypatch.setattr(watched.engine.store, "answer_question", refuse)
    watched.desk.answer("case", True, "me")
    assert len(told) == 1, "the question's buttons are to be pressed again"


def test_a_round_that_left_a_study_out_is_a_warning(watched: Watched, run: str) -> None:
    store = watched.engine.store
    store.queue.leave_out(run, store.split().train[0], Flaw.DAMAGED)
    store.queue.finish(run, JobState.PROMOTED, "Used. Study 1 was left out.")
    watched.hear(Event(run, "done", 2.0, state=JobState.PROMOTED, sentence="Used. Study 1 was left out."))
    assert watched.notices[-1] == Notice("Used. Study 1 was left out.", "", Level.WARNING)


def test_why_it_did_not_start_by_itself_is_not_said_for_ever(engine: Any, kit: Any) -> None:
    accept(engine, kit, "patient 0")
    watched = Watched(engine, kit.Now())
    watched.desk.start(by_itself=True)
    assert "at least two patients" in watched.desk.status.words
    accept(engine, kit, "patient 1")
    watched.desk.accepted()
    assert watched.desk.status.words == ""


def test_a_refused_version_that_is_used_is_no_longer_called_not_used(
    watched: Watched, run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.hear(Event(run, "done", 2.0, state=JobState.REFUSED, sentence="Not used: it is worse."))
    monkeypatch.setattr("napari_parotid.decisions.override", refuse)
    watched.desk.override(run, "The held-out scan is blurred.")
    assert watched.desk.status.verdict == "Not used: it is worse.", "nothing was done"
    monkeypatch.setattr("napari_parotid.decisions.override", lambda *_: None)
    watched.desk.override(run, "The held-out scan is blurred.")
    assert watched.desk.status.verdict == "Used at your word: The held-out scan is blurred."


def test_the_notice_of_a_verdict_is_one_sentence(watched: Watched, run: str) -> None:
    sentence = "Not used: the gland score fell from 0.80 to 0.70; the outline fell from 0.90 to 0.80."
    watched.hear(Event(run, "done", 2.0, state=JobState.REFUSED, sentence=sentence))
    assert watched.notices[-1].sentence == "Not used: the gland score fell from 0.80 to 0.70."
    assert watched.desk.status.verdict == sentence


def test_the_last_comparison_stays_at_hand(watched: Watched, run: str, kit: Any) -> None:
    rows = (Row("hold-out", Structure.GLAND, "DSC", 1, 0.8, 0.7, passed=False),)
    watched.engine.store.queue.finish(run, JobState.REFUSED, "Not used.", verdict=Verdict(False, "Not used.", rows))
    watched.hear(Event(run, "done", 2.0, state=JobState.REFUSED, sentence="Not used."))
    assert (watched.desk.status.judged, watched.desk.status.rows) == ("Not used.", rows)
    store = watched.engine.store
    (judge,) = store.job(run).holdout
    judging = store.study(next(case.study_id for case in store.cases() if case.case_id == judge)).title
    said = watched.desk.status.judged_by
    assert said.endswith(f"Before: Version 1 (shipped). New: a new version. Your held-out studies: {judging}.")
    watched.desk.start()
    other = watched.engine.jobs.started[-1].run
    watched.hear(Event(other, "started", 3.0))
    watched.engine.store.queue.finish(other, JobState.CANCELLED, "Cancelled.")
    watched.hear(Event(other, "done", 4.0, state=JobState.CANCELLED, sentence="Cancelled."))
    assert watched.desk.status.verdict == "Cancelled."
    assert watched.desk.status.judged_by == said, "of the round that was judged"
    assert (watched.desk.status.judged, watched.desk.status.rows) == ("Not used.", rows)
    assert Watched(watched.engine, kit.Now()).desk.status.rows == rows, "after a start of the program too"


@pytest.mark.parametrize(("in_use", "said"), [(True, "Used from now on"), (False, "Used then, but no longer")])
def test_the_last_comparison_says_whether_its_version_is_in_use(
    watched: Watched, run: str, in_use: bool, said: str
) -> None:
    store, sentence = watched.engine.store, "Used from now on: it is better; the outline stayed."
    model_id = store.current_model().model_id if in_use else "b" * 64
    store.queue.finish(run, JobState.PROMOTED, sentence, model_id, Verdict(True, sentence))
    watched.hear(Event(run, "done", 2.0, state=JobState.PROMOTED, sentence=sentence))
    assert watched.desk.status.judged == f"{said}: it is better; the outline stayed."
    assert headline(watched.desk.status.judged) == f"{said}: it is better."


def test_a_round_that_takes_newer_studies_along_leaves_nothing_new(watched: Watched, run: str, kit: Any) -> None:
    store = watched.engine.store
    store.queue.pause(run)
    watched.hear(Event(run, "waiting", 2.0))
    accept(watched.engine, kit, "another patient")
    watched.desk.accepted()
    assert watched.desk._fresh == 1
    store.request_finetune()
    assert Watched(watched.engine, kit.Now()).desk._fresh == 0, "the waiting round learns from it"


def test_a_clock_that_was_put_back_hides_no_study(watched: Watched, run: str, kit: Any) -> None:
    store = watched.engine.store
    store.database.write("UPDATE runs SET created = '2999-01-01T00:00:00+00:00'")
    assert watched.desk._count_fresh() == 0
    accept(watched.engine, kit, "another patient")
    assert watched.desk._count_fresh() == 1


def test_what_was_said_of_a_version_goes_with_it(watched: Watched, run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    watched.hear(Event(run, "done", 2.0, state=JobState.PROMOTED, sentence="Used from now on: it is better."))
    assert watched.desk.status.verdict
    assert watched.desk.status.back_to == ""
    monkeypatch.setattr(watched.engine.store, "rollback", lambda why, who: None)
    watched.desk.rollback(watched.desk.status.model_id)
    assert watched.desk.status.verdict == ""
    assert watched.notices[-1].sentence == "Version 1 (shipped) is used from the next study on."


def test_a_drive_that_is_away_is_told_once(watched: Watched, run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for times in (1, 2):
        with monkeypatch.context() as patch:
            patch.setattr(watched.engine.jobs, "poll", refuse)
            for _ in range(3):
                watched.desk.poll()
        assert [notice.sentence for notice in watched.notices].count("The disk is full.") == times
        watched.hear(progress(run))
    assert watched.buttons == LEARNING


@pytest.mark.parametrize("state", [JobState.REFUSED, JobState.PROMOTED])
def test_a_round_that_would_bring_the_same_again_is_told_beforehand(
    watched: Watched, run: str, kit: Any, state: JobState
) -> None:
    store = watched.engine.store
    assert not watched.desk.status.nothing_new
    store.queue.finish(run, state, "So it ended.", store.current_model().model_id)
    watched.hear(Event(run, "done", 2.0, state=state, sentence="So it ended."))
    assert watched.desk.status.nothing_new
    assert Watched(watched.engine, kit.Now()).desk.status.nothing_new, "after a start of the program too"
    accept(watched.engine, kit, "another patient")
    watched.desk.accepted()
    assert not watched.desk.status.nothing_new


def test_a_round_learns_something_else_without_a_study_or_against_another_version(watched: Watched, run: str) -> None:
    store = watched.engine.store
    store.queue.finish(run, JobState.REFUSED, "Not used: it is worse.")
    watched.hear(Event(run, "done", 2.0, state=JobState.REFUSED, sentence="Not used: it is worse."))
    odd = store.split().train[0]
    store.screenings.note(odd, "empty")
    watched.desk.answer(odd, False, "me")
    assert not watched.desk.status.nothing_new
    watched.desk.answer(odd, True, "me")
    assert watched.desk.status.nothing_new
    other = store.request_finetune().run
    store.queue.finish(other, OVERTAKEN.state, OVERTAKEN.sentence)
    watched.desk.look_again()
    assert not watched.desk.status.nothing_new, "that version was never compared with the one in use"


def test_the_cases_are_parted_once_a_refresh(watched: Watched, run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = watched.engine.store
    store.queue.finish(run, JobState.REFUSED, "Not used: it is worse.")
    split, parted = store.split, []
    monkeypatch.setattr(store, "split", lambda *given: parted.append(given) or split(*given))
    watched.desk.look_again()
    assert watched.desk.status.nothing_new
    assert len(parted) == 1


def test_what_was_decided_just_before_the_window_closed_is_done(qapp: Any, engine: Any) -> None:
    tasks, go = Tasks(), threading.Event()
    tasks(lambda report, cancelled: go.wait(10), lambda _: None, lambda _: None, lane="jobs")
    desk = LearningDesk(engine, tasks, LearningSettings(automatic=False))
    desk.set_rule(StartRule.NIGHT)
    threading.Timer(0.3, go.set).start()
    tasks.shutdown()
    assert engine.store.preference(RULE) == StartRule.NIGHT.value
