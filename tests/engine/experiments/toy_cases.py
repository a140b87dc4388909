"""A labelled head to measure by."""

from __future__ import annotations

from parotid_training.study import Role, Sequence, Study
from parotid_training.volume import LabelMap, Volume
from tests.engine.conftest import grid_of, head_on


def labelled(tumour: bool = False) -> tuple[Study, LabelMap]:
    grid = grid_of("axial")
    signal, label = head_on(grid)
    if tumour:
        label[60:70, 90:95, 8:12] = 2
    return Study((Sequence(Role.T1W, Volume(grid, signal)),)), LabelMap(grid, label)
