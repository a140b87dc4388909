"""The simulated reader."""

from __future__ import annotations

import numpy as np
import pytest

from parotid_training.learn.clicking import Poke, next_poke, poke_often, spoil

SPACING = (4.0, 1.0, 1.0)


def ball(centre: tuple[int, int, int], radius: float) -> np.ndarray:
    z, y, x = np.ogrid[:16, :48, :48]
    mm = ((z - centre[0]) * 4.0) ** 2 + (y - centre[1]) ** 2 + (x - centre[2]) ** 2
    return np.asarray(mm <= radius**2)


def test_it_clicks_into_the_middle_of_what_is_missing() -> None:
    truth = ball((8, 20, 20), 14) | ball((8, 40, 40), 5)
    assert next_poke(truth, np.zeros_like(truth), SPACING) == Poke((8, 20, 20), True)


def test_it_asks_for_less_where_there_is_too_much() -> None:
    truth = ball((8, 20, 20), 10)
    assert next_poke(truth, truth | ball((6, 38, 30), 7), SPACING) == Poke((6, 38, 30), False)


def test_a_right_mask_is_not_clicked() -> None:
    truth = ball((8, 20, 20), 10)
    assert next_poke(truth, truth, SPACING) is None
    assert poke_often(truth, truth, SPACING, 3, np.random.default_rng(0)) == []


def test_a_click_lies_in_what_is_wrong_and_none_beside_another() -> None:
    truth, rng = ball((8, 24, 24), 16), np.random.default_rng(1)
    pokes = poke_often(truth, np.zeros_like(truth), SPACING, 3, rng)
    assert all(truth[poke.place] and poke.adds for poke in pokes)
    places = np.array([poke.place for poke in pokes]) * SPACING
    distances = np.linalg.norm(places[:, None] - places[None], axis=-1)[np.triu_indices(len(pokes), 1)]
    assert len(pokes) > 1
    assert distances.min() > 10.0


@pytest.mark.parametrize("seed", range(8))
def test_a_spoiled_mask_is_wrong_but_not_of_another_gland(seed: int) -> None:
    truth = ball((8, 24, 24), 16)
    mask = spoil(truth, SPACING, np.random.default_rng(seed))
    dice = 2 * (mask & truth).sum() / (mask.sum() + truth.sum())
    assert 0.2 < dice < 0.999
