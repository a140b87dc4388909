"""Sequences, their roles and places, the reference and the proposal; without a window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from napari_parotid.messages import Level
from napari_parotid.registration import Preview
from napari_parotid.session import Session
from napari_parotid.work import State
from parotid_training.labels import Structure
from parotid_training.study import Role, Sequence
from parotid_training.volume import Grid, Volume
from tests.plugin.test_session import notices_of, stroke_at

if TYPE_CHECKING:
    pass


@pytest.fixture
def pair(kit: Any, engine: Any, tmp_path: Path) -> Path:
    """A folder that holds two sequences on different grids."""
    study = kit.make_study((kit.OBLIQUE_GRID, kit.AXIAL_GRID), (Role.T1W, Role.T2W))
    return engine.put(tmp_path / "pair", study)


def test_a_new_role_ends_the_question_about_an_alignment(session: Session, pair: Path) -> None:
    session.open_path(pair)
    moved = session.study.sequences[1].volume
    session._set_preview(Preview(1, moved, 1.0, 1.0))
    session.set_role(1, Role.OTHER)
    assert session.preview is None


def test_a_sequence_is_moved_by_hand_step_by_step_and_kept(session: Session, pair: Path) -> None:
    session.open_path(pair)
    study, where = session.study, session.study.sequences[1].volume.grid.affine[:3, 3]
    session.nudge(1, (0.0, 0.0, 0.0))
    assert session.preview.stays
    session.nudge(1, (1.0, 0.0, 0.0))
    session.nudge(1, (1.0, 0.0, -5.0))
    assert session.preview.shift_mm == pytest.approx(np.sqrt(29.0))
    assert session.study is study, "nothing is moved before it is kept"
    session.keep_registration()
    assert session.preview is None
    assert session.study.sequences[1].volume.grid.affine[:3, 3] - where == pytest.approx([2.0, 0.0, -5.0])
    session.nudge(0, (1.0, 0.0, 0.0))
    assert session.preview is None, "the mask lies on this one"


def test_an_accepted_study_is_not_aligned_anew(session: Session, pair: Path) -> None:
    session.open_path(pair)
    session.accept(anyway=True)
    notices = notices_of(session)
    session.register(1)
    assert "accepted" in notices[-1].sentence
    session._set_preview(Preview(1, session.study.sequences[1].volume, 1.0, 1.0))
    before = session.study
    session.keep_registration()
    assert session.study is before


def test_the_reference_is_locked_by_the_first_edit(kit: Any, session: Session, engine: Any, tmp_path: Path) -> None:
    notices = notices_of(session)
    path = engine.put(tmp_path / "two", kit.make_study((kit.OBLIQUE_GRID, kit.AXIAL_GRID), (Role.T1W, Role.T2W)))
    session.open_path(path)
    session.set_reference(1)
    assert session.labels.shape == kit.AXIAL_GRID.shape
    assert session.state is State.PROPOSED
    assert session.record.reference == 1
    stroke_at(session, (1, 2, 3), 2)
    session.set_reference(0)
    assert session.study.reference == 1
    assert "drawn on cannot change" in notices[-1].sentence
    study_id = session.study_id
    session.close()
    session.open_study(study_id)
    assert session.study.reference == 1
    assert session.labels[1, 2, 3] == 2


def test_a_role_that_feeds_the_model_asks_it_again(session: Session, folder: Path, engine: Any) -> None:
    session.open_path(folder)
    session.set_role(0, Role.T2W)
    assert engine.proposals == 2
    assert session.record.roles == (Role.T2W,)
    stroke_at(session, (1, 2, 3), 2)
    session.set_role(0, Role.T1W)
    assert engine.proposals == 2, "corrections are never overwritten unasked"


def test_an_aligned_sequence_lies_where_it_was_put_when_the_study_is_opened_again(
    kit: Any, session: Session, engine: Any, tmp_path: Path
) -> None:
    from napari_parotid.registration import measure

    study = kit.make_study((kit.AXIAL_GRID, kit.AXIAL_GRID, kit.OBLIQUE_GRID), (Role.T1W, Role.T2W, Role.OTHER))
    session.open_path(engine.put(tmp_path / "two", study))
    before = session.study.sequences[1].volume
    affine = before.grid.affine.copy()
    affine[:3, 3] += 2.0
    moved = Volume(Grid(before.grid.shape, affine), before.array)
    session._set_preview(measure(1, before, moved))
    session.keep_registration()
    session.set_role(1, Role.STIR)
    study_id = session.study_id
    session.close()
    session.open_study(study_id)
    assert np.array_equal(session.study.sequences[1].volume.grid.affine, affine)
    assert session.study.roles[1] is Role.STIR
    # The reference's own files are others now: what was laid on it lies on nothing.
    nudged = kit.AXIAL_GRID.affine.copy()
    nudged[2, 3] += 1.0
    changed = session.study.with_sequence(1, study.sequences[1])
    first = changed.sequences[0]
    changed = changed.with_sequence(
        0, Sequence(first.role, Volume(Grid(first.volume.grid.shape, nudged), first.volume.array))
    )
    engine.studies[session.record.source] = changed
    notices = notices_of(session)
    session.close()
    session.open_study(study_id)
    assert session.study.sequences[1].volume.grid.same_as(kit.AXIAL_GRID)
    assert [n.sentence for n in notices if n.level is Level.WARNING] == ["Sequence 1 was moved no more."]


def test_another_reference_takes_an_open_preview_back(kit: Any, session: Session, engine: Any, tmp_path: Path) -> None:
    from napari_parotid.registration import measure

    session.open_path(
        engine.put(tmp_path / "two", kit.make_study((kit.AXIAL_GRID,) * 3, (Role.T1W, Role.T2W, Role.STIR)))
    )
    volume = session.study.sequences[1].volume
    session._set_preview(measure(1, volume, volume))
    session.set_reference(2)
    assert session.preview is None, "it was laid on the reference of before"


def test_proposing_over_corrections_can_be_undone(session: Session, folder: Path) -> None:
    session.open_path(folder)
    stroke_at(session, (1, 2, 3), 2)
    corrected = session.labels.copy()
    session.propose()
    assert session.state is State.CORRECTING
    assert session.labels[1, 2, 3] == 0
    session.undo()
    assert np.array_equal(session.labels, corrected)


def test_a_proposal_that_was_taken_back_proposed_nothing(session: Session, folder: Path, engine: Any, kit: Any) -> None:
    session.open_path(folder)
    stroke_at(session, (1, 2, 3), 2)
    first = session.proposal
    other = replace(first, model_id="b" * 64)
    engine.propose = lambda *_: other
    session.propose()
    assert (session.proposal, session.record.model_id) == (other, other.model_id)
    session.undo()
    assert (session.proposal, session.record.model_id) == (first, first.model_id)
    session.redo()
    assert session.proposal is other
    session.undo()
    session.accept(anyway=True)
    assert session.case.model_id == first.model_id
    session.close()
    session.open_path(folder)
    assert session.proposal.model_id == first.model_id


def test_a_proposal_taken_back_after_a_restart_proposed_nothing_either(
    session: Session, folder: Path, engine: Any
) -> None:
    session.open_path(folder)
    stroke_at(session, (1, 2, 3), 2)
    other = replace(session.proposal, model_id="b" * 64)
    engine.propose = lambda *_: other
    session.propose()
    study_id = session.study_id
    session.close()
    session.open_study(study_id)
    assert session.proposal.model_id == "b" * 64
    session.undo()
    assert (session.proposal, session.record.model_id) == (None, "")
    session.close()
    session.open_study(study_id)
    session.accept(anyway=True)
    assert session.case.model_id == ""


def test_what_a_lock_kept_out_in_part_has_not_taken_the_masks_place(
    session: Session, folder: Path, tmp_path: Path, engine: Any
) -> None:
    from parotid_training.io.nifti import write_label_map
    from parotid_training.volume import LabelMap

    session.open_path(folder)
    stroke_at(session, (1, 2, 3), 2)
    given = np.zeros_like(session.labels)
    given[4:9, 5:9, 6:8] = 2
    write_label_map(tmp_path / "mask.nii.gz", LabelMap(session.study.grid, given))
    session.set_lock(Structure.GLAND, True)
    notices = notices_of(session)
    session.start_from_mask(tmp_path / "mask.nii.gz")
    assert not session.from_file
    assert notices[-1].sentence == "The mask from the file is in place, but for what is locked."
    first = session.proposal
    other = replace(first, model_id="b" * 64, label_map=LabelMap(session.study.grid, np.roll(given, 1, axis=0)))
    engine.propose = lambda *_: other
    session.propose()
    assert (session.proposal, session.record.model_id) == (first, first.model_id)


def test_a_mask_from_elsewhere_is_one_edit(session: Session, folder: Path, tmp_path: Path) -> None:
    from parotid_training.io.nifti import write_label_map
    from parotid_training.volume import LabelMap

    session.open_path(folder)
    proposed = session.labels.copy()
    given = np.zeros_like(proposed)
    given[4:9, 5:9, 6:8] = 1
    write_label_map(tmp_path / "mask.nii.gz", LabelMap(session.study.grid, given))
    notices, told = notices_of(session), []
    session.proposal_changed.connect(lambda: told.append(session.from_file))
    session.start_from_mask(tmp_path / "missing.nii.gz")
    session.start_from_mask(tmp_path / "mask.nii.gz")
    assert np.array_equal(session.labels, given)
    assert [notice.level for notice in notices] == [Level.ERROR, Level.INFO]
    assert notices[-1].sentence == "The mask from the file is in place."
    session.undo()
    assert np.array_equal(session.labels, proposed)
    assert told == [True, False]
    session.accept(anyway=True)
    assert not session.case.from_file, "it was taken back"
    assert session.case.model_id
    session.reopen()
    session.start_from_mask(tmp_path / "mask.nii.gz")
    session.accept(anyway=True)
    assert (session.case.from_file, session.case.model_id) == (True, "")
    assert session.record.from_file
    session.reopen()
    session.propose()
    session.accept(anyway=True)
    assert not session.case.from_file, "the model's was put in its place"
    assert session.case.model_id


@pytest.mark.parametrize("known", [True, False])
def test_a_proposal_that_is_cancelled_while_it_is_kept_takes_no_place(
    session: Session, engine: Any, folder: Path, store: Any, kit: Any, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    session.open_path(folder)
    stroke_at(session, (1, 2, 3), 1)
    if not known:
        session.proposal = None
        store.forget_proposal(session.study_id)
    propose, save = engine.propose, store.save_proposal
    monkeypatch.setattr(engine, "propose", lambda *given: replace(propose(*given), model_id="b" * 64))

    def save_and_cancel(study_id: str, proposal: Any) -> None:
        monkeypatch.setattr(store, "save_proposal", save)
        session.cancel()
        save(study_id, proposal)

    monkeypatch.setattr(store, "save_proposal", save_and_cancel)
    later = session._work.submit = kit.Later()
    session.propose()
    while later.waiting:
        later.run()
    kept = store.load_proposal(session.study_id)
    assert (kept and kept.model_id) == ("a" * 64 if known else None)
    assert session.state is State.CORRECTING
