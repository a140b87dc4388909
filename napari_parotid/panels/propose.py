"""Asking the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Signal

from napari_parotid.panels.common import Panel, button, primary, sentence

if TYPE_CHECKING:
    from qtpy.QtWidgets import QWidget

HONEST = (
    "The starter model was trained on synthetic heads only. Expect its proposals to need correcting; "
    "it learns from what you accept."
)


class ProposePanel(Panel):
    """One button, and what is known of the model behind it."""

    propose_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Propose", parent)
        self.propose = self.add(
            button("Propose", "fa6s.wand-magic-sparkles", "Ask the model for a mask of gland and tumour")
        )
        primary(self.propose, "#2f6f8f")
        self.propose.clicked.connect(self.propose_wanted)
        self.model = self.add(sentence())
        self.honest = self.add(sentence(HONEST, faint=True))
        self.set_enabled(False, "")

    def set_enabled(self, enabled: bool, why_not: str) -> None:
        """Allow asking, or say why not."""
        self.propose.setEnabled(enabled)
        self.propose.setToolTip(why_not or "Ask the model for a mask of gland and tumour")

    def set_model(self, title: str, *, is_starter: bool, seconds: float | None = None) -> None:
        """Say which version proposes, and how long it took last."""
        took = "" if seconds is None else f" · took {seconds:.1f} s"
        self.model.setText(f"Model: {title}{took}")
        self.honest.setVisible(is_starter)
