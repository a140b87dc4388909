from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from parotid_training.labels import Structure
from parotid_training.report.measure import measure
from parotid_training.report.picture import largest_slice, picture, slice_place, thumbnail
from parotid_training.volume import LabelMap, Volume
from tests.engine.conftest import grid_of, head_on

KINDS = ["axial", "sagittal", "coronal", "left-handed", "oblique"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_slice_is_shown_in_radiological_convention(kind: str) -> None:
    """A bright spot right, in front and near the head lies at the left (or in front) and above."""
    grid = grid_of(kind)
    signal, label = head_on(grid)
    i, j, k = np.rint(grid.to_index((-50, -15, 12))).astype(int)
    label[:] = 0
    label[i - 1 : i + 2, j - 1 : j + 2, k - 1 : k + 2] = 2
    chosen = largest_slice(LabelMap(grid, label), Structure.TUMOUR)
    assert chosen is not None
    lines = measure(LabelMap(grid, label), None)
    shown = picture(Volume(grid, signal), LabelMap(grid, label), *chosen, (lines[0].in_plane,))
    assert shown.grey.dtype == np.uint8
    assert shown.outlines[Structure.GLAND] == ()
    (outline,) = shown.outlines[Structure.TUMOUR]
    row, column = outline[:-1].mean(axis=0)
    height, width = (n * mm for n, mm in zip(shown.grey.shape, shown.pixel_mm, strict=True))
    row_mm, column_mm = row * shown.pixel_mm[0] - height / 2, column * shown.pixel_mm[1] - width / 2
    plane = shown.place.plane
    expected = {"axial": (-15, -50), "coronal": (-12, -50), "sagittal": (-12, -15)}[plane]
    # An oblique grid is shown without its turn.
    assert (row_mm, column_mm) == pytest.approx(expected, abs=15 if kind == "oblique" else 4)
    for line in shown.calipers:
        assert np.abs(line - (row, column)).max() <= 2.5, "the diameters lie in what they measure"
    assert len(shown.calipers) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_words_name_the_slice_as_the_screen_does(kind: str) -> None:
    grid = grid_of(kind)
    axis = 2
    shown = grid.canonical().native_axes.index(axis)
    view = grid.canonical().to_display(np.broadcast_to(np.arange(grid.shape[axis]), grid.shape))
    on_screen = int(np.flatnonzero(np.moveaxis(view, shown, 0)[:, 0, 0] == 3)[0])
    assert str(slice_place(grid, axis, 3)).endswith(f"slice {on_screen + 1} of {grid.shape[axis]}")


def test_the_slice_with_most_is_chosen() -> None:
    grid = grid_of("axial")
    array = np.zeros(grid.shape, np.uint8)
    array[80:82, 80:82, 3] = 1
    array[80:90, 80:82, 7] = 1
    assert largest_slice(LabelMap(grid, array), Structure.GLAND) == (2, 7)
    assert largest_slice(LabelMap(grid, array), Structure.TUMOUR) is None


@pytest.mark.parametrize("drawn", [True, False])
def test_a_thumbnail_is_a_small_square_with_outlines(drawn: bool) -> None:
    grid = grid_of("oblique")
    signal, label = head_on(grid)
    small = Image.open(io.BytesIO(thumbnail(Volume(grid, signal), LabelMap(grid, label * drawn), 96)))
    assert small.size == (96, 96)
    pixels = np.asarray(small.convert("RGB")).astype(int)
    coloured = (np.ptp(pixels, axis=-1) > 40).sum()
    assert bool(coloured > 30) is drawn


def test_an_image_of_one_signal_can_be_shown() -> None:
    grid = grid_of("axial")
    flat = Volume(grid, np.zeros(grid.shape, np.float32))
    assert picture(flat, LabelMap(grid, np.zeros(grid.shape, np.uint8)), 2, 0).grey.max() == 0
