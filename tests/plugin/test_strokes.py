"""From napari's atoms to native voxels."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from napari_parotid.drawing import brush_size
from napari_parotid.strokes import native_flat, stroke


@pytest.mark.parametrize("name", ["OBLIQUE_GRID", "AXIAL_GRID"])
def test_native_indices_are_those_of_the_view(kit: Any, name: str) -> None:
    grid = getattr(kit, name)
    view = grid.canonical()
    numbered = np.arange(np.prod(grid.shape)).reshape(grid.shape)
    index = np.nonzero(np.ones(view.shape, bool))
    assert np.array_equal(native_flat(view, index), view.to_display(numbered)[index])


def test_a_voxel_painted_twice_keeps_what_was_there_first(kit: Any) -> None:
    view = kit.OBLIQUE_GRID.canonical()
    labels = np.zeros(kit.OBLIQUE_GRID.shape, np.uint8)
    shown = view.to_display(labels)
    shown[3, 4:7, 5] = 2
    key = (slice(3, 4), slice(4, 7), slice(5, 6))
    atoms = [
        SimpleNamespace(slice_key=key, mask=np.array([[[True], [True], [False]]]), old_values=np.array([0, 1])),
        SimpleNamespace(slice_key=key, mask=None, old_values=np.array([[[2], [2], [0]]])),
    ]
    operation = stroke(view, labels, atoms, "paint")
    assert operation is not None
    back = labels.copy()
    back.reshape(-1)[operation.index] = operation.before
    assert view.to_display(back)[3, 4:7, 5].tolist() == [0, 1, 0]
    assert set(operation.after) == {2}


def test_legacy_atoms_and_strokes_that_change_nothing(kit: Any) -> None:
    view = kit.AXIAL_GRID.canonical()
    labels = np.zeros(kit.AXIAL_GRID.shape, np.uint8)
    index = (np.array([1, 2]), np.array([3, 3]), np.array([4, 4]))
    view.to_display(labels)[index] = [0, 1]
    operation = stroke(view, labels, [(index, np.array([0, 0], np.uint8), np.array([0, 1]))], "replace")
    assert operation is not None
    assert operation.index.size == 1
    assert stroke(view, labels, [(index, np.array([0, 1], np.uint8), 0)], "replace") is None
    assert stroke(view, labels, [], "paint") is None


@pytest.mark.parametrize("spacing", [0.4, 0.5, 1.0])
@pytest.mark.parametrize("radius", [0.5, 2.0, 6.0])
def test_the_brush_is_as_wide_as_it_says(radius: float, spacing: float) -> None:
    painted = (brush_size(radius, spacing) // 2 + 0.5) * spacing
    assert abs(painted - radius) <= spacing / 2 + 1e-9
