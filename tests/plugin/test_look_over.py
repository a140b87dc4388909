"""An accepted mask that is asked about, beside what the model says of it now."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from napari_parotid.messages import Notice
from napari_parotid.session import Session
from napari_parotid.work import State
from parotid_training.workspace.records import StudyState


def accepted_and_looked_at(session: Session, folder: Path, later: Any) -> list[Any]:
    """Accept a mask that was drawn without the model, and ask for the model's own; what was shown comes back."""
    session.open_path(folder)
    session.accept(anyway=True)
    session.proposal = None
    looked: list[Any] = []
    session.compared.connect(lambda: looked.append(session.compared_with))
    session._work.submit = later
    session.look_over(session.study_id)
    return looked


def test_reopening_ends_the_look_at_the_models_own(kit: Any, session: Session, folder: Path) -> None:
    later = kit.Later()
    looked = accepted_and_looked_at(session, folder, later)
    session.reopen()
    assert (session.state, session.busy) == (State.CORRECTING, None)
    later.run()
    assert (looked, session.compared_with) == ([], None), "it would lie over the correction"
    session.cancel()
    assert session.state is State.CORRECTING
    assert session.record.state is StudyState.IN_CORRECTION


def test_what_is_reopened_is_compared_with_what_it_began_with(kit: Any, session: Session, folder: Path) -> None:
    later = kit.Later()
    looked = accepted_and_looked_at(session, folder, later)
    later.run()
    assert len(looked) == 1
    changed: list[Any] = []
    session.proposal_changed.connect(lambda: changed.append(session.compared_with))
    session.reopen()
    assert changed == [None]


def test_an_approval_on_its_way_is_not_reopened(kit: Any, session: Session, folder: Path) -> None:
    session.open_path(folder)
    session.who = "Ada"
    session.accept(anyway=True)
    session.who = "Grace"
    session._work.submit = kit.Later()
    session.approve()
    session.reopen()
    assert session.state is State.ACCEPTED
    session._work.submit.run()
    assert session.case.approved_by == "Grace"


def test_looking_asks_the_version_of_now(kit: Any, session: Session, folder: Path, monkeypatch: Any) -> None:
    session.open_path(folder)
    session.accept(anyway=True)
    looked: list[Any] = []
    session.compared.connect(lambda: looked.append(session.compared_with))
    session.look_over(session.study_id)
    assert looked == [session.proposal]
    asked = session.engine.proposals
    for n, version in enumerate("bcc", start=1):
        now = SimpleNamespace(model_id=version * 64, title=f"Version {n}")
        monkeypatch.setattr(session.engine.store, "current_model", lambda now=now: now)
        session.look_over(session.study_id)
        assert looked[n].model_id == version * 64
    assert session.engine.proposals == asked + 2, "the same version says the same"
    assert session.proposal.model_id == "a" * 64, "the mask was made from that one"


def test_a_look_ends_with_the_opening_it_was_for(kit: Any, session: Session, engine: Any, tmp_path: Path) -> None:
    folders = [engine.put(tmp_path / name, kit.make_study()) for name in "ab"]
    ids = []
    for folder in folders:
        session.open_path(folder)
        session.accept(anyway=True)
        ids.append(session.study_id)
    looked: list[str] = []
    session.compared.connect(lambda: looked.append(session.study_id))
    session._work.submit = later = kit.Later()
    session.look_over(ids[0])
    session.cancel()
    session.open_study(ids[0])
    later.run(1)
    assert (session.study_id, looked) == (ids[0], []), "it was cancelled"
    session.look_over(ids[1])
    later.run(1)
    assert (session.study_id, looked) == (ids[1], [ids[1]])


def test_a_second_press_of_look_waits_for_the_first(kit: Any, session: Session, folder: Path) -> None:
    later = kit.Later()
    looked = accepted_and_looked_at(session, folder, later)
    session.look_over(session.study_id)
    assert len(later.waiting) == 1
    later.run()
    assert (len(looked), session.busy) == (1, None)


def test_a_look_at_a_reopened_study_says_why_there_is_none(session: Session, folder: Path) -> None:
    session.open_path(folder)
    session.accept(anyway=True)
    session.reopen()
    notices: list[Notice] = []
    session.notice.connect(lambda notice: notices.append(notice))
    session.look_over(session.study_id)
    assert [notice.sentence for notice in notices] == ["The accepted mask is not in view: the study was reopened."]


def test_a_look_says_which_step_it_is_at_and_what_it_is_for(kit: Any, session: Session, folder: Path) -> None:
    later, said = kit.Later(), []
    session.busy_changed.connect(lambda busy: busy is not None and said.append((busy.words, busy.fraction)))
    accepted_and_looked_at(session, folder, later)
    later.progress(0.2, "Preparing the sequences")
    assert said[-2:] == [
        ("Proposing a mask, to show what Version 1 would draw beside the accepted mask", None),
        ("Preparing the sequences, to show what Version 1 would draw beside the accepted mask", 0.2),
    ]
