"""Who reads a study, for how long, and what is stood for; without a window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from napari_parotid.messages import Notice
from napari_parotid.reading_time import ReadingClock
from napari_parotid.session import Session
from napari_parotid.work import State
from parotid_training.acceptance import Answer, SomeSlices
from parotid_training.io.casefolder import read_case_description
from parotid_training.labels import Structure
from parotid_training.study import Role
from parotid_training.workspace.records import StudyState
from tests.plugin.test_session import full_records, notices_of, stroke_at

if TYPE_CHECKING:
    from collections.abc import Callable


def test_accepting_asks_first(session: Session, folder: Path) -> None:
    session.open_path(folder)
    session.set_structure(Structure.TUMOUR)
    stroke_at(session, (0, 0, 0), 1)
    session.accept()
    assert session.state is State.CORRECTING
    assert any("separate piece" in q.sentence and q.where == (0, 0, 0) for q in session.questions)
    session.accept(anyway=True)
    assert session.state is State.ACCEPTED
    assert session.questions == ()
    (case,) = session.engine.store.cases()
    assert case.who == session.who
    assert case.model_id == "a" * 64
    assert any("separate piece" in sentence for sentence in case.in_spite_of)
    assert not any(sentence.endswith("absent?") for sentence in case.in_spite_of), "that is an answer"
    assert session.record.in_spite_of == case.in_spite_of
    session.reopen()
    assert session.record.in_spite_of == (), "of an accepted mask only"


def test_an_accepted_study_is_shown_and_reopened(session: Session, folder: Path) -> None:
    session.open_path(folder)
    stroke_at(session, (1, 2, 3), 2)
    session.accept(anyway=True)
    mask, study_id = session.labels.copy(), session.study_id
    session.undo()
    assert np.array_equal(session.labels, mask), "accepted masks are not undone"
    session.close()
    session.open_study(study_id)
    assert session.state is State.ACCEPTED
    assert np.array_equal(session.labels, mask)
    assert not session.editable
    session.reopen()
    stroke_at(session, (2, 2, 3), 1)
    session.accept((Answer.ANNOTATED, Answer.LEFT_ABSENT), anyway=True)
    assert len(session.engine.store.cases(current_only=False)) == 2
    assert len(session.engine.store.cases()) == 1


def test_a_reopened_study_survives_before_its_first_edit(session: Session, folder: Path) -> None:
    session.open_path(folder)
    stroke_at(session, (1, 2, 3), 2)
    session.accept(anyway=True)
    study_id, mask = session.study_id, session.labels.copy()
    session.reopen()
    session.close()
    session.open_study(study_id)
    assert session.state is State.CORRECTING
    assert np.array_equal(session.labels, mask)


def test_nothing_disturbs_an_acceptance_being_saved(kit: Any, session: Session, engine: Any, tmp_path: Path) -> None:
    from napari_parotid.registration import measure

    study = kit.make_study((kit.AXIAL_GRID,) * 2, (Role.T1W, Role.T2W))
    path = engine.put(tmp_path / "two", study)
    session.open_path(path)
    volume = session.study.sequences[1].volume
    session._set_preview(measure(1, volume, volume))
    mask, laid_out = session.labels, session.study
    session._work.submit = kit.Later()
    session.accept(anyway=True)
    notices = notices_of(session)
    deeds = (
        lambda: session.set_role(0, Role.STIR),
        lambda: session.set_reference(1),
        session.keep_registration,
        session.close,
        session.propose,
        lambda: session.open_path(path),
        lambda: session.open_study(session.study_id),
    )
    for n, deed in enumerate(deeds, start=1):
        deed()
        assert [notice.sentence for notice in notices] == ["Your work is just being saved."] * n
    session.reopen()
    assert session.study is laid_out
    assert session.labels is mask
    session._work.submit.run()
    assert session.state is State.ACCEPTED
    assert len(session.engine.store.cases()) == 1


def test_an_acceptance_has_the_last_word_on_the_state(session: Session, folder: Path) -> None:
    session.open_path(folder)
    with full_records(session):
        stroke_at(session, (1, 2, 3), 2)
    session.accept(anyway=True)
    session.poll()
    assert session.record.state is StudyState.ACCEPTED


def test_a_second_person_approves(session: Session, folder: Path) -> None:
    notices: list[Notice] = []
    session.notice.connect(notices.append)
    session.who = "Ada"
    session.open_path(folder)
    session.approve()
    assert session.record.state is StudyState.PROPOSED, "there is nothing to approve yet"
    session.accept((Answer.ANNOTATED, Answer.RIGHT_ABSENT), comment="after surgery", anyway=True)
    session.approve()
    assert "second person" in notices[-1].sentence
    assert session.record.state is StudyState.ACCEPTED
    session.who = "Grace"
    session.approve()
    assert session.record.state is StudyState.APPROVED
    assert session.case is not None
    assert session.case.approved_by == "Grace"
    study_id = session.study_id
    session.close()
    session.open_study(study_id)
    assert session.state is State.ACCEPTED
    assert not session.editable
    assert session.case.comment == "after surgery"
    assert session.case.answers == (Answer.ANNOTATED, Answer.RIGHT_ABSENT)
    session.reopen()
    assert session.record.state is StudyState.IN_CORRECTION
    assert session.case.comment == "after surgery", "its answers are gone on with"
    session.open_next()
    assert session.study_id == study_id, "it is the only one to be read"


def test_nobody_accepts_namelessly(session: Session, folder: Path) -> None:
    notices: list[Notice] = []
    session.notice.connect(notices.append)
    session.open_path(folder)
    session.who = " "
    session.accept(anyway=True)
    assert session.state is State.PROPOSED
    assert "Nobody is named" in notices[-1].sentence


def test_an_unreadable_study_is_accepted_without_questions_and_not_learned_from(session: Session, folder: Path) -> None:
    session.open_path(folder)
    session.accept((Answer.NOT_READABLE,), comment="motion")
    assert session.state is State.ACCEPTED
    split = session.engine.store.split()
    assert split.train == split.holdout == ()


def test_only_corrected_slices_are_stood_for_where_the_reader_says_so(session: Session, folder: Path) -> None:
    said, notices = (Answer.ANNOTATED, Answer.SOME_SLICES), notices_of(session)
    session.open_path(folder)
    session.accept(said, anyway=True)
    assert session.state is State.PROPOSED
    assert "none was changed" in notices[-1].sentence
    stroke_at(session, (1, 2, 3), 2)
    session.accept(said)
    assert session.study is not None
    view = session.study.grid.canonical()
    native, total = (1, 2, 3)[view.native_axes[0]], view.shape[0]
    shown = total - native if view.flips[0] else native + 1
    assert session.questions[0].sentence == f"You confirm axial slice {shown} and no other. Is it right?"
    session.accept(said, anyway=True)
    assert session.state is State.ACCEPTED
    (case,) = session.engine.store.cases()
    assert case.answers == said
    facts = read_case_description(session.engine.store.case_folder(case.case_id))["facts"]
    assert facts["slices"] == [native], "as the array counts them: the model learns from it"
    assert case.stood_for == session.record.stood_for == SomeSlices((shown,), total), "as the views do"
    session.reopen()
    assert session.record.stood_for is None, "nobody stands for it until it is accepted again"
    session.accept(anyway=True)
    assert session.record.stood_for is None


def reading(session: Session) -> tuple[list[float], Callable[[int], None]]:
    """Return the time by which a session counts, and who reads for so many seconds of it."""
    now = [0.0]
    session.clock = ReadingClock(lambda: now[0])

    def read(seconds: int) -> None:
        session.clock.touch()
        for _ in range(seconds):
            now[0] += 1
            session.clock.touch()
            session.poll()

    return now, read


def test_reading_time_is_kept_by_study_and_reader(
    session: Session, engine: Any, kit: Any, folder: Path, tmp_path: Path
) -> None:
    now, read = reading(session)
    session.who = "Ada"
    session.open_path(folder)
    first = session.study_id
    read(40)
    assert engine.store.reading_times(first)["Ada"] >= 30, "not only at the end"
    session.open_path(engine.put(tmp_path / "other", kit.make_study()))
    assert engine.store.reading_times(first) == {"Ada": 40}
    second = session.study_id
    read(5)
    now[0] += 600
    session.end()
    assert engine.store.reading_times(second) == {"Ada": 65}, "the pause ends a minute after the last movement"
    assert engine.store.reading_times(first) == {"Ada": 40}


def test_who_accepted_a_study_has_done_with_reading_it(session: Session, engine: Any, folder: Path) -> None:
    _, read = reading(session)
    session.who = "Ada"
    session.open_path(folder)
    first = session.study_id
    stroke_at(session, (1, 2, 3), 2)
    read(10)
    session.accept(anyway=True)
    read(50)
    session.who = "Grace"
    read(20)
    session.close()
    assert engine.store.reading_times(first) == {"Ada": 10, "Grace": 20}


def test_a_small_picture_follows_the_mask(session: Session, folder: Path) -> None:
    session.open_path(folder)
    path = session.engine.store.thumbnail(session.study_id)
    proposed = path.read_bytes()
    stroke_at(session, (20, 20, 10), 2)
    session.labels[4:40, 4:36, 5] = 1
    session.accept(anyway=True)
    assert path.read_bytes() != proposed


def test_no_tumour_beside_a_drawn_tumour_is_refused(session: Session, folder: Path) -> None:
    session.open_path(folder)
    assert (session.labels == Structure.TUMOUR).any()
    notices = notices_of(session)
    session.accept((Answer.ANNOTATED, Answer.NO_TUMOUR), anyway=True)
    assert "no tumour, but one is drawn" in notices[-1].sentence
    assert session.state is State.PROPOSED


def test_accepting_in_spite_of_a_question_says_what_it_asks(session: Session, folder: Path) -> None:
    session.open_path(folder)
    session.labels[session.labels == Structure.TUMOUR] = Structure.GLAND
    session.accept()
    assert Answer.NO_TUMOUR in [question.answer for question in session.questions]
    session.accept(anyway=True)
    assert session.state is State.ACCEPTED
    assert Answer.NO_TUMOUR in session.case.answers


@pytest.mark.parametrize("deed", ["propose", "reference"])
def test_questions_end_with_the_mask_they_were_asked_of(
    session: Session, engine: Any, kit: Any, tmp_path: Path, deed: str
) -> None:
    study = kit.make_study((kit.AXIAL_GRID, kit.OBLIQUE_GRID), (Role.T1W, Role.T2W))
    session.open_path(engine.put(tmp_path / "s", study))
    session.labels[0, 0, 0] = 1
    session.accept()
    assert session.questions
    if deed == "propose":
        session.propose()
    else:
        session.set_reference(1 - session.study.reference)
    assert session.questions == ()
