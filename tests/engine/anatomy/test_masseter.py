"""Masseters shown larger: in their middle by as much as asked, elsewhere nothing, folded nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from parotid_training.anatomy.labelled_ct import LabelledCT, read_labelled_ct
from parotid_training.anatomy.masseter import thickened_masseters
from tests.engine.anatomy.toy_ct import write_toy_ct

if TYPE_CHECKING:
    from pathlib import Path

RIGHT, LEFT = (-52.0, -38.0, -30.0), (52.0, -38.0, -30.0)
"""Of the toy: its glands' middles, and from there as `FROM_GLAND_MM` says."""


@pytest.fixture(scope="module")
def ct(tmp_path_factory: pytest.TempPathFactory) -> LabelledCT:
    path: Path = tmp_path_factory.mktemp("ct") / "toy.npz"
    write_toy_ct(path)
    return read_labelled_ct(path)


def test_the_middle_stays_and_is_magnified_as_asked(ct: LabelledCT) -> None:
    bend = thickened_masseters(ct, np.array([0.25, 0.5]))
    for middle, amount in ((RIGHT, 0.25), (LEFT, 0.5)):
        at, beside = np.array([middle, np.add(middle, (0.5, 0.0, 0.0))])
        shift = bend(np.array([at, beside]))
        np.testing.assert_allclose(shift[0], 0.0, atol=0.5)
        thickness = 1 / (1 + (shift[1] - shift[0])[0] / 0.5)
        assert thickness == pytest.approx(1 / (1 - amount), rel=0.05)


def test_far_away_nothing_moves_and_heights_never_do(ct: LabelledCT) -> None:
    bend = thickened_masseters(ct, np.array([0.6, 0.6]))
    far = np.array([[0.0, 60.0, -30.0], [0.0, -38.0, -30.0], [52.0, -38.0, 90.0]])
    assert np.abs(bend(far)).max() < 0.1
    near = np.random.default_rng(0).uniform(-60, 60, (500, 3))
    assert not bend(near)[:, 2].any()


def test_nothing_folds_at_the_most_that_is_drawn(ct: LabelledCT) -> None:
    bend = thickened_masseters(ct, np.array([0.65, 0.65]))
    for axis in (0, 1):
        line = np.tile(np.array(LEFT), (400, 1))
        line[:, axis] += np.linspace(-60, 60, 400)
        seen = line + bend(line)
        assert (np.diff(seen[:, axis]) > 0).all()
