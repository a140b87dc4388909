"""Proposals while nobody works: never in the reader's way."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from napari_parotid.ahead import Ahead
from napari_parotid.session import Session
from parotid_training.errors import ParotidError
from parotid_training.workspace.records import StudyState


@pytest.fixture
def listed(session: Session, engine: Any, kit: Any, tmp_path: Any) -> list[str]:
    """Three studies on the list, none of them read."""
    store, ids = session.engine.store, []
    for n in range(3):
        path = engine.put(tmp_path / f"scan{n}", kit.make_study())
        ids.append(store.add_study(path.resolve(), patient_key=f"p{n}").study_id)
    session.clock = SimpleNamespace(still_for=100.0, take=lambda: 0.0, touch=lambda: None)
    return ids


def states(session: Session) -> list[str]:
    return [record.state.value for record in session.records]


def test_the_whole_list_is_proposed_and_pictured(session: Session, engine: Any, kit: Any, listed: list[str]) -> None:
    ahead, seen = Ahead(session, kit.Now()), []
    session.worklist_changed.connect(lambda: seen.append(states(session).count("proposed")))
    for _ in range(5):
        ahead.poll()
    assert states(session) == ["proposed"] * 3
    assert seen == [1, 2, 3]
    assert engine.proposals == 3, "and nothing twice"
    assert all(record.roles for record in session.records)
    assert all(session.engine.store.thumbnail(one).exists() for one in listed)
    session.open_study(listed[1])
    assert engine.proposals == 3, "it opens with what was kept"


def test_it_waits_for_still_hands_and_idle_sessions(session: Session, kit: Any, listed: list[str]) -> None:
    later = kit.Later()
    ahead = Ahead(session, later)
    session.clock.still_for = 1.0
    ahead.poll()
    assert not later.waiting
    session.clock.still_for = 10.0
    ahead.poll()
    ahead.poll()
    assert len(later.waiting) == 1
    assert ahead.busy is not None
    assert ahead.busy.words == "Proposing ahead: Study 1 (2 more)"


@pytest.mark.parametrize("deed", ["open", "stroke", "stop"])
def test_the_reader_goes_first(session: Session, engine: Any, kit: Any, listed: list[str], deed: str) -> None:
    later = kit.Later()
    ahead = Ahead(session, later)
    ahead.poll()
    if deed == "open":
        session.open_study(listed[0])
    elif deed == "stroke":
        session.labels_changed.emit(None)
    else:
        ahead.stop()
    assert ahead.idle
    before = engine.proposals
    later.run()  # what was cancelled meanwhile keeps nothing
    assert session.engine.store.study(listed[1]).state is StudyState.NEW
    assert engine.proposals == before
    ahead.poll()
    assert ahead.idle is (deed == "stop")
    ahead.start()
    assert not ahead.idle


def test_the_one_in_hand_and_the_accepted_are_left_alone(
    session: Session, engine: Any, kit: Any, listed: list[str]
) -> None:
    session.open_study(listed[0])
    session.accept(anyway=True)
    session.open_study(listed[1])
    asked = engine.proposals
    ahead = Ahead(session, kit.Now())
    for _ in range(4):
        ahead.poll()
    assert engine.proposals == asked + 1
    assert states(session) == ["accepted", "proposed", "proposed"]


def test_what_cannot_be_read_is_left_out(session: Session, engine: Any, kit: Any, listed: list[str]) -> None:
    said = []
    session.notice.connect(said.append)
    engine.fail = ParotidError("No sequence can feed the model.", "")
    ahead = Ahead(session, kit.Now())
    for _ in range(5):
        ahead.poll()
    assert states(session) == ["new"] * 3
    assert engine.proposals == 3
    assert said == [], "it is said when the study is opened"
    engine.fail = None
    ahead.start()
    assert states(session)[0] == "proposed"


def test_a_new_version_proposes_anew(session: Session, engine: Any, kit: Any, listed: list[str]) -> None:
    ahead = Ahead(session, kit.Now())
    for _ in range(3):
        ahead.poll()
    assert ahead.idle
    session._desk.status = session.learning.__class__(model_id="b" * 64)
    session.model_changed.emit("b" * 64)
    ahead.poll()
    assert engine.proposals == 4
