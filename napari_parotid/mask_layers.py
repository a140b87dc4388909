"""The mask's layers: how they look, what the mouse does on them, and the way of every stroke to the session."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from psygnal import Signal
from qtpy.QtCore import QTimer

from napari_parotid.history import difference
from napari_parotid.laying import new_mask
from napari_parotid.session import State
from napari_parotid.strokes import stroke
from parotid_training.labels import FOREGROUND, Structure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from collections.abc import Sequence as Many

    from napari_parotid.session import Session


class MaskLayers:
    """Shows a session's mask in viewers, and tells it of every stroke. The pictures under it are `LayerBinding`'s.

    Parameters
    ----------
    session
        Whose mask is shown.
    viewers
        One layer for each.
    """

    mode_changed = Signal(str)
    """napari's mode of the mask: ``paint``, ``erase``, ``fill``, ``pan_zoom``, ..."""
    display_changed = Signal()
    """Opacity, outline, visibility or the brush's dimensions."""

    def __init__(self, session: Session, viewers: Many[Any]) -> None:
        self.session = session
        self.viewers = list(viewers)
        self.opacity = 0.5
        self.outline = False
        self.mask_visible = True
        self.brush_3d = False
        self.mode = "pan_zoom"
        self._masks: list[Any] = []
        self._keys: dict[str, Callable[[Any], Any]] = {}
        self._muted = False
        self._slots: list[tuple[Any, Callable[..., Any]]] = []
        self._listen(session.state_changed, self._allow)
        self._listen(session.busy_changed, self._allow)
        self._listen(session.brush_changed, self._brush)

    def _listen(self, signal: Any, slot: Callable[..., Any]) -> None:
        """Connect until `disconnect`."""
        signal.connect(slot)
        self._slots.append((signal, slot))

    def disconnect(self) -> None:
        """Let go of the session; the layers stay."""
        for signal, slot in self._slots:
            signal.disconnect(slot)
        self._slots = []

    @property
    def masks(self) -> tuple[Any, ...]:
        """The mask's layer in each viewer."""
        return tuple(self._masks)

    def _native(self) -> np.ndarray:
        labels = self.session.labels
        assert labels is not None, "a study in hand has a mask"
        return labels

    def _new_mask(self, viewer: Any) -> Any:
        study = self.session.study
        assert study is not None, "a mask belongs to a study in hand"
        mask = new_mask(viewer, self._native(), study.grid)
        self._dress(mask)
        # The journal is the one history: napari's own is emptied stroke by stroke and its doors lead here.
        mask.undo = self.session.undo
        mask.redo = self.session.redo
        mask.events.paint.connect(self._painted)
        mask.events.labels_update.connect(self._painting)
        mask.events.data.connect(self._replaced)
        mask.events.mode.connect(self._mode_set)
        mask.events.brush_size.connect(self._size_set)
        mask.events.selected_label.connect(self._label_set)
        return mask

    # -- session -> layers -----------------------------------------------------------------------

    def _allow(self, _: Any = None) -> None:
        editable = self.session.editable
        with self._quiet():
            for mask in self._masks:
                if mask.editable != editable:
                    mask.editable = editable
                    if editable and self.mode != "pan_zoom":
                        mask.mode = self.mode

    def _brush(self) -> None:
        with self._quiet():
            for mask in self._masks:
                mask.selected_label = int(self.session.active_structure)
                mask.n_edit_dimensions = 3 if self.brush_3d else 2
                mask.brush_size = brush_size(self.session.radius_mm, self._finest(mask))

    # -- layers -> session -----------------------------------------------------------------------

    def _painted(self, event: Any) -> None:
        layer = event.source
        study = self.session.study
        if study is None:
            return
        operation = stroke(study.grid.canonical(), self._native(), event.value, str(layer.mode))
        layer._undo_history.clear()
        if operation is not None:
            self.session.record_stroke(operation)

    def _painting(self, event: Any) -> None:
        """Show a stroke in the other viewers while it is drawn."""
        for mask in self._masks:
            if mask is not event.source:
                mask.refresh(extent=False, thumbnail=False)

    def _replaced(self, event: Any) -> None:
        """Another plugin put a mask of its own into the layer: take it over as one edit."""
        if not self._muted:
            # Not while the canvas is still taking the new data in: its texture would not fit what is drawn.
            QTimer.singleShot(0, lambda layer=event.source: self._take_over(layer))

    def _take_over(self, layer: Any) -> None:
        study = self.session.study
        if study is None or layer not in self._masks:
            return
        view, native = study.grid.canonical(), self._native()
        given = np.asarray(layer.data)
        if np.shares_memory(given, native):
            return
        with self._quiet():
            layer.data = view.to_display(native)
        if given.shape == view.shape and self.session.editable:
            known = np.where(np.isin(given, [0, *FOREGROUND]), given, 0).astype(np.uint8)
            operation = difference("replace", native, np.ascontiguousarray(view.to_native(known)))
            if operation is not None:
                self.session.apply(operation)

    def _mode_set(self, event: Any) -> None:
        if not self._muted and self.session.editable:
            self.set_mode(str(event.source.mode))

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

    # -- what tools and panels set ---------------------------------------------------------------

    def set_mode(self, mode: str) -> None:
        """Choose napari's mode of the mask, in all viewers."""
        if self.session.state in (State.EMPTY, State.OPENING, State.ACCEPTED) and mode != "pan_zoom":
            mode = "pan_zoom"
        changed = mode != self.mode
        self.mode = mode
        with self._quiet():
            for viewer, mask in zip(self.viewers, self._masks, strict=False):
                viewer.layers.selection.active = mask
                if mask.editable and mask.mode != mode:
                    mask.mode = mode
        if changed:
            self.mode_changed.emit(mode)

    def set_opacity(self, opacity: float) -> None:
        """Choose how opaque the mask is, 0..1."""
        self.opacity = float(np.clip(opacity, 0.0, 1.0))
        self._display()

    def set_outline(self, outline: bool) -> None:
        """Show the mask as an outline or filled."""
        self.outline = outline
        self._display()

    def set_mask_visible(self, visible: bool) -> None:
        """Show or hide the mask."""
        self.mask_visible = visible
        self._display()

    def set_brush_3d(self, brush_3d: bool) -> None:
        """Paint with a ball instead of a disc; either is round in mm."""
        self.brush_3d = brush_3d
        self._brush()
        self.display_changed.emit()

    def bind_keys(self, keys: Mapping[str, Callable[[Any], Any]]) -> None:
        """Bind keys in all viewers and on the masks (a layer's keys go before its viewer's)."""
        self._keys = dict(keys)
        for target in (*self.viewers, *self._masks):
            self._bind(target)

    def _bind(self, target: Any) -> None:
        for key, slot in self._keys.items():
            target.bind_key(key, slot, overwrite=True)

    def _display(self) -> None:
        for mask in self._masks:
            self._dress(mask)
        self.display_changed.emit()

    def _dress(self, mask: Any) -> None:
        mask.opacity = self.opacity
        mask.contour = int(self.outline)
        mask.visible = self.mask_visible

    def _finest(self, mask: Any) -> float:
        """Return the spacing (mm) that napari counts a brush in."""
        scale = np.abs(mask.scale)
        if not self.brush_3d:
            displayed = self.viewers[self._masks.index(mask)].dims.displayed if mask in self._masks else (1, 2)
            scale = scale[list(displayed)[-2:]]
        return float(scale.min())

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        """Keep what the session sets from coming back to it."""
        before, self._muted = self._muted, True
        try:
            yield
        finally:
            self._muted = before


def brush_size(radius_mm: float, spacing_mm: float) -> int:
    """Return napari's brush size for a radius: napari paints ``size // 2 + 0.5`` voxels of the finest axis."""
    return max(1, 2 * round(radius_mm / spacing_mm - 0.5) + 1)
