"""Slices become one grid, or are refused for the reason that holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from parotid_training.errors import ParotidError
from parotid_training.io.geometry import Plane, count_places, stack_planes


def plane(x: float, y: float, z: float, **changes: object) -> Plane:
    base = Plane(position=(x, y, z), orientation=(1, 0, 0, 0, 1, 0), spacing=(0.8, 0.5), size=(6, 4))
    return replace(base, **changes)  # type: ignore[arg-type]


def test_order_and_grid() -> None:
    order, grid = stack_planes([plane(1, 2, 9), plane(1, 2, 3), plane(1, 2, 6)], "1.2")
    assert order == [1, 2, 0]
    assert grid is not None
    assert grid.shape == (4, 6, 3)
    assert grid.frame_of_reference == "1.2"
    assert np.allclose(grid.affine, [[0.5, 0, 0, 1], [0, 0.8, 0, 2], [0, 0, 3, 3], [0, 0, 0, 1]])


def test_a_lone_slice_needs_its_thickness() -> None:
    assert stack_planes([plane(0, 0, 0)], None)[1] is None
    _, grid = stack_planes([plane(0, 0, 0, thickness=4.0)], None)
    assert grid is not None
    assert grid.spacing == (0.5, 0.8, 4.0)


def test_places_are_counted() -> None:
    planes = [plane(0, 0, z) for z in (0, 3, 0.001, 3, 3, 6)]
    assert count_places(planes).tolist() == [2, 3, 1]


@pytest.mark.parametrize(
    ("planes", "reason"),
    [
        ([plane(0, 0, z) for z in (0, 0, 0)], "not a volume"),
        ([plane(0, 0, z) for z in (0, 0, 3, 3)], "2 images at every position"),
        ([plane(0, 0, z) for z in (0, 0, 0, 3)], "2 of its 4 slices lie"),
        ([plane(0, 0, z) for z in (0, 3, 9)], "missing"),
        ([plane(0, 0, z) for z in (0, 3, 7.3)], "unevenly"),
        ([plane(0, 0.2 * z, z) for z in (0, 3, 6)], "tilted by 11 degrees"),
        ([plane(0, 0, 0), plane(0, 0, 3, orientation=(0, 1, 0, 0, 0, -1))], "different directions"),
        ([plane(0, 0, 0), plane(0, 0, 3, size=(5, 5))], "number of pixels"),
        ([plane(0, 0, 0), plane(0, 0, 3, spacing=(0.8, 0.6))], "pixel size"),
    ],
)
def test_each_fault_has_its_own_words(planes: list[Plane], reason: str) -> None:
    with pytest.raises(ParotidError, match=reason) as caught:
        stack_planes(planes, None)
    assert caught.value.remedy


@pytest.mark.parametrize(
    "planes",
    [
        [plane(0, 0.2 * z, z) for z in (0, 3, 6)],
        [plane(0, 0, 0), plane(0, 0, 3, orientation=(0, 1, 0, 0, 0, -1))],
        [plane(0, 0, z) for z in (0, 3, 9)],
        [plane(0, 0, z) for z in (0, 3, 7.3)],
    ],
)
def test_what_the_reader_cannot_mend_says_whom_to_ask(planes: list[Plane]) -> None:
    with pytest.raises(ParotidError) as caught:
        stack_planes(planes, None)
    assert "PACS" in caught.value.remedy
    assert len(caught.value.remedy) <= 110


def test_one_slice_missing_at_the_end_of_a_long_stack_is_noticed() -> None:
    with pytest.raises(ParotidError, match="1 of its slices is missing"):
        stack_planes([plane(0, 0, z) for z in [*range(999), 1000]], None)
