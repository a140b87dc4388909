"""What the left button does on a mask besides napari's own tools: a lasso, growing from a seed, and pointing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import scipy
from napari.layers.labels._labels_mouse_bindings import draw
from napari.layers.labels._labels_utils import mouse_event_to_labels_coordinate

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

OURS = ("lasso", "seed", "point")
"""Modes that are napari's ``paint`` to napari: its keys, cursor and doors work as with the brush."""
LEFT = 1
"""What napari calls the left button."""
BRUSHES = ("paint", "erase")
"""Modes that may draw across slices; the others keep to the slice in view."""


def napari_mode(mode: str) -> str:
    """Return what napari calls a mode."""
    return "paint" if mode in OURS else mode


def is_closed(labels: np.ndarray, row: int, column: int) -> bool:
    """Whether a place of a slice is drawn on, or lies in a gap that is closed all round."""
    if labels[row, column]:
        return True
    gaps, _ = scipy.ndimage.label(labels == 0)
    here = gaps == gaps[row, column]
    return not (here[[0, -1]].any() or here[:, [0, -1]].any())


def equip(
    mask: Any,
    mode: Callable[[], str],
    allowed: Callable[[Any, np.ndarray, np.ndarray, int, tuple[slice, ...]], np.ndarray],
    ended: Callable[[bool], None],
    seed: Callable[[Any, np.ndarray], None],
    point: Callable[[Any, np.ndarray], None],
    may_fill: Callable[[Any, np.ndarray], bool],
) -> None:
    """Give a mask's layer our tools, and let all that napari draws on it pass through one filter.

    Parameters
    ----------
    mask
        A new layer, before its mode is set.
    mode
        The mode in hand.
    allowed
        Given the layer, labels of a box (display axes), what is drawn on there (boolean), the new label and the box:
        where it may be drawn.
    ended
        Given whether a stroke was in vain: made to its end, and nothing drawn; called also where one is broken off.
    seed
        Given the layer and the display index that was clicked on.
    point
        Given the layer and the display indices (n, 3) that were pointed at, in the order of the mouse.
    may_fill
        Given the layer and the display index that was clicked on: whether what lies there may be filled.
    """
    _filter(mask, allowed, may_fill)
    _tell_afterwards(mask, ended)

    def drag(layer: Any, event: Any) -> Any:
        if mode() in OURS and event.button != LEFT:
            return None
        if mode() == "lasso":
            return _lasso(layer, event)
        if mode() == "seed":
            at = mouse_event_to_labels_coordinate(layer, event)
            return None if at is None else seed(layer, np.round(at).astype(int))
        if mode() == "point":
            return _pointing(layer, event, point)
        return draw(layer, event)

    mask._drag_modes = {**mask._drag_modes, mask._modeclass.PAINT: drag}


def _filter(mask: Any, allowed: Callable[..., np.ndarray], may_fill: Callable[[Any, np.ndarray], bool]) -> None:
    """Let nothing be drawn where it may not; `equip` says what is given to both."""
    paint, fill, fill_polygon = mask._apply_mask_to_data, mask.fill, mask.paint_polygon

    def paint_where_allowed(labels: np.ndarray, stamp: np.ndarray, label: int, box: tuple[slice, ...]) -> Any:
        return paint(labels, allowed(mask, labels, stamp, label, box), label, box)

    def fill_where_allowed(place: Any, label: int, refresh: bool = True) -> None:
        if may_fill(mask, np.round(place).astype(int)):
            fill(place, label, refresh)

    def fill_polygon_here(points: Any, label: int) -> None:
        # napari cuts the decimals off: the slice is the one in view, which the brush rounds to.
        corners = np.asarray(points, dtype=float)
        whole, shown = np.rint(corners), list(mask._slice_input.displayed)
        whole[:, shown] = np.floor(corners[:, shown] + 1e-3)
        fill_polygon(whole, label)

    # Brush, fill and polygon all end here; napari has no public door at which one sees a stroke before it is drawn.
    mask._apply_mask_to_data = paint_where_allowed
    mask.fill, mask.paint_polygon = fill_where_allowed, fill_polygon_here


def _tell_afterwards(mask: Any, ended: Callable[[bool], None]) -> None:
    """Let a stroke be told of when it is at its end."""

    def told_afterwards(method: Callable[..., Any]) -> Callable[..., Any]:
        def act(*arguments: Any, **named: Any) -> Any:
            if mask._block_history:
                return method(*arguments, **named)
            with mask.block_history():
                return method(*arguments, **named)

        return act

    # napari tells of a stroke when it is made, but of what is none (a polygon) before anything has changed.
    for name in ("paint", "fill", "paint_polygon", "data_setitem"):
        setattr(mask, name, told_afterwards(getattr(mask, name)))
    commit, abort = mask._commit_staged_history, mask._abort_stroke

    def end() -> None:
        in_vain = not mask._staged_history
        commit()
        ended(in_vain)

    def break_off() -> None:
        abort()
        ended(False)

    mask._commit_staged_history, mask._abort_stroke = end, break_off


def end_stroke(mask: Any) -> None:
    """End a stroke that is being drawn as if the mouse had been let go: what was drawn of it is told as a stroke."""
    if mask._block_history:
        with mask.block_history():
            pass
        # napari draws as long as it holds what follows the mouse, and has no public door to let go of it.
        for tool, following in list(mask._mouse_drag_gen.items()):
            if not following.gi_running:  # that one is at its end, and napari about to let go of it
                del mask._mouse_drag_gen[tool], mask._persisted_mouse_event[following]


def _pointing(layer: Any, event: Any, point: Callable[[Any, np.ndarray], None]) -> Generator[None, None, None]:
    """Follow the mouse until the button is let go."""
    places = [mouse_event_to_labels_coordinate(layer, event)]
    yield
    while event.type == "mouse_move":
        places.append(mouse_event_to_labels_coordinate(layer, event))
        yield
    inside = [np.round(place).astype(int) for place in places if place is not None]
    if inside:
        # A slow hand passes over a voxel many times.
        _, first = np.unique(inside, axis=0, return_index=True)
        point(layer, np.array(inside)[np.sort(first)])


def _lasso(layer: Any, event: Any) -> Generator[None, None, None]:
    """Draw an outline with the mouse and fill it when the button is let go, as one stroke; with Ctrl, cut it out."""
    label = layer.colormap.background_value if "Control" in event.modifiers else layer.selected_label
    last = mouse_event_to_labels_coordinate(layer, event)
    if last is None:
        return
    outline = [last]
    with layer.block_history():
        layer._draw(label, last, last)
        yield
        while event.type == "mouse_move":
            here = mouse_event_to_labels_coordinate(layer, event)
            if here is not None:
                layer._draw(label, last, here)
                outline.append(here)
                last = here
            yield
        if len(outline) > 2:
            layer.paint_polygon(np.round(outline), label)
