"""The bridge between threads."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from napari_parotid.tasks import Tasks
from parotid_training.progress import check
from tests import patience


@pytest.fixture
def tasks(qtbot: Any) -> Any:
    made = Tasks()
    yield made
    made.shutdown()


def test_outcomes_arrive_on_the_main_thread(tasks: Tasks, qtbot: Any) -> None:
    threads: list[Any] = []
    tasks(
        lambda report, cancelled: threading.current_thread(),
        lambda one: threads.extend([one, threading.current_thread()]),
        threads.append,
    )
    qtbot.waitUntil(lambda: len(threads) == 2)
    assert threads[0] is not threading.main_thread()
    assert threads[1] is threading.main_thread()


def test_compute_stays_on_one_thread(tasks: Tasks, qtbot: Any) -> None:
    threads: list[Any] = []
    for _ in range(5):
        tasks(lambda report, cancelled: threading.current_thread(), threads.append, threads.append)
    qtbot.waitUntil(lambda: len(threads) == 5)
    assert len(set(threads)) == 1


def test_errors_arrive_too(tasks: Tasks, qtbot: Any) -> None:
    errors: list[BaseException] = []

    def work(report: Any, cancelled: Any) -> None:
        raise ValueError("no")

    tasks(work, lambda _: None, errors.append, lane="files")
    qtbot.waitUntil(lambda: len(errors) == 1)
    assert isinstance(errors[0], ValueError)


def test_nothing_of_a_cancelled_task_is_delivered(tasks: Tasks, qtbot: Any) -> None:
    started, go_on = threading.Event(), threading.Event()
    heard: list[Any] = []

    def work(report: Any, cancelled: Any) -> str:
        started.set()
        go_on.wait(patience.SECONDS)
        check(cancelled)
        return "too late"

    ticket = tasks(work, heard.append, heard.append)
    assert started.wait(patience.SECONDS)
    ticket.cancel()
    go_on.set()
    last: list[Any] = []
    tasks(lambda report, cancelled: "next", last.append, last.append)
    qtbot.waitUntil(lambda: last == ["next"])
    assert heard == []
    assert tasks.idle


def test_progress_is_thinned_out_but_ends(tasks: Tasks, qtbot: Any) -> None:
    reports: list[tuple[float, str]] = []
    done: list[Any] = []

    def work(report: Any, cancelled: Any) -> None:
        for n in range(1001):
            report(n / 1000, "Counting")

    tasks(work, done.append, done.append, progress=lambda fraction, words: reports.append((fraction, words)))
    qtbot.waitUntil(lambda: done == [None])
    assert reports[-1] == (1.0, "Counting")
    assert len(reports) < 20


def test_shutdown_lets_nothing_through(qtbot: Any) -> None:
    tasks = Tasks()
    heard: list[Any] = []
    tasks(lambda report, cancelled: 1, heard.append, heard.append)
    tasks.shutdown()
    qtbot.wait(50)
    assert heard == []


def test_what_must_finish_is_done_though_it_waits_when_the_window_closes(qtbot: Any) -> None:
    tasks = Tasks()
    go, done = threading.Event(), []
    heard: list[Any] = []
    # Both threads of the lane are busy: what comes now waits.
    for _ in range(2):
        tasks(lambda report, cancelled: go.wait(10), heard.append, heard.append, lane="files")
    tasks(lambda report, cancelled: done.append("may be dropped"), heard.append, heard.append, lane="files")
    tasks(lambda report, cancelled: done.append("kept"), heard.append, heard.append, lane="files", must_finish=True)
    threading.Timer(0.1, go.set).start()
    tasks.shutdown()
    assert done == ["kept"]
