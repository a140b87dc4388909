"""The drawing lattice: noise that does not depend on voxel size, poses, boxes."""

import numpy as np

from parotid_training.anatomy.shapes import Blend, Ellipsoid, Plate, Tube
from parotid_training.anatomy.space import Pose, make_space, smooth_noise, turn_by


def axes(step: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    axis = np.arange(-40, 40, step, dtype=np.float32)
    return axis, axis, axis


def test_noise_is_the_same_field_at_every_voxel_size() -> None:
    fine = smooth_noise(np.random.default_rng(1), axes(1.0), 8.0)
    coarse = smooth_noise(np.random.default_rng(1), axes(2.0), 8.0)
    np.testing.assert_allclose(fine[::2, ::2, ::2], coarse, atol=1e-4)


def test_noise_has_unit_variance() -> None:
    assert 0.8 < smooth_noise(np.random.default_rng(2), axes(2.0), 5.0).std() < 1.2


def test_turns_are_rotations() -> None:
    turn = turn_by(10, -7, 4)
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-12)
    assert np.isclose(np.linalg.det(turn), 1.0)


def test_every_shape_lies_in_its_box() -> None:
    shapes = (
        Ellipsoid((5, -3, 2), (6, 14, 9), yaw=30),
        Tube(((0, 0, 0), (10, 5, -8)), (3, 6), (1, 1.5, 2)),
        Plate(((-10, -10), (10, -10), (0, 12)), 3.0, 4.0, ky=0.2, kz=-0.1),
        Blend((Ellipsoid((0, 0, 0), (5, 5, 5)), Ellipsoid((7, 0, 0), (5, 5, 5))), 2.0),
    )
    space = make_space(
        (-30, -30, -30), (30, 30, 30), (1, 1, 1), Pose(np.eye(3), np.ones(3)), 0.0, np.random.default_rng(0)
    )
    for shape in shapes:
        x, y, z = space.head
        inside = shape.distance(x, y, z) < 0
        slices = space.slices(shape.box(), 1.0)
        assert slices is not None
        assert inside.any()
        assert inside[slices].sum() == inside.sum()


def test_a_box_outside_the_lattice_holds_nothing() -> None:
    space = make_space((-5, -5, -5), (5, 5, 5), (1, 1, 1), Pose(np.eye(3), np.ones(3)), 1.0, np.random.default_rng(0))
    assert space.slices(Ellipsoid((80, 0, 0), (5, 5, 5)).box()) is None


def test_lattice_axes_match_the_grid() -> None:
    space = make_space((-5, -6, -7), (5, 6, 7), (1, 2, 3), Pose(np.eye(3), np.ones(3)), 0.0, np.random.default_rng(0))
    x, y, z = (axis[2, 1, 3] for axis in space.head)
    np.testing.assert_allclose(space.grid.to_patient((2, 1, 3)), (x, y, z), atol=1e-5)
    assert space.grid.canonical().to_display(space.head[0]).base is not None
    assert space.grid.canonical().native_axes == (0, 1, 2)
