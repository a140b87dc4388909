"""Clicks as the session takes them, without a window and without the network."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from napari_parotid.session import Session
from napari_parotid.work import State
from parotid_training.errors import ParotidError
from parotid_training.labels import Structure
from tests.plugin.test_session import stroke_at

if TYPE_CHECKING:
    from pathlib import Path


def place(session: Session, index: tuple[int, int, int]) -> tuple[float, float, float]:
    assert session.study is not None
    x, y, z = session.study.grid.to_patient(index)
    return float(x), float(y), float(z)


@pytest.fixture
def opened(session: Session, folder: Path) -> Session:
    session.open_path(folder)
    return session


def test_a_click_changes_the_mask_and_can_be_undone(opened: Session) -> None:
    before = opened.labels.copy()
    opened.click([place(opened, (1, 2, 3))], adds=True)
    assert opened.labels[1, 2, 3] == Structure.GLAND
    assert opened.state is State.CORRECTING
    opened.undo()
    np.testing.assert_array_equal(opened.labels, before)


def test_clicks_at_a_structure_are_answered_together(opened: Session, engine: Any) -> None:
    begun = opened.labels.copy()
    opened.click([place(opened, (1, 2, 3))], adds=True)
    opened.click([place(opened, (4, 5, 6)), place(opened, (4, 5, 7))], adds=False)
    assert engine.calls[-2:] == ["refine 1", "refine 3"]
    np.testing.assert_array_equal(engine.begun, begun)
    assert [click.adds for click in opened.clicks] == [True, False, False]


@pytest.mark.parametrize("between", ["undo", "structure", "study", "proposal"])
def test_whatever_else_happens_ends_the_row_of_clicks(opened: Session, engine: Any, folder: Path, between: str) -> None:
    opened.click([place(opened, (1, 2, 3))], adds=True)
    if between == "undo":
        opened.undo()
        assert opened.clicks == ()
    elif between == "structure":
        opened.set_structure(Structure.TUMOUR)
    elif between == "proposal":
        opened.propose()
        assert opened.clicks == ()
    else:
        opened.open_path(folder)
        assert opened.clicks == ()
    opened.click([place(opened, (4, 5, 6))], adds=True)
    assert engine.calls[-1] == "refine 1"


def test_clicks_are_told_of_when_they_are_others_only(opened: Session, engine: Any, folder: Path) -> None:
    told: list[Any] = []
    opened.clicks_changed.connect(lambda: told.append(opened.clicks))
    opened.propose()
    stroke_at(opened, (1, 2, 3), 2)
    opened.undo()
    opened.open_path(folder)
    opened.ready_for_clicks()
    assert not told
    opened.click([place(opened, (4, 5, 6))], adds=True)
    assert len(told[-1]) == 1
    stroke_at(opened, (1, 2, 3), 2)
    assert told[-1] == ()
    assert all(before != after for before, after in pairwise([(), *told]))


def test_clicks_that_come_while_one_is_answered_are_answered_next(kit: Any, opened: Session, engine: Any) -> None:
    later = opened._work.submit = kit.Later()
    for n in range(3):
        opened.click([place(opened, (n, 2, 3))], adds=True)
    assert len(later.waiting) == 1
    assert len(opened.clicks) == 3, "also those that are about to be answered"
    later.run()
    assert len(opened.clicks) == 3
    later.run()
    assert engine.calls[-2:] == ["refine 1", "refine 3"]
    assert (opened.labels[:3, 2, 3] == Structure.GLAND).all()
    assert not later.waiting


def test_a_row_that_ends_while_it_is_answered_is_not_taken_for_the_next(kit: Any, opened: Session, engine: Any) -> None:
    later = opened._work.submit = kit.Later()
    opened.click([place(opened, (1, 2, 3))], adds=True)
    opened.set_structure(Structure.TUMOUR)
    opened.click([place(opened, (2, 2, 3))], adds=True)
    opened.set_structure(Structure.GLAND)
    opened.click([place(opened, (3, 2, 3))], adds=True)
    later.run()
    assert engine.calls[-1] == "refine 1"
    later.run()
    assert engine.calls[-2:] == ["refine 1", "refine 1"]
    assert len(opened.clicks) == 1
    assert opened.labels[3, 2, 3] == Structure.GLAND
    assert not later.waiting


def test_a_click_that_fails_is_said_and_the_next_one_is_answered(opened: Session, engine: Any) -> None:
    notices: list[Any] = []
    opened.notice.connect(lambda notice: notices.append(notice))
    engine.fail = ParotidError("It did not work.", "Try again.")
    opened.click([place(opened, (1, 2, 3))], adds=True)
    assert notices[-1].sentence == "It did not work."
    assert opened.state is State.PROPOSED
    engine.fail = None
    opened.click([place(opened, (1, 2, 3))], adds=True)
    assert opened.labels[1, 2, 3] == Structure.GLAND


@pytest.mark.parametrize("how", ["cancelled", "failed", "cancelled, of the other structure"])
def test_a_click_without_an_answer_is_as_if_it_had_never_been_made(
    kit: Any, opened: Session, engine: Any, how: str
) -> None:
    opened.click([place(opened, (0, 0, 0))], adds=True)
    later = opened._work.submit = kit.Later()
    if "other" in how:
        opened.set_structure(Structure.TUMOUR)
    if "cancelled" in how:
        opened.click([place(opened, (1, 2, 3))], adds=True)
        opened.cancel()
    else:
        engine.fail = ParotidError("It did not work.", "Try again.")
        opened.click([place(opened, (1, 2, 3))], adds=True)
    later.run()
    assert len(opened.clicks) == (0 if "other" in how else 1)
    engine.fail = None
    opened.click([place(opened, (4, 5, 6))], adds=True)
    later.run()
    assert opened.labels[1, 2, 3] == Structure.BACKGROUND
    assert opened.labels[4, 5, 6] == opened.active_structure
    assert engine.calls[-1] == ("refine 1" if "other" in how else "refine 2")


def test_a_click_that_changes_nothing_says_so(opened: Session) -> None:
    notices: list[Any] = []
    opened.notice.connect(lambda notice: notices.append(notice))
    opened.click([place(opened, (0, 0, 0))], adds=False)
    assert "changed nothing" in notices[-1].sentence
    assert opened.state is State.PROPOSED


@pytest.mark.parametrize(
    ("structure", "adds", "sentence"),
    [
        (Structure.GLAND, True, "The model sees no gland there: only the place you clicked was drawn."),
        (Structure.GLAND, False, "The model sees gland there: only the place you clicked was erased."),
        (Structure.TUMOUR, True, "The model sees no tumour there: only the place you clicked was drawn."),
        (Structure.TUMOUR, False, "The model sees tumour there: only the place you clicked was erased."),
    ],
)
def test_where_the_model_sees_another_thing_the_reader_is_told(
    opened: Session, engine: Any, structure: Structure, adds: bool, sentence: str
) -> None:
    notices: list[Any] = []
    opened.notice.connect(lambda notice: notices.append(notice))
    opened.set_structure(structure)
    there, elsewhere = (np.argwhere((opened.labels == structure) != adds)[n].tolist() for n in (0, 1))
    opened.click([place(opened, tuple(there))], adds=adds)
    assert not notices
    engine.agrees = False
    opened.click([place(opened, tuple(elsewhere))], adds=adds)
    assert [notice.sentence for notice in notices] == [sentence]
    assert (opened.labels[tuple(elsewhere)] == structure) == adds


def grown_around(engine: Any, monkeypatch: pytest.MonkeyPatch, shrunk: np.ndarray) -> None:
    """Have each answer, besides the clicks, give a part of the tumour to the gland, as the network's often does."""
    answer = engine.refine

    def refine(*asked: Any) -> Any:
        after = answer(*asked)
        after.labels[shrunk] = Structure.GLAND
        return after

    monkeypatch.setattr(engine, "refine", refine)


@pytest.mark.parametrize("on", [Structure.GLAND, Structure.BACKGROUND])
def test_no_answer_makes_a_locked_gland_larger_or_smaller(
    opened: Session, engine: Any, monkeypatch: pytest.MonkeyPatch, on: Structure
) -> None:
    tumour = opened.labels == Structure.TUMOUR
    shrunk = tumour & (np.cumsum(tumour).reshape(tumour.shape) <= 20)
    grown_around(engine, monkeypatch, shrunk)
    opened.set_lock(Structure.GLAND, True)
    opened.set_structure(Structure.TUMOUR)
    notices: list[Any] = []
    opened.notice.connect(lambda notice: notices.append(notice))
    before = opened.labels.copy()
    i, j, k = np.argwhere(before == on)[0].tolist()
    opened.click([place(opened, (i, j, k))], adds=True)
    expected = before.copy()
    if on is Structure.GLAND:
        assert [one.sentence for one in notices] == ["The gland is locked, so nothing changed."]
        assert opened.clicks == (), "as if it had never been made"
    else:
        expected[i, j, k] = Structure.TUMOUR
        assert not notices
    np.testing.assert_array_equal(opened.labels, expected)


def test_an_answer_refused_where_it_was_clicked_is_refused_altogether(
    opened: Session, engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = np.zeros(opened.labels.shape, bool)
    elsewhere[0, 0, :5] = True
    opened.set_structure(Structure.TUMOUR)
    opened.click([place(opened, (1, 2, 3))], adds=True)
    answered = opened.clicks
    grown_around(engine, monkeypatch, elsewhere)
    opened.set_lock(Structure.GLAND, True)
    before = opened.labels.copy()
    i, j, k = np.argwhere(before == Structure.GLAND)[0].tolist()
    opened.click([place(opened, (i, j, k))], adds=True)
    np.testing.assert_array_equal(opened.labels, before)
    assert opened.clicks == answered


def test_an_accepted_study_takes_no_clicks(opened: Session, engine: Any) -> None:
    opened._work.stand(State.ACCEPTED)
    calls = list(engine.calls)
    opened.click([place(opened, (1, 2, 3))], adds=True)
    assert engine.calls == calls


def test_getting_ready_leaves_the_mask_alone(opened: Session, engine: Any) -> None:
    before = opened.labels.copy()
    opened.ready_for_clicks()
    assert engine.calls[-1] == "ready for clicks"
    np.testing.assert_array_equal(opened.labels, before)
    assert opened.state is State.PROPOSED


def test_a_click_that_comes_while_it_gets_ready_is_answered(kit: Any, opened: Session, engine: Any) -> None:
    later = opened._work.submit = kit.Later()
    opened.ready_for_clicks()
    opened.click([place(opened, (1, 2, 3))], adds=True)
    later.run()
    later.run()
    assert engine.calls[-1] == "refine 1"
    assert opened.labels[1, 2, 3] == Structure.GLAND


def test_a_click_is_forgotten_with_the_getting_ready_that_was_cancelled(kit: Any, opened: Session, engine: Any) -> None:
    later = opened._work.submit = kit.Later()
    opened.ready_for_clicks()
    assert opened.hears_clicks
    opened.click([place(opened, (1, 2, 3))], adds=True)
    opened.cancel()
    opened.ready_for_clicks()
    assert opened.clicks == ()
    while later.waiting:
        later.run()
    assert not [call for call in engine.calls if call.startswith("refine")]
    opened.propose()
    assert not opened.hears_clicks, "other work takes none"


def test_after_a_failure_other_work_takes_no_clicks(kit: Any, opened: Session, engine: Any) -> None:
    engine.fail = ParotidError("It did not work.", "Try again.")
    opened.click([place(opened, (1, 2, 3))], adds=True)
    engine.fail = None
    later = opened._work.submit = kit.Later()
    opened.propose()
    opened.click([place(opened, (1, 2, 3))], adds=True)
    later.run()
    assert not later.waiting
    assert engine.calls.count("refine 1") == 1
