"""Locks, whole-mask edits and a long history, without a window."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_parotid import changes
from napari_parotid.edits import Scene, pieces, shape, slices
from napari_parotid.history import difference
from napari_parotid.session import Session
from napari_parotid.work import State
from parotid_training.labels import Structure
from parotid_training.study import Role, Sequence, Study
from parotid_training.volume import Grid, Volume
from parotid_training.workspace.store import Store
from tests.plugin.test_session import notices_of, stroke_at

GLAND, TUMOUR = Structure.GLAND, Structure.TUMOUR


@pytest.fixture
def opened(session: Session, folder: Path) -> Session:
    session.open_path(folder)
    return session


def voxel(session: Session, structure: int) -> tuple[int, int, int]:
    i, j, k = np.argwhere(session.labels == structure)[0].tolist()
    return i, j, k


def test_a_stroke_over_a_locked_structure_is_put_back(opened: Session) -> None:
    opened.set_lock(TUMOUR, True)
    kept, at = opened.labels.copy(), voxel(opened, TUMOUR)
    told = notices_of(opened)
    stroke_at(opened, at, 1)
    stroke_at(opened, at, 0)
    assert np.array_equal(opened.labels, kept)
    assert not opened.can_undo
    assert told[0].sentence == "The tumour is locked, so nothing changed."
    assert "key 5" in told[0].remedy
    stroke_at(opened, voxel(opened, GLAND), 2)
    assert np.array_equal(opened.labels, kept), "a locked structure does not grow either"
    stroke_at(opened, voxel(opened, GLAND), 0)
    assert opened.can_undo, "the other one may be changed"


@pytest.mark.parametrize("edit", [shape.shrink, shape.smooth, pieces.swap])
def test_what_a_tumour_gives_up_is_no_gland_where_that_is_locked(opened: Session, edit: Any) -> None:
    before = opened.labels.copy()
    opened.set_lock(GLAND, True)
    opened.change(lambda labels: edit(scene(opened, labels, TUMOUR)), "editing", "Nothing.")
    assert np.array_equal(opened.labels == GLAND, before == GLAND)


def test_an_edit_leaves_a_locked_structure_alone_and_undo_does_not(opened: Session) -> None:
    before = opened.labels.copy()
    opened.set_lock(GLAND, True)
    opened.apply(difference("all", before, np.full_like(before, 2)))
    assert np.array_equal(opened.labels == 1, before == 1)
    assert (opened.labels == 2).sum() == before.size - (before == 1).sum()
    opened.undo()
    assert np.array_equal(opened.labels, before)
    opened.set_lock(GLAND, False)
    opened.apply(difference("all", before, np.full_like(before, 2)))
    opened.set_lock(TUMOUR, True)
    opened.undo()
    assert np.array_equal(opened.labels, before), "history is no tool"


def test_a_new_proposal_heeds_the_lock(opened: Session) -> None:
    stroke_at(opened, (1, 2, 3), 2)
    opened.set_lock(TUMOUR, True)
    opened.propose()
    assert opened.labels[1, 2, 3] == 2


def test_a_lock_is_not_carried_to_the_next_study(opened: Session) -> None:
    opened.set_lock(GLAND, True)
    opened.open_study(opened.study_id)
    assert not opened.locks


def scene(session: Session, labels: np.ndarray, structure: Structure = GLAND) -> Scene:
    return Scene(labels, session.study.grid, structure, axis=2, number=9, margin_mm=2.0)


def test_a_whole_edit_is_worked_out_elsewhere_and_is_one_operation(kit: Any, opened: Session) -> None:
    before = opened.labels.copy()
    later = opened._work.submit = kit.Later()
    opened.change(lambda labels: shape.grow(scene(opened, labels)), "growing", "Nothing.")
    assert opened.busy is not None
    assert not opened.editable
    assert np.array_equal(opened.labels, before)
    later.run()
    assert opened.state is State.CORRECTING
    assert (opened.labels == 1).sum() > (before == 1).sum()
    opened.undo()
    assert np.array_equal(opened.labels, before)
    assert not opened.can_undo


def test_an_edit_of_a_mask_that_changed_meanwhile_is_dropped(kit: Any, opened: Session) -> None:
    told = notices_of(opened)
    later = opened._work.submit = kit.Later()
    opened.change(lambda labels: shape.shrink(scene(opened, labels)), "shrinking", "Nothing.")
    labels = opened.labels
    labels[labels == 1] = 0
    kept = labels.copy()
    later.run()
    assert np.array_equal(opened.labels, kept)
    assert told[-1].sentence == "The mask changed meanwhile."


def test_nothing_to_do_is_said(opened: Session) -> None:
    told = notices_of(opened)
    opened.change(lambda labels: pieces.remove_islands(scene(opened, labels)), "removing", "There are none.")
    assert told[-1].sentence == "There are none."
    assert not opened.can_undo


def test_a_hundred_and_twenty_edits_of_all_kinds_survive_restart_and_acceptance(
    opened: Session, engine: Any, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    states = [opened.labels.copy()]
    edits = (shape.grow, shape.shrink, shape.smooth, pieces.swap, lambda one: slices.copy(one, 1))
    turn = 0
    while len(states) <= 120:
        turn += 1
        if turn % 4:
            at = rng.integers(0, opened.labels.shape)
            stroke_at(opened, (int(at[0]), int(at[1]), int(at[2])), int(1 + rng.integers(2)))
        else:
            edit = edits[turn // 4 % len(edits)]
            opened.change(lambda labels, edit=edit: edit(scene(opened, labels)), "editing", "Nothing.")
        if not np.array_equal(opened.labels, states[-1]):
            states.append(opened.labels.copy())
    study_id = opened.study_id

    def restart(session: Session) -> Session:
        session.close()
        engine.store.close()
        engine.store = Store.open(tmp_path / "workspace", verify_model=lambda folder: "a" * 64)
        fresh = Session(engine, session._work.submit)
        fresh.open_study(study_id)
        return fresh

    session = restart(opened)
    assert session.state is State.CORRECTING
    for state in states[-2:-42:-1]:
        session.undo()
        assert np.array_equal(session.labels, state)
    session = restart(session)
    for state in states[-41:]:
        assert np.array_equal(session.labels, state)
        session.redo()
    assert not session.can_redo
    session.accept(anyway=True)
    session = restart(session)
    assert session.state is State.ACCEPTED
    session.reopen()
    for state in states[-2::-1]:
        session.undo()
        assert np.array_equal(session.labels, state)
    assert not session.can_undo
    session = restart(session)
    for state in states[1:]:
        session.redo()
        assert np.array_equal(session.labels, state)
    session.close()
    engine.store.close()


@pytest.mark.alone
def test_a_large_mask_holds_nobody_up(engine: Any, kit: Any, tmp_path: Path) -> None:
    """512 x 512 x 60: what is worked out elsewhere does not count, all else is the window's time."""
    grid = Grid((512, 512, 60), np.diag([0.4, 0.4, 3.0, 1.0]))
    image = np.zeros(grid.shape, np.int16)
    image[::8] = 100
    study = Study((Sequence(Role.T1W, Volume(grid, image), "large"),))
    later = kit.Later()
    session = Session(engine, kit.Now())
    session.open_path(engine.put(tmp_path / "large", study))
    labels = np.zeros(grid.shape, np.uint8)
    for x in (120, 360):
        labels[x : x + 60, 200:300, 15:45] = 1
        labels[x + 20 : x + 40, 220:240, 20:30] = 2
    session.apply(difference("draw", session.labels, labels))

    def elsewhere(work: Any, done: Any, failed: Any, **how: Any) -> Any:
        outcome = work(lambda fraction, words: None, lambda: False)
        return later(lambda report, cancelled: outcome, done, failed)

    for edit in (shape.GROW, shape.SHRINK, shape.SMOOTH, pieces.SWAP):
        made = edit.make(Scene(session.labels.copy(), grid, GLAND, margin_mm=2.0))
        session._work.submit = lambda work, *rest, made=made, **how: elsewhere(lambda report, cancelled: made, *rest)
        here = time.thread_time()
        session.change(lambda labels: None, edit.doing, edit.nothing)
        later.run()
        assert time.thread_time() - here < 0.075, edit.doing
        assert session.can_undo
        here = time.thread_time()
        session.undo()
        assert time.thread_time() - here < 0.075, edit.doing
    here = time.thread_time()
    found = changes.changes(session.labels, session.proposal.label_map.array)
    assert time.thread_time() - here < 0.075
    assert found.dtype == np.uint8
    session.close()


def test_the_changes_of_a_thin_sliced_head_take_no_more_memory_than_is_shown() -> None:
    """Compared at once it took six times as much, and 0.7 s of the window to get that from the system."""
    rng = np.random.default_rng(0)
    labels = np.zeros((512, 512, 100), np.uint8)
    labels[100:160, 200:300, 10:60] = rng.integers(0, 3, (60, 100, 50))
    proposed = np.zeros_like(labels)
    proposed[105:165, 200:300, 10:60] = rng.integers(0, 3, (60, 100, 50))
    tracemalloc.start()
    found = changes.changes(labels, proposed)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1.1 * labels.nbytes
    differs = labels != proposed
    np.testing.assert_array_equal(found == changes.REMOVED, differs & (labels == 0))
    np.testing.assert_array_equal(found == changes.ADDED, differs & (labels > 0))
