"""The simulated reader against masks worked by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from parotid_training.experiments.simulated_reader import correct
from parotid_training.model.metrics import dice

if TYPE_CHECKING:
    from numpy.typing import NDArray


@pytest.fixture
def truth() -> NDArray[np.uint8]:
    """A gland of 6 x 6 voxels in two slices; in the first of them 4 voxels are tumour."""
    array = np.zeros((4, 10, 10), np.uint8)
    array[1:3, 2:8, 2:8] = 1
    array[1, 4:6, 4:6] = 2
    return array


@pytest.fixture
def proposal(truth: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A whole slice is missing (36 voxels), a voxel is too much elsewhere, and one of the tumour is taken for gland."""
    array = truth.copy()
    array[2] = 0
    array[0, 0, 0] = 1
    array[1, 4, 4] = 1
    return array


def test_nothing_is_done_to_what_is_good_enough(truth: NDArray[np.uint8], proposal: NDArray[np.uint8]) -> None:
    whole = correct(truth, truth, (4.0, 1.0, 1.0), 0)
    assert (whole.dabs, whole.voxels) == (0, 0)
    # Gland 2 * 32 / (34 + 68) = 0.63, tumour 2 * 3 / (3 + 4) = 0.86.
    assert correct(proposal, truth, (4.0, 1.0, 1.0), 0, enough=0.6).voxels == 0


def test_the_worst_is_put_right_first_and_no_more_than_needed(
    truth: NDArray[np.uint8], proposal: NDArray[np.uint8]
) -> None:
    # After the slice: gland 2 * 68 / (70 + 68) = 0.986.
    done = correct(proposal, truth, (4.0, 1.0, 1.0), 0, enough=0.85)
    assert (done.dabs, done.voxels) == (1, 36)
    assert dice(done.labels == 1, truth == 1) == pytest.approx(2 * 68 / (70 + 68))
    assert np.array_equal(done.labels[2], truth[2])
    # The tumour's voxel is one of the two that are left.
    done = correct(proposal, truth, (4.0, 1.0, 1.0), 0, enough=0.95)
    assert np.array_equal(done.labels[1], truth[1])


def test_a_large_region_takes_the_brush_several_times(truth: NDArray[np.uint8], proposal: NDArray[np.uint8]) -> None:
    # 36 pixels of 4 mm2 are two brushes of 78.5 mm2.
    assert correct(proposal, truth, (4.0, 2.0, 2.0), 0, enough=0.85).dabs == 2
    # Seen across the last axis the gland is six slices of 12 voxels, each of 8 mm2: two brushes.
    nothing = np.zeros_like(truth)
    assert correct(nothing, truth, (4.0, 2.0, 2.0), 2, enough=1.0).dabs == 6 * 2


def test_what_is_not_there_is_rubbed_out(proposal: NDArray[np.uint8]) -> None:
    nothing = np.zeros_like(proposal)
    done = correct(proposal, nothing, (4.0, 1.0, 1.0), 0)
    assert not done.labels.any()
    assert done.voxels == np.count_nonzero(proposal)
