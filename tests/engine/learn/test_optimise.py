from __future__ import annotations

import copy
import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from parotid_training.errors import ParotidError
from parotid_training.learn import optimise
from parotid_training.learn.augment import AugmentSettings
from parotid_training.learn.batches import draw_batch
from parotid_training.learn.losses import distillation_loss
from parotid_training.learn.optimise import MOST_IN_VAIN, Optimiser, cosine_rate
from parotid_training.model.networks import SwinSegmenter
from parotid_training.model.slices import stack_slices
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


def test_replayed_slices_are_answered_more_like_the_start() -> None:
    """Learned from labels that contradict the start, the answers stay nearer to it the more it is recalled."""
    batch = draw_batch(CASES, 4, 1, np.random.default_rng(0), structure_share=1.0)
    still = AugmentSettings(rotation_deg=0, scale=1.0, gamma=0, bias=0, noise=0, blur=0, drop=0, invert=0)
    apart = []
    for recall in (0.0, 1.0, 10.0):
        torch.manual_seed(0)
        model = SwinSegmenter(SMALL)
        start = copy.deepcopy(model).eval()
        optimiser = Optimiser(model, list(model.parameters()), rate=1e-3, steps=8, warm_up=1, recall=recall)
        for _ in range(8):
            optimiser.step(batch, still, replayed=4)
        flags = batch.present[:, :, None, None].expand(-1, -1, *batch.images.shape[-2:]).float()
        seen = torch.cat([batch.images.flatten(1, 2), flags], dim=1)
        with torch.no_grad():
            apart.append(distillation_loss(model.eval()(seen), start(seen), batch.target).item())
    assert apart[1] < 0.8 * apart[0], apart
    assert apart[2] < apart[1], apart


def test_what_is_not_replayed_is_not_recalled() -> None:
    losses = []
    for recall in (0.0, 10.0):
        torch.manual_seed(0)
        model = SwinSegmenter(SMALL)
        optimiser = Optimiser(model, list(model.parameters()), rate=1e-2, steps=3, warm_up=1, recall=recall)
        losses.append([optimiser.step(draw_batch(CASES, 2, 1, optimiser.rng()), AugmentSettings()) for _ in range(3)])
    assert losses[0] == losses[1]


def test_one_step_of_nonsense_does_not_spoil_what_was_learned_and_many_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    optimiser = fresh()
    advance(optimiser, 2)
    with monkeypatch.context() as patch:
        patch.setattr(optimise, "segmentation_loss", lambda logits, target: logits.sum() * float("nan"))
        advance(optimiser, MOST_IN_VAIN - 1)
    assert all(parameter.isfinite().all() for parameter in optimiser.average.parameters())
    assert np.isfinite(advance(optimiser, 1)[0])
    monkeypatch.setattr(optimise, "segmentation_loss", lambda logits, target: logits.sum() * float("nan"))
    with pytest.raises(ParotidError, match="Learning stopped"):
        advance(optimiser, MOST_IN_VAIN)


def test_a_full_disk_is_no_error_of_the_program(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        fresh().save(tmp_path / "gone" / "state.safetensors")


def test_a_step_sees_the_channels_that_a_proposal_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = toy_case(0, (True, False, True, True))
    case = replace(whole, array=whole.array[..., :144, :120], label=whole.label[:, :144, :120])
    seen: list[torch.Tensor] = []
    monkeypatch.setattr(optimise, "augment", lambda images, present, target, *rest: (images, present, target))
    torch.manual_seed(0)
    model = SwinSegmenter(SMALL)
    model.register_forward_pre_hook(lambda _, given: seen.append(given[0].detach().clone()))
    batch = draw_batch([case], 8, SMALL.neighbours, np.random.default_rng(0), size=(144, 120))
    Optimiser(model, list(model.parameters()), rate=1e-3, steps=1, warm_up=1).step(batch, AugmentSettings())
    slices = np.rint(batch.where[:, 2].numpy() * (len(case.label) - 1)).astype(int)
    assert len(set(slices)) > 3
    wanted = stack_slices(case.array.astype(np.float32), case.present, slices, SMALL.neighbours)
    torch.testing.assert_close(seen[0], torch.from_numpy(wanted))
    np.testing.assert_array_equal(batch.target.numpy(), case.label[slices])


def test_the_average_is_a_moving_one_with_a_short_memory_at_first() -> None:
    torch.manual_seed(0)
    model = SwinSegmenter(SMALL)
    optimiser = Optimiser(model, list(model.parameters()), rate=1e-2, steps=4, warm_up=1, averaging=0.5)
    wanted = model.head.weight.detach().clone()
    for step in range(1, 5):
        advance(optimiser, 1)
        kept = min(0.5, (1 + step) / (10 + step))
        wanted = kept * wanted + (1 - kept) * model.head.weight.detach()
    torch.testing.assert_close(optimiser.average.head.weight.detach(), wanted)


def test_the_kinds_of_tissue_are_learned_beside_the_glands(tmp_path: Path) -> None:
    """By a head that goes on where it stopped, and that no version keeps."""
    cases = [replace(case, tissue=(1 + (case.array[0] > -1)).astype(np.uint8)) for case in CASES]

    def begin() -> Optimiser:
        torch.manual_seed(0)
        model = SwinSegmenter(SMALL)
        return Optimiser(model, list(model.parameters()), rate=3e-3, steps=8, warm_up=1, seed=4, tissues=1.0)

    def go_on(optimiser: Optimiser, steps: int) -> list[float]:
        return [optimiser.step(draw_batch(cases, 2, 1, optimiser.rng()), AugmentSettings()) for _ in range(steps)]

    whole = begin()
    losses = go_on(whole, 8)
    assert np.mean(losses[-2:]) < np.mean(losses[:2]) - 0.3, "air is soon told from the head"
    plain = fresh()
    assert losses[0] > advance(plain, 1)[0] + 1.0, "nine kinds, none known yet"
    first = begin()
    go_on(first, 4)
    first.save(tmp_path / "state.safetensors")
    second = begin()
    second.load(tmp_path / "state.safetensors")
    assert go_on(second, 4) == pytest.approx(losses[4:], abs=1e-6)
    assert set(second.average.state_dict()) == set(SwinSegmenter(SMALL).state_dict())
