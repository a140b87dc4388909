from __future__ import annotations

import dataclasses

import pytest
import torch

from parotid_training.learn.augment import AugmentSettings, _cap, augment, drop_sequences

STILL = AugmentSettings(rotation_deg=0, scale=1.0, shift=0, gamma=0, bias=0, noise=0, blur=0.31, drop=0, invert=0)


def batch(count: int = 6) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """A bright square, the same in image and label."""
    images = torch.full((count, 4, 3, 64, 48), -2.0)
    target = torch.zeros(count, 64, 48, dtype=torch.long)
    images[..., 20:40, 10:30] = 2.0
    target[:, 20:40, 10:30] = 1
    return images, torch.ones(count, 4, dtype=torch.bool), target


def test_image_and_label_move_together() -> None:
    settings = dataclasses.replace(STILL, rotation_deg=30.0, scale=1.2, shift=0.1)
    images, _, target = augment(*batch(), torch.Generator().manual_seed(3), settings)
    bright = images[:, 0, 1] > images.amin(dim=(1, 2, 3, 4))[:, None, None] + 2
    overlap = (bright & (target == 1)).sum() / (bright | (target == 1)).sum()
    assert overlap > 0.9
    assert (target != batch()[2]).any()


def test_a_rotation_keeps_shapes_on_a_slice_that_is_not_square() -> None:
    settings = dataclasses.replace(STILL, rotation_deg=30.0)
    _, _, target = augment(*batch(), torch.Generator().manual_seed(5), settings)
    assert (target.sum(dim=(1, 2)).float() / 400 - 1).abs().max() < 0.06


def test_same_generator_same_batch() -> None:
    one = augment(*batch(), torch.Generator().manual_seed(1), AugmentSettings())
    two = augment(*batch(), torch.Generator().manual_seed(1), AugmentSettings())
    other = augment(*batch(), torch.Generator().manual_seed(2), AugmentSettings())
    for a, b in zip(one, two, strict=True):
        torch.testing.assert_close(a, b)
    assert not torch.equal(one[0], other[0])


@pytest.mark.parametrize("probability", [0.4, 1.0])
def test_at_least_one_present_sequence_is_left(probability: float) -> None:
    generator = torch.Generator().manual_seed(0)
    present = torch.rand(500, 4, generator=generator) < 0.5
    present[:, 2] |= ~present.any(dim=1)
    kept = drop_sequences(present, generator, probability)
    assert kept.any(dim=1).all()
    assert not (kept & ~present).any()
    assert (kept != present).any()


def test_a_missing_sequence_stays_zero() -> None:
    images, present, target = batch()
    present[:, 1] = False
    images[:, 1] = 0
    images, _, _ = augment(images, present, target, torch.Generator().manual_seed(0), AugmentSettings(drop=0))
    assert not images[:, 1].any()
    assert images[:, 0].any()


def test_every_number_of_sequences_stays_as_often() -> None:
    present = torch.tensor([[True, True, False, True]]).repeat(3000, 1)
    kept = drop_sequences(present, torch.Generator().manual_seed(4), 0.4, few=1.0)
    assert not kept[:, 2].any()
    shares = torch.bincount(kept.sum(dim=1), minlength=5) / 3000
    torch.testing.assert_close(shares, torch.tensor([0, 1 / 3, 1 / 3, 1 / 3, 0]), atol=0.04, rtol=0)
    alone = kept[kept.sum(dim=1) == 1].float().mean(dim=0)
    torch.testing.assert_close(alone, torch.tensor([1 / 3, 1 / 3, 0, 1 / 3]), atol=0.05, rtol=0)


def test_a_sequence_that_stays_alone_is_drawn_by_weight() -> None:
    present = torch.tensor([[True, True, False, True]]).repeat(4000, 1)
    kept = drop_sequences(present, torch.Generator().manual_seed(4), 0.4, few=1.0, lone=(4.0, 1.0, 7.0, 1.0))
    assert not kept[:, 2].any()
    alone = kept[kept.sum(dim=1) == 1].float().mean(dim=0)
    torch.testing.assert_close(alone, torch.tensor([4 / 6, 1 / 6, 0, 1 / 6]), atol=0.05, rtol=0)
    shares = torch.bincount(kept.sum(dim=1), minlength=5) / 4000
    torch.testing.assert_close(shares, torch.tensor([0, 1 / 3, 1 / 3, 1 / 3, 0]), atol=0.04, rtol=0)


def test_fat_cut_off_leaves_more_between_gland_and_muscle() -> None:
    tissues = torch.tensor([0.0, 0.3, 0.4, 1.0])  # air, muscle, gland, fat
    images = (tissues * 4 - 1).repeat_interleave(12).repeat(48, 1).expand(8, 4, 3, 48, 48).clone()
    present, target = torch.ones(8, 4, dtype=torch.bool), torch.zeros(8, 48, 48, dtype=torch.long)

    def gaps(cap: float) -> torch.Tensor:
        settings = dataclasses.replace(STILL, cap=cap)
        shown, _, _ = augment(images, present, target, torch.Generator().manual_seed(2), settings)
        values = shown[..., 24, 6::12].sort(dim=-1).values
        return (values[..., 2] - values[..., 1]) / (values[..., 2] - values[..., 0])

    assert gaps(0.0).std() < 1e-3
    capped = gaps(1.0)
    assert (capped > gaps(0.0) + 0.05).float().mean() > 0.5


def test_what_is_cut_off_leaves_mean_and_deviation_of_the_head() -> None:
    unit = torch.rand(3, 5, 24, 24, generator=torch.Generator().manual_seed(4)) + 0.2
    unit[:, :, :6] = 0.0
    unit[2] = 0.0
    cut = _cap(unit, torch.full((3, 1, 1, 1), 0.6))
    head = unit[:2] > 0.1
    assert torch.isfinite(cut).all()
    assert not cut[2].any()
    for before, after, inside in zip(unit, cut, head, strict=False):
        torch.testing.assert_close(after[inside].mean(), before[inside].mean())
        torch.testing.assert_close(after[inside].std(), before[inside].std())
