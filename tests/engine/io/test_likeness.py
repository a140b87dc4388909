"""Images are known again, and others are not taken for them."""

from __future__ import annotations

import numpy as np
import pytest

from parotid_training.anatomy.phantom import PhantomSettings, make_phantom
from parotid_training.io.likeness import alike, likeness
from parotid_training.volume import Grid, Volume


def phantom(seed: int) -> Volume:
    settings = PhantomSettings(inplane_mm=1.5, slice_mm=5.0, cropped=False)
    return make_phantom(seed, settings).study.sequences[0].volume


HEAD = phantom(1)


def told(volume: Volume) -> str:
    return likeness(volume, volume.grid)


def test_the_same_images_are_known_again_though_a_decoder_rounds_otherwise() -> None:
    noise = np.random.default_rng(0).choice([-1, 0, 1], HEAD.array.shape)
    assert alike(told(HEAD), told(HEAD))
    assert alike(told(HEAD), told(Volume(HEAD.grid, HEAD.array + noise.astype(np.float32))))


def test_another_head_on_the_same_grid_is_another() -> None:
    other = phantom(2).array
    shape = tuple(min(a, b) for a, b in zip(HEAD.array.shape, other.shape, strict=True))
    grid = Grid(shape, HEAD.grid.affine)  # type: ignore[arg-type]
    box = tuple(slice(0, n) for n in shape)
    assert not alike(told(Volume(grid, HEAD.array[box])), told(Volume(grid, other[box])))


@pytest.mark.parametrize("axis", range(3))
def test_the_same_head_elsewhere_turned_or_cut_is_another(axis: int) -> None:
    moved = HEAD.grid.affine.copy()
    moved[axis, 3] += 1.0
    assert not alike(told(HEAD), told(Volume(Grid(HEAD.grid.shape, moved), HEAD.array)))
    assert not alike(told(HEAD), told(Volume(HEAD.grid, np.flip(HEAD.array, axis))))
    fewer = np.take(HEAD.array, range(1, HEAD.array.shape[axis]), axis)
    assert not alike(told(HEAD), told(Volume(Grid(fewer.shape, HEAD.grid.affine), fewer)))


def test_a_few_voxels_and_no_numbers_are_told_of_too() -> None:
    tiny = Volume(Grid((3, 2, 1), np.eye(4)), np.array([np.nan, 1, 2, 3, 4, 5], np.float32).reshape(3, 2, 1))
    assert alike(told(tiny), told(tiny))
