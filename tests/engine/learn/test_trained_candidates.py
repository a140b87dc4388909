"""The gate against really trained candidates: versions the shipped starter became, on the scores that were kept."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from parotid_assets import BASE_MODEL
from parotid_training.labels import Structure
from parotid_training.learn.gate import Rule, decide
from parotid_training.learn.job import GATE_SET
from parotid_training.learn.scores import CaseScore, Scores
from parotid_training.model.identity import read_model_id
from tests.engine.learn.trained_candidates import FORGETFUL, SEEDS, SPOILED, STARTER, TAUGHT, kept, named

TIMES = 50


@pytest.fixture(scope="module")
def scores() -> dict[str, Scores]:
    return kept()


def drawn(scores: Scores, names: list[str]) -> Scores:
    """Other patients held out; the built-in set is the same in every round."""
    found: list[CaseScore] = [case for case in scores.cases if case.source == "base"]
    for n, name in enumerate(names):
        found += [replace(case, case_id=f"patient-{n}") for case in scores.cases if case.case_id == name]
    return Scores(scores.model_id, tuple(found))


def draws_of(candidate: Scores) -> list[list[str]]:
    rng = random.Random(0)
    names = sorted({case.case_id for case in candidate.cases if case.source == "hold-out"})
    return [rng.choices(names, k=len(names)) for _ in range(TIMES)]


def promotions(candidate: Scores, incumbent: Scores) -> int:
    return sum(decide(drawn(candidate, draw), drawn(incumbent, draw)).promote for draw in draws_of(candidate))


def false_tumours(scores: Scores) -> set[str]:
    """Held-out heads without a tumour in which one is drawn."""
    tumours = [case for case in scores.cases if (case.source, case.structure) == ("hold-out", Structure.TUMOUR)]
    return {case.case_id for case in tumours if not case.present and case.dsc == 0.0}


def mean_gland(scores: Scores) -> float:
    glands = [case.dsc for case in scores.cases if (case.source, case.structure) == ("hold-out", Structure.GLAND)]
    return sum(glands) / len(glands)


def test_the_scores_are_those_of_the_shipped_starter_and_the_built_in_set(scores: dict[str, Scores]) -> None:
    assert scores[STARTER].model_id == read_model_id(BASE_MODEL)
    for one in scores.values():
        assert {case.case_id for case in one.cases if case.source == "base"} == {f"phantom-{n}" for n in GATE_SET}


WORSE = [(kind, seed) for kind in (FORGETFUL, *SPOILED) for seed in SEEDS]
MIXED = [("half spoiled", seed) for seed in SEEDS]
"""Better glands by the truth, and a tumour in one more healthy head: two spoiled masks of five spoil little so soon."""


@pytest.mark.parametrize(("kind", "seed"), WORSE)
def test_a_version_that_forgot_or_learned_wrong_is_never_used(scores: dict[str, Scores], kind: str, seed: int) -> None:
    candidate = scores[named(kind, seed)]
    for incumbent in (scores[STARTER], scores[named(TAUGHT, 0)]):
        assert promotions(candidate, incumbent) == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_a_version_that_learned_the_new_hospital_is_used_unless_the_tumours_drawn_are_worse(
    scores: dict[str, Scores], seed: int
) -> None:
    """Of the two tumours that are found one gains more than the other loses; some draws hold the other alone."""
    candidate, starter = scores[named(TAUGHT, seed)], scores[STARTER]
    assert mean_gland(candidate) > mean_gland(starter) + 0.15
    assert not false_tumours(candidate) - false_tumours(starter)
    used = 0
    for draw in draws_of(candidate):
        verdict = decide(drawn(candidate, draw), drawn(starter, draw))
        against = [row for row in verdict.rows if not row.passed]
        assert all(row.structure is Structure.TUMOUR and row.source == "hold-out" and row.fell for row in against)
        used += verdict.promote
    assert used > 0.6 * TIMES


@pytest.mark.parametrize(("kind", "seed"), MIXED)
def test_better_glands_do_not_pay_for_a_tumour_drawn_in_a_healthy_head(
    scores: dict[str, Scores], kind: str, seed: int
) -> None:
    candidate, starter = scores[named(kind, seed)], scores[STARTER]
    new = false_tumours(candidate) - false_tumours(starter)
    assert len(new) == 1
    assert mean_gland(candidate) > mean_gland(starter) + 0.05
    shown = [draw for draw in draws_of(candidate) if new & set(draw)]
    assert len(shown) > TIMES / 3
    assert not any(decide(drawn(candidate, draw), drawn(starter, draw)).promote for draw in shown)


def test_a_look_of_tumour_is_kept_by_replaying_it(scores: dict[str, Scores]) -> None:
    warthin = next(case for case in scores[STARTER].cases if case.case_id == "phantom-950015" and case.structure == 2)
    found = {
        name: next(case for case in one.cases if (case.case_id, case.structure) == (warthin.case_id, warthin.structure))
        for name, one in scores.items()
    }
    for seed in SEEDS:
        assert found[named(FORGETFUL, seed)].dsc < found[named(TAUGHT, seed)].dsc
        assert found[named(TAUGHT, seed)].dsc > warthin.dsc - Rule().base_case_loss
