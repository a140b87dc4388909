from __future__ import annotations

import numpy as np
import pytest

from parotid_training.labels import Side, Structure
from parotid_training.model.report import body_midline_mm, findings, volumes
from parotid_training.volume import LabelMap, Volume
from tests.engine.conftest import grid_of, head_on


@pytest.mark.parametrize("kind", ["axial", "sagittal", "coronal", "left-handed", "oblique"])
def test_sides_are_told_by_position_whatever_the_acquisition(kind: str) -> None:
    grid = grid_of(kind)
    signal, label = head_on(grid)
    index = np.stack(np.meshgrid(*[np.arange(n) for n in grid.shape], indexing="ij"), axis=-1)
    label[(label == 1) & (grid.to_patient(index)[..., 0] < -50)] = 2  # the outer half of the right gland
    midline = body_midline_mm(Volume(grid, signal))
    assert abs(midline) < 4
    found = volumes(LabelMap(grid, label), midline)
    whole = 4 / 3 * np.pi * 12 * 18 * 22 / 1000
    assert found["gland"]["left"] == pytest.approx(whole, rel=0.06)
    assert found["gland with tumour"]["right"] == pytest.approx(whole, rel=0.06)
    assert found["tumour"]["right"] == pytest.approx(whole / 2, rel=0.15)
    assert found["tumour"]["left"] == found["gland"]["unknown"] == 0


def test_without_a_midline_the_side_is_unknown() -> None:
    grid = grid_of("axial")
    _, label = head_on(grid)
    found = findings(LabelMap(grid, label), None)
    assert [f.structure for f in found] == [Structure.GLAND] * 2
    assert {f.side for f in found} == {Side.UNKNOWN}
