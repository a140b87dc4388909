"""The experiment on the order of the worklist."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from parotid_training.experiments import worklist as module
from parotid_training.experiments.worklist import Plan, Sizes, Turn, choose, read_turns, run
from parotid_training.experiments.worklist_report import best_order, gained
from parotid_training.labels import Structure
from parotid_training.learn.scores import CaseScore, Scores
from parotid_training.progress import ignore_progress, never
from tests.engine.experiments.toy_clinic import toy_patients, toy_replay, write_base

if TYPE_CHECKING:
    from pathlib import Path

SIZES = Sizes(pool=4, stretch=1, rounds=2, each=1, judged=1, steps=2, batch=2)


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plan:
    monkeypatch.setattr(module, "find_patients", toy_patients)
    monkeypatch.setattr(module, "phantom_cases", toy_replay)
    base = write_base(tmp_path / "base")
    return Plan(None, base, tmp_path / "runs", tmp_path / "cache", ("list", "mixed"), (1,), SIZES)


def test_rounds_build_on_those_before_and_are_not_run_again(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubts = {"pool-0-base": 0.1, "pool-1-new": 0.2, "pool-2-base": 0.3, "pool-3-new": 0.9}
    monkeypatch.setattr(module, "doubt_of", lambda segmenter, case: doubts[case.name])
    run(plan, tmp_path / "out", ignore_progress, never)
    turns = {(turn.order, turn.number): turn for turn in read_turns(plan.runs)}
    assert turns["list", 2].corrected == ("pool-0-base", "pool-1-new")
    assert turns["mixed", 1].corrected == ("pool-3-new",)
    assert turns["mixed", 2].corrected[:1] == ("pool-3-new",)
    assert len(set(turns["mixed", 2].corrected)) == 2
    text = (tmp_path / "out" / "worklist.md").read_text("utf-8")
    assert "--orders list mixed --seeds 1 --pool 4" in text
    assert json.loads((plan.runs / "doubts.json").read_text())["doubts"][0]["measure"] == "margin"
    assert (tmp_path / "out" / "worklist.png").stat().st_size > 10_000

    def fail(*_: object) -> None:
        raise AssertionError("run again")

    monkeypatch.setattr(module, "take_turn", fail)
    run(replace(plan, orders=("list",)), tmp_path / "out", ignore_progress, never)


def test_random_order_is_a_lot_and_the_list_is_as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    left = dict.fromkeys("dacb")
    monkeypatch.setattr(module, "doubt_of", lambda segmenter, case: 0.5)
    assert choose("list", left, None, 1) == ["d", "a", "c", "b"]  # type: ignore[arg-type]
    drawn = choose("random", left, None, 1)  # type: ignore[arg-type]
    assert sorted(drawn) == ["a", "b", "c", "d"]
    assert drawn == choose("random", left, None, 1)  # type: ignore[arg-type]
    assert choose("doubt", left, None, 1) == ["a", "b", "c", "d"]  # type: ignore[arg-type]


def test_gain_is_counted_a_corrected_case() -> None:
    def turn(order: str, number: int, corrected: int, dsc: float) -> Turn:
        scores = Scores("m", (CaseScore("p", "base", Structure.GLAND, dsc, dsc),))
        return Turn(order, 1 if order else 0, number, ("c",) * corrected, scores)

    turns = [turn("", 0, 0, 0.4), turn("list", 1, 2, 0.5), turn("mixed", 1, 2, 0.6)]
    assert list(gained(turns, turns[1:2]).values()) == [pytest.approx(0.05)]
    assert list(gained(turns, turns[2:]).values()) == [pytest.approx(0.1)]
    assert best_order(turns) == "mixed"
    assert best_order([*turns, turn("list", 2, 4, 0.99)]) == "mixed", "only rounds that all have are compared"
    assert np.isclose(0.1, gained(turns, turns[2:])[1, "base p GLAND"])
