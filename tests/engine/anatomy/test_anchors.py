"""The head is bent to its organs: marks meet, nothing folds."""

from __future__ import annotations

import numpy as np
import pytest

from parotid_training.anatomy.anchors import ANCHORS, bending
from parotid_training.anatomy.organs import MANDIBLE, PAROTIDS
from parotid_training.anatomy.shape_model import shipped_shapes


@pytest.mark.parametrize("seed", range(8))
def test_organs_meet_their_anchors(seed: int) -> None:
    organs = shipped_shapes().draw(np.random.default_rng(seed)).apart()
    move = bending(organs)
    for name in (MANDIBLE, *PAROTIDS):
        organ = organs.solid[name]
        points = organ.knots()[:, organ.values < 0].T[::7]
        bent = points + move(points)
        x, y, z = bent.T.astype(np.float32)
        # Most of the organ comes to lie in, or close about, the shape that stands for it.
        assert (ANCHORS[name].distance(x, y, z) < 6.0).mean() > 0.85


@pytest.mark.parametrize("seed", range(8))
def test_bending_folds_nothing(seed: int) -> None:
    move = bending(shipped_shapes().draw(np.random.default_rng(seed)).apart())
    axes = [np.arange(a, b, 8.0) for a, b in ((-90, 91), (-115, 111), (-102, 52))]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    bent = points + move(points.reshape(-1, 3)).reshape(points.shape)
    slopes = np.stack([np.diff(bent, axis=k)[:22, :28, :19] / 8.0 for k in range(3)], axis=-1)
    assert np.linalg.det(slopes).min() > 0.2
