"""A head that moved is noticed, one that did not is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from parotid_training.anatomy.phantom import PhantomSettings, make_phantom
from parotid_training.errors import CancelledError
from parotid_training.io.apart import find_apart
from parotid_training.io.opening import open_study
from parotid_training.study import Role, Sequence, Study
from parotid_training.volume import Grid, Volume

REAL = Path(__file__).parents[4] / "shared" / "data"


@pytest.fixture(scope="module")
def study() -> Study:
    return make_phantom(3, PhantomSettings(inplane_mm=1.5, slices=24, cropped=False)).study


def moved(study: Study, index: int, by: tuple[float, float, float]) -> Study:
    """Put a sequence elsewhere than where it was taken."""
    sequence = study.sequences[index]
    affine = sequence.volume.grid.affine.copy()
    affine[:3, 3] += by
    grid = Grid(sequence.volume.grid.shape, affine)
    return study.with_sequence(index, replace(sequence, volume=Volume(grid, sequence.volume.array)))


def test_sequences_that_lie_well_are_let_be(study: Study) -> None:
    assert find_apart(study) == ()
    assert find_apart(moved(study, 1, (1.5, -1.5, 2.0))) == ()


@pytest.mark.parametrize("by", [(0.0, 0.0, 18.0), (-12.0, 9.0, 0.0)])
@pytest.mark.parametrize("index", [1, 2])
def test_a_sequence_that_lies_elsewhere_is_named_with_how_far(
    study: Study, by: tuple[float, float, float], index: int
) -> None:
    (found,) = find_apart(moved(study, index, by))
    assert found.index == index
    assert found.shift_mm == pytest.approx(np.linalg.norm(by), abs=5.0)


def cut(sequence: Sequence, low: int, high: int) -> Sequence:
    """Keep some slices, counted from the feet, where they are."""
    volume = sequence.volume
    view = volume.grid.canonical()
    axis = view.native_axes[0]
    kept = range(low, high)
    if view.flips[0]:
        kept = range(view.shape[0] - high, view.shape[0] - low)
    first = np.zeros(3)
    first[axis] = kept[0]
    affine = volume.grid.affine.copy()
    affine[:3, 3] = volume.grid.to_patient(first)
    array = np.take(volume.array, kept, axis=axis)
    return replace(sequence, volume=Volume(Grid(array.shape, affine), array))


@pytest.mark.parametrize("shared", [3, 4, 5])
def test_sequences_that_hardly_meet_are_let_be(study: Study, shared: int) -> None:
    upper, lower = cut(study.sequences[0], 6, 24), cut(study.sequences[1], 0, 6 + shared)
    assert find_apart(Study((upper, lower), 0)) == ()


def test_one_that_a_person_aligned_is_no_longer_asked_about(study: Study) -> None:
    elsewhere = moved(study, 1, (0.0, 0.0, 18.0))
    aligned = elsewhere.with_aligned(1, study.sequences[1].volume)
    assert find_apart(aligned) == ()


def test_it_can_be_stopped(study: Study) -> None:
    with pytest.raises(CancelledError):
        find_apart(study, lambda: True)


@pytest.mark.skipif(not REAL.exists(), reason="the shared data are not here")
def test_real_heads() -> None:
    """T2 and FLAIR of one head were taken after it had moved; those of the other lie well, distorted DWI too."""
    one = open_study(REAL / "mri" / "tcga_fg6692").study
    assert {one.sequences[found.index].role for found in find_apart(one)} == {Role.T2W, Role.FLAIR}
    assert find_apart(open_study(REAL / "dicom" / "siemens_xa30").study) == ()
