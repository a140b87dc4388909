"""The gate against really trained candidates: small networks that learned from right and from spoiled masks."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from parotid_training.learn.adapt import Adapter, Recipe
from parotid_training.learn.augment import AugmentSettings
from parotid_training.learn.evaluate import score_cases
from parotid_training.learn.gate import decide
from parotid_training.learn.scores import Scores
from parotid_training.learn.training_case import TrainingCase
from parotid_training.model.networks import SwinSegmenter
from parotid_training.model.predict import Segmenter
from parotid_training.model.runtime import tune_process
from tests.engine.learn.test_gate_kinds import TIMES, resampled
from tests.engine.learn.toys import SMALL, toy_case
from tests.engine.learn.trained_candidates import SPOILED

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> None:
    """As the child computes: several threads on a busy machine wait for each other."""
    tune_process(1)


MILD = AugmentSettings(rotation_deg=8.0, scale=1.1, gamma=0.1, bias=0.1, noise=0.1, blur=0.5, drop=0.1, invert=0.0)


def elsewhere(seed: int) -> TrainingCase:
    """A case of another hospital: its glands are darker than the base's, its tumours as bright as the base's glands."""
    case = toy_case(seed)
    array = case.array.copy()
    array[:, case.label == 1] -= np.float16(0.9)
    array[:, case.label == 2] -= np.float16(1.4)
    return replace(case, array=array)


def learn(model: SwinSegmenter, train: list[TrainingCase], replay: list[TrainingCase], steps: int) -> SwinSegmenter:
    stages = len(SMALL.depths)
    recipe = Recipe(steps=steps, batch=4, rate=4e-3, stages=stages, seed=1, augment=MILD)
    adapter = Adapter(copy.deepcopy(model), train, replay, recipe)
    list(adapter.steps(None, "", lambda: False))
    return adapter.average


@pytest.fixture(scope="module")
def base() -> SwinSegmenter:
    torch.manual_seed(0)
    return learn(SwinSegmenter(SMALL), [toy_case(n) for n in range(4)], [], 180)


@pytest.fixture(scope="module")
def score() -> Callable[[SwinSegmenter, str], Scores]:
    held, built_in = [elsewhere(100 + n) for n in range(6)], [toy_case(200 + n) for n in range(4)]
    watched = [("hold-out", case) for case in held] + [("base", case) for case in built_in]
    return lambda model, name: score_cases(Segmenter(model, name), watched)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def good(base: SwinSegmenter) -> SwinSegmenter:
    # Long enough to be better on both sides: one that learned less has forgotten some, and is rightly refused.
    return learn(base, [elsewhere(n) for n in range(10, 16)], [toy_case(n) for n in range(4)], 180)


def promotions(candidate: Scores, incumbent: Scores) -> int:
    pairs = list(zip(candidate.cases, incumbent.cases, strict=True))
    rng = random.Random(0)
    return sum(decide(*resampled(pairs, rng)).promote for _ in range(TIMES))


def test_a_truly_better_version_is_nearly_always_used(
    base: SwinSegmenter, good: SwinSegmenter, score: Callable[[SwinSegmenter, str], Scores]
) -> None:
    assert promotions(score(good, "good"), score(base, "base")) >= 0.9 * TIMES


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_a_version_that_learned_from_spoiled_masks_is_never_used(
    base: SwinSegmenter,
    good: SwinSegmenter,
    score: Callable[[SwinSegmenter, str], Scores],
    spoil: Callable[[NDArray[np.uint8], int], NDArray[np.uint8]],
) -> None:
    cases = [replace(case, label=spoil(case.label, n)) for n, case in enumerate(elsewhere(n) for n in range(10, 16))]
    # As long as `good` learned from the same heads: what it is refused for are the masks.
    spoiled = learn(base, cases, [toy_case(n) for n in range(4)], 180)
    assert promotions(score(spoiled, "spoiled"), score(good, "good")) == 0
