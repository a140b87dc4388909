"""Clicks and strokes of the simulated reader, and how they are counted."""

from __future__ import annotations

import numpy as np
import pytest

from parotid_training.experiments.clicks import Course, _as_click, _stroke, tabulate
from parotid_training.labels import Structure
from parotid_training.learn.clicking import Poke
from parotid_training.volume import Grid, LabelMap
from tests.engine.conftest import grid_of


@pytest.mark.parametrize("kind", ["axial", "sagittal", "coronal", "left-handed", "oblique"])
def test_a_click_lies_in_the_voxel_it_was_seen_in(kind: str) -> None:
    grid = grid_of(kind)
    seen = np.zeros(grid.shape, bool)
    grid.canonical().to_display(seen)[3, 40, 20] = True
    point = _as_click(Poke((3, 40, 20), True), grid).point
    assert seen[tuple(np.rint(grid.to_index(point)).astype(int))]


def test_a_stroke_mends_the_largest_wrong_region_of_one_slice() -> None:
    grid = Grid((10, 10, 4), np.diag([1.0, 1.0, 4.0, 1.0]))
    truth = np.zeros(grid.canonical().shape, bool)
    truth[1:3, 2:8, 2:8] = True
    shown = truth.astype(np.uint8)
    shown[2] = 0
    shown[0, :2, :5] = 1
    labels = LabelMap(grid, np.ascontiguousarray(grid.canonical().to_native(shown)))
    # 36 of 72 voxels and 10 too many; the slice is put right first, then the rest: 0.61, 0.94.
    assert _stroke(labels, truth, Structure.GLAND, np.ones_like(truth)) == pytest.approx((72 / 118, 144 / 154))


def test_the_table_counts_clicks_to_enough() -> None:
    courses = [
        Course("a", "gland", "proposal", "click", (0.5, 0.7, 0.91), (0.1, 0.1)),
        Course("b", "gland", "proposal", "click", (0.95,), ()),
        Course("c", "gland", "proposal", "click", (0.5,) * 11, (0.1,) * 10),
    ]
    assert "| gland | proposal | click | 3 | 0.650 | 0.717 | 0.787 | 0.787 | 2 | 67% | 67% |" in tabulate(courses)
