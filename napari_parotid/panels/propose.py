"""Where a mask comes from: the model, or a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Signal

from napari_parotid.panels.common import Panel, button, sentence
from napari_parotid.tr import mark, tr

if TYPE_CHECKING:
    from qtpy.QtWidgets import QWidget

MASK_TIP = mark("Begin with an existing mask: a NIfTI file that fits a sequence of this study")
HONEST = mark("Expect to correct its proposals.")
STARTER_TIP = mark(
    "The starter model has never seen a patient's MR. Expect its proposals to need correcting; "
    "it learns from what you accept. It never proposes a tumour smaller than about 10 mm."
)
LEARNED_TIP = mark(
    "This version learned from a few studies. Expect its proposals to need correcting; the next one learns from what "
    "you accept. It never proposes a tumour smaller than about 10 mm."
)


class ProposePanel(Panel):
    """One button, and what is known of the model behind it."""

    propose_wanted = Signal()
    mask_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Propose"), parent)
        self.propose = self.add(
            button(
                tr("Propose"),
                "fa6s.wand-magic-sparkles",
                tr("Ask the model for a mask of gland and tumour"),
                kind="action",
            )
        )
        self.propose.clicked.connect(self.propose_wanted)
        self.mask = self.add(button(tr("Start from a mask…"), "fa6s.file-import", tr(MASK_TIP)))
        self.mask.clicked.connect(self.mask_wanted)
        self.model = self.add(sentence())
        # In few words: large text leaves little room for the tools below.
        self.honest = self.add(sentence(faint=True))
        self._accepted = False
        self.set_enabled(False, "")

    def set_enabled(self, enabled: bool, why_not: str) -> None:
        """Allow asking, or say why not."""
        self.propose.setEnabled(enabled)
        self.propose.setToolTip(why_not or tr("Ask the model for a mask of gland and tumour"))
        self.mask.setEnabled(enabled)
        self.mask.setToolTip(why_not or tr(MASK_TIP))

    def set_accepted(self, accepted: bool) -> None:
        """Leave out what to expect of a proposal where none is asked for."""
        self._accepted = accepted
        self.honest.setVisible(bool(self.honest.text()) and not accepted)

    def set_model(
        self,
        title: str,
        *,
        is_starter: bool,
        caution: str = "",
        proposed: bool = False,
        from_file: bool = False,
        seconds: float | None = None,
    ) -> None:
        """Say which version proposed the mask, and how long that took; before it, which one would.

        Parameters
        ----------
        from_file
            Whether the mask began as a file's instead.
        caution
            What else is to be known of it; "" where there is nothing.
        """
        words = [tr("Proposed by: {title}", title=title) if proposed else tr("Model: {title}", title=title)]
        if from_file:
            words = [tr("Began with a mask from a file")]
        elif seconds is not None:
            words.append(tr("{seconds:.1f} s", seconds=seconds).replace(" ", "\u00a0"))
        self.model.setText(" · ".join(words))
        self.honest.setText(f"{caution} {tr(HONEST)}".strip())
        self.honest.setToolTip(tr(STARTER_TIP if is_starter else LEARNED_TIP))
        self.set_accepted(self._accepted)
