"""Where the network looks."""

from __future__ import annotations

import numpy as np
import pytest

from parotid_training.model.region import REACH_MM, SLICE, first_slices, head_of, in_plane_box, slices_near


@pytest.mark.parametrize("slice_mm", [1.0, 2.5, 3.0, 4.0, 5.5, 12.0])
@pytest.mark.parametrize("depth", [1, 2, 7, 40])
def test_no_gland_fits_between_the_slices_looked_at_first(depth: int, slice_mm: float) -> None:
    first = first_slices(depth, slice_mm)
    assert 0 <= first[0] <= first[-1] < depth
    gaps = np.diff([-1, *first, depth]) - 1
    assert (gaps * slice_mm <= REACH_MM).all()


@pytest.mark.parametrize("slice_mm", [1.0, 3.0, 4.0, 12.0])
def test_around_a_find_every_slice_is_looked_at(slice_mm: float) -> None:
    depth = 60
    first = first_slices(depth, slice_mm)
    found = first[2:4]
    looked = {*first, *slices_near(found, depth, slice_mm)}
    before, after = first[1], first[4]
    assert set(range(before, after + 1)) <= looked
    assert not set(slices_near(np.array([], dtype=np.intp), depth, slice_mm))
    assert len(looked) == len(first) + len(slices_near(found, depth, slice_mm))


def body(shape: tuple[int, int, int], rows: slice, columns: slice) -> np.ndarray:
    head = np.zeros(shape, bool)
    head[:, rows, columns] = True
    return head


def test_the_box_holds_the_body_and_is_never_smaller_than_a_learned_slice() -> None:
    rows, columns = in_plane_box(body((3, 300, 300), slice(20, 260), slice(250, 290)))
    assert rows == slice(14, 266)
    assert columns.stop == 300
    assert columns.stop - columns.start == SLICE[1]


def test_a_small_array_is_taken_whole_and_so_is_one_without_a_body() -> None:
    assert in_plane_box(body((2, 100, 90), slice(30, 60), slice(30, 60))) == (slice(0, 100), slice(0, 90))
    assert in_plane_box(np.zeros((2, 300, 300), bool)) == (slice(0, 300), slice(0, 300))


def test_specks_of_noise_do_not_widen_the_box() -> None:
    head = body((4, 300, 300), slice(100, 200), slice(100, 200))
    head[0, 3, 5] = head[1, 290, 280] = True
    assert in_plane_box(head) == in_plane_box(body((4, 300, 300), slice(100, 200), slice(100, 200)))


def test_the_body_is_judged_by_the_sequences_there_are() -> None:
    array = np.full((2, 1, 2, 2), -2.0, np.float32)
    array[0, 0, 0] = 0.0
    array[1] = 0.0  # a missing sequence is all zeros
    assert head_of(array, (True, False)).sum() == 2
