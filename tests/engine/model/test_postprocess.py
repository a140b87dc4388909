from __future__ import annotations

import numpy as np

from parotid_training.model.postprocess import clean, midline

SPACING = (3.0, 1.5, 1.5)


def scene() -> tuple[np.ndarray, np.ndarray]:
    """A head with two glands; class probabilities (3, Z, Y, X)."""
    z, y, x = np.mgrid[:30, :120, :110]
    head = ((y - 60) / 55) ** 2 + ((x - 52) / 45) ** 2 < 1
    label = np.zeros(head.shape, int)
    for centre in (16, 88):
        label[((z - 15) / 5) ** 2 + ((y - 60) / 9) ** 2 + ((x - centre) / 6) ** 2 < 1] = 1
    return head, label


def probabilities(label: np.ndarray) -> np.ndarray:
    return np.stack([(label == k) * 0.9 + 0.05 for k in range(3)]).astype(np.float32)


def test_both_glands_stay_and_islands_go() -> None:
    head, label = scene()
    islands = label.copy()
    islands[2:4, 10:22, 48:60] = 1  # larger than the smallest gland, but a second region of its side
    islands[28, 100:102, 50:52] = 2
    keep = clean(probabilities(islands), head, SPACING).structures
    np.testing.assert_array_equal(keep, label > 0)


def test_a_tumour_stays_in_and_beside_its_gland_but_not_far_away() -> None:
    head, label = scene()
    label[13:18, 56:64, 12:20] = 2
    beside = np.zeros(label.shape, bool)
    beside[13:18, 72:80, 12:20] = True
    far = np.zeros(label.shape, bool)
    far[13:18, 95:103, 48:56] = True
    label[beside | far] = 2
    kept = clean(probabilities(label), head, SPACING)
    np.testing.assert_array_equal(kept.tumour, (label == 2) & ~far)
    assert not kept.structures[far].any()


def test_a_tumour_that_splits_its_gland_keeps_both_halves() -> None:
    head, label = scene()
    label[14:17][label[14:17] == 1] = 2
    kept = clean(probabilities(label), head, SPACING)
    assert (kept.structures == (label > 0)).all()
    assert (kept.tumour == (label == 2)).all()


def test_a_large_tumour_that_left_no_gland_stays_on_its_side() -> None:
    head, label = scene()
    label[:, :, 52:] = 0
    mass = np.zeros(label.shape, bool)
    mass[8:20, 50:70, 70:95] = True
    label[mass] = 2
    kept = clean(probabilities(label), head, SPACING)
    np.testing.assert_array_equal(kept.tumour, mass)
    small = np.where(mass & (np.arange(label.shape[2]) < 74), 2, np.where(mass, 0, label))
    small[10:20] = np.where(small[10:20] == 2, 0, small[10:20])
    assert not clean(probabilities(small), head, SPACING).tumour.any()


def test_nothing_found_is_nothing_kept() -> None:
    head, label = scene()
    kept = clean(probabilities(label * 0), head, SPACING)
    assert not kept.structures.any()
    assert not kept.tumour.any()


def test_a_speck_of_tumour_inside_a_gland_is_gland() -> None:
    head, label = scene()
    label[14:16, 58:61, 14:17] = 2
    kept = clean(probabilities(label), head, SPACING)
    assert kept.structures[label == 2].all()
    assert not kept.tumour.any()


def test_midline_follows_the_body_not_the_image() -> None:
    head, _ = scene()
    assert abs(midline(head) - 52) <= 0.5
    assert midline(np.zeros((2, 5, 11), bool)) == 5


def test_a_speck_alone_on_its_side_is_no_gland() -> None:
    head, label = scene()
    label[:, :, 52:] = 0
    keep = label > 0
    label[14:16, 58:64, 86:92] = 1  # 0.5 ml
    np.testing.assert_array_equal(clean(probabilities(label), head, SPACING).structures, keep)
