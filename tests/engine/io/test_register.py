"""Resampling is exact where it can be checked; registration finds a motion that was put in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from parotid_training.anatomy.phantom import PhantomSettings, make_phantom
from parotid_training.errors import CancelledError, ParotidError
from parotid_training.io.nifti import read_volume
from parotid_training.io.register import Rigid, register_rigid, resample
from parotid_training.study import Role
from parotid_training.volume import Grid, Volume


def turn(axis: int, degrees: float) -> np.ndarray:
    angle = np.radians(degrees)
    matrix = np.eye(4)
    a, b = [n for n in range(3) if n != axis]
    matrix[a, a] = matrix[b, b] = np.cos(angle)
    matrix[a, b], matrix[b, a] = -np.sin(angle), np.sin(angle)
    return matrix


def oblique(shape: tuple[int, int, int], spacing: tuple[float, float, float], degrees: float, flip: bool) -> Grid:
    affine = turn(0, degrees) @ turn(2, -degrees / 2) @ np.diag([*spacing, 1.0])
    if flip:
        affine[:, 0] *= -1
    affine[:3, 3] = -affine[:3, :3] @ ((np.array(shape) - 1) / 2)
    return Grid(shape, affine)


def plane_field(grid: Grid) -> Volume:
    """A function that trilinear interpolation gives back exactly: linear in patient coordinates."""
    x, y, z = np.moveaxis(grid.to_patient(np.moveaxis(np.indices(grid.shape), 0, -1)), -1, 0)
    return Volume(grid, (100 + 2 * x - 3 * y + 0.5 * z).astype(np.float32))


@pytest.mark.parametrize("flip", [False, True])
def test_a_linear_field_survives_any_oblique_grid(flip: bool) -> None:
    source = plane_field(oblique((40, 42, 30), (1.0, 0.9, 2.0), 17, flip))
    target = oblique((20, 18, 9), (1.2, 1.1, 3.0), -8, not flip)
    moved = resample(source, target)
    assert moved.grid is target
    assert moved.array.dtype == np.float32
    assert np.allclose(moved.array, plane_field(target).array, atol=1e-3)


def test_outside_is_filled_and_the_edge_reaches_half_a_voxel() -> None:
    grid = Grid((4, 4, 4), np.diag([2.0, 2, 2, 1]))
    volume = Volume(grid, np.full((4, 4, 4), 7, np.int16))
    fine = Grid((12, 4, 4), np.array([[1.0, 0, 0, -2.0], [0, 2, 0, 0], [0, 0, 2, 0], [0, 0, 0, 1]]))
    line = resample(volume, fine, order=0, fill=-1).array[:, 1, 1]
    assert line.dtype == np.int16
    # Centres at -2, -1, ..., 9; the voxels reach from -1 to 7.
    assert line.tolist() == [-1, 7, 7, 7, 7, 7, 7, 7, 7, 7, -1, -1]


def test_the_same_grid_gives_the_same_voxels() -> None:
    grid = oblique((9, 8, 7), (0.5, 0.5, 4), 11, True)
    array = np.random.default_rng(2).normal(size=grid.shape).astype(np.float32)
    assert np.array_equal(resample(Volume(grid, array), Grid(grid.shape, grid.affine.copy())).array, array)


def test_nearest_keeps_labels() -> None:
    grid = oblique((20, 20, 20), (1, 1, 1), 0, False)
    array = np.zeros(grid.shape, np.uint8)
    array[5:10, 5:10, 5:10] = 2
    moved = resample(Volume(grid, array), oblique((30, 30, 30), (0.7, 0.7, 0.7), 20, True), order=0).array
    assert moved.dtype == np.uint8
    assert set(np.unique(moved)) == {0, 2}
    assert abs(moved.astype(bool).sum() * 0.7**3 - 125) < 12


def test_a_rigid_motion_moves_the_affine_and_never_the_voxels() -> None:
    source = plane_field(oblique((40, 40, 40), (1, 1, 1), 5, False))
    matrix = turn(1, 6)
    matrix[:3, 3] = (2, -1, 3)
    rigid = Rigid(matrix, "1.2.9")
    moved = rigid.apply_to(source)
    assert moved.array is source.array
    assert moved.grid.frame_of_reference == "1.2.9"
    assert rigid.angle_deg == pytest.approx(6)
    assert rigid.shift_mm == pytest.approx(np.sqrt(14))
    target = oblique((10, 10, 10), (1.5, 1.5, 1.5), -3, True)
    one, other = resample(source, target, transform=rigid), resample(moved, target)
    assert np.allclose(one.array, other.array, atol=1e-3)
    points = target.to_patient([[0, 0, 0], [9, 4, 2]])
    expected = 100 + (points @ matrix[:3, :3].T + matrix[:3, 3]) @ [2, -3, 0.5]
    assert np.allclose([one.array[0, 0, 0], one.array[9, 4, 2]], expected, atol=1e-3)


def corners_apart(found: np.ndarray, true: np.ndarray, grid: Grid) -> float:
    """Largest distance between where two motions put the corners of the middle half of a grid, mm."""
    corners = np.array(list(np.ndindex(2, 2, 2))) * 0.5 + 0.25
    points = grid.to_patient(corners * (np.array(grid.shape) - 1))
    points = np.column_stack([points, np.ones(8)])
    return float(np.linalg.norm((points @ (found - true).T)[:, :3], axis=1).max())


def head(shared_data: Path, name: str) -> Volume:
    """A head on a coarser grid, as a quick sequence would have it."""
    volume = read_volume(shared_data / "mri" / "tcga_fg6692" / f"{name}.nii.gz")
    affine = volume.grid.affine.copy()
    affine[:, :2] *= 2
    affine[:3, 3] += volume.grid.affine[:3, :2].sum(axis=1) / 2
    array = volume.array[: volume.array.shape[0] // 2 * 2, : volume.array.shape[1] // 2 * 2]
    array = array.reshape(array.shape[0] // 2, 2, array.shape[1] // 2, 2, -1).mean(axis=(1, 3), dtype=np.float32)
    return Volume(Grid(array.shape, affine), array)


def test_a_known_motion_is_found_within_a_millimetre(shared_data: Path) -> None:
    fixed = head(shared_data, "t2")
    matrix = turn(0, 5) @ turn(2, -4)
    matrix[:3, 3] = (6, -4, 5)
    # Seen again on a grid of its own after the head moved.
    target = Grid(fixed.grid.shape, turn(1, 3) @ fixed.grid.affine)
    moving = resample(fixed, target, transform=Rigid(np.linalg.inv(matrix)))
    seen: list[float] = []
    found = register_rigid(moving, fixed, lambda fraction, _: seen.append(fraction))
    again = register_rigid(moving, fixed)
    assert corners_apart(again.matrix, found.matrix, fixed.grid) < 0.01
    assert corners_apart(np.eye(4), matrix, fixed.grid) > 7
    assert corners_apart(found.matrix, matrix, fixed.grid) < 1.0
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert len(seen) > 10


def mutual_information(one: np.ndarray, other: np.ndarray) -> float:
    joint = np.histogram2d(one.ravel(), other.ravel(), 48)[0]
    joint /= joint.sum()
    apart = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    held = joint > 0
    return float((joint[held] * np.log(joint[held] / apart[held])).sum())


def test_a_head_that_moved_between_t1_and_t2_is_laid_back(shared_data: Path) -> None:
    t1, t2 = head(shared_data, "t1"), head(shared_data, "t2")
    found = register_rigid(t1, t2)
    before = mutual_information(resample(t1, t2.grid).array, t2.array)
    after = mutual_information(resample(found.apply_to(t1), t2.grid).array, t2.array)
    assert after > 1.5 * before
    # There and back is nearly nowhere.
    back = register_rigid(t2, t1)
    assert corners_apart(back.matrix @ found.matrix, np.eye(4), t2.grid) < 2.0


def test_registration_can_be_cancelled(shared_data: Path) -> None:
    seen: list[float] = []
    t1, t2 = head(shared_data, "t1"), head(shared_data, "t2")
    with pytest.raises(CancelledError):
        register_rigid(t1, t2, lambda fraction, _: seen.append(fraction), lambda: len(seen) > 5)
    assert len(seen) < 12


def test_a_stir_in_thick_noisy_slices_stays_on_its_head() -> None:
    """With a smoothed slope in place of the image's own, the search walked 50 to 124 mm out of the picture."""
    settings = PhantomSettings(roles=(Role.T1W, Role.STIR), inplane_mm=1.0, tumour=False, cropped=False)
    t1, stir = (sequence.volume for sequence in make_phantom(970_003, settings).study.sequences)
    found = register_rigid(stir, t1)
    # The phantom's head moves by 1.5 mm at most in each direction.
    assert found.shift_mm < 2.0
    assert found.angle_deg < 2.0


def blob(shift_mm: float) -> Volume:
    """An uneven lump in noise, its middle moved along the second axis."""
    grid = oblique((32, 32, 24), (3.0, 3.0, 4.0), 0, False)
    x, y, z = np.moveaxis(grid.to_patient(np.moveaxis(np.indices(grid.shape), 0, -1)), -1, 0)
    y = y - shift_mm
    lump = 800 * np.exp(-((x / 20) ** 2) - (y / 14) ** 2 - (z / 25) ** 2)
    lump += 400 * np.exp(-(((x - 18) / 8) ** 2) - ((y + 12) / 7) ** 2 - ((z - 9) / 10) ** 2)
    noise = np.random.default_rng(round(shift_mm)).normal(0, 8, grid.shape)
    return Volume(grid, (lump + noise).astype(np.float32))


def test_a_motion_no_head_makes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert register_rigid(blob(12), blob(0)).shift_mm == pytest.approx(12, abs=1)
    monkeypatch.setattr("parotid_training.io.register.LARGEST_SHIFT_MM", 8.0)
    with pytest.raises(ParotidError, match=r"move the head by 1[123] mm") as refused:
        register_rigid(blob(12), blob(0))
    assert "same patient" in refused.value.remedy


def test_a_turn_no_head_makes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    fixed = blob(0)
    turned = Rigid(turn(2, 12)).apply_to(fixed)
    assert register_rigid(turned, fixed).angle_deg == pytest.approx(12, abs=1)
    monkeypatch.setattr("parotid_training.io.register.LARGEST_TURN_DEG", 8.0)
    with pytest.raises(ParotidError, match=r"turn it by 1[123]°"):
        register_rigid(turned, fixed)


def test_no_better_place_than_the_headers_is_refused() -> None:
    seen: list[float] = []
    with pytest.raises(ParotidError, match="agree better"):
        register_rigid(blob(0), blob(0), lambda fraction, _: seen.append(fraction))
    assert 1.0 not in seen, "it did not say that it was aligned"
