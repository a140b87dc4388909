"""What is under way, what happened, and what this program is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QTimer, Signal
from qtpy.QtWidgets import QFrame, QToolButton, QVBoxLayout, QWidget

from napari_parotid.looks import tone
from napari_parotid.messages import Level
from napari_parotid.panels.common import button, icon, row, sentence, set_fraction, thin_bar
from napari_parotid.tr import mark, tr

if TYPE_CHECKING:
    from napari_parotid.messages import Busy, Notice

SECONDS = {Level.INFO: 8, Level.WARNING: 25}
"""How long a notice stays; an error stays until it is closed."""
DISCLAIMER = mark("For research use; not a medical device.")


class BusyBar(QWidget):
    """A bar with the words of the work under way, and a way to stop it; gone when there is none."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = sentence()
        self.bar = thin_bar()
        self.cancel = button(tr("Cancel"), "fa6s.xmark", tr("Stop; everything stays as it was"))
        self.cancel.clicked.connect(self.cancelled)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        column.setSpacing(3)
        column.addLayout(row(self.words, self.cancel, stretch=self.words))
        column.addWidget(self.bar)
        self.set_busy(None)

    def set_busy(self, busy: Busy | None) -> None:
        """Show this work."""
        self.setVisible(busy is not None)
        if busy is None:
            return
        self.words.setText(busy.words)
        self.cancel.setEnabled(busy.can_cancel)
        set_fraction(self.bar, busy.fraction)


class NoticeBar(QFrame):
    """The last notice, until it is closed or another comes; all but errors go away by themselves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("noticeBar")
        self.text = sentence()
        tone(self.text, "over")
        shut = QToolButton()
        shut.setIcon(icon("fa6s.xmark", "over"))
        shut.setAutoRaise(True)
        shut.setToolTip(tr("Close"))
        shut.clicked.connect(self.hide)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 4, 4)
        column.addLayout(row(self.text, shut, stretch=self.text))
        self._away = QTimer(self, singleShot=True)
        self._away.timeout.connect(self.hide)
        self.hide()

    def leave(self) -> None:
        """Take away what was told of a study that is no longer in view, or of one that could not be opened."""
        self.hide()

    def set_notice(self, notice: Notice) -> None:
        """Show this notice."""
        self.text.setText(f"{notice.sentence} {notice.remedy}".strip())
        tone(self, notice.level.value, of="level")
        self._away.stop()
        if notice.level in SECONDS:
            self._away.start(round(1000 * SECONDS[notice.level]))
        self.show()
