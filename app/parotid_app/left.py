"""The left column: worklist, study and learning, one below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QEvent, Qt
from qtpy.QtWidgets import QSplitter

from napari_parotid.looks import points
from napari_parotid.panels.scrolling import Capped

if TYPE_CHECKING:
    from qtpy.QtWidgets import QWidget

    from napari_parotid.panels.learning import LearningPanel
    from napari_parotid.panels.worklist import WorklistPanel

UNFOLDED = 270
"""About as high is the learning panel with all it may show while it learns, pixels at the usual text size."""


class LeftColumn(QSplitter):
    """Study and learning are as high as what they say; the worklist takes the rest, and at least what it must have.

    Where that would be fewer studies than a reader wants to choose from, the learning folds away what can wait.

    Shared out anew whenever what is said takes another height; between that the reader may pull the parts apart.

    Parameters
    ----------
    worklist, study, learning
        The parts, from above. The study scrolls where the window is low.
    """

    def __init__(self, worklist: WorklistPanel, study: QWidget, learning: LearningPanel) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._worklist, self._learning = worklist, learning
        self._study = Capped(lambda: self._study.minimumSizeHint().height(), study)
        self._shared: tuple[int, ...] = ()
        for n, part in enumerate((worklist, self._study, learning)):
            self.addWidget(part)
            self.setStretchFactor(n, 1 if n == 0 else 0)
        self.setChildrenCollapsible(False)

    def event(self, event: Any) -> bool:
        """Share out when a part asks for another height."""
        done = bool(super().event(event))
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._share()
        return done

    def _share(self) -> None:
        room = self.height() - 2 * self.handleWidth()
        listed, needed, learning = (
            self._worklist.minimumSizeHint().height(),
            self._study.maximumHeight(),
            self._learning.minimumSizeHint().height(),
        )
        self._learning.set_tight(room - needed - round(points(UNFOLDED)) < self._worklist.comfortable)
        if (room, listed, needed, learning) != self._shared:
            self._shared = room, listed, needed, learning
            study = max(self._study.minimumHeight(), min(needed, room - listed - learning))
            self.setSizes([room - study - learning, study, learning])
