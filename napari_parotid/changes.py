"""What was changed against the model's proposal, as layers over the mask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_parotid.laying import belongs, lay_mask, new_labels

if TYPE_CHECKING:
    from collections.abc import Sequence as Many

    from napari_parotid.history import Region
    from napari_parotid.session import Session

ADDED, REMOVED = 1, 2
COLOURS = {ADDED: "#56b4e9", REMOVED: "#d55e00"}
"""Blue and vermilion: told apart in every common kind of colour blindness, and from gland and tumour."""
NAME = "Changed against the proposal"  # no words
OPACITY = 0.7


def changes(labels: np.ndarray, proposed: np.ndarray) -> np.ndarray:
    """Return where a mask holds something else than was proposed, and where nothing any more (uint8, same shape)."""
    found = np.zeros(labels.shape, np.uint8)
    # Slab by slab, within the processor's cache: the whole of a large mask is compared on the window's thread.
    for now, before, out in zip(labels, proposed, found, strict=True):
        changed = now != before
        if changed.any():
            out[changed] = ADDED
            out[changed & (now == 0)] = REMOVED
    return found


class Changes:
    """Compares the mask in hand with the proposal, in all viewers; made when first wanted.

    Parameters
    ----------
    session
        Whose mask and proposal are compared.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.shown = False
        self.layers: list[Any] = []
        """One for each viewer, from the first on."""
        self._array: np.ndarray | None = None

    def show(self, viewers: Many[Any]) -> None:
        """Show the changes; without a proposal there are none."""
        session = self.session
        self.shown = session.compared_with is not None and session.study is not None
        if not self.shown:
            self.hide()
            return
        self.update(None)
        study, array = session.study, self._array
        assert study is not None and array is not None, "what is shown is compared"  # noqa: PT018
        for k, viewer in enumerate(viewers):
            if k >= len(self.layers):
                active = viewer.layers.selection.active
                self.layers.append(new_labels(viewer, array, study.grid, NAME, COLOURS))
                self.layers[k].editable = False
                viewer.layers.selection.active = active
            elif not belongs(self.layers[k], array):
                lay_mask(self.layers[k], array, study.grid)
        self.set_opacity(OPACITY)
        self._set_visible(True)

    def hide(self) -> None:
        """Show the mask alone; the layers stay for the next time."""
        self.shown, self._array = False, None
        self._set_visible(False)

    def update(self, region: Region | None) -> None:
        """Compare anew: in a box of the native grid, or everywhere."""
        labels, proposal = self.session.labels, self.session.compared_with
        if not self.shown or labels is None:
            return
        if proposal is None:
            self.hide()
            return
        proposed = proposal.label_map.array
        if region is None or self._array is None:
            found = changes(labels, proposed)
            if self._array is None:
                self._array = found
            else:
                self._array[...] = found
        else:
            self._array[region] = changes(labels[region], proposed[region])
        for layer in self.layers:
            if belongs(layer, self._array):
                layer.refresh(extent=False, thumbnail=False)

    def set_opacity(self, opacity: float) -> None:
        """Choose how opaque the changes are, 0..1."""
        for layer in self.layers:
            layer.opacity = opacity

    def _set_visible(self, visible: bool) -> None:
        for layer in self.layers:
            layer.visible = visible
