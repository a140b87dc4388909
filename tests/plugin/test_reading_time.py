from __future__ import annotations

from types import SimpleNamespace

import pytest

from napari_parotid.reading_time import ReadingClock


@pytest.fixture
def time() -> SimpleNamespace:
    return SimpleNamespace(now=1000.0)


@pytest.fixture
def clock(time: SimpleNamespace) -> ReadingClock:
    return ReadingClock(lambda: time.now)


def test_time_passes_while_hands_move(clock: ReadingClock, time: SimpleNamespace) -> None:
    clock.touch()
    for _ in range(10):
        time.now += 20
        clock.touch()
    assert clock.take() == 200
    assert clock.take() == 0


def test_a_long_pause_does_not_count(clock: ReadingClock, time: SimpleNamespace) -> None:
    time.now += 500
    assert clock.take() == 0, "nobody has moved yet"
    clock.touch()
    time.now += 3600
    clock.touch()
    time.now += 5
    assert clock.take() == 65, "a minute until the pause, and what came after it"


def test_it_can_be_asked_at_any_time(clock: ReadingClock, time: SimpleNamespace) -> None:
    clock.touch()
    taken = 0.0
    for _ in range(100):
        time.now += 1
        taken += clock.take()
    assert taken == 60
    assert clock.still_for == 100
