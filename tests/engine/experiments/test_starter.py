"""What a missing sequence costs: the network sees the selection and nothing else."""

from __future__ import annotations

from parotid_training.experiments.starter import SUBSETS, only
from parotid_training.study import FED_ROLES, Sequence, Study
from parotid_training.volume import Volume
from tests.engine.conftest import grid_of, head_on


def test_a_selection_shows_the_network_no_other_sequence() -> None:
    grid = grid_of("axial")
    signal, _ = head_on(grid)
    study = Study(tuple(Sequence(role, Volume(grid, signal)) for role in FED_ROLES))
    for name, chosen in SUBSETS.items():
        less = only(study, chosen)
        assert set(less.fed()) == set(chosen), name
        assert less.grid is study.grid
