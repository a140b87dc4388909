"""The bottom line: what is under way at the left; place, model and what this program is not at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QEvent, QSize, Qt, Signal
from qtpy.QtGui import QPainter
from qtpy.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStatusBar,
    QToolButton,
    QWidget,
)

from napari_parotid.looks import icon, tone
from napari_parotid.panels.busy import DISCLAIMER
from napari_parotid.panels.common import set_fraction
from napari_parotid.tr import tr

if TYPE_CHECKING:
    from napari_parotid.messages import Busy


class _Words(QLabel):
    """Words that are cut short where there is no room for them, instead of making the window wider."""

    def minimumSizeHint(self) -> QSize:
        """Return no width at all."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: Any) -> None:
        """Write as much as there is room for."""
        words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter = QPainter(self)
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter), words)
        painter.end()


class StatusLine(QStatusBar):
    """Signals up, setters down."""

    cancelled = Signal()
    aside_cancelled = Signal()
    """Stop the work that goes on beside the study in hand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.words = _Words()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(160, 8)
        self.cancel = QPushButton(tr("Cancel"))
        self.cancel.setToolTip(tr("Stop; everything stays as it was"))
        self.cancel.clicked.connect(self.cancelled)
        self.work = QWidget()
        row = QHBoxLayout(self.work)
        row.setContentsMargins(8, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self.bar, self.words, self.cancel):
            row.addWidget(widget)
        self.aside_bar = QProgressBar()
        self.aside_bar.setTextVisible(False)
        self.aside_bar.setFixedSize(60, 8)
        self.aside = _Words()
        tone(self.aside, "faint")
        self.aside_stop = QToolButton()
        self.aside_stop.setIcon(icon("fa6s.xmark"))
        self.aside_stop.setAutoRaise(True)
        self.aside_stop.setToolTip(tr("Stop this work in the background"))
        self.aside_stop.clicked.connect(self.aside_cancelled)
        for widget in (self.aside_bar, self.aside, self.aside_stop):
            row.addWidget(widget)
        row.addStretch(1)
        self.addWidget(self.work, 1)
        self.place, self.model = QLabel(), QLabel()
        self.disclaimer = QLabel(tr(DISCLAIMER))
        tone(self.disclaimer, "warn")
        self.disclaimer.setContentsMargins(0, 0, 8, 0)
        for label in (self.place, self.model, self.disclaimer):
            label.setTextFormat(Qt.TextFormat.PlainText)
            self.addPermanentWidget(label)
        self._keep_height()
        self._aside: Busy | None = None
        self.set_busy(None)

    def _keep_height(self) -> None:
        # As high with work under way as without: the pictures must not jump.
        self.setFixedHeight(max(self.cancel.sizeHint().height() + 8, 30))

    def changeEvent(self, event: Any) -> None:
        """Grow with the text."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and hasattr(self, "cancel"):
            self._keep_height()

    def _make_room(self) -> None:
        """Leave the model out, which the panel names too, where work under way needs the room."""
        busy = next((one for one in (self.words, self.aside) if one.text() and one.isVisibleTo(self)), None)
        others = (self.place, self.model, self.disclaimer, *((busy,) if busy is not None else ()))
        needed = sum(one.sizeHint().width() for one in others) + (self.bar.width() + 160 if busy is not None else 0)
        self.model.setVisible(needed <= self.width())

    def resizeEvent(self, event: Any) -> None:
        """Follow the width."""
        super().resizeEvent(event)
        self._make_room()

    def set_aside(self, busy: Busy | None) -> None:
        """Show the work that goes on beside the study in hand."""
        self._aside = busy
        self._show_aside()

    def _show_aside(self) -> None:
        """Show it where the work on the study in hand leaves room."""
        shown = self._aside if self.words.text() == "" else None
        for widget in (self.aside_bar, self.aside, self.aside_stop):
            widget.setVisible(shown is not None)
        if shown is not None:
            self.aside.setText(shown.words)
            set_fraction(self.aside_bar, shown.fraction)
        self._make_room()

    def set_busy(self, busy: Busy | None) -> None:
        """Show the work under way."""
        for widget in (self.bar, self.cancel):
            widget.setVisible(busy is not None)
        self.words.setText("" if busy is None else busy.words)
        self._show_aside()
        if busy is None:
            return
        self.cancel.setEnabled(busy.can_cancel)
        set_fraction(self.bar, busy.fraction)

    def set_place(self, place: Any) -> None:
        """Show the patient position under the mouse.

        Parameters
        ----------
        place
            (x, y, z) of LPS in mm, None when the mouse is elsewhere.
        """
        if place is None:
            self.place.setText("")
            return
        x, y, z = place
        words = (
            f"{'L' if x >= 0 else 'R'} {abs(x):.1f}",
            f"{'P' if y >= 0 else 'A'} {abs(y):.1f}",
            f"{'S' if z >= 0 else 'I'} {abs(z):.1f}",
        )
        self.place.setText("  ".join(words) + " mm   ")
        self._make_room()

    def set_model(self, title: str) -> None:
        """Show which model version proposes."""
        self.model.setText(tr("Model in use: {title}", title=title) + "   " if title else "")
        self._make_room()
