"""What goes wrong in a scanner, seen on a ball of signal."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from parotid_training.anatomy.artefacts import Metal, displaced, ghosts
from parotid_training.anatomy.tissues import Tissue
from parotid_training.volume import Grid

SPACING = (4.0, 1.5, 1.5)
Z, Y, X = np.mgrid[:12, :90, :80]
BALL = ((Y - 45.0) ** 2 + (X - 40.0) ** 2 < 22**2).astype(np.float32) * 500
AIR = (Y - 45.0) ** 2 + (X - 40.0) ** 2 > 26**2


@pytest.mark.parametrize("seed", range(6))
def test_motion_spreads_signal_into_the_air_and_keeps_what_there_is(seed: int) -> None:
    moved = ghosts(BALL, SPACING, np.random.default_rng(seed))
    assert moved.dtype == np.float32
    assert moved[AIR].max() > 5.0, "ghosts or smeared edges"
    # Phases only: the energy of every slice stays (Parseval).
    np.testing.assert_allclose((moved**2).sum(axis=(1, 2)), (BALL**2).sum(axis=(1, 2)), rtol=1e-3)
    assert np.corrcoef(moved.ravel(), BALL.ravel())[0, 1] > 0.9


def teeth(places: list[tuple[int, int, int]]) -> Any:
    tissue = np.full(BALL.shape, Tissue.MUSCLE, np.uint8)
    for place in places:
        tissue[place] = Tissue.TOOTH
    return SimpleNamespace(tissue=tissue, grid=Grid(BALL.shape, np.diag([*SPACING, 1.0])))


def test_metal_takes_the_signal_around_a_tooth_and_no_other() -> None:
    place, flat = (6, 45, 40), np.full(BALL.shape, 100.0, np.float32)
    for seed in range(5):
        spoiled = Metal(teeth([place]), np.random.default_rng(seed)).spoil(flat, np.random.default_rng(seed))
        assert spoiled[place] == 0.0
        gone = np.argwhere(spoiled < 50.0) * SPACING
        assert np.linalg.norm(gone - np.multiply(place, SPACING), axis=1).max() < 14.0 * 1.4 * 1.3
        assert spoiled.max() > 105.0, "a bright rim"
        assert (spoiled == 100.0).mean() > 0.5
    assert (flat == 100.0).all(), "a copy"


def test_without_teeth_in_view_there_is_no_metal() -> None:
    rng = np.random.default_rng(0)
    np.testing.assert_array_equal(Metal(teeth([]), rng).spoil(BALL, rng), BALL)


def test_another_sequence_lies_beside_by_two_millimetres_at_most() -> None:
    middle = np.array(ndimage.center_of_mass(BALL)) * SPACING
    away = [
        np.array(ndimage.center_of_mass(displaced(BALL, SPACING, np.random.default_rng(n)))) * SPACING - middle
        for n in range(30)
    ]
    assert np.abs(np.array(away)[:, 1:]).max() <= 2.05
    assert 0.3 < np.array(away)[:, 1:].std() < 1.2
