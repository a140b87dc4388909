"""What the mouse does on the mask's layers: the tool in the hand, its size, and what it may draw on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_parotid.edits.similar import grow_from_seed, signal_range
from napari_parotid.in_view import InView, shown_axes, sliced_axis
from napari_parotid.messages import Notice
from napari_parotid.mouse_tools import BRUSHES, OURS, end_stroke, equip, is_closed, napari_mode
from napari_parotid.tr import tr
from napari_parotid.work import State
from parotid_training.labels import FOREGROUND, Structure

if TYPE_CHECKING:
    from collections.abc import Sequence as Many

    from napari_parotid.executor import Submit
    from napari_parotid.pictures import Picture
    from napari_parotid.session import Session
    from napari_parotid.views.links import Marks
    from parotid_training.volume import Grid


MOST_POINTS = 12
"""Points taken of a line that was pointed along."""


class Drawing(InView):
    """Puts the session's tool into the hand in all viewers. The pictures under the mask are `ImageLayers`'.

    Parameters
    ----------
    session, submit, viewers
        As in `InView`.
    """

    def __init__(self, session: Session, submit: Submit, viewers: Many[Any]) -> None:
        super().__init__(session, submit, viewers)
        self.brush_3d = False
        self.range_on = False
        """Whether only signals within a range are drawn on."""
        self._ranges: dict[int, tuple[float, float]] = {}
        """That range for each sequence that was drawn on."""
        self._ranged: Picture | None = None
        """The picture that was drawn on last."""
        self._in_the_way: frozenset[Structure] = frozenset()
        """Locks that kept something of the stroke under way off."""
        self._held = ""
        """The mode of ours that napari's key for moving the picture has put aside."""
        self._listen(session.state_changed, self._rest)
        self._listen(session.state_changed, self._allow)
        self._listen(session.busy_changed, self._allow)
        self._listen(session.brush_changed, self._brush)
        self._listen(session.edit_coming, self._end_strokes)

    def _new_mask(self, viewer: Any, native: np.ndarray, grid: Grid) -> Any:
        mask = super()._new_mask(viewer, native, grid)
        equip(mask, lambda: self.mode, self._allowed, self._ended, self._seed, self._point, self._may_fill)
        mask.events.mode.connect(self._mode_set)
        mask.events.brush_size.connect(self._size_set)
        mask.events.selected_label.connect(self._label_set)
        viewer.dims.events.order.connect(self._turned)
        viewer.dims.events.point.connect(self._sliced_elsewhere)
        return mask

    def disconnect(self) -> None:
        """Let go of the session; the layers stay, and are napari's alone."""
        for mask in (*self._masks, *self._resting):
            mask.events.mode.disconnect(self._mode_set)
            mask.events.brush_size.disconnect(self._size_set)
            mask.events.selected_label.disconnect(self._label_set)
        for viewer in self.viewers:
            viewer.dims.events.order.disconnect(self._turned)
            viewer.dims.events.point.disconnect(self._sliced_elsewhere)
        super().disconnect()

    # -- session -> layers -----------------------------------------------------------------------

    def _rest(self, state: State) -> None:
        if state is State.OPENING:
            self._forget_corners()
        # A brush left in the hand would draw with the first click in the next study.
        if state in (State.OPENING, State.ACCEPTED) and self.mode != "pan_zoom":
            self.set_mode("pan_zoom")

    def _allow(self, _: Any = None) -> None:
        # Who points goes on while an answer is worked out or got ready for; whatever else draws has to wait.
        editable = self.session.hears_clicks if self.mode == "point" else self.session.editable
        with self._quiet():
            for mask in self._masks:
                if mask.editable != editable:
                    if not editable:
                        # Or napari forgets what was drawn of it, and leaves it in the mask.
                        end_stroke(mask)
                    mask.editable = editable
                    if editable and self.mode != "pan_zoom":
                        self._take(mask)

    def _end_strokes(self) -> None:
        for mask in self._masks:
            end_stroke(mask)

    def _turned(self, event: Any) -> None:
        # napari counts a brush in the finest voxels of the plane in view.
        self._brush()
        self._sliced_elsewhere(event)

    def _sliced_elsewhere(self, event: Any) -> None:
        self._forget_corners(event.source)

    def _forget_corners(self, dims: Any = None) -> None:
        """Leave a polygon that was begun, in the viewer of these dims or in all: it belongs to the slice it is in."""
        masks = [*self._masks, *self._resting]
        for mask, viewer in zip(masks, self.viewers, strict=False):
            if (dims is None or dims is viewer.dims) and mask._overlays["polygon"].points:
                mask._overlays["polygon"].points = []

    def _brush(self) -> None:
        with self._quiet():
            for mask in self._masks:
                mask.selected_label = int(self.session.active_structure)
                mask.n_edit_dimensions = 3 if self.brush_3d and self.mode in BRUSHES else 2
                # A lasso's line is as thin as can be.
                mask.brush_size = 1 if self.mode == "lasso" else brush_size(self.session.radius_mm, self._finest(mask))

    # -- layers -> session -----------------------------------------------------------------------

    def _mode_set(self, event: Any) -> None:
        if self._muted or not event.source.editable:
            return
        mode, before, held = str(event.source.mode), self.mode, self._held
        self.set_mode(held if held and mode == napari_mode(held) else mode)
        self._held = before if mode == "pan_zoom" and before in OURS else ""

    def _size_set(self, event: Any) -> None:
        if not self._muted:
            self.session.set_radius((event.source.brush_size // 2 + 0.5) * self._finest(event.source))

    def _label_set(self, event: Any) -> None:
        if self._muted:
            return
        label = event.source.selected_label
        if label in FOREGROUND:
            self.session.set_structure(Structure(label))
        elif label != 0:  # there is no third structure
            self._brush()

    # -- the tool in the hand --------------------------------------------------------------------

    def set_mode(self, mode: str) -> None:
        """Choose napari's mode of the mask, in all viewers."""
        if mode == "transform":
            # Napari's: it moves the layer off the picture, not what is drawn in it.
            mode = "pan_zoom"
        if self.session.state in (State.EMPTY, State.OPENING, State.ACCEPTED) and mode != "pan_zoom":
            mode = "pan_zoom"
        changed = mode != self.mode
        self.mode, self._held = mode, ""
        self._allow()
        with self._quiet():
            for viewer, mask in zip(self.viewers, self._masks, strict=False):
                viewer.layers.selection.active = mask
                self._take(mask)
        if changed:
            if mode not in ("polygon", "pan_zoom"):
                # The picture may be moved between two corners.
                self._forget_corners()
            self._brush()
            self.mode_changed.emit(mode)
            if mode == "point":
                # The mask stays open to clicks while it gets ready: a stroke under way would go on in it.
                self._end_strokes()
                self.session.ready_for_clicks()

    def _take(self, mask: Any) -> None:
        """Take the tool of the mode into the hand."""
        if mask.editable and mask.mode != napari_mode(self.mode):
            mask.mode = napari_mode(self.mode)
        if mask.mode == "paint":
            mask.cursor = "cross" if self.mode in ("lasso", "point") else "circle"
            # napari's brush fills what is encircled with the right button; our tools know the left one only.
            mask._overlays["brush_stroke"].enabled = self.mode not in OURS

    def set_brush_3d(self, brush_3d: bool) -> None:
        """Paint with a ball instead of a disc; either is round in mm."""
        self.brush_3d = brush_3d
        self._brush()
        self.display_changed.emit()

    def _finest(self, mask: Any) -> float:
        """Return the spacing (mm) that napari counts a brush in."""
        scale = np.abs(mask.scale)
        if not self.brush_3d:
            displayed = shown_axes(self.viewers[self._masks.index(mask)].dims) if mask in self._masks else [1, 2]
            scale = scale[displayed[-2:]]
        return float(scale.min())

    # -- what is drawn on ------------------------------------------------------------------------

    def picture_under(self, mask: Any) -> Picture | None:
        """Return the picture a mask's layer lies on."""
        raise NotImplementedError

    def _allowed(
        self, mask: Any, labels: np.ndarray, stamp: np.ndarray, label: int, box: tuple[slice, ...]
    ) -> np.ndarray:
        """Return where of a stamp a label may be drawn."""
        may: np.ndarray = stamp & (labels != label)
        if self.range_on and label and (one := self.picture_under(mask)) is not None:
            if one.index not in self._ranges:
                # A stroke begins in the middle of its first stamp.
                self._take_range(mask, one, np.array([(along.start + along.stop - 1) // 2 for along in box]))
            low, high = self._ranges[one.index]
            signals = one.array[box]
            may &= (signals >= low) & (signals <= high)
        if self.session.locks and may.any():
            self._in_the_way |= self.session.in_the_way(labels[may], label)
            may &= self.session.may_change(labels, label)
        return may

    def _ended(self, in_vain: bool) -> None:
        """Say of a stroke in vain if it was for a lock."""
        in_the_way, self._in_the_way = self._in_the_way, frozenset()
        if in_the_way and in_vain:
            self.session.tell_locked(in_the_way)

    def _may_fill(self, mask: Any, at: np.ndarray) -> bool:
        """Whether what lies there ends within the slice: on open ground one click would fill all of it."""
        sliced = sliced_axis(self.viewers[self._masks.index(mask)].dims)
        if is_closed(np.take(mask.data, at[sliced], sliced), *np.delete(at, sliced).tolist()):
            return True
        words = tr("Click on a drawn area, or into a gap that is closed all round.")
        self.session.notice.emit(Notice(tr("Nothing is drawn there."), words))
        return False

    def _take_range(self, mask: Any, one: Picture, at: np.ndarray) -> None:
        sliced = sliced_axis(self.viewers[self._masks.index(mask)].dims)
        i, j, k = at.tolist()
        self._ranges[one.index] = signal_range(one.array, (i, j, k), tuple(mask.scale), sliced)
        self._ranged = one
        self.display_changed.emit()

    def _seed(self, mask: Any, at: np.ndarray) -> None:
        """Grow the structure from where the mouse was pressed."""
        scene, one = self.scene(mask, at), self.picture_under(mask)
        if scene.voxel is None or one is None:
            return
        radius_mm, ball = self.session.radius_mm, self.brush_3d
        image = scene.grid.canonical().to_native(one.array)
        self.session.change(
            lambda labels: grow_from_seed(replace(scene, labels=labels), image, radius_mm, ball=ball),
            tr("drawing what looks alike"),
            tr("There is nothing to add here."),
            tr("Click on tissue that is not drawn yet, or make the brush larger."),
        )

    def _point(self, mask: Any, places: np.ndarray) -> None:
        """Correct by pointing: what is drawn of the structure there is too much, what is not is missing."""
        study, labels = self.session.study, self.session.labels
        if study is None or labels is None:
            return
        view = study.grid.canonical()
        inside = places[(places >= 0).all(axis=1) & (places < view.shape).all(axis=1)]
        # A line is thinned to the length of what a click can see.
        inside = inside[:: max(1, len(inside) // MOST_POINTS)]
        if len(inside):
            adds = view.to_display(labels)[tuple(inside[0])] != self.session.active_structure
            patient = study.grid.to_patient(view.to_native_index(inside))
            self.session.click([(float(x), float(y), float(z)) for x, y, z in patient], adds=bool(adds))

    @property
    def marks(self) -> Marks:
        """What is marked: the place pointed out, and the clicks while that tool is in the hand."""
        study = self.session.study
        out: Marks = () if self._marked is None else ((self._marked, None),)
        if study is None or self.mode != "point":
            return out
        return (*out, *((_world(study.grid, click.point), click.adds) for click in self.session.clicks))

    @property
    def range(self) -> tuple[float, float, float, float] | None:
        """Range of signals drawn on, and the picture's own: low, high, lowest, highest; None until it is taken."""
        if not self.range_on or self._ranged is None or self._ranged.index not in self._ranges:
            return None
        return (*self._ranges[self._ranged.index], *self._ranged.span)

    def set_range_on(self, on: bool) -> None:
        """Draw on a range of signals only, that of the tissue at the mouse or at the next stroke; or on all."""
        self.range_on = on
        self._forget_ranges()
        if on and (at := self._mouse()) is not None:
            viewer = self._viewer_in_view()
            for mask in self._masks:
                if mask in viewer.layers and (one := self.picture_under(mask)) is not None:
                    self._take_range(mask, one, at)
        self.display_changed.emit()

    def set_range(self, low: float, high: float) -> None:
        """Choose the range of signals that is drawn on, in the picture that was drawn on last."""
        if self._ranged is not None:
            self._ranges[self._ranged.index] = (low, high)
            self.display_changed.emit()

    def _forget_ranges(self) -> None:
        self._ranges, self._ranged = {}, None


def _world(grid: Grid, point: tuple[float, float, float]) -> tuple[float, float, float]:
    """Return where a place of the patient (LPS mm) is displayed: without the rotation of an oblique grid."""
    view = grid.canonical()
    native, zero = grid.to_index(point), view.to_native_index((0, 0, 0))
    z, y, x = (
        start + abs(float(native[axis] - zero[axis])) * mm
        for start, axis, mm in zip(view.translate, view.native_axes, view.scale, strict=True)
    )
    return z, y, x


def brush_size(radius_mm: float, spacing_mm: float) -> int:
    """Return napari's brush size for a radius: napari paints ``size // 2 + 0.5`` voxels of the finest axis."""
    return max(1, 2 * round(radius_mm / spacing_mm - 0.5) + 1)
