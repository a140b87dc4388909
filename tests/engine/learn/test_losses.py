from __future__ import annotations

import math

import pytest
import torch
from monai.losses import DiceLoss

from parotid_training.learn.losses import distillation_loss, segmentation_loss, tissue_loss


def test_agrees_with_monai_and_torch() -> None:
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(4, 3, 16, 16, generator=generator)
    target = torch.randint(0, 3, (4, 16, 16), generator=generator)
    dice = DiceLoss(include_background=False, to_onehot_y=True, softmax=True, batch=True, smooth_nr=1, smooth_dr=1)
    expected = 0.6 * dice(logits, target[:, None]) + 0.4 * torch.nn.functional.cross_entropy(logits, target)
    torch.testing.assert_close(segmentation_loss(logits, target), expected)


def test_kinds_of_tissue_count_where_they_are_known() -> None:
    logits = torch.randn(2, 9, 8, 8, generator=torch.Generator().manual_seed(0))
    tissue = torch.zeros(2, 8, 8, dtype=torch.long)
    assert tissue_loss(logits, tissue).item() == 0.0
    tissue[0, 2] = 3
    torch.testing.assert_close(
        tissue_loss(logits, tissue), torch.nn.functional.cross_entropy(logits[:1, :, 2], tissue[:1, 2])
    )


def test_ignored_voxels_have_no_say() -> None:
    logits = torch.randn(2, 3, 8, 8, generator=torch.Generator().manual_seed(1))
    target = torch.zeros(2, 8, 8, dtype=torch.long)
    target[:, :4] = 1
    half = target.clone()
    half[:, :, 4:] = -1
    other = logits.clone()
    other[..., 4:] = torch.randn(2, 3, 8, 4)
    assert segmentation_loss(logits, half) == pytest.approx(segmentation_loss(other, half).item())


def test_right_answers_cost_nothing_and_wrong_ones_do() -> None:
    target = torch.randint(0, 3, (2, 8, 8), generator=torch.Generator().manual_seed(2))
    right = 30.0 * torch.nn.functional.one_hot(target, 3).permute(0, 3, 1, 2)
    assert segmentation_loss(right, target) < 1e-3
    assert segmentation_loss(-right, target) > 1
    assert math.isfinite(segmentation_loss(right * 100, torch.zeros_like(target)).item())


def test_distillation_is_the_divergence_of_a_pixel() -> None:
    ours = torch.tensor([0.5, 0.3, 0.2]).log().reshape(1, 3, 1, 1).repeat(1, 1, 2, 2)
    theirs = torch.tensor([0.7, 0.2, 0.1]).log().reshape(1, 3, 1, 1).repeat(1, 1, 2, 2)
    by_hand = 0.7 * math.log(0.7 / 0.5) + 0.2 * math.log(0.2 / 0.3) + 0.1 * math.log(0.1 / 0.2)
    target = torch.zeros(1, 2, 2, dtype=torch.long)
    # Logits are only known up to a constant.
    assert distillation_loss(ours + 3.0, theirs, target).item() == pytest.approx(by_hand, rel=1e-5)
    assert distillation_loss(theirs, theirs, target).item() == pytest.approx(0.0, abs=1e-7)
    theirs[..., 1] = 40.0 * torch.randn(1, 3, 2)
    target[..., 1] = -1
    assert distillation_loss(ours, theirs, target).item() == pytest.approx(by_hand, rel=1e-5)
    assert distillation_loss(ours, theirs, torch.full_like(target, -1)).item() == 0.0
