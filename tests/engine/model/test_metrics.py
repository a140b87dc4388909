"""Against MONAI, an independent implementation, and against cases worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from monai.metrics import DiceMetric, compute_hausdorff_distance, compute_surface_dice

from parotid_training.model.metrics import dice, hd95_mm, surface_dice

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
