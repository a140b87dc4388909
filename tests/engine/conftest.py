"""Small studies for the engine's tests."""

from __future__ import annotations

import numpy as np
import pytest

from parotid_training.study import Role, Sequence, Study
from parotid_training.volume import Grid, LabelMap, Volume


def rotation(axis: int, degrees: float) -> np.ndarray:
    a, b = [n for n in range(3) if n != axis]
    matrix = np.eye(3)
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    matrix[a, a], matrix[a, b], matrix[b, a], matrix[b, b] = cos, -sin, sin, cos
    return matrix


def grid_of(kind: str) -> Grid:
    """Grids of about the same extent around the patient's origin, acquired in different ways."""
    columns, shape = {
        "axial": (np.diag([1.0, 1.0, 4.0]), (160, 180, 20)),
        "sagittal": (np.array([[0, 0, 2.0], [1.0, 0, 0], [0, -1.0, 0]]), (180, 80, 80)),
        "coronal": (np.array([[1.0, 0, 0], [0, 0, 3.0], [0, -1.0, 0]]), (160, 80, 60)),
        "left-handed": (np.diag([-1.0, 1.0, 3.0]), (160, 180, 26)),
        "oblique": (rotation(0, 18) @ rotation(2, 9) @ np.diag([1.0, 1.0, 3.0]), (160, 180, 26)),
    }[kind]
    affine = np.eye(4)
    affine[:3, :3] = columns
    affine[:3, 3] = -columns @ (np.array(shape) - 1) / 2
    return Grid(shape, affine)


def head_on(grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """A ball-shaped head with two bright ellipsoids ("glands") at patient x = +-50; signal and labels."""
    index = np.stack(np.meshgrid(*[np.arange(n) for n in grid.shape], indexing="ij"), axis=-1)
    x, y, z = np.moveaxis(grid.to_patient(index), -1, 0)
    signal = np.where((x / 75) ** 2 + (y / 85) ** 2 + (z / 60) ** 2 < 1, 100.0, 0.0)
    label = np.zeros(grid.shape, np.uint8)
    for side in (-1, 1):
        gland = ((x - 50 * side) / 12) ** 2 + ((y - 5) / 18) ** 2 + (z / 22) ** 2 < 1
        label[gland] = 1
    signal[label == 1] = 180.0
    return signal.astype(np.float32), label


@pytest.fixture(params=["axial", "sagittal", "coronal", "left-handed", "oblique"])
def study_and_truth(request: pytest.FixtureRequest) -> tuple[Study, LabelMap]:
    grid = grid_of(request.param)
    signal, label = head_on(grid)
    return Study((Sequence(Role.T1W, Volume(grid, signal)),)), LabelMap(grid, label)
