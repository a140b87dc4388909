"""Against MONAI, an independent implementation, and against cases worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from monai.metrics import DiceMetric, MeanIoU, compute_hausdorff_distance, compute_surface_dice
from monai.metrics.utils import get_mask_edges
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from parotid_training.model.metrics import (
    class_mean_accuracy,
    dice,
    hd95_mm,
    published,
    surface_dice,
    volume_error_ml,
)

pytestmark = pytest.mark.filterwarnings("ignore:monai.metrics.utils get_mask_edges:FutureWarning")

SPACING = (4.0, 1.0, 0.5)


def blobs(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    z, y, x = np.mgrid[:12, :40, :50]
    masks = []
    for _ in range(2):
        cz, cy, cx = rng.uniform([4, 15, 20], [7, 24, 29])
        masks.append(((z - cz) / 3) ** 2 + ((y - cy) / 9) ** 2 + ((x - cx) / 13) ** 2 < 1)
    return masks[0], masks[1]


def one_hot(mask: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.stack([~mask, mask])[None]).float()


@pytest.mark.parametrize("seed", range(5))
def test_overlap_and_distances_agree_with_monai(seed: int) -> None:
    a, b = blobs(seed)
    reference = DiceMetric(include_background=False)(one_hot(a), one_hot(b)).item()
    assert dice(a, b) == pytest.approx(reference, abs=1e-6)
    reference = compute_hausdorff_distance(one_hot(a), one_hot(b), percentile=95, spacing=SPACING).item()
    assert hd95_mm(a, b, SPACING) == pytest.approx(reference, abs=1e-4)
    reference = compute_surface_dice(one_hot(a), one_hot(b), [2.0], spacing=SPACING).item()
    assert surface_dice(a, b, SPACING) == pytest.approx(reference, abs=1e-6)


def test_hand_worked() -> None:
    a, b = np.zeros((1, 1, 10), bool), np.zeros((1, 1, 10), bool)
    a[..., 2:6], b[..., 4:8] = True, True
    assert dice(a, b) == 0.5
    # Every voxel of a one-voxel-thick row is surface; distances 2, 1, 0, 0 voxels of 0.5 mm each way.
    assert surface_dice(a, b, SPACING, tolerance_mm=0.5) == 0.75
    assert hd95_mm(a, b, SPACING) == pytest.approx(np.percentile([1.0, 0.5, 0, 0], 95))


def test_empty_masks() -> None:
    empty, full = np.zeros((3, 3, 3), bool), np.ones((3, 3, 3), bool)
    assert math.isnan(dice(empty, empty))
    assert math.isnan(surface_dice(empty, empty, SPACING))
    assert math.isnan(hd95_mm(empty, empty, SPACING))
    assert dice(empty, full) == 0
    assert surface_dice(full, empty, SPACING) == 0
    assert hd95_mm(empty, full, SPACING) == math.inf


def test_spacing_matters() -> None:
    a = np.zeros((9, 9, 9), bool)
    a[3:6, 3:6, 3:6] = True
    moved = np.roll(a, 1, axis=0)
    assert hd95_mm(a, moved, (4.0, 1.0, 1.0)) == 4.0
    assert hd95_mm(a, moved, (1.0, 1.0, 1.0)) == 1.0


def pooled(mine: NDArray[np.bool_], true: NDArray[np.bool_]) -> float:
    """95th percentile of both directions' distances together, from the nearest of all edge voxels."""
    one, other = (np.argwhere(edge) for edge in get_mask_edges(mine, true, crop=False))
    return float(np.percentile(np.concatenate([cKDTree(other).query(one)[0], cKDTree(one).query(other)[0]]), 95))


@pytest.mark.parametrize("seed", range(3))
def test_figures_as_published_agree_with_monai(seed: int) -> None:
    (a, b), (c, d) = blobs(seed), blobs(seed + 50)
    found, truth = a.astype(np.uint8), b.astype(np.uint8)
    found[c], truth[d] = 2, 2
    mine, true = (torch.from_numpy(np.stack([m == k for k in range(3)])[None]).float() for m in (found, truth))
    figures = published(found, truth)
    assert figures.dsc == pytest.approx(DiceMetric(include_background=False)(mine, true).mean().item(), abs=1e-6)
    assert figures.miou == pytest.approx(MeanIoU(include_background=False)(mine, true).mean().item(), abs=1e-6)
    assert figures.hd == pytest.approx(np.mean([pooled(found == k, truth == k) for k in (1, 2)]), abs=1e-6)
    larger = compute_hausdorff_distance(mine, true, include_background=False, percentile=95).mean().item()
    assert figures.hd <= larger + 1e-4
    recalls = [(mine[0, k] * true[0, k]).sum() / true[0, k].sum() for k in range(3)]
    assert class_mean_accuracy(found, truth) == pytest.approx(float(sum(recalls)) / 3, abs=1e-6)


def test_an_empty_mask_is_accurate_as_published_and_not_by_class() -> None:
    truth = np.zeros((10, 40, 40), np.uint8)
    truth[4:6, 10:20, 10:20] = 1
    empty = np.zeros_like(truth)
    figures = published(empty, truth)
    assert figures.mpa == pytest.approx(0.9875)
    assert (figures.dsc, figures.miou) == (0.0, 0.0)
    assert math.isnan(figures.hd)
    assert class_mean_accuracy(empty, truth) == 0.5
    nothing = published(empty, empty)
    assert math.isnan(nothing.dsc)
    assert nothing.mpa == 1.0


def test_distance_as_published_ignores_spacing() -> None:
    truth = np.zeros((9, 9, 9), np.uint8)
    truth[3:6, 3:6, 3:6] = 1
    assert published(np.roll(truth, 1, axis=0), truth).hd == 1.0


def test_volume_error_has_a_sign() -> None:
    a, b = np.ones((10, 10, 10), bool), np.zeros((10, 10, 10), bool)
    b[:5] = True
    assert volume_error_ml(a, b, (2.0, 1.0, 0.5)) == 0.5
    assert volume_error_ml(b, a, (2.0, 1.0, 0.5)) == -0.5
