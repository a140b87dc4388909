"""The loss of the published method, 0.4 cross-entropy + 0.6 Dice, and one that keeps what is known."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

CE_SHARE, DICE_SHARE = 0.4, 0.6


def segmentation_loss(logits: Tensor, target: Tensor) -> Tensor:
    """Weighted sum of cross-entropy and soft Dice.

    Dice is taken per class over the whole batch: per slice, the many slices without a structure would
    contribute only noise. A class that is nowhere in the batch has its Dice too, and it pulls at every trace. (The one
    run without had more false tumours, but was not like the others in more than that; docs/results/painted.md.)

    Parameters
    ----------
    logits
        (B, classes, H, W) float.
    target
        (B, H, W) integer labels; -1 is ignored.
    """
    logits = logits.float()
    known = target >= 0
    safe = target.clamp(min=0)
    cross_entropy = functional.cross_entropy(logits, target, ignore_index=-1)
    share = torch.softmax(logits, dim=1) * known[:, None]
    truth = functional.one_hot(safe, logits.shape[1]).permute(0, 3, 1, 2) * known[:, None]
    overlap = (share * truth).sum(dim=(0, 2, 3))
    total = share.sum(dim=(0, 2, 3)) + truth.sum(dim=(0, 2, 3))
    dice = (2 * overlap[1:] + 1.0) / (total[1:] + 1.0)
    return CE_SHARE * cross_entropy + DICE_SHARE * (1 - dice).mean()


def tissue_loss(logits: Tensor, tissue: Tensor) -> Tensor:
    """Cross-entropy of the kinds of tissue, 0 where none is known.

    Parameters
    ----------
    logits
        (B, kinds, H, W) float; the first kind is none.
    tissue
        (B, H, W) integer kinds; 0 is ignored.
    """
    if not bool((tissue > 0).any()):
        return logits.new_zeros(())
    return functional.cross_entropy(logits.float(), tissue, ignore_index=0)


def distillation_loss(logits: Tensor, known: Tensor, target: Tensor) -> Tensor:
    """How far the answers are from those of a network that is to be remembered.

    Mean Kullback-Leibler divergence a pixel, at temperature 1 (Li and Hoiem, Learning without Forgetting, ECCV 2016).

    Parameters
    ----------
    logits, known
        (B, classes, H, W) float: of the network that learns, and of the one that is remembered.
    target
        (B, H, W) integer labels; where they are -1 nothing counts.
    """
    ours, theirs = (torch.log_softmax(values.float(), dim=1) for values in (logits, known))
    apart = functional.kl_div(ours, theirs, reduction="none", log_target=True).sum(dim=1)
    counted = target >= 0
    return (apart * counted).sum() / counted.sum().clamp(min=1)
