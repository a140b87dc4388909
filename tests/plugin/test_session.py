"""The state machine, without a window."""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from napari_parotid import session as module
from napari_parotid.messages import LearningState, Level, Notice
from napari_parotid.session import Session
from napari_parotid.starting import LearningSettings
from napari_parotid.work import State
from parotid_training.acceptance import Answer
from parotid_training.errors import ParotidError
from parotid_training.study import Role, Study
from parotid_training.volume import Grid, Volume
from parotid_training.workspace import tail
from parotid_training.workspace.events import Event
from parotid_training.workspace.journal import Journal, Operation
from parotid_training.workspace.records import JobState, StudyState

if TYPE_CHECKING:
    from collections.abc import Iterator


def notices_of(session: Session) -> list[Notice]:
    notices: list[Notice] = []
    session.notice.connect(notices.append)
    # psygnal holds bound methods weakly, and a list's goes with the list
    session.kept = notices  # type: ignore[attr-defined]
    return notices


def stroke_at(session: Session, index: tuple[int, int, int], value: int) -> Operation:
    """Paint one voxel, as a layer does it: first the array, then the news of it."""
    labels = session.labels
    assert labels is not None
    flat = np.array([np.ravel_multi_index(index, labels.shape)], np.int64)
    before = labels.reshape(-1)[flat].copy()
    labels[index] = value
    operation = Operation("paint", flat, before, np.array([value], np.uint8), time.time())
    session.record_stroke(operation)
    return operation


def test_opening_proposes_at_once(session: Session, folder: Path) -> None:
    states: list[State] = []
    session.state_changed.connect(states.append)
    session.open_path(folder)
    assert states == [State.OPENING, State.OPEN, State.PROPOSING, State.PROPOSED]
    assert session.labels is not None
    assert session.labels.shape == session.study.grid.shape
    assert (session.labels == 2).any()
    assert session.record.state is StudyState.PROPOSED
    assert session.busy is None


def test_a_saved_proposal_is_shown_again_without_asking(session: Session, folder: Path, engine: Any) -> None:
    session.open_path(folder)
    mask = session.labels.copy()
    study_id = session.study_id
    session.close()
    assert session.labels is None
    session.open_study(study_id)
    assert session.state is State.PROPOSED
    assert engine.proposals == 1
    assert np.array_equal(session.labels, mask)


def test_a_path_already_listed_is_opened_not_doubled(session: Session, folder: Path) -> None:
    session.open_path(folder)
    session.open_path(folder)
    assert len(session.records) == 1
    assert session.state is State.PROPOSED


def test_a_folder_used_again_for_another_patient_is_another_study(
    kit: Any, session: Session, engine: Any, tmp_path: Path
) -> None:
    study = kit.make_study()
    path = engine.put(tmp_path / "cd", replace(study, patient_id="ANNA"))
    session.open_path(path)
    stroke_at(session, (1, 2, 3), 2)
    anna = session.study_id
    engine.put(path, replace(study, patient_id="BERTA"))
    session.open_path(path)
    berta = session.study_id
    assert berta != anna
    assert session.state is State.PROPOSED
    assert session.labels[1, 2, 3] == 0
    session.open_path(path)
    assert session.study_id == berta, "opened again, not doubled"
    notices = notices_of(session)
    session.open_study(anna)
    assert "another patient" in notices[-1].sentence
    assert session.study_id == berta
    engine.put(path, replace(study, patient_id="ANNA"))
    session.open_path(path)
    assert session.study_id == anna
    assert session.labels[1, 2, 3] == 2
    assert len(session.records) == 2


def test_a_folder_that_gained_a_sequence_can_be_opened_as_it_is_now(
    kit: Any, session: Session, engine: Any, tmp_path: Path
) -> None:
    study = replace(kit.make_study((kit.OBLIQUE_GRID, kit.AXIAL_GRID), (Role.T1W, Role.T2W)), patient_id="ANNA")
    path = engine.put(tmp_path / "cd", Study(study.sequences[:1], 0, "ANNA"))
    session.open_path(path)
    first = session.study_id
    session.close()
    engine.put(path, study)
    notices = notices_of(session)
    session.open_study(first)
    assert "other sequences" in notices[-1].sentence
    session.open_path(path)
    assert session.study is not None
    assert len(session.study.sequences) == len(study.sequences)


def test_work_that_fits_the_images_no_more_is_set_aside_not_overwritten(
    kit: Any, session: Session, engine: Any, tmp_path: Path
) -> None:
    study = kit.make_study()
    path = engine.put(tmp_path / "cd", study)
    session.open_path(path)
    stroke_at(session, (1, 2, 3), 2)
    session.close()
    cut = study.sequences[study.reference].volume
    smaller = Volume(Grid((*cut.grid.shape[:2], cut.grid.shape[2] - 1), cut.grid.affine), cut.array[..., :-1])
    sequences = list(study.sequences)
    sequences[study.reference] = replace(sequences[study.reference], volume=smaller)
    engine.put(path, replace(study, sequences=tuple(sequences)))
    notices = notices_of(session)
    session.open_path(path)
    kept = list(session._history._journal.path.parent.glob("journal.aside-1"))
    assert len(kept) == 1
    assert any("kept aside as journal.aside-1" in notice.sentence for notice in notices)
    (tmp_path / "look").mkdir()
    (tmp_path / "look" / "journal.bin").write_bytes(kept[0].read_bytes())
    restored = Journal.open(tmp_path / "look").restore()
    assert restored is not None
    assert restored.array[1, 2, 3] == 2


def test_a_full_disk_is_said_again_while_it_lasts(
    session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.open_path(folder)
    monkeypatch.setattr(type(session._history), "problem", "no space left")
    notices = notices_of(session)
    session.poll()
    session.poll()
    assert len(notices) == 1
    monkeypatch.setattr(module, "REMIND_SECONDS", -1.0)
    session.poll()
    assert len(notices) == 2


def test_a_refusal_keeps_the_open_study(session: Session, folder: Path, tmp_path: Path) -> None:
    notices = notices_of(session)
    session.open_path(folder)
    labels = session.labels
    session.open_path(tmp_path / "empty")
    assert notices[-1] == Notice("There is nothing here.", "Choose another folder.", Level.ERROR)
    assert session.state is State.PROPOSED
    assert session.labels is labels


def test_a_foreign_error_is_said_without_its_message(
    session: Session, folder: Path, engine: Any, caplog: pytest.LogCaptureFixture
) -> None:
    notices = notices_of(session)
    engine.fail = ValueError("/home/x/DOE^JANE")
    session.open_path(folder)
    assert session.state is State.OPEN
    assert "DOE" not in notices[-1].sentence + notices[-1].remedy + caplog.text
    assert "ValueError" in caplog.text


def test_strokes_undo_redo(session: Session, folder: Path) -> None:
    session.open_path(folder)
    regions: list[Any] = []
    session.labels_changed.connect(regions.append)
    proposed = session.labels.copy()
    stroke_at(session, (1, 2, 3), 2)
    assert session.state is State.CORRECTING
    assert session.record.state is StudyState.IN_CORRECTION
    assert regions == [(slice(1, 2), slice(2, 3), slice(3, 4))]
    session.undo()
    assert np.array_equal(session.labels, proposed)
    assert not session.can_undo
    session.redo()
    assert session.labels[1, 2, 3] == 2
    session.redo()
    assert len(regions) == 3, "nothing more to redo"


def test_a_draft_comes_back(session: Session, folder: Path) -> None:
    session.open_path(folder)
    stroke_at(session, (1, 2, 3), 2)
    draft, study_id = session.labels.copy(), session.study_id
    session.close()
    notices = notices_of(session)
    session.open_study(study_id)
    assert session.state is State.CORRECTING
    assert np.array_equal(session.labels, draft)
    assert "unfinished work of" in notices[-1].sentence
    session.undo()
    assert session.labels[1, 2, 3] == 0


def test_a_draft_that_cannot_be_read_to_its_end_is_told_once(session: Session, folder: Path) -> None:
    session.open_path(folder)
    stroke_at(session, (1, 2, 3), 2)
    study_id, path = session.study_id, session._history._journal.path
    session._history.flush()
    size = path.stat().st_size
    stroke_at(session, (2, 2, 3), 2)
    session.close()
    content = bytearray(path.read_bytes())
    content[size + 12] ^= 1
    path.write_bytes(content)
    notices = notices_of(session)
    session.open_study(study_id)
    assert session.labels[1, 2, 3] == 2
    assert session.labels[2, 2, 3] == 0
    assert "could not be read" in notices[-1].sentence
    assert notices[-1].remedy
    assert path.with_name("journal.damaged-1").read_bytes() == content
    session.open_study(study_id)
    assert "could not be read" not in notices[-1].sentence


def test_the_same_study_opened_twice_goes_on_being_journaled(session: Session, folder: Path) -> None:
    session.open_path(folder)
    stroke_at(session, (1, 2, 3), 2)
    session.open_study(session.study_id)
    stroke_at(session, (2, 2, 3), 1)
    study_id = session.study_id
    session.close()
    session.open_study(study_id)
    assert session.labels[1, 2, 3] == 2
    assert session.labels[2, 2, 3] == 1


def test_a_mask_drawn_from_nothing_is_journaled_from_its_first_stroke(
    session: Session, folder: Path, engine: Any
) -> None:
    engine.fail = ParotidError("The model cannot be loaded.")
    session.open_path(folder)
    assert session.state is State.OPEN
    stroke_at(session, (0, 0, 0), 1)
    session.undo()
    assert not session.labels.any()


def test_a_reopened_mask_is_never_overwritten_unasked(kit: Any, session: Session, folder: Path) -> None:
    session.open_path(folder)
    stroke_at(session, (1, 2, 3), 2)
    session.accept(anyway=True)
    session.reopen()
    assert session.can_undo, "what led to it can still be taken back"
    session._work.submit = kit.Later()
    kept = session.labels.copy()
    session.propose()
    assert session.locked
    session.propose()
    session.set_role(0, Role.T2W)
    session._work.submit.run(1)
    assert session.state is State.CORRECTING
    assert session.labels[1, 2, 3] == 0, "the proposal was asked for"
    session.undo()
    assert np.array_equal(session.labels, kept)
    session.open_path(folder)
    assert session.locked
    session.set_role(0, Role.T1W)
    assert session.state is State.OPENING, "corrections were made: the model is not asked"


def test_an_accepted_mask_is_not_proposed_over_while_another_study_is_opened(
    kit: Any, session: Session, folder: Path
) -> None:
    session.open_path(folder)
    session.accept(anyway=True)
    session._work.submit = kit.Later()
    session.open_path(folder)
    notices = notices_of(session)
    session.propose()
    session.set_role(0, Role.T2W)
    assert ["accepted" in n.sentence for n in notices] == [True, True]
    assert session.study.roles == (Role.T1W,)
    assert session.state is State.OPENING


def test_a_stroke_that_ends_after_the_model_was_asked_is_an_edit_like_any_other(
    kit: Any, session: Session, folder: Path
) -> None:
    session.open_path(folder)
    session._work.submit = kit.Later()
    session.propose()
    stroke_at(session, (1, 2, 3), 2)
    session._work.submit.run()
    assert session.state is State.CORRECTING
    assert session.labels[1, 2, 3] == 0
    session.undo()
    assert session.labels[1, 2, 3] == 2


def test_stale_results_die(kit: Any, engine: Any, folder: Path, tmp_path: Path) -> None:
    later = kit.Later()
    session = Session(engine, later)
    other = engine.put(tmp_path / "other", kit.make_study((kit.AXIAL_GRID,)))
    session.open_path(folder)
    session.open_path(other)
    later.run(1)  # the second is read first ...
    later.run(0)  # ... and the first comes late
    assert session.record.source == other.resolve()
    assert session.study.grid is kit.AXIAL_GRID
    session.cancel()
    assert session.state is State.OPEN
    later.run()  # the cancelled proposal
    assert session.state is State.OPEN
    assert not session.labels.any()
    session.close()


def test_painting_is_not_allowed_while_work_is_under_way(kit: Any, engine: Any, folder: Path) -> None:
    later = kit.Later()
    session = Session(engine, later)
    session.open_path(folder)
    assert not session.editable
    later.run()
    assert session.state is State.PROPOSING
    assert not session.editable
    later.run()
    assert session.editable
    session.accept(anyway=True)
    assert not session.busy.can_cancel
    session.open_path(folder)
    assert session.state is State.PROPOSED, "nothing else is opened while an acceptance is being saved"
    later.run()
    assert session.state is State.ACCEPTED
    session.close()


@pytest.mark.parametrize("edited", [True, False])
def test_a_study_whose_accepted_files_are_damaged_opens_and_is_accepted_anew(
    session: Session, folder: Path, engine: Any, edited: bool
) -> None:
    session.open_path(folder)
    session.propose()
    if edited:
        stroke_at(session, (1, 2, 3), 1)
    assert session.labels is not None
    accepted = session.labels.copy()
    session.accept(anyway=True)
    assert session.case is not None
    bad = session.case.case_id
    mask = engine.store.case_folder(bad) / "mask.nii.gz"
    # Read without a complaint: the file's own checksum stands at its end, behind the voxels.
    mask.write_bytes(mask.read_bytes()[:-6] + b"abcdef")
    study_id = session.study_id
    session.close()
    notices = notices_of(session)
    session.open_study(study_id)
    assert "accepted files of this study are damaged" in notices[-1].sentence
    assert session.labels is not None
    np.testing.assert_array_equal(session.labels, accepted)
    assert session.state is (State.CORRECTING if edited else State.PROPOSED)
    session.accept(anyway=True)
    (case,) = engine.store.cases()
    assert case.case_id != bad
    engine.store.case_shelf.verify(case.case_id)


def test_learning_starts_after_enough_cases_and_is_followed(kit: Any, engine: Any, tmp_path: Path) -> None:
    session = Session(engine, kit.Now(), LearningSettings(auto_after=2))
    models: list[str] = []
    session.model_changed.connect(models.append)
    for n in range(2):
        session.ask_patient = lambda n=n: f"patient {n}"
        session.open_path(engine.put(tmp_path / f"scan{n}", kit.make_study()))
        assert not engine.jobs.started
        session.accept(anyway=True)
    (job,) = engine.jobs.started
    assert session.learning.state is LearningState.WAITING
    run = job.run
    engine.jobs.news = [
        Event(run, "started", 0.0),
        Event(run, "progress", 1.0, stage="training", step=5, steps=10, loss=0.5, seconds_left=200.0, cpu=0.84),
        Event(run, "progress", 1.0, stage="training", step=5, steps=10, held_out=0.7, seconds_left=200.0, cpu=0.84),
    ]
    told: list[Any] = []
    session.learning_changed.connect(told.append)
    session.kept = told  # type: ignore[attr-defined]
    session.poll()
    assert len(told) == 1, "each change costs the window a repaint"
    assert session.learning.state is LearningState.TRAINING
    assert session.learning.fraction == 0.5
    assert session.learning.losses == ((5, 0.5),)
    assert session.learning.held_out == ((5, 0.7),)
    assert session.learning.words == "Training, about 3 min left · 84% of the processor"
    engine.jobs.news = [Event(run, "progress", 1.0, stage="training", step=4, steps=10, loss=0.6, seconds_left=9.0)]
    session.poll()
    assert session.learning.losses == ((4, 0.6),), "what is done once more is not drawn twice"
    session.cancel_learning()
    assert engine.jobs.cancelled == [run]
    engine.jobs.news = [Event(run, "done", 2.0, state=JobState.REFUSED, sentence="It was no better.")]
    session.poll()
    assert session.learning.state is LearningState.REFUSED
    assert session.learning.verdict == "It was no better."
    assert models == []
    session.close()


@pytest.mark.parametrize(
    ("end", "waiting"),
    [(JobState.PROMOTED, 1), (JobState.REFUSED, 1), (JobState.CANCELLED, 3), (JobState.FAILED, 3)],
)
def test_cases_wait_until_a_round_used_them_to_its_end(
    kit: Any, engine: Any, tmp_path: Path, end: JobState, waiting: int
) -> None:
    session = Session(engine, kit.Now(), LearningSettings(automatic=False))

    def accept(n: int, answer: Answer = Answer.ANNOTATED) -> None:
        session.ask_patient = lambda: f"patient {n}"
        session.open_path(engine.put(tmp_path / f"scan{n}", kit.make_study()))
        session.accept((answer,), anyway=True)

    accept(0)
    accept(1)
    assert session.learning.waiting_cases == 2
    session.learn()
    (job,) = engine.jobs.started
    accept(2)
    accept(3, Answer.NOT_READABLE)
    engine.store.queue.finish(job.run, end, "It is over.")
    engine.jobs.news = [Event(job.run, "done", 2.0, state=end, sentence="It is over.")]
    session.poll()
    assert session.learning.waiting_cases == waiting
    session.close()
    assert Session(engine, kit.Now()).learning.waiting_cases == waiting, "and after the next start"


def test_learning_by_itself_with_too_few_patients_is_no_alarm(session: Session, folder: Path, engine: Any) -> None:
    session._desk.settings = LearningSettings(auto_after=1)
    notices = notices_of(session)
    session.open_path(folder)
    session.accept(anyway=True)
    assert "at least two patients" in session.learning.words
    assert session.learning.state is LearningState.IDLE
    assert not [n for n in notices if n.level is Level.ERROR]
    session.learn()
    assert notices[-1].level is Level.WARNING


def test_next_study(kit: Any, session: Session, engine: Any, tmp_path: Path) -> None:
    ids = []
    for n in range(3):
        session.open_path(engine.put(tmp_path / f"scan{n}", kit.make_study()))
        ids.append(session.study_id)
    session.open_study(ids[1])
    session.accept(anyway=True)
    session.open_study(ids[0])
    session.open_next()
    assert session.study_id == ids[2]
    session.open_next()
    assert session.study_id == ids[0]
    session.open_study(session.records[1].study_id)
    session.reopen()
    session.reading_order = lambda: [ids[0], ids[2]]
    session.open_next()
    assert session.study_id == ids[0], "what the list does not show is passed over"
    session.reading_order = lambda: [ids[2], ids[1], ids[0]]
    session.open_study(ids[2])
    session.open_next()
    assert session.study_id == ids[1]


def test_a_study_that_cannot_be_opened_is_named_and_passed_over(
    kit: Any, session: Session, engine: Any, tmp_path: Path
) -> None:
    ids, notices = [], notices_of(session)
    for n in range(3):
        session.open_path(engine.put(tmp_path / f"scan{n}", kit.make_study()))
        ids.append(session.study_id)
    session.open_study(ids[0])
    real = engine.open_record

    def damaged(study_id: str, *rest: Any) -> Any:
        if study_id == ids[1]:
            raise ParotidError("The files are damaged.", "Copy them again.")
        return real(study_id, *rest)

    engine.open_record = damaged
    session.open_next()
    assert session.study_id == ids[0]
    assert notices[-1].sentence == "Study 2: The files are damaged."
    session.open_next()
    assert session.study_id == ids[2]
    engine.open_record = real
    session.open_study(ids[1])
    session.open_study(ids[0])
    session.open_next()
    assert session.study_id == ids[1], "mended"


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A disk that takes no more strokes until this is undone."""

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(tail.Tail, "_write", full)
        yield patch


@pytest.mark.parametrize("deed", ["close", "another", "accept"])
def test_with_a_full_disk_the_study_stays_in_hand(
    kit: Any, session: Session, engine: Any, folder: Path, tmp_path: Path, full_disk: pytest.MonkeyPatch, deed: str
) -> None:
    other = engine.put(tmp_path / "other", kit.make_study())
    notices = notices_of(session)
    session.open_path(folder)
    study_id = session.study_id
    stroke_at(session, (1, 2, 3), 2)
    kept = session.labels

    def act() -> None:
        if deed == "close":
            session.close()
        elif deed == "another":
            session.open_path(other)
        else:
            session.accept(anyway=True)

    act()
    assert notices[-1] == Notice(
        "The corrections cannot be saved: No space left on device.",
        "Free space on the disk, or connect its drive again. Your work is kept until then.",
        Level.ERROR,
    )
    assert session.study_id == study_id
    assert session.state is State.CORRECTING
    assert session.labels is kept
    session.undo()
    session.redo()
    full_disk.undo()
    act()
    assert session.state is {"close": State.EMPTY, "another": State.PROPOSED, "accept": State.ACCEPTED}[deed]
    assert np.array_equal(session.engine.store.journal(study_id).restore().array, kept)


@contextmanager
def full_records(session: Session) -> Iterator[None]:
    """Have the workspace's records take nothing."""

    def full(*_: Any) -> None:
        raise ParotidError("The workspace's records cannot be written (disk full).", "Free space.")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session.engine.store.database, "write", full)
        yield


@pytest.mark.parametrize("deed", ["stroke", "role", "reopen"])
def test_records_that_cannot_be_written_hold_up_nothing_and_are_told_later(
    session: Session, folder: Path, deed: str
) -> None:
    session.open_path(folder)
    if deed == "reopen":
        session.accept(anyway=True)
    notices, seen = notices_of(session), []
    session.labels_changed.connect(lambda region: seen.append("stroke"))
    session.study_changed.connect(lambda: seen.append("role"))
    session.state_changed.connect(lambda state: seen.append("reopen"))
    with full_records(session):
        if deed == "stroke":
            stroke_at(session, (1, 2, 3), 2)
        elif deed == "role":
            session.set_role(0, Role.T2W)
        else:
            session.reopen()
        assert deed in seen
        assert "cannot be written" in notices[0].sentence
        session.poll()
    session.poll()
    if deed == "role":
        assert session.record.roles == (Role.T2W,)
    else:
        assert session.record.state is StudyState.IN_CORRECTION


def test_the_end_needs_no_threads_and_no_records(session: Session, folder: Path) -> None:
    """They are shut down by then, and the drive may be away."""
    session.open_path(folder)
    session._read = 5.0
    time = 0.0

    def pass_time(*_: Any) -> None:
        nonlocal time
        time += 10.0
        raise sqlite3.OperationalError("disk I/O error")

    def no_thread(*_: Any, **__: Any) -> None:
        raise RuntimeError("cannot schedule new futures after shutdown")

    session.clock._now = lambda: time
    session.clock.touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session.engine.store.database, "_connection", SimpleNamespace(execute=pass_time))
        patch.setattr(session._work, "submit", no_thread)
        session.end()
    assert session.state is State.EMPTY


def test_a_full_disk_is_said_once(session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session.open_path(folder)
    stroke_at(session, (1, 2, 3), 2)
    notices = notices_of(session)
    monkeypatch.setattr(type(session._history._journal), "problem", property(lambda self: "the disk is full"))
    session.poll()
    session.poll()
    assert [n.sentence for n in notices] == ["Your corrections cannot be saved: the disk is full."]
    monkeypatch.undo()


def test_who_goes_back_to_another_version_is_kept(
    session: Session, engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []
    monkeypatch.setattr(engine.store, "rollback", lambda *, why, who: kept.append(who))
    monkeypatch.setattr(engine.store, "promote", lambda model_id, *, why, who: kept.append(who))
    session.who = "Ada"
    session.rollback()
    session.rollback("b")
    assert kept == ["Ada", "Ada"]


def test_studies_that_a_search_hides_are_not_said_to_be_read(
    session: Session, engine: Any, kit: Any, tmp_path: Path
) -> None:
    for name in "ab":
        session.open_path(engine.put(tmp_path / name, kit.make_study()))
    session.reading_order = lambda: [session.study_id]
    said = notices_of(session)
    session.open_next()
    assert "hidden" in said[-1].sentence
    session.reading_order = None
    session.open_next()
    assert len(said) == 1, "the other one is opened"


def test_all_warnings_of_a_study_can_be_read(
    session: Session, engine: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.open_path(folder)
    real = engine.open_record

    def warn(*given: Any) -> Any:
        return SimpleNamespace(study=real(*given).study, warnings=("One is so.", "Another is so."))

    monkeypatch.setattr(engine, "open_record", warn)
    said = notices_of(session)
    session.open_study(session.study_id)
    assert any("One is so. Another is so." in one.sentence for one in said)
