"""Whole-mask edits on anisotropic and oblique grids: all distances in mm."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from napari_parotid.edits import Scene, pieces, shape, slices
from napari_parotid.edits.similar import grow_from_seed, signal_range
from parotid_training.labels import Structure
from parotid_training.volume import Grid

GRIDS = ["OBLIQUE_GRID", "AXIAL_GRID"]


def ball(grid: Grid, radius_mm: float, offset: tuple[float, float, float] = (0, 0, 0)) -> np.ndarray:
    """A ball around the grid's middle, moved along the array axes by mm."""
    index = np.stack(np.meshgrid(*(np.arange(n) for n in grid.shape), indexing="ij"), axis=-1)
    centre = (np.asarray(grid.shape) - 1) // 2
    return np.linalg.norm((index - centre) * grid.spacing - np.asarray(offset), axis=-1) <= radius_mm


def done(scene: Scene, operation: Any) -> np.ndarray:
    after = scene.labels.copy()
    flat = after.reshape(-1)
    assert operation is not None
    assert np.array_equal(flat[operation.index], operation.before)
    assert (np.diff(operation.index) > 0).all()
    flat[operation.index] = operation.after
    return after


def drawn(grid: Grid, *parts: tuple[np.ndarray, int], structure: Structure = Structure.GLAND, **where: Any) -> Scene:
    labels = np.zeros(grid.shape, np.uint8)
    for inside, label in parts:
        labels[inside] = label
    return Scene(labels, grid, structure, **where)


@pytest.fixture(params=GRIDS)
def grid(kit: Any, request: Any) -> Grid:
    return getattr(kit, request.param)


def test_growing_and_shrinking_count_in_mm(grid: Grid) -> None:
    scene = drawn(grid, (ball(grid, 6.0), 1), margin_mm=3.0)
    grown = done(scene, shape.grow(scene)) == 1
    assert not (grown & ~ball(grid, 9.01)).any()
    assert not (ball(grid, 7.5) & ~grown).any(), "in every direction, thick slices or thin"
    shrunk = done(scene, shape.shrink(scene)) == 1
    assert not (shrunk & ~ball(grid, 4.5)).any()
    assert shrunk.any()
    assert not (ball(grid, 2.0) & ~shrunk).any()


def test_less_than_a_slice_grows_through_no_slice(grid: Grid) -> None:
    scene = drawn(grid, (ball(grid, 6.0), 1), margin_mm=2.0)
    thick = int(np.argmax(grid.spacing))
    others = tuple(n for n in range(3) if n != thick)
    grown = done(scene, shape.grow(scene))
    assert np.array_equal(np.any(grown, axis=others), np.any(scene.labels, axis=others))
    assert grown.sum() > scene.labels.sum()


def test_a_gland_never_grows_over_the_tumour_in_it_and_a_tumour_leaves_no_hole(grid: Grid) -> None:
    gland, tumour = ball(grid, 9.0), ball(grid, 5.0)
    scene = drawn(grid, (gland, 1), (tumour, 2), margin_mm=2.0)
    assert np.array_equal(done(scene, shape.grow(scene)) == 2, tumour)
    shrunk = done(scene, shape.shrink(scene))
    assert np.array_equal(shrunk == 2, tumour)
    assert (shrunk > 0)[ball(grid, 6.0)].all(), "the gland does not shrink away from its tumour"
    scene = drawn(grid, (gland, 1), (tumour, 2), structure=Structure.TUMOUR, margin_mm=2.0)
    after = done(scene, shape.shrink(scene))
    assert np.array_equal(after > 0, gland)
    assert 0 < (after == 2).sum() < tumour.sum()
    grown = done(scene, shape.grow(scene))
    assert np.array_equal(grown > 0, gland)
    assert (grown == 2).sum() > tumour.sum()


def test_smoothing_takes_spikes_and_keeps_the_body(grid: Grid) -> None:
    body = ball(grid, 9.0)
    rough = body.copy()
    middle = [(n - 1) // 2 for n in grid.shape]
    fine = int(np.argmin(grid.spacing))
    spike = list(middle)
    for n in range(9, 14):
        spike[fine] = middle[fine] + n
        rough[tuple(spike)] = True
    scene = drawn(grid, (rough, 1))
    smooth = done(scene, shape.smooth(scene)) == 1
    assert not smooth[tuple(spike)]
    assert abs(int(smooth.sum()) - int(body.sum())) < 0.1 * body.sum()
    assert shape.smooth(drawn(grid)) is None


def test_filling_between_slices_follows_both_and_nothing_else(grid: Grid) -> None:
    body = ball(grid, 12.0)
    axis = int(np.argmax(grid.spacing))
    middle = (grid.shape[axis] - 1) // 2
    kept = np.zeros(grid.shape[axis], bool)
    kept[[middle - 2, middle, middle + 2]] = True
    sparse = body & np.expand_dims(kept, [n for n in range(3) if n != axis])
    scene = drawn(grid, (sparse, 1), axis=axis)
    filled = done(scene, slices.fill_between(scene)) == 1
    assert np.array_equal(filled & sparse, sparse)
    between = [middle - 1, middle + 1]
    truth, got = (np.moveaxis(a, axis, 0)[between] for a in (body, filled))
    assert 2 * (truth & got).sum() / (truth.sum() + got.sum()) > 0.9
    outside = np.moveaxis(filled, axis, 0)[[*range(middle - 2), *range(middle + 3, grid.shape[axis])]]
    assert not outside.any()
    assert slices.fill_between(drawn(grid, (body, 1), axis=axis)) is None


def test_side_by_side_each_is_filled_from_its_own_slices(kit: Any) -> None:
    grid = kit.AXIAL_GRID
    left, right = np.zeros(grid.shape, bool), np.zeros(grid.shape, bool)
    left[5:12, 5:12, 2:9] = True
    right[30:40, 30:40, [2, 8]] = True
    scene = drawn(grid, (left, 1), (right, 1), axis=2)
    after = done(scene, slices.fill_between(scene))
    assert after[30:40, 30:40, 2:9].all()
    far = np.zeros(grid.shape, bool)
    far[30:40, 30:40, [2, 12]] = True
    assert slices.fill_between(drawn(grid, (far, 1), axis=2)) is None, "30 mm apart are two things"


def test_a_copied_slice_takes_the_place_of_the_next_in_any_plane(grid: Grid) -> None:
    labels = np.zeros(grid.shape, np.uint8)
    for axis in range(3):
        here = [slice(8, 12)] * 3
        here[axis] = slice(5, 6)
        there = [slice(2, 6)] * 3
        there[axis] = slice(4, 5)
        labels[...] = 0
        labels[tuple(here)] = 1
        labels[tuple(there)] = 1
        for up, number in ((1, 6), (-1, 4)):
            scene = Scene(labels, grid, Structure.GLAND, axis=axis, number=5, up=up)
            after = done(scene, slices.copy(scene, 1))
            assert np.array_equal(after.take(number, axis), labels.take(5, axis))
            assert slices.copy(Scene(labels, grid, Structure.TUMOUR, axis=axis, number=5), 1) is None
        edge = Scene(labels, grid, Structure.GLAND, axis=axis, number=0)
        assert slices.copy(edge, -1) is None


def test_islands_go_and_both_glands_stay(kit: Any) -> None:
    grid = kit.AXIAL_GRID
    labels = np.zeros(grid.shape, np.uint8)
    labels[5:15, 5:15, 5:9] = 1
    labels[40:50, 5:15, 5:9] = 1
    labels[25:28, 25:28, 3:5] = 1
    labels[8:11, 8:11, 6] = 2
    labels[30, 40, 3] = 2
    scene = Scene(labels, grid, Structure.GLAND)
    after = done(scene, pieces.remove_islands(scene))
    assert (after != labels).sum() == 18
    assert (after == 2).sum() == (labels == 2).sum()
    scene = Scene(labels, grid, Structure.TUMOUR)
    after = done(scene, pieces.remove_islands(scene))
    assert (after != labels).sum() == 1


def test_swapping_is_of_the_piece_under_the_mouse_or_of_all(kit: Any) -> None:
    grid = kit.OBLIQUE_GRID
    labels = np.zeros(grid.shape, np.uint8)
    labels[5:10, 5:10, 5:9] = 1
    labels[30:35, 5:10, 5:9] = 1
    labels[6:8, 6:8, 6] = 2
    one = Scene(labels, grid, Structure.GLAND, voxel=(31, 6, 6))
    after = done(one, pieces.swap(one))
    assert (after[30:35] != labels[30:35]).sum() == 100
    assert np.array_equal(after[:30], labels[:30])
    for where in (None, (0, 0, 0)):
        every = Scene(labels, grid, Structure.GLAND, voxel=where)
        after = done(every, pieces.swap(every))
        assert np.array_equal(after == 2, labels == 1)
        assert np.array_equal(after == 1, labels == 2)


def test_the_tumour_is_kept_inside_the_gland_and_its_hollows(grid: Grid) -> None:
    gland, hollow = ball(grid, 12.0), ball(grid, 5.0)
    fine = int(np.argmin(grid.spacing))
    out = tuple(17.0 if n == fine else 0.0 for n in range(3))
    spilt = ball(grid, 7.0, (out[0], out[1], out[2]))
    scene = drawn(grid, (gland, 1), (hollow, 2), (spilt & ~gland, 2))
    after = done(scene, pieces.keep_inside(scene))
    assert (after == 2)[hollow].all()
    assert not (after == 2)[~ball(grid, 14.0)].any()
    assert np.array_equal(after == 1, scene.labels == 1)
    assert pieces.keep_inside(drawn(grid, (hollow, 2))) is None, "no gland, no region"


@pytest.mark.parametrize("ball_3d", [False, True])
def test_a_seed_grows_over_what_looks_alike_within_the_reach(grid: Grid, ball_3d: bool) -> None:
    rng = np.random.default_rng(0)
    inside, rest = ball(grid, 7.0), ball(grid, 3.0, (0.0, 14.0, 0.0))
    image = np.where(inside | rest, 300.0, 100.0) + rng.normal(0, 8, grid.shape)
    axis = int(np.argmax(grid.spacing))
    i, j, k = ((n - 1) // 2 for n in grid.shape)
    scene = drawn(grid, axis=axis, voxel=(i, j, k))
    grown = done(scene, grow_from_seed(scene, image, 20.0, ball=ball_3d)) == 1
    truth = inside.copy()
    if not ball_3d:
        truth &= np.isin(np.arange(grid.shape[axis]), scene.voxel[axis]).reshape(
            [-1 if n == axis else 1 for n in range(3)]
        )
    assert 2 * (grown & truth).sum() / (grown.sum() + truth.sum()) > 0.97
    assert not grown[rest].any(), "it hangs together"
    near = done(scene, grow_from_seed(scene, image, 3.0, ball=ball_3d)) == 1
    assert not (near & ~ball(grid, 3.01)).any()


def test_a_range_starts_from_the_tissue_at_the_mouse(kit: Any) -> None:
    grid = kit.AXIAL_GRID
    image = np.where(ball(grid, 7.0), 300.0, 100.0) + np.random.default_rng(0).normal(0, 5, grid.shape)
    i, j, k = ((n - 1) // 2 for n in grid.shape)
    low, high = signal_range(image, (i, j, k), grid.spacing, 2)
    assert 260 < low < 295
    assert 305 < high < 340
    assert np.mean((image > low) & (image < high) & ball(grid, 7.0)) > 0.8 * ball(grid, 7.0).mean()
    flat = signal_range(np.zeros(grid.shape), (0, 0, 0), grid.spacing, 2)
    assert flat[0] <= 0.0 <= flat[1]
