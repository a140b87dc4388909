"""Where the model hesitated over its proposal, as a layer between the picture and the mask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_parotid.laying import belongs, lay_heat, new_heat

if TYPE_CHECKING:
    from collections.abc import Sequence as Many

    import numpy as np

    from napari_parotid.session import Session

COLOUR = "#ff5fd2"
"""Pink: neither gland nor tumour, nor what was added or taken away."""
NAME = "Unsure"  # no words
OPACITY = 0.8


class Unsure:
    """Shows the doubt that came with a proposal, in all viewers; made when first wanted.

    Parameters
    ----------
    session
        Whose proposal it is.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.shown = False
        self.layers: list[Any] = []
        """One for each viewer, from the first on."""

    @property
    def known(self) -> bool:
        """Whether the proposal in hand says where it is unsure."""
        return self._doubt() is not None

    def show(self, viewers: Many[Any], masks: Many[Any]) -> None:
        """Show the doubt below the masks; where the proposal says nothing of it there is none."""
        self.shown = self.known
        if not self.shown:
            self.hide()
            return
        for k, (viewer, mask) in enumerate(zip(viewers, masks, strict=True)):
            if k < len(self.layers):
                continue
            active, study, doubt = viewer.layers.selection.active, self.session.study, self._doubt()
            assert study is not None and doubt is not None, "what is shown is known"  # noqa: PT018
            self.layers.append(new_heat(viewer, doubt, study.grid, NAME, COLOUR))
            viewer.layers.move(viewer.layers.index(self.layers[k]), viewer.layers.index(mask))
            viewer.layers.selection.active = active
        self.update()
        self.set_opacity(OPACITY)
        self._set_visible(True)

    def hide(self) -> None:
        """Show it no longer; the layers stay for the next time."""
        self.shown = False
        self._set_visible(False)

    def update(self) -> None:
        """Show the doubt of the proposal in hand, which may be another by now."""
        study, doubt = self.session.study, self._doubt()
        if not self.shown or study is None:
            return
        if doubt is None:
            self.hide()
            return
        for layer in self.layers:
            if not belongs(layer, doubt):
                lay_heat(layer, doubt, study.grid)

    def set_opacity(self, opacity: float) -> None:
        """Choose how opaque it is, 0..1."""
        for layer in self.layers:
            layer.opacity = opacity

    def _doubt(self) -> np.ndarray | None:
        proposal = self.session.proposal
        return None if proposal is None else proposal.unsure

    def _set_visible(self, visible: bool) -> None:
        for layer in self.layers:
            layer.visible = visible
