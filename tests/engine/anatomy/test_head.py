"""Synthetic heads: the glands are where glands are, and a seed is a head."""

import numpy as np
import pytest
from scipy.ndimage import binary_dilation, label

from parotid_training.anatomy.head import Anatomy, AnatomySettings, draw_diameters, make_anatomy
from parotid_training.anatomy.tissues import TUMOUR_TISSUES, Tissue
from parotid_training.anatomy.tumour import Look
from parotid_training.labels import Structure

COARSE = (1.5, 1.5, 3.0)


@pytest.fixture(scope="module")
def head() -> Anatomy:
    return make_anatomy(3, COARSE, settings=AnatomySettings(tumour=False))


def test_a_seed_is_a_head(head: Anatomy) -> None:
    again = make_anatomy(3, COARSE, settings=AnatomySettings(tumour=False))
    np.testing.assert_array_equal(head.tissue, again.tissue)
    np.testing.assert_array_equal(head.fat, again.fat)
    np.testing.assert_array_equal(head.texture, again.texture)
    assert head.facts == again.facts


def test_another_seed_is_another_head(head: Anatomy) -> None:
    other = make_anatomy(4, COARSE, settings=AnatomySettings(tumour=False))
    assert (head.tissue != other.tissue).mean() > 0.05


def test_every_ordinary_tissue_is_there(head: Anatomy) -> None:
    assert {Tissue(value) for value in np.unique(head.tissue)} == set(Tissue) - TUMOUR_TISSUES


@pytest.mark.parametrize("seed", range(6))
def test_both_glands_are_whole_and_on_their_sides(seed: int) -> None:
    anatomy = make_anatomy(seed, (2.0, 2.0, 3.0), settings=AnatomySettings(tumour=False))
    assert all(12.0 < ml < 50.0 for ml in anatomy.facts["gland_ml"].values())
    where = anatomy.grid.to_patient(np.argwhere(anatomy.structures.array == Structure.GLAND))
    for side in (-1, 1):
        mine = where[where[:, 0] * side > 0]
        assert 45 < mine[:, 0].mean() * side < 70
        assert -35 < mine[:, 1].mean() < 20
        assert -50 < mine[:, 2].mean() < -5
    edge = anatomy.structures.array.copy()
    edge[1:-1, 1:-1, 1:-1] = 0
    assert not edge.any()


def test_the_gland_wraps_the_ramus(head: Anatomy) -> None:
    """It reaches behind the mandible and medial to its outer surface, and lies lateral over the masseter."""
    where = head.grid.to_patient(np.argwhere(head.structures.array == Structure.GLAND))
    left = where[where[:, 0] > 0]
    assert left[:, 0].min() < 48
    assert left[:, 0].max() > 62
    assert np.ptp(left[:, 2]) > 35
    assert np.ptp(left[:, 1]) > 30


def test_the_head_is_the_same_at_another_voxel_size(head: Anatomy) -> None:
    fine = make_anatomy(3, (1.5, 1.5, 1.5), settings=AnatomySettings(tumour=False))
    a, b = head.structures.array > 0, fine.structures.array[::2][: head.grid.shape[0]] > 0
    assert 2 * (a & b).sum() / (a.sum() + b.sum()) > 0.9


def test_settings_are_honoured() -> None:
    small = make_anatomy(5, (2, 2, 3), settings=AnatomySettings(tumour=False, gland_ml=(15, 18), gland_fat=(0.1, 0.12)))
    assert max(small.facts["gland_ml"].values()) < 20
    assert 0.1 <= small.facts["gland_fat"] <= 0.12
    assert small.facts["look"] is None
    assert not (small.structures.array == Structure.TUMOUR).any()


@pytest.mark.parametrize("look", list(Look))
def test_a_tumour_lies_in_or_at_its_gland(look: Look) -> None:
    anatomy = make_anatomy(8, COARSE, settings=AnatomySettings(tumour=look, tumour_mm=(18, 26)))
    labels = anatomy.structures.array
    assert anatomy.facts["has_tumour"]
    assert anatomy.facts["look"] == look
    tumour = np.argwhere(labels == Structure.TUMOUR)
    assert len(tumour) * anatomy.grid.voxel_ml > 0.5
    assert set(np.unique(anatomy.tissue[labels == Structure.TUMOUR])) <= {int(one) for one in TUMOUR_TISSUES}
    low, high = tumour.min(axis=0) - 2, tumour.max(axis=0) + 3
    around = labels[tuple(slice(max(a, 0), b) for a, b in zip(low, high, strict=True))]
    assert (around == Structure.GLAND).any()


def test_large_tumours_are_rare_unless_all_sizes_are_drawn_alike() -> None:
    rng = np.random.default_rng(1)
    large = [
        np.mean(
            [draw_diameters(AnatomySettings(tumour_mm=(6.0, 50.0), even_sizes=share), rng) > 35 for _ in range(600)]
        )
        for share in (0.0, 0.5, 1.0)
    ]
    expected = np.log(50 / 35) / np.log(50 / 6)
    assert large[0] == pytest.approx(0.048, abs=0.02)
    assert large[2] == pytest.approx(expected, abs=0.03)
    assert large[1] == pytest.approx((large[0] + large[2]) / 2, abs=0.03)


@pytest.mark.slow
def test_about_half_of_the_heads_have_a_tumour() -> None:
    found = [make_anatomy(seed, (4, 4, 5)).facts["has_tumour"] for seed in range(20)]
    assert 5 <= sum(found) <= 15


@pytest.mark.parametrize("seed", range(4))
def test_what_is_drawn_by_rule_fits_the_drawn_organs(seed: int) -> None:
    """Bone lies under the skin, no gland in bone, the vein in its gland."""
    anatomy = make_anatomy(seed, (2.0, 2.0, 3.0), settings=AnatomySettings(tumour=False))
    bone = np.isin(anatomy.tissue, (Tissue.CORTICAL, Tissue.MARROW, Tissue.TOOTH))
    gland = anatomy.structures.array == Structure.GLAND
    assert not (bone & gland).any()
    assert set(np.unique(anatomy.tissue[gland])) <= {Tissue.PAROTID, Tissue.VEIN, Tissue.ARTERY}
    assert (anatomy.tissue[gland] == Tissue.VEIN).any()
    outside, count = label(anatomy.tissue == Tissue.AIR)
    open_air = outside == np.bincount(outside.ravel())[1:].argmax() + 1
    assert count
    # Below and before the ear canals, which are open to the air, and beside the airway, which the nostrils open.
    x, y, z = np.moveaxis(anatomy.grid.to_patient(np.moveaxis(np.indices(anatomy.grid.shape), 0, -1)), -1, 0)
    assert not (binary_dilation(open_air) & (bone | gland) & (z < -25) & (y < 0) & (np.abs(x) > 30)).any()
