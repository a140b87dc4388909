"""The mask against the model's proposal, laid over it: what was changed, and where the model hesitated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_parotid.changes import OPACITY, Changes
from napari_parotid.image_layers import ImageLayers
from napari_parotid.unsure import OPACITY as UNSURE_OPACITY
from napari_parotid.unsure import Unsure

if TYPE_CHECKING:
    from collections.abc import Sequence as Many

    from napari_parotid.executor import Submit
    from napari_parotid.session import Session


class AgainstProposal(ImageLayers):
    """Lays over the mask what tells it from the proposal, while the reader wants to see that.

    Parameters
    ----------
    session, submit, viewers, split
        As in `ImageLayers`.
    """

    def __init__(self, session: Session, submit: Submit, viewers: Many[Any], *, split: bool) -> None:
        super().__init__(session, submit, viewers, split=split)
        self.changes = Changes(session)
        self.unsure = Unsure(session)
        self._overlays = (self.changes, self.unsure)
        self._listen(session.proposal_changed, lambda: self.changes.update(None))
        self._listen(session.proposal_changed, self._update_unsure)

    def set_changes_shown(self, shown: bool) -> None:
        """Show what was added and what was taken away since the proposal, and the mask as its outline."""
        self._forget_removed()
        if shown:
            with self._quiet():
                self.changes.show(self.viewers[: len(self._masks)])
        else:
            self.changes.hide()
        self._display()

    def set_unsure_shown(self, shown: bool) -> None:
        """Show where the model hesitated over its proposal, and the mask as its outline."""
        self._forget_removed()
        if shown:
            with self._quiet():
                self.unsure.show(self.viewers[: len(self._masks)], self._masks)
        else:
            self.unsure.hide()
        self._display()

    def _update_unsure(self) -> None:
        with self._quiet():
            self.unsure.update()
        self._display()

    def _display(self) -> None:
        self.changes.set_opacity(0.0 if self._hidden else OPACITY)
        self.unsure.set_opacity(0.0 if self._hidden else UNSURE_OPACITY)
        super()._display()

    def _dress(self, mask: Any) -> None:
        super()._dress(mask)
        if any(overlay.shown for overlay in self._overlays):
            mask.contour = 1

    # -- layers that stay from one study to the next -----------------------------------------------

    def _remove(self, layers: list[Any]) -> None:
        super()._remove(layers)
        for overlay in self._overlays:
            overlay.layers = [layer for layer in overlay.layers if layer not in layers]

    def _forget_removed(self) -> None:
        """Count on no layer that somebody took out of its viewer."""
        self._images = {at: layer for at, layer in self._images.items() if layer in self.viewers[at[0]].layers}
        self._keep_back()
        for mine in ([*self._masks, *self._resting], *(overlay.layers for overlay in self._overlays)):
            if any(layer not in viewer.layers for viewer, layer in zip(self.viewers, mine, strict=False)):
                self._remove(list(mine))
