"""One piece of work at a time, and where the study stands meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from napari_parotid.messages import Busy, Level, Notice
from napari_parotid.work import State, Work
from parotid_training.errors import ParotidError


@pytest.fixture
def later(kit: Any) -> Any:
    return kit.Later()


@pytest.fixture
def work(later: Any) -> Work:
    work = Work(later)
    work.stand(State.CORRECTING)
    return work


def heard(signal: Any) -> list[Any]:
    told: list[Any] = []
    signal.connect(lambda value: told.append(value))
    return told


def test_an_outcome_arrives_once_and_what_is_under_way_is_shown(work: Work, later: Any) -> None:
    busy, came = heard(work.busy_changed), []
    assert work.begin(State.OPENING)
    work.run(lambda report, cancelled: report(0.5, "Reading") or 7, came.append, "opening the study")
    assert work.busy == Busy("Opening the study")
    assert (work.idle, work.state, work.standing) == (False, State.OPENING, State.CORRECTING)
    later.run()
    assert came == [7]
    assert Busy("Reading", 0.5) in busy
    assert busy[-1] is None
    assert work.idle


@pytest.mark.parametrize("late", [False, True])
def test_after_a_failure_the_study_stands_where_it_stood(work: Work, later: Any, late: bool) -> None:
    notices = heard(work.notice)

    def fail(*_: Any) -> None:
        raise ParotidError("It is gone.", "Put it back.")

    work.begin(State.PROPOSING)
    work.run(*((lambda *_: 1, fail) if late else (fail, lambda _: None)), "proposing a mask")
    later.run()
    assert notices == [Notice("It is gone.", "Put it back.", Level.ERROR)]
    assert work.state is State.CORRECTING
    assert work.idle


def test_other_work_stops_it_and_its_outcome_is_dropped(work: Work, later: Any) -> None:
    came: list[str] = []
    work.begin(State.OPENING)
    work.run(lambda *_: "first", came.append, "opening")
    work.begin(State.PROPOSING)
    assert work.standing is State.CORRECTING, "not the state that passed"
    work.run(lambda *_: "second", came.append, "proposing")
    later.run(1)
    later.run(0)
    assert came == ["second"]


def test_cancelling_brings_back_the_state_before(work: Work, later: Any) -> None:
    came: list[int] = []
    work.begin(State.OPENING)
    work.run(lambda *_: 1, came.append, "opening")
    work.cancel()
    assert (work.state, work.busy, work.idle) == (State.CORRECTING, None, True)
    later.run()
    assert came == []


def test_settling_is_seen_when_the_passing_work_has_ended(work: Work) -> None:
    states = heard(work.state_changed)
    work.stand(State.PROPOSED)
    work.begin(State.PROPOSING)
    work.run(lambda *_: 1, lambda _: None, "proposing")
    work.settle(State.CORRECTING)
    assert (work.state, work.standing) == (State.PROPOSING, State.CORRECTING)
    work.cancel()
    assert states == [State.PROPOSED, State.PROPOSING, State.CORRECTING]
    work.settle(State.ACCEPTED)
    assert work.state is State.ACCEPTED


def test_what_cannot_be_cancelled_is_left_alone(work: Work, later: Any) -> None:
    notices, came = heard(work.notice), []
    work.run(lambda *_: 1, came.append, "saving", can_cancel=False)
    work.cancel()
    assert not work.begin(State.OPENING)
    assert work.saving()
    assert work.state is State.CORRECTING
    assert [notice.sentence for notice in notices] == ["Your work is just being saved."] * 2
    later.run()
    assert came == [1]
    assert not work.saving()


def test_work_that_must_wait_is_refused_while_other_is_under_way(work: Work, later: Any) -> None:
    notices = heard(work.notice)
    assert not work.occupied()
    work.run(lambda *_: 1, lambda _: None, "aligning")
    assert work.occupied()
    assert notices == [Notice("Other work is under way.", "Wait for it, or cancel it.", Level.WARNING)]
