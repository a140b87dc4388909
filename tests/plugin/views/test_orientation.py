from __future__ import annotations

import numpy as np
import pytest

from napari_parotid.views.orientation import (
    Convention,
    Edges,
    Plane,
    acquired_plane,
    edge_letters,
    letters_along,
    position_words,
)
from parotid_training.volume import Grid

AXIAL = Grid((40, 50, 12), np.array([[0.5, 0, 0, -10], [0, 0.5, 0, -12], [0, 0, 4, -20], [0, 0, 0, 1.0]]))
# Array axes run to P, I, L: a sagittal acquisition as a scanner stores it.
SAGITTAL = Grid((40, 50, 12), np.array([[0, 0, 4, -20], [0.5, 0, 0, -10], [0, -0.5, 0, 30], [0, 0, 0, 1.0]]))
# As axial, but stored mirrored: the affine's determinant is negative.
LEFT_HANDED = Grid((40, 50, 12), np.array([[-0.5, 0, 0, 10], [0, 0.5, 0, -12], [0, 0, 4, -20], [0, 0, 0, 1.0]]))


@pytest.mark.parametrize("grid", [AXIAL, SAGITTAL, LEFT_HANDED])
def test_letters_are_radiological_however_the_voxels_are_stored(grid):
    view = grid.canonical()
    assert edge_letters(view, Plane.AXIAL) == Edges("R", "L", "A", "P")
    assert edge_letters(view, Plane.CORONAL) == Edges("R", "L", "S", "I")
    assert edge_letters(view, Plane.SAGITTAL) == Edges("A", "P", "S", "I")


def test_the_other_convention_turns_what_shows_left_and_right_and_nothing_else():
    view = AXIAL.canonical()
    assert edge_letters(view, Plane.AXIAL, Convention.NEUROLOGICAL) == Edges("L", "R", "A", "P")
    assert edge_letters(view, Plane.CORONAL, Convention.NEUROLOGICAL) == Edges("L", "R", "S", "I")
    assert edge_letters(view, Plane.SAGITTAL, Convention.NEUROLOGICAL) == Edges("A", "P", "S", "I")


@pytest.mark.parametrize(
    ("right", "up", "edges"),
    [
        ((0, 0, 1), (1, 0, 0), ("R", "L", "S", "I")),
        ((0, 0, -1), (1, 0, 0), ("L", "R", "S", "I")),
        ((0.2, -0.9, 0.3), (0.8, 0.1, -0.5), ("P", "A", "S", "I")),
        ((0, 0, 1), (0.1, -0.9, 0), ("R", "L", "A", "P")),
    ],
)
def test_the_letters_of_a_body_are_those_of_the_axes_nearest_to_the_screen_s(right, up, edges):
    assert letters_along(right, up) == Edges(*edges)


@pytest.mark.parametrize("grid", [AXIAL, SAGITTAL, LEFT_HANDED])
@pytest.mark.parametrize("plane", list(Plane))
def test_position_words_name_the_patient_coordinate_of_the_slice(grid, plane):
    view = grid.canonical()
    number = view.shape[plane.sliced] - 1
    index = [0, 0, 0]
    index[plane.sliced] = number
    x, y, z = grid.to_patient(view.to_native_index(index))
    millimetres = {Plane.AXIAL: z, Plane.CORONAL: y, Plane.SAGITTAL: x}[plane]
    letter = {Plane.AXIAL: "IS", Plane.CORONAL: "AP", Plane.SAGITTAL: "RL"}[plane][int(millimetres >= 0)]
    assert position_words(view, plane, number) == f"{letter} {abs(millimetres):.1f} mm"


def test_the_acquired_plane_is_shown_first():
    assert acquired_plane(AXIAL) is Plane.AXIAL
    assert acquired_plane(SAGITTAL) is Plane.SAGITTAL
    isotropic = Grid((9, 9, 9), np.eye(4))
    assert acquired_plane(isotropic) is Plane.AXIAL


def test_on_an_oblique_grid_places_are_the_patients_and_not_the_screens():
    angle = np.deg2rad(20)
    turned = np.eye(4)
    turned[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    turned[:3, 3] = (-100.0, -90.0, 10.0)
    grid = Grid((201, 181, 40), turned @ np.diag([1.0, 1.0, 4.0, 1.0]))
    view = grid.canonical()
    for index in ((0, 0, 0), (12, 100, 40), (39, 180, 200)):
        world = np.array(view.translate) + np.array(index) * view.scale
        np.testing.assert_allclose(view.to_patient(world), grid.to_patient(view.to_native_index(index)))
    middle = grid.to_patient([100, 90, 20])
    letter = "L" if middle[0] >= 0 else "R"
    assert position_words(view, Plane.SAGITTAL, 100) == f"{letter} {abs(grid.to_patient([100, 90, 19.5])[0]):.1f} mm"
