"""The gate against really trained candidates: versions the shipped starter became, on the scores that were kept."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from parotid_assets import BASE_MODEL
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


def promotions(candidate: Scores, incumbent: Scores) -> int:
    rng = random.Random(0)
    names = sorted({case.case_id for case in candidate.cases if case.source == "hold-out"})
    draws = [rng.choices(names, k=len(names)) for _ in range(TIMES)]
    return sum(decide(drawn(candidate, draw), drawn(incumbent, draw)).promote for draw in draws)


def test_the_scores_are_those_of_the_shipped_starter_and_the_built_in_set(scores: dict[str, Scores]) -> None:
    assert scores[STARTER].model_id == read_model_id(BASE_MODEL)
    for one in scores.values():
        assert {case.case_id for case in one.cases if case.source == "base"} == {f"phantom-{n}" for n in GATE_SET}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", [FORGETFUL, *SPOILED])
def test_a_version_that_forgot_or_learned_wrong_is_never_used(scores: dict[str, Scores], kind: str, seed: int) -> None:
    candidate = scores[named(kind, seed)]
    assert promotions(candidate, scores[named(TAUGHT, seed)]) == 0
    if kind != "half spoiled":  # what is right in it may make it better than the starter
        assert promotions(candidate, scores[STARTER]) == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_a_version_that_learned_the_new_hospital_and_forgot_nothing_is_nearly_always_used(
    scores: dict[str, Scores], seed: int
) -> None:
    assert promotions(scores[named(TAUGHT, seed)], scores[STARTER]) >= 0.9 * TIMES


def test_a_look_of_tumour_is_kept_by_replaying_it(scores: dict[str, Scores]) -> None:
    warthin = next(case for case in scores[STARTER].cases if case.case_id == "phantom-950015" and case.structure == 2)
    found = {
        name: next(case for case in one.cases if (case.case_id, case.structure) == (warthin.case_id, warthin.structure))
        for name, one in scores.items()
    }
    for seed in SEEDS:
        assert found[named(FORGETFUL, seed)].dsc < warthin.dsc - 0.1
        assert found[named(TAUGHT, seed)].dsc > warthin.dsc - Rule().base_case_loss
