"""Organs drawn from the shipped shape model: of plausible size, in their place, clear of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from parotid_assets import ORGAN_SHAPES
from parotid_training.anatomy.organs import BRAINSTEM, MANDIBLE, ORBITS, PAROTIDS, SUBMANDIBULARS, Jaw, Organs
from parotid_training.anatomy.shape_model import load_shapes, shipped_shapes

if TYPE_CHECKING:
    from pathlib import Path


def draw(seed: int) -> Organs:
    return shipped_shapes().draw(np.random.default_rng(seed))


@pytest.fixture(scope="module")
def draws() -> list[Organs]:
    return [draw(seed) for seed in range(20)]


def test_a_seed_is_a_draw() -> None:
    one, same, other = draw(1), draw(1), draw(2)
    for name in PAROTIDS:
        np.testing.assert_array_equal(one.solid[name].values, same.solid[name].values)
        assert np.abs(one.solid[name].values - other.solid[name].values).max() > 0.5
    np.testing.assert_array_equal(one.solid[MANDIBLE].values, same.solid[MANDIBLE].values)
    assert one.cord == same.cord != other.cord


def test_volumes_are_those_of_organs(draws: list[Organs]) -> None:
    ranges = {
        MANDIBLE: (30, 110),
        BRAINSTEM: (17, 42),
        **dict.fromkeys(PAROTIDS, (9, 70)),
        **dict.fromkeys(SUBMANDIBULARS, (3, 20)),
        **dict.fromkeys(ORBITS, (4.5, 16)),
    }
    for organs in draws:
        for name, (low, high) in ranges.items():
            assert low < organs.solid[name].ml < high, name
    assert 22 < np.mean([organs.solid[name].ml for organs in draws for name in PAROTIDS]) < 36


def test_organs_lie_where_they_belong(draws: list[Organs]) -> None:
    for organs in draws:
        for side, glands in zip((-1, 1), zip(PAROTIDS, SUBMANDIBULARS, ORBITS, strict=True), strict=True):
            parotid, submandibular, orbit = (organs.solid[name].centre * (side, 1, 1) for name in glands)
            assert 45 < parotid[0] < 72
            assert parotid[0] > submandibular[0] > 12
            assert submandibular[2] < parotid[2] < orbit[2]
            assert orbit[1] < parotid[1] < organs.solid[BRAINSTEM].centre[1]
        jaw = organs.solid[MANDIBLE]
        assert isinstance(jaw, Jaw)
        np.testing.assert_allclose(jaw.marks.mean(axis=0), (0, -45, -45), atol=22)
        assert abs(jaw.marks.mean(axis=0)[0]) < 8
        heights = [point[2] for point in organs.cord.points]
        assert heights == sorted(heights, reverse=True)
        assert all(abs(point[0]) < 15 for point in organs.cord.points[:-1])


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    model = shipped_shapes()
    model.save(tmp_path / "shapes.npz")
    again = load_shapes(tmp_path / "shapes.npz")
    np.testing.assert_allclose(again.modes, model.modes, atol=0.03)
    np.testing.assert_allclose(again.place_modes, model.place_modes, atol=1e-5)
    one, other = (m.draw(np.random.default_rng(3)) for m in (model, again))
    np.testing.assert_allclose(one.solid[MANDIBLE].values, other.solid[MANDIBLE].values, atol=0.3)


def test_the_asset_is_small_and_holds_no_pickle() -> None:
    assert ORGAN_SHAPES.stat().st_size < 3e6
    with np.load(ORGAN_SHAPES, allow_pickle=False) as kept:
        assert all(kept[name].dtype.kind in "fiu" for name in kept)
