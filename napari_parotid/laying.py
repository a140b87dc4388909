"""Making napari's layers, and laying another study into layers that are there: new ones cost several times as much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from parotid_training.labels import COLOURS as COLOURS
from parotid_training.labels import FOREGROUND

if TYPE_CHECKING:
    from collections.abc import Mapping

    from napari_parotid.pictures import Picture
    from parotid_training.volume import CanonicalView, Grid

MASK_NAME = "Mask"  # no words


def new_image(viewer: Any, one: Picture, native: np.ndarray, grid: Grid, name: str) -> Any:
    """Add a layer for a sequence; ``native`` is the mask it belongs to."""
    view = grid.canonical()
    layer = viewer.add_image(
        one.array,
        name=name,
        scale=view.scale,
        translate=view.translate,
        units=("mm",) * 3,
        contrast_limits=one.window,
        colormap="gray",
        interpolation2d="linear",
        metadata={"native_grid": grid, "native": native},
    )
    layer.contrast_limits_range = one.span
    return layer


def new_mask(viewer: Any, native: np.ndarray, grid: Grid) -> Any:
    """Add a layer for the mask; ``native`` is uint8 on the grid and painted in place."""
    # napari backs the brush's circle with a black square that stays where the brush was last.
    viewer.canvas.overlays._brush_circle.box = False
    return new_labels(viewer, native, grid, MASK_NAME, {int(structure): COLOURS[structure] for structure in FOREGROUND})


def new_labels(viewer: Any, native: np.ndarray, grid: Grid, name: str, colours: Mapping[int, str]) -> Any:
    """Add a layer for labels in these colours; ``native`` is uint8 on the grid."""
    from napari.utils.colormaps import DirectLabelColormap

    view = grid.canonical()
    shown: dict[int | None, str] = {None: "transparent", 0: "transparent"}
    shown.update(colours.items())
    return viewer.add_labels(
        view.to_display(native),
        name=name,
        scale=view.scale,
        translate=view.translate,
        units=("mm",) * 3,
        colormap=DirectLabelColormap(color_dict=shown),
        metadata={"native_grid": grid, "native": native},
    )


def new_heat(viewer: Any, native: np.ndarray, grid: Grid, name: str, colour: str) -> Any:
    """Add a layer for a strength, uint8 on the grid: nothing at 0, the colour at 255."""
    from napari.utils.colormaps import Colormap
    from napari.utils.colormaps.standardize_color import transform_color

    view = grid.canonical()
    full = transform_color(colour)[0]
    faint = [*full[:3], 0.0]
    return viewer.add_image(
        view.to_display(native),
        name=name,
        scale=view.scale,
        translate=view.translate,
        units=("mm",) * 3,
        contrast_limits=(0, 255),
        colormap=Colormap([faint, full], name=name),
        blending="translucent_no_depth",
        interpolation2d="linear",
        metadata={"native_grid": grid, "native": native},
    )


def lay_heat(layer: Any, native: np.ndarray, grid: Grid) -> None:
    """Show this strength in a layer."""
    view = grid.canonical()
    _lay(layer, view.to_display(native), view)
    layer.metadata.update(native_grid=grid, native=native)


def lay_image(layer: Any, one: Picture, native: np.ndarray, grid: Grid) -> None:
    """Show this sequence in a layer; its window is kept only within a study."""
    another = not belongs(layer, native)
    _lay(layer, one.array, grid.canonical())
    layer.metadata.update(native_grid=grid, native=native)
    if another:
        layer.contrast_limits_range = one.span
        layer.contrast_limits = one.window


def lay_mask(layer: Any, native: np.ndarray, grid: Grid) -> None:
    """Show this mask in a layer."""
    view = grid.canonical()
    _lay(layer, view.to_display(native), view)
    layer.metadata.update(native_grid=grid, native=native)
    layer._undo_history.clear()
    layer._redo_history.clear()


def empty(layer: Any) -> None:
    """Keep a layer for the next study with nothing of this one in it: for one that goes napari searches for garbage."""
    layer.visible = False
    layer.data = np.zeros((1, 1, 1), layer.data.dtype)
    layer.metadata.update(native_grid=None, native=None)


def belongs(layer: Any, native: np.ndarray) -> bool:
    """Whether a layer shows the study that this mask is of: every opening has a mask array of its own."""
    return layer.metadata["native"] is native


def _lay(layer: Any, array: np.ndarray, view: CanonicalView) -> None:
    # Sliced once, not once for each of data, scale and place.
    with layer._block_refresh():
        if layer.data is not array:
            layer.data = array
        if tuple(layer.scale) != view.scale:
            layer.scale = view.scale
        if tuple(layer.translate) != view.translate:
            layer.translate = view.translate
        if not np.array_equal(layer.affine.affine_matrix, np.eye(layer.ndim + 1)):
            # Moved by hand in the study before.
            layer.affine = np.eye(layer.ndim + 1)
    layer.refresh()
