"""Whole synthetic studies."""

import numpy as np
import pytest

from parotid_training.anatomy.phantom import Phantom, PhantomSettings, make_phantom
from parotid_training.anatomy.tumour import Look
from parotid_training.labels import Structure
from parotid_training.study import FED_ROLES, Role, hash_volume

SMALL = PhantomSettings(inplane_mm=1.2, slice_mm=4.0, cropped=False)


@pytest.fixture(scope="module")
def phantom() -> Phantom:
    return make_phantom(2, SMALL)


def test_a_seed_is_a_study(phantom: Phantom) -> None:
    again, other = make_phantom(2, SMALL), make_phantom(3, SMALL)
    for a, b, c in zip(phantom.study.sequences, again.study.sequences, other.study.sequences, strict=True):
        assert hash_volume(a.volume) == hash_volume(b.volume)
        assert hash_volume(a.volume) != hash_volume(c.volume)
    np.testing.assert_array_equal(phantom.label_map.array, again.label_map.array)
    assert phantom.facts == again.facts


def test_masks_lie_on_the_reference(phantom: Phantom) -> None:
    assert phantom.label_map.grid.same_as(phantom.study.grid)
    assert phantom.study.roles == FED_ROLES
    assert phantom.study.grid.codes == "LPS"
    assert phantom.study.grid.plane == "axial"
    assert set(np.unique(phantom.label_map.array)) <= {0, 1, 2}


def test_sequences_lie_on_their_own_grids(phantom: Phantom) -> None:
    t1, t2, stir, _ = (sequence.volume.grid for sequence in phantom.study.sequences)
    assert not t1.same_as(t2)
    assert stir.spacing[0] == pytest.approx(1.25 * t1.spacing[0])
    assert np.abs(t1.affine[:3, 3] - t2.affine[:3, 3]).max() < 4.0


def test_glands_read_as_glands(phantom: Phantom) -> None:
    assert all(12.0 < ml < 50.0 for ml in phantom.facts["gland_ml"].values())
    total = (phantom.label_map.array == Structure.GLAND).sum() * phantom.label_map.grid.voxel_ml
    assert sum(phantom.facts["gland_ml"].values()) == pytest.approx(total, abs=0.02)
    image = phantom.study.sequences[0].volume.array
    gland = phantom.label_map.array == Structure.GLAND
    assert image[gland].mean() > 3 * image[:4, :4].mean()


def test_fewer_sequences_leave_the_others_as_they_were(phantom: Phantom) -> None:
    two = make_phantom(2, PhantomSettings(roles=(Role.T1W, Role.STIR), inplane_mm=1.2, cropped=False))
    assert two.study.roles == (Role.T1W, Role.STIR)
    assert hash_volume(two.study.sequences[1].volume) == hash_volume(phantom.study.sequences[2].volume)


def test_settings_are_honoured() -> None:
    asked = PhantomSettings(
        roles=(Role.T2W,), inplane_mm=1.5, slice_mm=5.0, fov_mm=(165.0, 180.0), slices=20, cropped=False,
        tumour=Look.ADENOMA, tumour_mm=(20.0, 24.0),
    )  # fmt: skip
    made = make_phantom(6, asked)
    assert made.study.grid.shape == (110, 120, 20)
    assert made.study.grid.spacing == pytest.approx((1.5, 1.5, 5.0))
    assert made.facts["look"] == "pleomorphic adenoma"
    image, labels = made.study.sequences[0].volume.array, made.label_map.array
    assert image[labels == Structure.TUMOUR].mean() > image[labels == Structure.GLAND].mean()
    assert sum(made.facts["tumour_ml"].values()) > 1.0
    assert not make_phantom(6, PhantomSettings(roles=(Role.T1W,), inplane_mm=1.5, tumour=False)).facts["has_tumour"]


def test_a_cropped_stack_misses_part_of_the_gland() -> None:
    roles = (Role.T1W,)
    whole = make_phantom(7, PhantomSettings(roles=roles, inplane_mm=1.5, cropped=False, tumour=False))
    cut = make_phantom(7, PhantomSettings(roles=roles, inplane_mm=1.5, cropped=True, tumour=False))
    assert cut.study.grid.shape[2] < whole.study.grid.shape[2]
    assert cut.facts["cropped"]
    assert sum(cut.facts["gland_ml"].values()) < 0.9 * sum(whole.facts["gland_ml"].values())


def test_motion_is_small_and_can_be_switched_off() -> None:
    settings = PhantomSettings(roles=(Role.T1W, Role.T2W), inplane_mm=1.5, cropped=False, tumour=False, noise=0.0)
    moved = make_phantom(1, settings).study.sequences[1].volume
    still = make_phantom(1, PhantomSettings(**{**vars(settings), "motion_mm": 0.0})).study.sequences[1].volume
    assert moved.grid.same_as(still.grid)
    different = np.abs(moved.array.astype(float) - still.array).mean()
    assert 0.0 < different < 0.25 * still.array.mean()
