"""Work in pieces: one a turn, with what other threads work out in between."""

from __future__ import annotations

import threading

import pytest

from napari_parotid.tasks import Tasks
from napari_parotid.turns import Turns
from tests import patience

pytestmark = pytest.mark.gui


@pytest.fixture
def failures():
    return []


@pytest.fixture
def turns(qapp, failures):
    tasks = Tasks()
    yield Turns(tasks, failures.append)
    tasks.shutdown()


def test_pieces_are_done_in_turns_and_outcomes_come_back(turns, failures, qtbot):
    done, threads = [], []

    def work():
        done.append("first")
        yield None
        done.append((yield lambda: threads.append(threading.current_thread()) or "worked out"))
        done.append((yield lambda: 1 // 0))

    turns.begin(work())
    assert done == []
    assert turns.busy
    qtbot.waitUntil(lambda: not turns.busy, timeout=patience.MS)
    assert done == ["first", "worked out", None]
    assert threads[0] is not threading.current_thread()
    assert [type(error) for error in failures] == [ZeroDivisionError]


def test_what_is_begun_takes_the_place_of_what_was_under_way(turns, qtbot):
    done, go = [], threading.Event()

    def slow():
        done.append((yield lambda: go.wait(patience.SECONDS) and "stale"))

    def quick():
        done.append("quick")
        yield None

    turns.begin(slow())
    qtbot.waitUntil(lambda: turns._task is not None, timeout=patience.MS)
    turns.begin(quick())
    go.set()
    qtbot.waitUntil(lambda: not turns.busy, timeout=patience.MS)
    qtbot.wait(50)
    assert done == ["quick"]


def test_a_piece_may_stop_its_own_work(turns, qtbot):
    done = []

    def work():
        turns.stop()
        done.append(1)
        yield None
        done.append(2)

    turns.begin(work())
    qtbot.waitUntil(lambda: done == [1], timeout=patience.MS)
    qtbot.wait(50)
    assert done == [1]
    assert not turns.busy
