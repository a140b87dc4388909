"""The mask's layers: how they look, and the way of every stroke on them to the session."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from psygnal import Signal
from qtpy.QtCore import QTimer
from qtpy.QtGui import QGuiApplication

from napari_parotid.history import difference
from napari_parotid.laying import belongs, new_mask
from napari_parotid.strokes import stroke
from parotid_training.labels import FOREGROUND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from collections.abc import Sequence as Many

    from napari_parotid.session import Session
    from parotid_training.volume import Grid

OPACITY = 0.5
"""Of the mask at the start."""


class MaskLayers:
    """Shows a session's mask in viewers, and tells it of every stroke.

    Parameters
    ----------
    session
        Whose mask is shown.
    viewers
        One layer for each.
    """

    mode_changed = Signal(str)
    """What the mouse does: one of napari's modes (``paint``, ``erase``, ``polygon``, ``pan_zoom``, ...) or of ours."""
    display_changed = Signal()
    """Opacity, outline, visibility, the brush's dimensions or its range of signals."""

    def __init__(self, session: Session, viewers: Many[Any]) -> None:
        self.session = session
        self.viewers = list(viewers)
        self.opacity = OPACITY
        self.outline = False
        self.mask_visible = True
        self.mode = "pan_zoom"
        self._hidden = False
        self._masks: list[Any] = []
        self._resting: list[Any] = []
        """Masks of the study before in the viewers after those, until their turn comes."""
        self._keys: dict[str, Callable[[Any], Any]] = {}
        self._muted = False
        self._slots: list[tuple[Any, Callable[..., Any]]] = []

    def _listen(self, signal: Any, slot: Callable[..., Any]) -> None:
        """Connect until `disconnect`."""
        signal.connect(slot)
        self._slots.append((signal, slot))

    def disconnect(self) -> None:
        """Let go of the session; the layers stay, and are napari's alone."""
        self.set_hidden(False)
        for target in self._with_keys():
            for key in self._keys:
                target.bind_key(key, None)
        for mask in (*self._masks, *self._resting):
            del mask.undo, mask.redo
            mask.events.paint.disconnect(self._painted)
            mask.events.labels_update.disconnect(self._painting)
            mask.events.data.disconnect(self._replaced)
        for signal, slot in self._slots:
            signal.disconnect(slot)
        self._slots = []

    @property
    def masks(self) -> tuple[Any, ...]:
        """The mask's layer in each viewer."""
        return tuple(self._masks)

    def _keep_back(self) -> None:
        """Leave those masks for later that do not show the study in hand: out of sight, and not to be drawn on."""
        every, native = [*self._masks, *self._resting], self.session.labels
        shown = next((n for n, mask in enumerate(every) if native is None or not belongs(mask, native)), len(every))
        self._masks, self._resting = every[:shown], every[shown:]
        with self._quiet():
            for mask in self._resting:
                if mask.editable or mask.opacity:  # whatever is set, even to what it was, napari draws anew
                    mask.opacity, mask.editable = 0.0, False

    def _native(self) -> np.ndarray:
        labels = self.session.labels
        assert labels is not None, "a study in hand has a mask"
        return labels

    def _new_mask(self, viewer: Any, native: np.ndarray, grid: Grid) -> Any:
        mask = new_mask(viewer, native, grid)
        # The journal is the one history: napari's own is emptied stroke by stroke and its doors lead here.
        mask.undo = self.session.undo
        mask.redo = self.session.redo
        mask.events.paint.connect(self._painted)
        mask.events.labels_update.connect(self._painting)
        mask.events.data.connect(self._replaced)
        return mask

    # -- layers -> session -----------------------------------------------------------------------

    def _painted(self, event: Any) -> None:
        layer = event.source
        study = self.session.study
        if study is None:
            return
        operation = stroke(study.grid.canonical(), self._native(), event.value, self.mode)
        layer._undo_history.clear()
        if operation is not None:
            self.session.record_stroke(operation)

    def _painting(self, event: Any) -> None:
        """Show a stroke in the other viewers while it is drawn."""
        if self._muted:
            return
        drawn = event.source
        with self._quiet():
            for mask in self._masks:
                if mask is drawn:
                    continue
                if mask._slice_input == drawn._slice_input:
                    # The same slice: no more than was drawn on has to be brought to the screen.
                    mask._updated_slice = drawn._updated_slice
                    mask._partial_labels_refresh()
                else:
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

    # -- what tools and panels set ---------------------------------------------------------------

    def set_hidden(self, hidden: bool) -> None:
        """Hide the mask for as long as a key is held; its visibility stays what it is."""
        if hidden != self._hidden:
            self._hidden = hidden
            application = QGuiApplication.instance()
            # The key may be let go elsewhere: over another picture, in another window.
            if hidden:
                application.focusObjectChanged.connect(self._unhide)
            else:
                application.focusObjectChanged.disconnect(self._unhide)
            self._display()

    def _unhide(self, _: Any = None) -> None:
        self.set_hidden(False)

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

    def bind_keys(self, keys: Mapping[str, Callable[[Any], Any]]) -> None:
        """Bind keys in all viewers and on all layers made here (a layer's keys go before its viewer's)."""
        self._keys = dict(keys)
        for target in self._with_keys():
            self._bind(target)

    def _with_keys(self) -> list[Any]:
        """Return what keys are bound on."""
        return [*self.viewers, *self._masks, *self._resting]

    def _bind(self, target: Any) -> None:
        for key, slot in self._keys.items():
            target.bind_key(key, slot, overwrite=True)

    def _display(self) -> None:
        for mask in self._masks:
            self._dress(mask)
        self.display_changed.emit()

    def _dress(self, mask: Any) -> None:
        # Not by its visibility, which would slice it anew.
        mask.opacity = 0.0 if self._hidden else self.opacity
        mask.contour = int(self.outline)
        if mask.visible != self.mask_visible:  # napari puts the brush out of the hand even if nothing changes
            mask.visible = self.mask_visible

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        """Keep what the session sets from coming back to it."""
        before, self._muted = self._muted, True
        try:
            yield
        finally:
            self._muted = before
