"""The order that teaches most."""

from __future__ import annotations

from parotid_training.learn.teaching import teaching_order


def test_the_doubtful_and_a_lot_take_turns() -> None:
    doubts = {f"study-{n}": n / 100 for n in range(20)}
    order = teaching_order(doubts)
    assert sorted(order) == sorted(doubts)
    assert order[0] == "study-19"
    # Each study at an even place is the most doubtful of those that were left.
    for place in range(0, 20, 2):
        assert order[place] == max(order[place:], key=lambda one: doubts[one])
    assert order[1::2] != sorted(order[1::2], key=lambda one: -doubts[one]), "the others come by lot"


def test_the_lots_do_not_depend_on_who_else_is_there() -> None:
    everyone = teaching_order(dict.fromkeys("abcdefgh"))
    assert teaching_order(dict.fromkeys("hgfedcba")) == everyone
    assert teaching_order({one: None for one in "abcdefgh" if one != "c"}) == [one for one in everyone if one != "c"]


def test_what_was_never_proposed_comes_by_lot_only() -> None:
    assert teaching_order({"unknown": None, "certain": 0.0}) in (["certain", "unknown"],)
    assert teaching_order({}) == []
