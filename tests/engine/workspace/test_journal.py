"""The journal: what was drawn comes back, and only what was drawn."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import toys

from parotid_training.errors import ParotidError
from parotid_training.workspace import tail as tail_module
from parotid_training.workspace.journal import Journal, Operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from parotid_training.volume import LabelMap


@pytest.fixture
def label_map() -> LabelMap:
    return toys.make_study(4)[1]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal.open(tmp_path)
    yield opened
    opened.close()


def stroke(flat: NDArray[np.uint8], seed: int) -> Operation:
    """Paint somewhere, as the window would: the mask first, then the note of it."""
    rng = np.random.default_rng(seed)
    index = rng.choice(flat.size, rng.integers(1, 40), replace=False).astype(np.int64)
    before, after = flat[index].copy(), rng.integers(0, 3, index.size).astype(np.uint8)
    flat[index] = after
    return Operation("paint", index, before, after, 1000.0 + seed)


def painted(journal: Journal, label_map: LabelMap, strokes: int) -> list[NDArray[np.uint8]]:
    """Start and paint; return the mask after 0, 1, 2, ... strokes."""
    journal.start(label_map)
    array = label_map.array.copy()
    states = [array.copy()]
    for seed in range(strokes):
        journal.append(stroke(array.reshape(-1), seed))
        states.append(array.copy())
    return states


def test_nothing_journaled_restores_nothing(journal: Journal) -> None:
    assert journal.restore() is None
    assert (journal.can_undo, journal.can_redo) == (False, False)
    assert journal.undo() is None
    assert journal.redo() is None
    with pytest.raises(ParotidError):
        journal.append(Operation("paint", np.array([0]), np.zeros(1, np.uint8), np.ones(1, np.uint8), 0.0))


def test_strokes_come_back_on_their_grid(journal: Journal, label_map: LabelMap, tmp_path: Path) -> None:
    states = painted(journal, label_map, 20)
    journal.close()
    assert journal.closed
    again = Journal.open(tmp_path)
    restored = again.restore()
    again.close()
    assert restored is not None
    assert np.array_equal(restored.array, states[-1])
    assert restored.grid.same_as(label_map.grid, 1e-9)
    assert restored.array.flags.writeable


def test_undo_and_redo_go_through_the_history_and_outlive_a_restart(
    journal: Journal, label_map: LabelMap, tmp_path: Path
) -> None:
    states = painted(journal, label_map, 6)
    array = states[-1].copy()
    for expected in (5, 4, 3):
        op = journal.undo()
        assert op is not None
        assert np.array_equal(array.reshape(-1)[op.index], op.before)
        array.reshape(-1)[op.index] = op.after
        assert np.array_equal(array, states[expected])
    journal.close()
    journal = Journal.open(tmp_path)
    restored = journal.restore()
    assert restored is not None
    assert np.array_equal(restored.array, states[3])
    op = journal.redo()
    assert op is not None
    assert op.kind == "paint"
    assert op.when == 1003.0
    array.reshape(-1)[op.index] = op.after
    assert np.array_equal(array, states[4])
    journal.append(stroke(array.reshape(-1), 99))
    assert not journal.can_redo
    while (op := journal.undo()) is not None:
        array.reshape(-1)[op.index] = op.after
    assert np.array_equal(array, states[0])
    journal.close()


def test_random_histories_restore_to_what_was_on_the_screen(tmp_path: Path, label_map: LabelMap) -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        folder = tmp_path / str(seed)
        journal = Journal.open(folder)
        journal.start(label_map)
        array = label_map.array.copy()
        for step in range(30):
            deed = rng.random()
            if deed < 0.55:
                journal.append(stroke(array.reshape(-1), step))
            elif deed < 0.9:
                op = journal.undo() if deed < 0.75 else journal.redo()
                if op is not None:
                    array.reshape(-1)[op.index] = op.after
            else:
                journal.close()
                journal = Journal.open(folder)
        journal.close()
        journal = Journal.open(folder)
        restored = journal.restore()
        journal.close()
        assert restored is not None
        assert np.array_equal(restored.array, array), seed


def test_starting_anew_drops_the_history(journal: Journal, label_map: LabelMap, tmp_path: Path) -> None:
    painted(journal, label_map, 3)
    other = toys.make_study(9)[1]
    journal.start(other)
    assert not journal.can_undo
    journal.close()
    again = Journal.open(tmp_path)
    restored = again.restore()
    again.close()
    assert restored is not None
    assert np.array_equal(restored.array, other.array)


def test_a_torn_end_is_cut_off_wherever_it_is_torn(journal: Journal, label_map: LabelMap, tmp_path: Path) -> None:
    states = painted(journal, label_map, 2)
    journal.flush()
    two = journal.path.stat().st_size
    array = states[-1].copy()
    journal.append(stroke(array.reshape(-1), 2))
    journal.close()
    whole = journal.path.read_bytes()
    assert len(whole) > two
    for size in range(two, len(whole)):
        journal.path.write_bytes(whole[:size])
        cut = Journal.open(tmp_path)
        restored = cut.restore()
        assert restored is not None
        assert np.array_equal(restored.array, states[2])
        assert journal.path.stat().st_size == two
        mended = states[2].copy()
        cut.append(stroke(mended.reshape(-1), 7))
        cut.close()
        after = Journal.open(tmp_path)
        restored = after.restore()
        after.close()
        assert restored is not None
        assert np.array_equal(restored.array, mended)


def test_a_flipped_byte_never_brings_back_a_mask_nobody_drew(
    journal: Journal, label_map: LabelMap, tmp_path: Path
) -> None:
    states = painted(journal, label_map, 5)
    journal.close()
    whole = journal.path.read_bytes()
    for position in np.random.default_rng(0).choice(len(whole), 200, replace=False):
        flipped = bytearray(whole)
        flipped[position] ^= 0x10
        journal.path.write_bytes(flipped)
        opened = Journal.open(tmp_path)
        restored = opened.restore()
        if restored is not None:
            assert any(np.array_equal(restored.array, state) for state in states)
        opened.start(label_map)
        opened.close()


def test_a_file_that_is_no_journal_is_replaced_at_the_start(tmp_path: Path, label_map: LabelMap) -> None:
    (tmp_path / "journal.bin").write_bytes(b"something else")
    journal = Journal.open(tmp_path)
    assert journal.restore() is None
    journal.start(label_map)
    assert journal.restore() is not None
    journal.close()


def test_bytes_reach_the_file_and_the_disk_by_themselves(
    journal: Journal, label_map: LabelMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = threading.Event()
    real = os.fsync

    def watch(handle: int) -> None:
        real(handle)
        synced.set()

    journal.start(label_map)
    monkeypatch.setattr(tail_module.os, "fsync", watch)
    before = journal.path.stat().st_size
    # The promise is two seconds; a busy machine's disk may take longer than its clock.
    assert tail_module.SYNC_SECONDS <= 1.0
    started = time.monotonic()
    journal.append(stroke(label_map.array.reshape(-1).copy(), 1))
    while journal.path.stat().st_size == before:
        assert time.monotonic() - started < 30.0
        time.sleep(0.005)
    assert synced.wait(30.0)


def test_a_full_disk_is_told_and_nothing_is_lost_once_there_is_room(
    journal: Journal, label_map: LabelMap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = painted(journal, label_map, 2)
    journal.flush()
    monkeypatch.setattr(tail_module, "RETRY_SECONDS", 0.05)
    real = tail_module.Tail._write

    def fail(tail: tail_module.Tail, content: bytes) -> None:
        tail._file.seek(tail._end)
        tail._file.write(content[: len(content) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tail_module.Tail, "_write", fail)
    array = states[-1].copy()
    for seed in (2, 3):
        journal.append(stroke(array.reshape(-1), seed))
    with pytest.raises(ParotidError, match="No space left"):
        journal.flush()
    assert journal.problem
    monkeypatch.setattr(tail_module.Tail, "_write", real)
    journal.flush()
    assert journal.problem == ""
    journal.close()
    again = Journal.open(tmp_path)
    restored = again.restore()
    again.close()
    assert restored is not None
    assert np.array_equal(restored.array, array)


def test_a_long_stroke_is_small_and_quick(journal: Journal, label_map: LabelMap) -> None:
    journal.start(label_map)
    before = journal.path.stat().st_size
    index = np.arange(label_map.array.size, dtype=np.int64)
    flat = label_map.array.reshape(-1)
    journal.append(Operation("fill", index, np.zeros_like(flat), np.ones_like(flat), 0.0))
    journal.flush()
    assert journal.path.stat().st_size - before < label_map.array.size


def test_an_operation_is_vectors_of_one_length() -> None:
    with pytest.raises(ValueError, match="one length"):
        Operation("paint", np.array([1, 2]), np.zeros(2, np.uint8), np.zeros(1, np.uint8), 0.0)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_a_killed_program_loses_no_stroke_older_than_two_seconds(tmp_path: Path) -> None:
    command = [sys.executable, str(Path(__file__).parent / "toy_painter.py"), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as painter:
        assert painter.stdout is not None
        told = [painter.stdout.readline()]
        while time.time() < float(told[0].split()[1]) + 2.7:
            told.append(painter.stdout.readline())
        painter.kill()
        killed = time.time()
        told += painter.stdout.readlines()
    strokes = [line.split() for line in told if line.endswith("\n")]
    safe = max((int(number) for number, when in strokes if float(when) < killed - 2.0), default=-1)
    journal = Journal.open(tmp_path)
    restored = journal.restore()
    count = 0
    while journal.undo() is not None:
        count += 1
    journal.close()
    assert count > safe > 0
    flat = toys.make_study(0)[1].array.reshape(-1)
    for number in range(count):
        flat[np.arange(number * 3, number * 3 + 7) % flat.size] = number % 3
    assert restored is not None
    assert np.array_equal(restored.array.reshape(-1), flat)
