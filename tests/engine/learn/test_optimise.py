from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
import torch

from parotid_training.learn.augment import AugmentSettings
from parotid_training.learn.data import draw_batch
from parotid_training.learn.optimise import Optimiser, cosine_rate
from parotid_training.model.networks import SwinSegmenter
from tests.engine.learn.toys import SMALL, toy_case

if TYPE_CHECKING:
    from pathlib import Path

CASES = [toy_case(n) for n in range(2)]


def fresh() -> Optimiser:
    torch.manual_seed(0)
    model = SwinSegmenter(SMALL)
    return Optimiser(model, list(model.parameters()), rate=1e-3, steps=6, warm_up=2, seed=4)


def advance(optimiser: Optimiser, steps: int) -> list[float]:
    return [optimiser.step(draw_batch(CASES, 2, 1, optimiser.rng()), AugmentSettings()) for _ in range(steps)]


def test_a_resumed_run_is_the_unbroken_run(tmp_path: Path) -> None:
    whole = fresh()
    losses = advance(whole, 6)
    first = fresh()
    advance(first, 3)
    first.save(tmp_path / "state.safetensors")
    torch.manual_seed(99)
    second = fresh()
    second.load(tmp_path / "state.safetensors")
    assert second.step_number == 3
    assert advance(second, 3) == pytest.approx(losses[3:], abs=1e-6)
    for a, b in zip(whole.average.parameters(), second.average.parameters(), strict=True):
        torch.testing.assert_close(a, b)


def test_rate_warms_up_and_falls() -> None:
    rates = [cosine_rate(step, 100, 10) for step in range(100)]
    assert rates[:10] == pytest.approx([0.1 * n for n in range(1, 11)])
    assert all(a >= b for a, b in itertools.pairwise(rates[10:]))
    assert 0 < rates[-1] < 0.02


def test_frozen_parameters_do_not_move() -> None:
    torch.manual_seed(0)
    model = SwinSegmenter(SMALL)
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    chosen = list(model.head.parameters())
    for parameter in model.parameters():
        parameter.requires_grad = any(parameter is c for c in chosen)
    optimiser = Optimiser(model, chosen, rate=1e-2, steps=2, warm_up=1)
    advance(optimiser, 2)
    moved = {name for name, p in model.named_parameters() if not torch.equal(p, before[name])}
    assert moved == {"head.weight", "head.bias"}
