"""Contrastive losses: against cases worked by hand, and their geometry against the images themselves."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional

from parotid_training.learn.augment import AugmentSettings
from parotid_training.learn.batches import SliceBatch, draw_batch
from parotid_training.learn.contrast import PAPER, Contrast, ContrastSettings, dense_info_nce, info_nce
from parotid_training.learn.views import Places, draw_places, draw_view, seen_at
from parotid_training.model.networks import SwinSegmenter
from tests.engine.learn.toys import SMALL, toy_case

PLAIN = AugmentSettings(gamma=0, bias=0, noise=0, blur=0.31, drop=0, invert=0, rotation_deg=20, scale=1.4, shift=0.1)
TINY = ContrastSettings(hidden=16, out=8, places=16, together=2, near_mm=10.0, near_height=0.3)


def batch(count: int = 6) -> SliceBatch:
    cases = [toy_case(n) for n in range(3)]
    return draw_batch(cases, count, 1, np.random.default_rng(0), structure_share=0.0, together=2)


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
    places = torch.rand((6, 400, 2), generator=generator) * 1.8 - 0.9
    here, there = seen_at(places, one.theta), seen_at(places, two.theta)
    inside = (here.abs() < 0.95).all(dim=2) & (there.abs() < 0.95).all(dim=2)
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
@pytest.mark.parametrize("settings", [TINY, replace(PAPER, hidden=16, out=8)])
def test_learning_pulls_the_views_together(settings: ContrastSettings) -> None:
    torch.manual_seed(0)
    contrast = Contrast(SwinSegmenter(SMALL), settings)
    parameters = [p for p in contrast.parameters() if p.requires_grad]
    adam = torch.optim.AdamW(parameters, lr=3e-3)
    slices, totals = batch(8), []
    for step in range(25):
        generator = torch.Generator().manual_seed(step % 3)
        one, two = draw_view(slices, generator), draw_view(slices, generator)
        places = draw_places(slices, settings.places, generator) if settings.dense else None
        wide, dense = contrast(one, two, slices.where, places)
        (wide + settings.dense * dense).backward()
        assert (dense.item() > 0) == bool(settings.dense)
        adam.step()
        adam.zero_grad()
        contrast.follow(step, 25)
        totals.append(float(wide.detach() + dense.detach()))
    assert np.mean(totals[-5:]) < np.mean(totals[:5]) - 0.05


def test_only_what_a_mode_uses_learns() -> None:
    for settings, wanted in ((PAPER, {"encoder"}), (ContrastSettings(blocks=1), {"encoder", "decoder"})):
        contrast = Contrast(SwinSegmenter(SMALL), settings)
        learning = {n.split(".")[0] for n, p in contrast.query.network.named_parameters() if p.requires_grad}
        assert learning == wanted
        assert not any(p.requires_grad for p in contrast.key.parameters())


@pytest.mark.parametrize(
    ("ramp", "step", "moved"), [(False, 0, 0.01), (False, 400, 0.0), (True, 0, 0.9), (True, 90, 0.09)]
)
def test_the_momentum_branch_follows_slowly_and_at_last_not_at_all(ramp: bool, step: int, moved: float) -> None:
    contrast = Contrast(SwinSegmenter(SMALL), replace(TINY, ramp=ramp))
    name, slow = next(iter(contrast.key.named_parameters()))
    fast = dict(contrast.query.named_parameters())[name]
    with torch.no_grad():
        fast += 1.0
    before = slow.clone()
    contrast.follow(step, 400)
    torch.testing.assert_close(slow, before + moved)


def test_most_places_lie_in_the_body_and_their_mirror_images_across_its_middle() -> None:
    slices = batch()
    images = torch.full_like(slices.images, -2.0)
    images[:, :, :, 40:120, 30:70] = 0.5
    places = draw_places(replace(slices, images=images), 400, torch.Generator().manual_seed(0))
    height, width = images.shape[-2:]
    column, row = ((places.here[..., n] + 1) * size / 2 for n, size in ((0, width), (1, height)))
    inside = (row > 40) & (row < 120) & (column > 30) & (column < 70)
    assert 0.85 < inside.float().mean() < 0.97
    mirrored = (places.mirrored[..., 0] + 1) * width / 2
    torch.testing.assert_close(mirrored, 100 - column)
    torch.testing.assert_close(places.mirrored[..., 1], places.here[..., 1])


def test_what_may_show_the_same_anatomy_is_no_negative() -> None:
    contrast = Contrast(SwinSegmenter(SMALL), TINY)
    where = torch.tensor([[0, 0, 0.0], [0, 9, 0.1], [0, 40, 0.5], [1, 40, 0.2], [1, 80, 0.9]])
    alike = contrast._alike(where, where)
    assert alike is not None
    assert alike.nonzero().tolist() == [
        [0, 0], [0, 1], [0, 3], [1, 0], [1, 1], [1, 3], [2, 2], [3, 0], [3, 1], [3, 3], [4, 4],
    ]  # fmt: skip
    paper = Contrast(SwinSegmenter(SMALL), replace(PAPER, hidden=16, out=8))
    assert paper._alike(where, where) is None


def test_a_place_and_its_mirror_image_are_not_told_apart() -> None:
    contrast = Contrast(SwinSegmenter(SMALL), replace(TINY, near_place=0.02))
    here = torch.tensor([[[-0.6, 0.1], [0.55, 0.12], [0.0, -0.8], [0.0, 0.8]]])
    near = contrast._near(Places(here, here * torch.tensor([-1.0, 1.0])), 0)
    assert near[0].nonzero().tolist() == [[0, 0], [0, 1], [1, 0], [1, 1], [2, 2], [3, 3]]
    # A pixel of the block, where that is coarser than what was asked for.
    pixel = 2 * 4 * 2 ** (len(SMALL.depths) - 2) / 128
    close = torch.tensor([[[-0.6, 0.0], [-0.6 + 0.9 * pixel, 0.0], [-0.6, 1.1 * pixel]]])
    far = Places(close, close + 9.0)
    assert contrast._near(far, 0)[0].nonzero().tolist() == [[0, 0], [0, 1], [1, 0], [1, 1], [2, 2]]
    assert contrast._near(far, 1)[0].nonzero().tolist() == [[0, 0], [1, 1], [2, 2]]


def test_each_view_is_drawn_to_the_other_at_the_same_places() -> None:
    torch.manual_seed(0)
    contrast = Contrast(SwinSegmenter(SMALL), TINY).eval()
    slices, generator = batch(), torch.Generator().manual_seed(3)
    one, two = draw_view(slices, generator), draw_view(slices, generator)
    places = draw_places(slices, TINY.places, generator)
    here, there = seen_at(places.here, one.theta), seen_at(places.here, two.theta)
    inside = (here.abs() < 0.95).all(dim=2) & (there.abs() < 0.95).all(dim=2)
    with torch.no_grad():
        wide, dense = contrast(one, two, slices.where, places)
        (q1, d1), (q2, d2) = contrast.query(one.inputs, here), contrast.query(two.inputs, there)
        (k1, e1), (k2, e2) = contrast.key(one.inputs, here), contrast.key(two.inputs, there)
        alike = contrast._alike(slices.where, slices.where)
        assert alike is not None
        assert 6 < alike.sum() < 36
        wanted = sum(info_nce(contrast.predictor(q), k, TINY.temperature, alike) for q, k in ((q1, k2), (q2, k1)))
        torch.testing.assert_close(wide, wanted)
        total = torch.zeros(())
        for n, predictor in enumerate(contrast.dense_predictors):
            near = contrast._near(places, n)
            for q, k in ((d1[n], e2[n]), (d2[n], e1[n])):
                shown = predictor(q.flatten(0, 1)).view_as(q)
                total = total + dense_info_nce(shown, k, TINY.dense_temperature, near, inside)
        torch.testing.assert_close(dense, total / len(contrast.dense_predictors))
