from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from parotid_training.errors import ParotidError
from parotid_training.model.metrics import dice
from parotid_training.model.networks import SegmenterConfig
from parotid_training.model.preprocess import MOST, normalise, prepare, sample, sample_labels, working_frame
from parotid_training.study import Role, Sequence, Study
from parotid_training.volume import Grid, LabelMap, Volume

CONFIG = SegmenterConfig()


def test_mask_survives_the_way_to_the_working_grid_and_back(study_and_truth: tuple[Study, LabelMap]) -> None:
    study, truth = study_and_truth
    frame = working_frame(study.grid, CONFIG)
    coarse = sample_labels(truth.array, truth.grid, frame.grid)
    shape = frame.view.shape
    window = (slice(0, shape[0]), slice(0, shape[1]), slice(0, shape[2]))
    back = frame.view.to_native(frame.to_native((coarse == 1).astype(np.float32), window) > 0.5)
    assert dice(back, truth.array == 1) > 0.93


def test_working_grid_covers_the_native_extent(study_and_truth: tuple[Study, LabelMap]) -> None:
    study, _ = study_and_truth
    frame = working_frame(study.grid, CONFIG)
    native = np.array(frame.view.shape) * frame.view.scale
    working = np.array(frame.grid.shape) * frame.grid.spacing
    assert (working >= native - 1e-6).all()
    assert (working < native + np.array(frame.grid.spacing)).all()
    corner = study.grid.to_patient(frame.view.to_native_index((-0.5, -0.5, -0.5)))
    np.testing.assert_allclose(frame.grid.to_patient((-0.5, -0.5, -0.5)), corner, atol=1e-9)


def test_positions_agree_with_the_affines(study_and_truth: tuple[Study, LabelMap]) -> None:
    study, _ = study_and_truth
    frame = working_frame(study.grid, CONFIG)
    for index in [(0, 0, 0), (3, 10, 7), (12, 40, 33)]:
        point = study.grid.to_patient(frame.view.to_native_index(index))
        found = [frame.positions(axis)[index[axis]] for axis in range(3)]
        np.testing.assert_allclose(frame.grid.to_index(point), found, atol=1e-9)


@pytest.mark.parametrize("spacing", [(0.5, 0.5, 4.0), (1.0, 1.0, 1.0), (3.0, 3.0, 3.0)])
def test_sampling_keeps_a_linear_ramp(spacing: tuple[float, float, float]) -> None:
    """Averaging and linear interpolation are exact on a ramp: a shift by half a voxel would show."""
    shape = tuple(int(120 / s) for s in spacing)
    grid = Grid(shape, np.diag([*spacing, 1.0]))  # type: ignore[arg-type]
    index = np.stack(np.meshgrid(*[np.arange(n) for n in shape], indexing="ij"), axis=-1)
    weights = np.array([1.0, -2.0, 0.5])
    ramp = (grid.to_patient(index) @ weights + 500).astype(np.float32)
    target = Grid((10, 11, 12), np.array([[0, 0, 1.5, 40], [0, 1.5, 0, 41], [3.0, 0, 0, 42], [0, 0, 0, 1.0]]))
    index = np.stack(np.meshgrid(*[np.arange(n) for n in target.shape], indexing="ij"), axis=-1)
    np.testing.assert_allclose(sample(Volume(grid, ramp), target), target.to_patient(index) @ weights + 500, atol=0.02)


def test_normalised_signal_does_not_depend_on_scanner_units() -> None:
    rng = np.random.default_rng(0)
    image = np.zeros((20, 40, 40), np.float32)
    image[:, 5:35, 5:35] = rng.normal(300, 40, (20, 30, 30))
    one, other = normalise(image), normalise(image * 37.5)
    assert one is not None
    assert other is not None
    np.testing.assert_allclose(one, other, atol=1e-4)
    assert abs(one[image > 0].mean()) < 0.05


def test_padding_far_below_the_head_stays_finite_in_half_precision() -> None:
    image = np.random.default_rng(0).normal(300, 40, (20, 40, 40)).astype(np.float32)
    image[:, :5] = -1e9
    scaled = normalise(image)
    assert scaled is not None
    assert np.isfinite(scaled.astype(np.float16)).all()
    assert scaled[:, :5].max() == -MOST < scaled[:, 5:].min()


@pytest.mark.parametrize("value", [0.0, 7.0])
def test_an_image_without_signal_counts_as_missing(value: float) -> None:
    assert normalise(np.full((9, 9, 9), value, np.float32)) is None


def test_a_study_without_a_usable_sequence_is_refused_with_a_remedy() -> None:
    grid = Grid((20, 20, 20), np.eye(4))
    study = Study((Sequence(Role.DWI, Volume(grid, np.ones((20, 20, 20), np.float32))),))
    with pytest.raises(ParotidError, match="None of the sequences") as refusal:
        prepare(study, CONFIG)
    assert "role" in refusal.value.remedy


def test_no_slice_of_an_oblique_grid_is_lost_to_rounding() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        turn = Rotation.from_euler("xyz", rng.normal(0, 5, 3), degrees=True).as_matrix()
        affine = np.eye(4)
        affine[:3, :3] = turn @ np.diag([1.5, 1.5, 4.0])
        affine[:3, 3] = rng.normal(0, 40, 3)
        grid = Grid((40, 40, 9), affine)
        prepared = prepare(Study((Sequence(Role.T1W, Volume(grid, _ramp(grid))),)), SegmenterConfig())
        assert sample(Volume(grid, np.full(grid.shape, 5.0, np.float32)), prepared.frame.grid).min() > 4.9


def _ramp(grid: Grid) -> np.ndarray:
    return np.linspace(1, 200, int(np.prod(grid.shape)), dtype=np.float32).reshape(grid.shape)


@pytest.mark.parametrize("spacing", [(5.0, 5.0, 5.0), (0.5, 12.0, 30.0)])
@pytest.mark.parametrize("low", [0, 7])
def test_a_window_has_voxels_however_coarse_the_native_grid_is(spacing: tuple[float, ...], low: int) -> None:
    grid = Grid((40, 20, 8), np.diag([*spacing, 1.0]))
    frame = working_frame(grid, CONFIG)
    window = frame.native_window(np.full(3, low), np.full(3, low))
    assert all(0 <= part.start < part.stop <= size for part, size in zip(window, frame.view.shape, strict=True))
    assert frame.to_native(np.ones(frame.grid.shape, np.float32), window).size > 0
