"""Contrastive losses: against cases worked by hand, and their geometry against the images themselves."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch.nn import functional

from parotid_training.learn.augment import AugmentSettings
from parotid_training.learn.batches import SliceBatch, draw_batch
from parotid_training.learn.contrast import PAPER, Contrast, ContrastSettings, dense_info_nce, info_nce
from parotid_training.learn.views import carry, draw_view
from parotid_training.model.networks import SwinSegmenter
from tests.engine.learn.toys import SMALL, toy_case

PLAIN = AugmentSettings(gamma=0, bias=0, noise=0, blur=0.31, drop=0, invert=0, rotation_deg=20, scale=1.4, shift=0.1)
TINY = ContrastSettings(hidden=16, out=8, places=16)


def batch(count: int = 6) -> SliceBatch:
    return draw_batch([toy_case(n) for n in range(3)], count, 1, np.random.default_rng(0), structure_share=0.0)


def test_info_nce_by_hand() -> None:
    query = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    key = torch.tensor([[2.0, 0.0], [0.0, 3.0]])
    expected = -math.log(math.e**2 / (math.e**2 + 1)) * 2 * 0.5
    assert info_nce(query, key, 0.5).item() == pytest.approx(expected, abs=1e-6)


def test_slices_at_a_similar_height_are_no_negatives() -> None:
    query = functional.normalize(torch.randn(3, 4, generator=torch.Generator().manual_seed(0)), dim=1)
    ignored = torch.tensor([[1, 1, 0], [1, 1, 0], [0, 0, 1]], dtype=torch.bool)
    similar = query @ query.T / 0.2
    by_hand = [
        -math.log(math.exp(similar[n, n]) / sum(math.exp(similar[n, m]) for m in kept))
        for n, kept in ((0, (0, 2)), (1, (1, 2)), (2, (0, 1, 2)))
    ]
    assert info_nce(query, query, 0.2, ignored).item() == pytest.approx(np.mean(by_hand) * 0.4, abs=1e-5)


def test_places_outside_a_view_count_for_nothing() -> None:
    generator = torch.Generator().manual_seed(0)
    query, key = (torch.randn(2, 5, 3, generator=generator) for _ in range(2))
    near = torch.zeros(2, 5, 5, dtype=torch.bool)
    inside = torch.ones(2, 5, dtype=torch.bool)
    inside[:, 4] = False
    lone = dense_info_nce(query[:, :4], key[:, :4], 0.1, near[:, :4, :4], inside[:, :4])
    assert dense_info_nce(query, key, 0.1, near, inside).item() == pytest.approx(lone.item(), abs=1e-6)
    assert dense_info_nce(query, key, 0.1, near, torch.zeros(2, 5, dtype=torch.bool)).item() == 0.0


def test_a_place_carried_to_the_other_view_shows_the_same_tissue() -> None:
    slices = batch()
    generator = torch.Generator().manual_seed(3)
    one, two = draw_view(slices, generator, PLAIN), draw_view(slices, generator, PLAIN)
    here = torch.rand((6, 400, 2), generator=generator) * 1.8 - 0.9
    there = carry(here, one.theta, two.theta)
    inside = (there.abs() < 0.95).all(dim=2)
    assert inside.float().mean() > 0.3
    values = [
        functional.grid_sample(view.inputs[:, 1:2], places[:, :, None], align_corners=False)[:, 0, :, 0]
        for view, places in ((one, here), (two, there))
    ]
    joined = np.corrcoef(values[0][inside].numpy(), values[1][inside].numpy())[0, 1]
    wrong = np.corrcoef(values[0][inside].numpy(), values[1].flip(1)[inside].numpy())[0, 1]
    assert joined > 0.85
    assert joined > wrong + 0.3


@pytest.mark.slow
@pytest.mark.parametrize("settings", [TINY, ContrastSettings(dense=0.0, near_height=0.0, hidden=16, out=8)])
def test_learning_pulls_the_views_together(settings: ContrastSettings) -> None:
    torch.manual_seed(0)
    contrast = Contrast(SwinSegmenter(SMALL), settings)
    parameters = [p for p in contrast.parameters() if p.requires_grad]
    adam = torch.optim.AdamW(parameters, lr=3e-3)
    slices, totals = batch(8), []
    for step in range(25):
        generator = torch.Generator().manual_seed(step % 3)
        one, two = draw_view(slices, generator), draw_view(slices, generator)
        places = torch.rand((8, settings.places, 2), generator=generator)
        wide, dense = contrast(one, two, slices.height, places)
        (wide + settings.dense * dense).backward()
        assert (dense.item() > 0) == bool(settings.dense)
        adam.step()
        adam.zero_grad()
        contrast.follow(step / 25)
        totals.append(float(wide.detach() + dense.detach()))
    assert np.mean(totals[-5:]) < np.mean(totals[:5]) - 0.05


def test_only_what_a_mode_uses_learns() -> None:
    for settings, wanted in ((PAPER, {"encoder"}), (ContrastSettings(blocks=1), {"encoder", "decoder"})):
        contrast = Contrast(SwinSegmenter(SMALL), settings)
        learning = {n.split(".")[0] for n, p in contrast.query.network.named_parameters() if p.requires_grad}
        assert learning == wanted
        assert not any(p.requires_grad for p in contrast.key.parameters())


def test_the_momentum_branch_follows_slowly_and_at_last_not_at_all() -> None:
    contrast = Contrast(SwinSegmenter(SMALL), TINY)
    name, slow = next(iter(contrast.key.named_parameters()))
    fast = dict(contrast.query.named_parameters())[name]
    with torch.no_grad():
        fast += 1.0
    before = slow.clone()
    contrast.follow(0.0)
    torch.testing.assert_close(slow, before + 0.01)
    contrast.follow(1.0)
    torch.testing.assert_close(slow, before + 0.01)


def test_each_view_is_drawn_to_the_other_at_the_same_places() -> None:
    torch.manual_seed(0)
    contrast = Contrast(SwinSegmenter(SMALL), TINY).eval()
    slices, generator = batch(), torch.Generator().manual_seed(3)
    one, two = draw_view(slices, generator), draw_view(slices, generator)
    drawn = torch.rand((6, TINY.places, 2), generator=generator)
    here = drawn * 1.9 - 0.95
    there = carry(here, one.theta, two.theta)
    inside = (there.abs() < 0.95).all(dim=2)
    with torch.no_grad():
        wide, dense = contrast(one, two, slices.height, drawn)
        (q1, d1), (q2, d2) = contrast.query(one.inputs, here), contrast.query(two.inputs, there)
        (k1, e1), (k2, e2) = contrast.key(one.inputs, here), contrast.key(two.inputs, there)
        alike = torch.cdist(slices.height[:, None], slices.height[:, None]) < TINY.near_height
        assert 6 < alike.sum() < 36
        wanted = sum(info_nce(contrast.predictor(q), k, TINY.temperature, alike) for q, k in ((q1, k2), (q2, k1)))
        torch.testing.assert_close(wide, wanted)
        total = torch.zeros(())
        for n, predictor in enumerate(contrast.dense_predictors):
            for q, k, places in ((d1[n], e2[n], here), (d2[n], e1[n], there)):
                near = torch.cdist(places, places) < TINY.near_place
                shown = predictor(q.flatten(0, 1)).view_as(q)
                total = total + dense_info_nce(shown, k, TINY.dense_temperature, near, inside)
        torch.testing.assert_close(dense, total / len(contrast.dense_predictors))
