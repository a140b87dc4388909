from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from napari_parotid.errand import Errand
from napari_parotid.messages import Busy
from parotid_training.errors import ParotidError


def test_it_says_how_far_it_is_and_ends(kit: Any) -> None:
    later = kit.Later()
    errand, busy, done = Errand(later), [], []
    errand.busy_changed.connect(busy.append)

    def work(report: Any, cancelled: Any) -> int:
        report(0.5, "Half way")
        return 3

    errand.run(work, done.append, "counting")
    assert errand.busy == Busy("Counting")
    later.run()
    assert [one and one.words for one in busy] == ["Counting", "Half way", None]
    assert done == [3]
    assert errand.idle


def test_what_was_cancelled_delivers_nothing(kit: Any) -> None:
    later = kit.Later()
    errand, done, said = Errand(later), [], []
    errand.notice.connect(said.append)
    errand.run(lambda report, cancelled: report(0.5, "late") or 1, done.append, "counting")
    errand.cancel()
    assert errand.idle
    later.run()
    assert (done, said, errand.busy) == ([], [], None)


def test_a_second_errand_takes_the_place_of_the_first(kit: Any) -> None:
    later = kit.Later()
    errand, done = Errand(later), []
    errand.run(lambda report, cancelled: 1, done.append, "counting")
    errand.run(lambda report, cancelled: 2, done.append, "counting")
    later.run()
    assert not errand.idle
    later.run()
    assert done == [2]


def test_failures_are_said_unless_taken(kit: Any) -> None:
    errand, said, taken = Errand(kit.Now()), [], []
    errand.notice.connect(said.append)

    def fail(report: Any, cancelled: Any) -> None:
        raise ParotidError("It does not work.", "Do it otherwise.")

    errand.run(fail, lambda _: None, "counting")
    assert [notice.sentence for notice in said] == ["It does not work."]
    errand.run(fail, lambda _: None, "counting", failed=taken.append)
    assert (len(said), len(taken)) == (1, 1)
    assert errand.idle


def test_one_may_follow_on_another(kit: Any) -> None:
    errand, seen = Errand(kit.Now()), SimpleNamespace(last=0)

    def first(value: int) -> None:
        errand.run(lambda report, cancelled: value + 1, lambda last: setattr(seen, "last", last), "going on")

    errand.run(lambda report, cancelled: 1, first, "beginning")
    assert seen.last == 2
    assert errand.idle
