"""Labelled heads laid on each other: in the head's frame, both sides alike."""

from __future__ import annotations

import numpy as np
import pytest

from parotid_training.anatomy.measured_head import LabelledHead
from parotid_training.anatomy.organs import ORGANS, PAROTIDS
from parotid_training.anatomy.shape_learning import learn_modes
from parotid_training.anatomy.shape_samples import make_samples, mirrored_name
from tests.engine.anatomy.toy_maps import ELLIPSOIDS


def test_the_mean_head_lies_in_the_heads_frame_with_both_sides_alike(heads: list[LabelledHead]) -> None:
    lattices, samples = make_samples(heads)
    mean = learn_modes(lattices, samples, 0).compose(*_mean(lattices, samples))
    right, left = (mean.solid[name] for name in PAROTIDS)
    np.testing.assert_allclose(left.centre, ELLIPSOIDS["parotid"][0], atol=2.5)
    np.testing.assert_allclose(right.centre, left.centre * (-1, 1, 1), atol=0.1)
    assert right.ml == pytest.approx(left.ml, rel=0.02)
    assert left.ml == pytest.approx(4 / 3 * np.pi * 12 * 18 * 26 / 1000, rel=0.2)


def _mean(lattices: tuple, samples: list) -> tuple[np.ndarray, np.ndarray]:
    model = learn_modes(lattices, samples, 0)
    return model.mean, model.place_mean


def test_each_head_comes_mirrored_too(heads: list[LabelledHead]) -> None:
    _, samples = make_samples(heads)
    assert len(samples) == 2 * len(heads)
    straight, mirrored = samples[0], samples[len(heads)]
    assert straight.head == mirrored.head
    n, m = (ORGANS.index(name) for name in PAROTIDS)
    centre = straight.places[3 * n : 3 * n + 3]
    np.testing.assert_allclose(mirrored.places[3 * m : 3 * m + 3], centre * (-1, 1, 1), atol=1.0)


def test_names_of_the_other_side() -> None:
    assert mirrored_name("orbit_left") == "orbit_right"
    assert mirrored_name("orbit_right") == "orbit_left"
    assert mirrored_name("brainstem") == "brainstem"
