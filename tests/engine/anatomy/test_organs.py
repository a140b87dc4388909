"""Organs as shapes: moved, brought to a volume, kept apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from parotid_training.anatomy.organs import CORD, GIVES_WAY, PAROTIDS, Organs
from parotid_training.anatomy.shape_model import shipped_shapes


@pytest.fixture(scope="module")
def draws() -> list[Organs]:
    return [shipped_shapes().draw(np.random.default_rng(seed)) for seed in range(6)]


def test_no_organ_lies_in_another(draws: list[Organs]) -> None:
    for organs in draws[:6]:
        apart = organs.with_glands((40.0, 40.0)).apart()
        names = [*apart.solid, CORD]
        boxes = [apart[name].box() for name in apart.solid]
        low, high = np.min([b[0] for b in boxes], axis=0), np.max([b[1] for b in boxes], axis=0)
        axes = (np.arange(a, b, 2.0, dtype=np.float32) for a, b in zip(low, high, strict=True))
        x, y, z = np.meshgrid(*axes, indexing="ij")
        inside = {name: apart[name].distance(x, y, z) < 0 for name in names}
        for name, other in GIVES_WAY:
            assert not (inside[name] & inside[other]).any()
            assert inside[name].any()


def test_glands_are_brought_to_a_volume(draws: list[Organs]) -> None:
    for organs in draws[:5]:
        right, left = (organs.with_glands((24.0, 30.0)).solid[name].ml for name in PAROTIDS)
        assert right == pytest.approx(24.0, rel=0.35)
        assert left == pytest.approx(30.0, rel=0.35)
        assert right < left


def test_distance_and_box_follow_place_and_size(draws: list[Organs]) -> None:
    organ = draws[0].solid[PAROTIDS[1]]
    moved = replace(organ, centre=organ.centre + 5.0, stretch=organ.stretch * 2)
    np.testing.assert_allclose(moved.ml, organ.ml * 8)
    x, y, z = organ.knots().astype(np.float32)
    inside = organ.distance(x, y, z) < 0
    low, high = organ.box()
    points = np.stack([x, y, z], axis=-1)[inside]
    assert (points >= low).all()
    assert (points <= high).all()
    np.testing.assert_allclose(organ.distance(x, y, z), organ.values * np.prod(organ.stretch) ** (1 / 3), atol=1e-3)
