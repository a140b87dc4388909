"""Volumes and diameters against shapes worked by hand and against other programs."""

from __future__ import annotations

import numpy as np
import pytest
import SimpleITK as sitk
from scipy.spatial.distance import cdist
from scipy.spatial.transform import Rotation

from parotid_training.labels import Side, Structure
from parotid_training.report.measure import Measure, longest_mm, measure, slice_axis
from parotid_training.volume import Grid, LabelMap
from tests.engine.conftest import grid_of

KINDS = ["axial", "sagittal", "coronal", "left-handed", "oblique"]
OBLIQUE = Rotation.from_euler("zyx", [20, 15, 10], degrees=True).as_matrix()


def grid(spacing: tuple[float, float, float], shape: tuple[int, int, int], turn: np.ndarray | None = None) -> Grid:
    """Return a grid around the origin."""
    affine = np.eye(4)
    affine[:3, :3] = (np.eye(3) if turn is None else turn) * spacing
    affine[:3, 3] = -affine[:3, :3] @ (np.asarray(shape) - 1) / 2
    return Grid(shape, affine)


def places(grid: Grid) -> np.ndarray:
    return grid.to_patient(np.stack(np.meshgrid(*[np.arange(n) for n in grid.shape], indexing="ij"), axis=-1))


def ellipsoid(grid: Grid, radii: tuple[float, float, float], centre: tuple[float, float, float]) -> np.ndarray:
    """Return True inside; radii along patient x, y, z in mm."""
    return (((places(grid) - centre) / radii) ** 2).sum(axis=-1) <= 1


def one(label_map: LabelMap, what: str, midline: float | None = 0.0) -> Measure:
    (line,) = (line for line in measure(label_map, midline) if line.what == what)
    return line


def test_stray_specks_do_not_lengthen_a_gland() -> None:
    it = grid((1.0, 1.0, 3.0), (120, 80, 30))
    labels = np.where(ellipsoid(it, (12, 20, 25), (30, 0, 0)), 1, 0).astype(np.uint8)
    before = one(LabelMap(it, labels), "gland")
    speck = np.argwhere(places(it)[..., 0] > 20)[0]
    labels[tuple(speck)] = 1
    after = one(LabelMap(it, labels), "gland")
    for measured in (before, after):
        assert measured.longest_mm == pytest.approx(before.longest_mm)
        assert measured.in_plane.long_mm == pytest.approx(before.in_plane.long_mm)
    assert after.ml == pytest.approx(before.ml + 0.003), "but they are drawn"
    alone = np.zeros_like(labels)
    alone[tuple(speck)] = 1
    assert one(LabelMap(it, alone), "gland").ml == pytest.approx(0.003)


@pytest.mark.parametrize("turn", [None, OBLIQUE])
def test_a_ball_is_as_wide_as_it_is_long(turn: np.ndarray | None) -> None:
    fine = grid((0.5, 0.5, 3.0), (100, 100, 18), turn)
    ball = ellipsoid(fine, (15, 15, 15), (0, 0, 0))
    line = one(LabelMap(fine, ball.astype(np.uint8) * 2), "tumour", None)
    assert line.ml == pytest.approx(4 / 3 * np.pi * 1.5**3, rel=0.03)
    assert line.in_plane.long_mm == pytest.approx(30, abs=0.8)
    assert line.in_plane.short_mm == pytest.approx(30, abs=0.8)
    assert line.longest_mm == pytest.approx(30, abs=1.2)
    assert line.side is Side.UNKNOWN
    assert line.in_plane.number in (8, 9), "its widest slices"


def test_an_ellipsoid_has_three_axes() -> None:
    """Axial slices show 36 x 24 mm; the longest diameter of all, 50 mm, runs from head to foot."""
    axial = grid((0.6, 0.6, 2.0), (90, 70, 30))
    line = one(LabelMap(axial, ellipsoid(axial, (18, 12, 25), (2, 0, 0)).astype(np.uint8)), "gland", -30.0)
    assert line.in_plane.long_mm == pytest.approx(36, abs=0.8)
    assert line.in_plane.short_mm == pytest.approx(24, abs=0.8)
    assert 48 < line.longest_mm < 50, "within a slice's thickness"
    assert line.side is Side.LEFT


def test_a_box_on_an_oblique_grid_is_worked_by_hand() -> None:
    """40 x 20 voxels of 0.5 mm in 6 slices of 3 mm: 20 x 10 x 18 mm, whatever way the grid is turned."""
    oblique = grid((0.5, 0.5, 3.0), (60, 60, 10), OBLIQUE)
    array = np.zeros(oblique.shape, np.uint8)
    array[10:50, 20:40, 2:8] = 2
    line = one(LabelMap(oblique, array), "tumour", None)
    assert line.ml == pytest.approx(20 * 10 * 18 / 1000)
    assert line.in_plane.long_mm == pytest.approx(np.hypot(20, 9.5)), (
        "from edge to edge, half a voxel in from the corner"
    )
    assert line.longest_mm == pytest.approx(np.linalg.norm([20, 9.5, 15])), "from the middle of the first slice"
    # At right angles to the diagonal of a 20 x 10 box the longest chord is 10 / cos(atan(10 / 20)) long.
    assert line.in_plane.short_mm == pytest.approx(10 / np.cos(np.arctan(0.5)), abs=0.4)
    long, short = line.in_plane.long, line.in_plane.short
    ends = oblique.to_patient(np.stack([long, short]))
    assert np.linalg.norm(ends[0, 1] - ends[0, 0]) == pytest.approx(line.in_plane.long_mm)
    assert np.linalg.norm(ends[1, 1] - ends[1, 0]) == pytest.approx(line.in_plane.short_mm)
    assert np.dot(ends[0, 1] - ends[0, 0], ends[1, 1] - ends[1, 0]) == pytest.approx(0, abs=1e-6)


def test_one_voxel_has_its_own_size() -> None:
    array = np.zeros((5, 5, 5), np.uint8)
    array[2, 2, 2] = 2
    line = one(LabelMap(grid((1.0, 1.0, 4.0), (5, 5, 5)), array), "tumour")
    assert (line.in_plane.long_mm, line.in_plane.short_mm, line.longest_mm) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize("seed", range(8))
def test_no_pair_of_edges_is_further_apart(seed: int) -> None:
    """Every pixel edge of a ragged shape against every other, without hulls."""
    rng = np.random.default_rng(seed)
    turned = grid(tuple(rng.uniform(0.4, 3.0, 3)), (9, 8, 7), Rotation.random(random_state=seed).as_matrix())
    inside = rng.random(turned.shape) < 0.2
    faces = [
        np.array(voxel) + sign * np.eye(3)[axis] / 2
        for voxel in np.argwhere(inside)
        for axis in range(3)
        if axis != slice_axis(turned)
        for sign in (-1, 1)
    ]
    points = turned.to_patient(np.array(faces))
    assert longest_mm(inside, turned) == pytest.approx(cdist(points, points).max())


@pytest.mark.parametrize("kind", KINDS)
def test_simpleitk_agrees(kind: str) -> None:
    """Its Feret diameter goes from voxel centre to voxel centre: shorter by less than a voxel."""
    one_grid = grid_of(kind)
    shape = ellipsoid(one_grid, (14, 20, 24), (40, 10, 5))
    image = sitk.GetImageFromArray(shape.astype(np.uint8).transpose())
    image.SetSpacing(one_grid.spacing)
    image.SetDirection(one_grid.cosines.ravel().tolist())
    image.SetOrigin(one_grid.affine[:3, 3].tolist())
    statistics = sitk.LabelShapeStatisticsImageFilter()
    statistics.ComputeFeretDiameterOn()
    statistics.Execute(image)
    line = one(LabelMap(one_grid, shape.astype(np.uint8)), "gland")
    assert line.ml == pytest.approx(statistics.GetPhysicalSize(1) / 1000)
    between = line.longest_mm - statistics.GetFeretDiameter(1)
    assert 0 < between < np.hypot(*sorted(one_grid.spacing)[:2])


def test_glands_by_side_and_tumours_by_size() -> None:
    axial = grid((1.0, 1.0, 3.0), (120, 60, 20))
    array = np.zeros(axial.shape, np.uint8)
    for x in (-40, 40):
        array[ellipsoid(axial, (12, 12, 18), (x, 0, 0))] = 1
    array[ellipsoid(axial, (6, 6, 6), (40, 0, 0))] = 2
    array[ellipsoid(axial, (4, 4, 4), (-40, 0, 9))] = 2
    array[55:65, 5:10, 3:6] = 2
    lines = measure(LabelMap(axial, array), 0.0)
    assert [(line.what, line.number, line.side) for line in lines] == [
        ("gland", 0, Side.RIGHT),
        ("gland with tumour", 0, Side.RIGHT),
        ("gland", 0, Side.LEFT),
        ("gland with tumour", 0, Side.LEFT),
        ("tumour", 1, Side.LEFT),
        ("tumour", 2, Side.UNKNOWN),
        ("tumour", 3, Side.RIGHT),
    ]
    gland, both = lines[2], lines[3]
    assert both.ml - gland.ml == pytest.approx(lines[4].ml)
    assert [line.ml for line in lines[4:]] == sorted((line.ml for line in lines[4:]), reverse=True)
    assert measure(LabelMap(axial, np.zeros(axial.shape, np.uint8)), 0.0) == ()


def test_parts_of_a_slice_that_hang_together_elsewhere_are_measured_apart() -> None:
    """A horseshoe standing upright: its two legs are 4 mm wide in a slice, however far apart they are."""
    axial = grid((1.0, 1.0, 3.0), (40, 10, 8))
    array = np.zeros(axial.shape, np.uint8)
    array[5:9, 3:7, 0:6] = array[31:35, 3:7, 0:6] = 2
    array[5:35, 4:6, 6] = 2
    line = one(LabelMap(axial, array), "tumour", None)
    assert line.in_plane.number == 6, "the arch"
    array[20, :, 6] = 0
    legs = [line for line in measure(LabelMap(axial, array), None) if line.what == "tumour"]
    assert len(legs) == 2
    assert all(leg.in_plane.long_mm < 20 for leg in legs)


@pytest.mark.parametrize(("kind", "plane"), [("axial", "S"), ("sagittal", "L"), ("coronal", "P")])
def test_slices_are_those_that_were_acquired(kind: str, plane: str) -> None:
    acquired = grid_of(kind)
    opposite = {"S": "I", "L": "R", "P": "A"}[plane]
    assert acquired.codes[slice_axis(acquired)] in (plane, opposite)


def test_near_isotropic_voxels_are_measured_axially() -> None:
    turned = grid((1.2, 1.0, 1.0), (20, 20, 20), np.array([[0, 0, 1.0], [1, 0, 0], [0, 1, 0]]))
    assert turned.codes[slice_axis(turned)] in "SI"


def test_structures_are_measured_where_they_lie_in_the_array() -> None:
    axial = grid((1.0, 1.0, 3.0), (50, 50, 20))
    array = np.zeros(axial.shape, np.uint8)
    array[30:40, 12:14, 7] = Structure.TUMOUR
    in_plane = one(LabelMap(axial, array), "tumour").in_plane
    assert in_plane.number == 7
    assert sorted(in_plane.long[:, 0]) == [29.5, 39.5]
    assert set(in_plane.long[:, 2]) == {7.0}
