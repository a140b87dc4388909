"""The gate against really trained candidates: the shipped starter, taught by right and by spoiled masks."""

from __future__ import annotations

import random

import pytest

from parotid_training.learn.gate import Scores, decide
from tests.engine.learn.test_gate_kinds import TIMES, resampled
from tests.engine.learn.trained_candidates import DRAWS, SPOILS, STARTER, Spoil, Trainer, kept, name_of, right


def promotions(candidate: Scores, incumbent: Scores) -> int:
    pairs = list(zip(candidate.cases, incumbent.cases, strict=True))
    rng = random.Random(0)
    return sum(decide(*resampled(pairs, rng)).promote for _ in range(TIMES))


@pytest.fixture(scope="module")
def scores() -> dict[str, Scores]:
    return kept()


@pytest.mark.parametrize("draw", range(DRAWS))
def test_a_truly_better_version_is_nearly_always_used(scores: dict[str, Scores], draw: int) -> None:
    assert promotions(scores[name_of(right, draw)], scores[STARTER]) >= 0.9 * TIMES


@pytest.mark.parametrize("draw", range(DRAWS))
@pytest.mark.parametrize("spoil", SPOILS)
def test_a_version_that_learned_from_spoiled_masks_is_never_used(
    scores: dict[str, Scores], spoil: Spoil, draw: int
) -> None:
    assert promotions(scores[name_of(spoil, 0)], scores[name_of(right, draw)]) == 0


@pytest.mark.parametrize("draw", range(DRAWS))
def test_the_gate_never_goes_back_to_the_starter(scores: dict[str, Scores], draw: int) -> None:
    assert promotions(scores[STARTER], scores[name_of(right, draw)]) == 0


@pytest.fixture(scope="module")
def trainer() -> Trainer:
    return Trainer()


@pytest.fixture(scope="module")
def better(trainer: Trainer) -> Scores:
    return trainer.scores(trainer.learned(right, 0), name_of(right, 0))


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_trained_anew_the_better_version_is_as_good(
    trainer: Trainer, better: Scores, scores: dict[str, Scores]
) -> None:
    assert promotions(better, trainer.scores(trainer.starter, STARTER)) >= 0.9 * TIMES
    for mine, theirs in zip(better.cases, scores[better.model_id].cases, strict=True):
        assert (mine.case_id, mine.structure, mine.present) == (theirs.case_id, theirs.structure, theirs.present)
        # Another processor rounds otherwise, and the steps carry that on.
        assert mine.dsc == pytest.approx(theirs.dsc, abs=0.05, nan_ok=True)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("spoil", SPOILS)
def test_trained_anew_a_spoiled_version_is_never_used(trainer: Trainer, better: Scores, spoil: Spoil) -> None:
    assert promotions(trainer.scores(trainer.learned(spoil, 0), name_of(spoil, 0)), better) == 0
