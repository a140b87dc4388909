from __future__ import annotations

import nibabel
import numpy as np
import pytest

from parotid_training.errors import ParotidError
from parotid_training.volume import FLIP_XY, Grid


def permuted(seed: int) -> Grid:
    """A grid with axes in random order and direction, slightly oblique."""
    rng = np.random.default_rng(seed)
    columns = np.eye(3)[:, rng.permutation(3)] * rng.choice([-1, 1], 3) * rng.uniform(0.4, 5, 3)
    angle = np.radians(rng.uniform(-20, 20))
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    affine = np.eye(4)
    affine[:3, :3] = turn @ columns
    affine[:3, 3] = rng.uniform(-100, 100, 3)
    return Grid((5, 6, 7), affine)


@pytest.mark.parametrize("seed", range(12))
def test_codes_agree_with_nibabel(seed: int) -> None:
    grid = permuted(seed)
    assert grid.codes == "".join(nibabel.aff2axcodes(FLIP_XY @ grid.affine))


@pytest.mark.parametrize("seed", range(12))
def test_display_view_goes_there_and_back_voxel_by_voxel(seed: int) -> None:
    grid = permuted(seed)
    view = grid.canonical()
    native = np.arange(5 * 6 * 7).reshape(grid.shape)
    shown = view.to_display(native)
    assert shown.shape == view.shape
    assert np.shares_memory(shown, native)
    np.testing.assert_array_equal(view.to_native(shown), native)
    for index in [(0, 0, 0), (1, 2, 3), tuple(n - 1 for n in shown.shape)]:
        there = tuple(view.to_native_index(index).round().astype(int))
        assert shown[index] == native[there]


@pytest.mark.parametrize("seed", range(12))
def test_display_axes_run_to_superior_posterior_left(seed: int) -> None:
    view = permuted(seed).canonical()
    here = view.grid.to_patient(view.to_native_index((0, 0, 0)))
    for axis, patient_axis in ((0, 2), (1, 1), (2, 0)):
        step = np.eye(3)[axis]
        there = view.grid.to_patient(view.to_native_index(step))
        assert there[patient_axis] > here[patient_axis]


@pytest.mark.parametrize("seed", range(12))
def test_a_place_leads_to_the_voxel_that_is_shown_there(seed: int) -> None:
    view = permuted(seed).canonical()
    index = np.array([n // 2 for n in view.shape])
    world = np.array(view.translate) + index * view.scale
    np.testing.assert_array_equal(view.index_at(world + 0.4 * np.array(view.scale)), index)
    np.testing.assert_array_equal(view.index_at(world - 0.6 * np.array(view.scale)), index - 1)


def test_painting_the_view_paints_the_native_array() -> None:
    grid = permuted(3)
    native = np.zeros(grid.shape, np.uint8)
    grid.canonical().to_display(native)[1, 2, 3] = 7
    assert native.sum() == 7


def test_index_and_patient_are_inverse() -> None:
    grid = permuted(5)
    points = np.random.default_rng(0).uniform(-50, 50, (20, 3))
    np.testing.assert_allclose(grid.to_patient(grid.to_index(points)), points, atol=1e-9)


@pytest.mark.parametrize(
    "columns",
    [
        np.diag([1.0, 1.0, 0.0]),
        np.array([[1, 1, 0], [0, 0, 0], [0, 0, 1.0]]),
        np.array([[1, 0.3, 0], [0, 1, 0], [0, 0, 1.0]]),
    ],
    ids=["zero spacing", "parallel axes", "sheared"],
)
def test_grids_that_are_no_lattice_are_refused(columns: np.ndarray) -> None:
    affine = np.eye(4)
    affine[:3, :3] = columns
    with pytest.raises(ParotidError) as refusal:
        Grid((4, 4, 4), affine)
    assert refusal.value.remedy


def test_same_as_compares_frames_only_where_both_have_one() -> None:
    affine = np.eye(4)
    assert Grid((3, 3, 3), affine, "1.2").same_as(Grid((3, 3, 3), affine, None))
    assert not Grid((3, 3, 3), affine, "1.2").same_as(Grid((3, 3, 3), affine, "1.3"))
    moved = affine.copy()
    moved[0, 3] = 0.01
    assert not Grid((3, 3, 3), affine).same_as(Grid((3, 3, 3), moved))


@pytest.mark.parametrize(
    ("spacing", "plane"), [((1, 1, 4), "axial"), ((1, 4, 1), "coronal"), ((4, 1, 1), "sagittal"), ((1, 1, 1.2), "3D")]
)
def test_plane_is_told_by_the_coarsest_axis(spacing: tuple[float, float, float], plane: str) -> None:
    assert Grid((9, 9, 9), np.diag([*spacing, 1.0])).plane == plane
