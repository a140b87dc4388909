from __future__ import annotations

import math

import numpy as np

from parotid_app.played_reader import as_a_person_would, dice, stroke_path
from parotid_training.volume import Grid

GRID = Grid((30, 30, 8), np.array([[-1.0, 0, 0, 15], [0, 1.0, 0, -15], [0, 0, 4, -10], [0, 0, 0, 1.0]]))


def test_the_stroke_lies_in_what_is_wrong():
    wrong = np.zeros(GRID.shape, bool)
    wrong[5:15, 5:12, 2:6] = True
    found = stroke_path(GRID.canonical(), wrong, 0)
    assert found is not None
    number, path = found
    assert 2 <= number <= 5
    for z, y, x in path:
        index = np.round(GRID.to_index((x, y, z))).astype(int)
        assert wrong[tuple(index)]
        assert index[2] == number


def test_there_is_no_stroke_where_nothing_is_thick_enough():
    wrong = np.zeros(GRID.shape, bool)
    wrong[5, 5:20, 3] = True
    assert stroke_path(GRID.canonical(), wrong, 0) is None


def test_a_person_leaves_lines_and_mends_the_rest():
    truth = np.zeros(GRID.shape, np.uint8)
    truth[5:20, 5:20, 3] = 1
    truth[25, 25, 4] = 2
    labels = truth.copy()
    labels[20, 5:20, 3] = 1
    labels[8:14, 8:14, 3] = 0
    labels[25, 25, 4] = 0
    made = as_a_person_would(labels, truth, 2)
    assert (made[20, 5:20, 3] == 1).all()
    assert (made[9:13, 9:13, 3] == 1).all()
    assert made[25, 25, 4] == 2


def test_dice():
    a, b = np.array([1, 1, 0, 0], bool), np.array([1, 0, 0, 0], bool)
    assert dice(a, b) == 2 / 3
    assert math.isnan(dice(~a & a, ~b & b))
