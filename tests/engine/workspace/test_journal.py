"""The journal: what was drawn comes back, and only what was drawn."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import toys

from parotid_training.errors import ParotidError
from parotid_training.volume import LabelMap
from parotid_training.workspace import operation as operation_module
from parotid_training.workspace import tail as tail_module
from parotid_training.workspace.journal import HEADER, Journal, Operation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray


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
        told = cut.tell_damage()
        assert bool(told) == (size > two)
        assert not told or (tmp_path / told).read_bytes() == whole[:size]
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


def test_what_cannot_be_read_is_put_aside_and_told_once(journal: Journal, label_map: LabelMap, tmp_path: Path) -> None:
    states = painted(journal, label_map, 3)
    journal.flush()
    size = journal.path.stat().st_size
    journal.append(stroke(states[-1].copy().reshape(-1), 3))
    journal.append(stroke(states[-1].copy().reshape(-1), 4))
    journal.close()
    flipped = bytearray(journal.path.read_bytes())
    flipped[size + 12] ^= 0x10
    journal.path.write_bytes(flipped)
    (tmp_path / "journal.damaged-1").write_bytes(b"from an earlier time")
    opened = Journal.open(tmp_path)
    restored = opened.restore()
    assert restored is not None
    assert np.array_equal(restored.array, states[3])
    assert opened.tell_damage() == "journal.damaged-2"
    assert opened.tell_damage() == ""
    opened.close()
    assert (tmp_path / "journal.damaged-2").read_bytes() == flipped
    assert (tmp_path / "journal.damaged-1").read_bytes() == b"from an earlier time"
    again = Journal.open(tmp_path)
    again.close()
    assert again.tell_damage() == ""


@pytest.mark.parametrize("content", [b"something else", HEADER + b"no record"])
def test_a_file_without_a_journal_in_it_is_put_aside(tmp_path: Path, label_map: LabelMap, content: bytes) -> None:
    (tmp_path / "journal.bin").write_bytes(content)
    journal = Journal.open(tmp_path)
    assert journal.restore() is None
    journal.start(label_map)
    assert journal.restore() is not None
    journal.close()
    assert (tmp_path / journal.tell_damage()).read_bytes() == content


def test_a_later_versions_journal_is_refused_and_left_alone(tmp_path: Path) -> None:
    content = b"PAROTID-JOURNAL-2\nwhatever that is"
    (tmp_path / "journal.bin").write_bytes(content)
    with pytest.raises(ParotidError, match="later version") as refusal:
        Journal.open(tmp_path)
    assert refusal.value.remedy
    assert [file.name for file in tmp_path.iterdir()] == ["journal.bin"]
    assert (tmp_path / "journal.bin").read_bytes() == content


def test_compressing_and_writing_keep_nobody_waiting(
    journal: Journal, label_map: LabelMap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = painted(journal, label_map, 2)
    journal.flush()
    old = journal.path.read_bytes()
    held = threading.Event()
    threads: list[str] = []

    def compress(*args: Any) -> bytes:
        threads.append(threading.current_thread().name)
        assert held.wait(60.0)
        return zlib.compress(*args)

    monkeypatch.setattr(operation_module, "zlib", SimpleNamespace(compress=compress, decompress=zlib.decompress))
    array = np.zeros_like(label_map.array)
    mask = LabelMap(label_map.grid, array)
    journal.start(mask)
    flat = array.reshape(-1)
    whole = np.arange(flat.size, dtype=np.int64)
    flat[:] = 1
    journal.append(Operation("fill", whole, np.zeros_like(flat), flat.copy(), 0.0))
    drawn = array.copy()
    journal.append(stroke(flat, 5))
    # Nothing was compressed yet: undo, redo and the mask come from memory, and the old file stands.
    for expected, deed in ((drawn, journal.undo), (array, journal.redo), (drawn, journal.undo)):
        assert deed() is not None
        restored = journal.restore()
        assert restored is not None
        assert np.array_equal(restored.array, expected)
    assert not np.array_equal(drawn, array)
    assert journal.path.read_bytes() == old
    # Killed now, what was there before is there.
    copied = tmp_path / "killed"
    copied.mkdir()
    (copied / "journal.bin").write_bytes(old)
    before = Journal.open(copied)
    restored = before.restore()
    before.close()
    assert restored is not None
    assert np.array_equal(restored.array, states[-1])
    held.set()
    journal.close()
    assert set(threads) == {"journal"}
    again = Journal.open(tmp_path)
    restored = again.restore()
    assert restored is not None
    assert np.array_equal(restored.array, drawn)
    assert again.can_redo
    again.close()


def test_a_failing_replacement_leaves_the_old_file_and_comes_after_it(
    journal: Journal, label_map: LabelMap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted(journal, label_map, 2)
    journal.flush()
    old = journal.path.read_bytes()
    monkeypatch.setattr(tail_module, "RETRY_SECONDS", 0.05)

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(tail_module, "write_whole", full)
        array = np.ones_like(label_map.array)
        journal.start(LabelMap(label_map.grid, array))
        journal.append(stroke(array.reshape(-1), 1))
        with pytest.raises(ParotidError, match="No space left"):
            journal.flush()
        assert journal.path.read_bytes() == old
    journal.flush()
    journal.close()
    comes_back(tmp_path, array)


def test_what_is_replaced_is_not_written_into_what_replaced_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    tail = tail_module.Tail(path)
    tail.replace(lambda: b"a long one")
    tail.flush()
    monkeypatch.setattr(tail_module, "RETRY_SECONDS", 0.05)

    def replaced_but_not_surely(path: Path, content: bytes) -> None:
        path.write_bytes(content)
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(tail_module, "write_whole", replaced_but_not_surely)
        tail.append(lambda: b" that grew")
        tail.replace(lambda: b"new")
        tail.flush()
        assert tail.problem == "Input/output error"
    tail.append(lambda: b"er")
    tail.flush()
    assert (tail.problem, path.read_bytes()) == ("", b"newer")
    tail.close()


def test_two_may_ask_for_all_to_be_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "file"
    tail = tail_module.Tail(path)
    tail.replace(lambda: b"a")
    tail.flush()
    gates = [threading.Event() for _ in range(3)]
    reached = [threading.Event() for _ in range(3)]

    def piece(n: int) -> bytes:
        reached[n].set()
        assert gates[n].wait(10)
        return b"bcd"[n : n + 1]

    def flush_then_look() -> None:
        tail.flush()
        seen.append(path.read_bytes())

    seen: list[bytes] = []
    threads = [threading.Thread(target=flush_then_look) for _ in range(2)]
    tail.append(lambda: piece(0))
    assert reached[0].wait(10)
    tail.append(lambda: piece(1))
    threads[0].start()
    while tail._asked < 2:
        time.sleep(0.001)
    gates[0].set()
    assert reached[1].wait(10)
    # The first one is answered by what is being written now; this comes too late for that.
    tail.append(lambda: piece(2))
    threads[1].start()
    while tail._asked < 3:
        time.sleep(0.001)
    gates[1].set()
    threads[0].join(10)
    assert reached[2].wait(10)
    threads[1].join(0.2)
    assert seen == [b"abc"]
    gates[2].set()
    threads[1].join(10)
    assert seen == [b"abc", b"abcd"]
    tail.close()


def test_who_asks_too_late_waits_for_nobody(tmp_path: Path) -> None:
    tail = tail_module.Tail(tmp_path / "file")
    tail.close()
    late = threading.Thread(target=tail.flush, daemon=True)
    late.start()
    late.join(5)
    assert not late.is_alive()


def test_bytes_reach_the_file_and_the_disk_by_themselves(
    journal: Journal, label_map: LabelMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = threading.Event()
    real = os.fsync

    def watch(handle: int) -> None:
        real(handle)
        synced.set()

    journal.start(label_map)
    journal.flush()
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

    def fail(tail: tail_module.Tail, piece: tail_module._Piece) -> None:
        content = piece.make()
        tail._file = tail._file or tail._path.open("r+b", buffering=0)
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
    comes_back(tmp_path, array)


def test_a_drive_that_was_unplugged_gets_what_it_missed_when_it_is_back(
    journal: Journal, label_map: LabelMap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(tail_module, "SYNC_SECONDS", 60.0)
    states = painted(journal, label_map, 2)
    journal.flush()
    safe = journal.path.read_bytes()
    array = states[-1].copy()
    journal.append(stroke(array.reshape(-1), 2))
    assert wait(lambda: journal.path.stat().st_size > len(safe))
    # Away: what the disk did not have yet is gone with it, and the open file leads nowhere.
    tail = journal._tail
    assert tail is not None
    assert tail._file is not None
    journal.path.rename(tmp_path / "away")
    with Path(os.devnull).open("rb") as nowhere:
        os.dup2(nowhere.fileno(), tail._file.fileno())  # writing fails from now on
    journal.append(stroke(array.reshape(-1), 3))
    assert wait(lambda: bool(journal.problem))
    journal.path.write_bytes(safe)
    assert wait(lambda: not journal.problem)
    journal.close()
    comes_back(tmp_path, array)


def test_a_file_that_was_cut_short_is_not_written_on(
    journal: Journal, label_map: LabelMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = painted(journal, label_map, 2)
    journal.flush()
    tail = journal._tail
    assert tail is not None
    tail._let_go()
    os.truncate(journal.path, journal.path.stat().st_size - 1)
    journal.append(stroke(states[-1].reshape(-1), 2))
    with pytest.raises(ParotidError, match="cut short"):
        journal.flush()


def comes_back(folder: Path, array: NDArray[np.uint8]) -> None:
    """The mask that the next start restores."""
    again = Journal.open(folder)
    restored = again.restore()
    again.close()
    assert restored is not None
    assert np.array_equal(restored.array, array)


def wait(until: Callable[[], bool]) -> bool:
    """Give the writing thread its time."""
    end = time.monotonic() + 20
    while not until() and time.monotonic() < end:
        time.sleep(0.01)
    return until()


def test_a_long_stroke_is_small_and_quick(journal: Journal, label_map: LabelMap) -> None:
    journal.start(label_map)
    journal.flush()
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
