"""Heads painted from a CT: varied by seed, the gland where its contour is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import ndimage

from parotid_training.anatomy import from_ct
from parotid_training.anatomy.canvas import Canvas
from parotid_training.anatomy.from_ct import PaintingSettings, _paint_lumps, _Seen, anatomy_from_ct
from parotid_training.anatomy.labelled_ct import LabelledCT, read_labelled_ct
from parotid_training.anatomy.masseter import Masseter
from parotid_training.anatomy.neighbours import BESIDE_MM, BESIDE_RADIUS_MM, GAP_MM
from parotid_training.anatomy.signal import paint
from parotid_training.anatomy.space import Pose, make_space
from parotid_training.anatomy.tissues import TUMOUR_TISSUES, Tissue
from parotid_training.labels import Structure
from parotid_training.study import Role
from tests.engine.anatomy.toy_ct import write_toy_ct

if TYPE_CHECKING:
    from pathlib import Path

SPACING = (2.0, 2.0, 3.0)
BOX = ((-90.0, -110.0, -80.0), (90.0, 100.0, 60.0))
STILL = PaintingSettings(tumour=False, pitch_deg=0.0, turn_deg=0.0, scale=(1.0, 1.0), bend_mm=0.0, mirrored=0.0)


@pytest.fixture(scope="module")
def ct(tmp_path_factory: pytest.TempPathFactory) -> LabelledCT:
    path: Path = tmp_path_factory.mktemp("ct") / "toy.npz"
    write_toy_ct(path)
    return read_labelled_ct(path)


def test_a_seed_is_a_head_and_another_is_another(ct: LabelledCT) -> None:
    one, two, other = (anatomy_from_ct(ct, seed, SPACING, BOX) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.tissue, two.tissue)
    np.testing.assert_array_equal(one.fat, two.fat)
    assert (one.tissue != other.tissue).mean() > 0.03


def test_the_gland_lies_in_its_contour(ct: LabelledCT) -> None:
    anatomy = anatomy_from_ct(ct, 4, SPACING, BOX, STILL)
    index = np.argwhere(anatomy.structures.array == Structure.GLAND)
    x, y, z = anatomy.grid.to_patient(index).T
    # An unmoved head still has the pose's few per cent of stretch.
    inside = ((np.abs(x) - 55) / 10.8) ** 2 + ((y + 10) / 16.8) ** 2 + ((z + 27 + 0) / 21.6) ** 2 < 1.5
    assert inside.mean() > 0.9
    ml = len(index) * anatomy.grid.voxel_ml
    assert ml == pytest.approx(2 * 16.4, rel=0.25)


def test_fat_follows_hounsfield_units(ct: LabelledCT) -> None:
    anatomy = anatomy_from_ct(ct, 4, SPACING, BOX, STILL)
    median = {tissue: float(np.median(anatomy.fat[anatomy.tissue == tissue])) for tissue in (Tissue.FAT, Tissue.MUSCLE)}
    assert median[Tissue.FAT] > 0.8
    assert median[Tissue.MUSCLE] < 0.1
    gland = float(np.median(anatomy.fat[anatomy.tissue == Tissue.PAROTID]))
    assert 0.25 < gland < 0.65


def test_lean_glands_have_less_fat_and_nothing_else_changes(ct: LabelledCT) -> None:
    usual, lean = (anatomy_from_ct(ct, 4, SPACING, BOX, replace(STILL, lean=share)) for share in (0.0, 1.0))
    gland = usual.tissue == Tissue.PAROTID
    np.testing.assert_array_equal(usual.tissue, lean.tissue)
    np.testing.assert_array_equal(usual.fat[~gland], lean.fat[~gland])
    assert lean.fat[gland].mean() < 0.8 * usual.fat[gland].mean()


def test_firm_muscle_holds_a_few_per_cent_of_fat_and_nothing_else_changes(ct: LabelledCT) -> None:
    noisy = replace(ct, hu=ct.hu + np.random.default_rng(0).normal(0, 60, ct.hu.shape).astype(ct.hu.dtype))
    usual, firm = (anatomy_from_ct(noisy, 4, SPACING, BOX, replace(STILL, firm=share)) for share in (0.0, 1.0))
    muscle = usual.tissue == Tissue.MUSCLE
    np.testing.assert_array_equal(usual.tissue, firm.tissue)
    np.testing.assert_array_equal(usual.fat[~muscle], firm.fat[~muscle])
    deep = ndimage.binary_erosion(muscle, iterations=2)
    assert np.quantile(usual.fat[deep], 0.84) > 0.15
    assert np.quantile(firm.fat[deep], 0.84) < 0.12


@pytest.mark.parametrize("mirrored", [0.0, 1.0])
def test_a_strong_masseter_pushes_skin_and_gland_outwards(
    ct: LabelledCT, monkeypatch: pytest.MonkeyPatch, mirrored: float
) -> None:
    right = Masseter(-1, np.array([45.0, 0.0, 0.0]), np.array([-20.0, -27.0]), 8.0)
    monkeypatch.setattr(from_ct, "find_masseter", lambda _ct, number: None if number else right)
    posed = replace(STILL, mirrored=mirrored)
    usual, strong = (anatomy_from_ct(ct, 4, SPACING, BOX, replace(posed, strong=share)) for share in (0.0, 1.0))
    side = 1 if mirrored else -1
    grown = (strong.tissue != Tissue.AIR) & (usual.tissue == Tissue.AIR)
    assert grown.sum() * usual.grid.voxel_ml > 1.0
    assert (side * usual.grid.to_patient(np.argwhere(grown))[:, 0] > 45).all()
    for number in (-1, 1):
        before, after = (
            np.mean([x for x, *_ in one.grid.to_patient(np.argwhere(one.structures.array)) if number * x > 0])
            for one in (usual, strong)
        )
        moved = number * (after - before)
        assert (moved > 0.5) if number == side else (abs(moved) < 0.05)


def test_a_mirrored_head_has_its_glands_mirrored(ct: LabelledCT) -> None:
    lopsided = replace(ct, gland=np.stack([ct.gland[0], np.zeros_like(ct.gland[1])]))
    for mirrored, side in ((0.0, -1), (1.0, 1)):
        anatomy = anatomy_from_ct(lopsided, 4, SPACING, BOX, replace(STILL, mirrored=mirrored))
        x = anatomy.grid.to_patient(np.argwhere(anatomy.structures.array == Structure.GLAND))[:, 0]
        assert len(x) > 100
        assert (np.sign(x) == side).all()


def test_tumours_are_painted_where_they_are_labelled(ct: LabelledCT) -> None:
    for seed in range(4):
        anatomy = anatomy_from_ct(ct, seed, SPACING, BOX, replace(STILL, tumour=True, tumour_mm=(12.0, 30.0)))
        tissue = np.isin(anatomy.tissue, [int(t) for t in TUMOUR_TISSUES])
        np.testing.assert_array_equal(tissue, anatomy.structures.array == Structure.TUMOUR)
        assert 0.2 < tissue.sum() * anatomy.grid.voxel_ml < 20


def test_nodes_lie_in_and_about_the_glands_and_change_no_label(ct: LabelledCT) -> None:
    beside = within = 0
    for seed in range(4):
        usual, with_nodes = (
            anatomy_from_ct(ct, seed, SPACING, BOX, replace(STILL, nodes=share)) for share in (0.0, 1.0)
        )
        np.testing.assert_array_equal(usual.structures.array, with_nodes.structures.array)
        gland = usual.structures.array == Structure.GLAND
        lump = usual.tissue != with_nodes.tissue
        assert (with_nodes.tissue[lump & gland] == Tissue.NODE).all()
        away = ndimage.distance_transform_edt(~gland, sampling=usual.grid.spacing)
        assert (away[lump & ~gland] > GAP_MM).all()
        assert away[lump].max(initial=0.0) < BESIDE_MM[1] + 2 * BESIDE_RADIUS_MM[1]
        beside, within = beside + int((lump & ~gland).sum()), within + int((lump & gland).sum())
    assert beside > 50
    assert within > 2


def test_fascia_lies_on_the_muscle_next_to_a_gland_alone(ct: LabelledCT) -> None:
    usual, lined = (anatomy_from_ct(ct, 4, SPACING, BOX, replace(STILL, fascia=share)) for share in (0.0, 1.0))
    np.testing.assert_array_equal(usual.structures.array, lined.structures.array)
    line = usual.tissue != lined.tissue
    assert line.sum() > 20
    assert (usual.tissue[line] == Tissue.MUSCLE).all()
    assert (lined.tissue[line] == Tissue.CARTILAGE).all()
    gland = usual.structures.array == Structure.GLAND
    assert not (line & ~ndimage.binary_dilation(gland)).any()


def test_a_tumour_beside_a_gland_touches_it_and_lies_mostly_out_of_it(ct: LabelledCT) -> None:
    out = []
    for seed in range(6):
        healthy = anatomy_from_ct(ct, seed, SPACING, BOX, STILL).structures.array == Structure.GLAND
        ill = anatomy_from_ct(ct, seed, SPACING, BOX, replace(STILL, tumour=True, tumour_mm=(16.0, 24.0), beside=1.0))
        tumour = ill.structures.array == Structure.TUMOUR
        assert tumour.any()
        assert (ndimage.binary_dilation(tumour) & healthy).any()
        out.append((tumour & ~healthy).sum() / tumour.sum())
    assert np.mean(out) > 0.5


def test_painted_t1_has_the_order_of_t1(ct: LabelledCT) -> None:
    anatomy = anatomy_from_ct(ct, 4, SPACING, BOX, STILL)
    image = paint(anatomy, Role.T1W, np.random.default_rng(0))
    mean = {t: float(image[anatomy.tissue == t].mean()) for t in (Tissue.FAT, Tissue.PAROTID, Tissue.MUSCLE)}
    assert mean[Tissue.FAT] > mean[Tissue.PAROTID] > mean[Tissue.MUSCLE]


def test_a_scan_with_hardly_any_soft_tissue_is_painted(ct: LabelledCT) -> None:
    """Its few voxels all lay between those that a place for a lump is looked for at: a training run stopped there."""
    space = make_space(
        (-4.0, -4.0, -60.0), (4.0, 4.0, -54.0), SPACING, Pose(np.eye(3), np.ones(3)), 0.0, np.random.default_rng(1)
    )
    tissue = np.zeros(space.shape, np.uint8)
    tissue[1, 1, 1] = Tissue.MUSCLE
    deep = np.full(space.shape, -20.0, np.float32)
    air = np.zeros(space.shape, bool)
    _paint_lumps(Canvas(space, tissue), _Seen(deep, deep, deep, air, air), np.random.default_rng(1))
    assert (tissue == Tissue.MUSCLE).sum() == 1
