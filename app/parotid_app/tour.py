"""A first look around: four cards, each beside the part of the window it speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from qtpy.QtGui import QPainter, QPen
from qtpy.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from napari_parotid import looks
from napari_parotid.panels.common import sentence
from napari_parotid.tr import mark, tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotid_app.build import MainWindow

WIDTH = 300
"""Of a card at the usual text size, pixels."""
GAP = 14
RING = 3
KEYS = (Qt.Key.Key_Escape, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True)
class Card:
    """One station.

    Parameters
    ----------
    title, words
        What stands on it.
    at
        The part of the window it speaks of.
    """

    title: str
    words: str
    at: Callable[[MainWindow], QWidget]


CARDS = (
    Card(
        mark("Open a study"),
        mark(
            "Your studies are listed here. Click one: its sequences open side by side, with the mask the "
            "model proposes. A folder dragged onto the window is added."
        ),
        lambda window: window.worklist,
    ),
    Card(
        mark("Correct the mask"),
        mark(
            "Paint and Erase work with the left mouse button. Or choose Point and click on what is missing or too "
            "much. Ctrl+Z takes everything back, step by step."
        ),
        lambda window: window.desk.correct,
    ),
    Card(
        mark("Accept it"),
        mark(
            "When the mask is right, press Accept. If something looks odd you are asked first. "
            "Then go on with the next study."
        ),
        lambda window: window.desk.review,
    ),
    Card(
        mark("The model learns"),
        mark(
            "After some accepted studies the model learns from them by itself, here. A new version is used only if it "
            "is no worse, and you can go back to an earlier one."
        ),
        lambda window: window.desk.learning,
    ),
)
WELCOME = (
    mark("New here?"),
    mark("Look around with made-up studies of no patient: it takes a minute, and touches nothing of your own work."),
)


class Ring(QWidget):
    """A frame around the part of the window that is spoken of; lets the mouse through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setStyleSheet("background: transparent;")

    def paintEvent(self, event: Any) -> None:
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(looks.shade("mark"), RING))
        painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -2), 6, 6)
        painter.end()


class Tour(QFrame):
    """Walks through the cards. Right: on; Left: back; Escape: enough; Enter and Space press the button in focus.

    Parameters
    ----------
    window
        Shown.
    """

    ended = Signal()
    """It was walked to its end, or left."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.setObjectName("tourCard")
        self._window = window
        self.number = 0
        self.ring = Ring(window)
        self.title, self.words, self.count = QLabel(), sentence(), QLabel()
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        looks.tone(self.title, "strong")
        looks.tone(self.count, "faint")
        self.skip, self.back, self.on = QPushButton(tr("Skip")), QPushButton(tr("Back")), QPushButton(tr("Next"))
        self.on.setProperty("kind", "action")
        self.skip.clicked.connect(self.end)
        self.back.clicked.connect(lambda: self.show_card(self.number - 1))
        self.on.clicked.connect(lambda: self.show_card(self.number + 1))
        buttons = QHBoxLayout()
        buttons.addWidget(self.count)
        buttons.addStretch(1)
        for button in (self.skip, self.back, self.on):
            buttons.addWidget(button)
            button.installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        for item in (self.title, self.words):
            column.addWidget(item)
        column.addLayout(buttons)
        window.installEventFilter(self)
        self.show_card(0)

    def show_card(self, number: int) -> None:
        """Go to this card, from 0; beyond the last one the tour ends."""
        if number >= len(CARDS):
            self.end()
            return
        self.number = max(0, number)
        card = CARDS[self.number]
        self.title.setText(tr(card.title))
        self.words.setText(tr(card.words))
        self.count.setText(tr("{number} of {all}", number=self.number + 1, all=len(CARDS)))
        self.back.setEnabled(self.number > 0)
        self.on.setText(tr("Done") if self.number == len(CARDS) - 1 else tr("Next"))
        self._window.left.show()
        self.place()
        self.on.setFocus()

    def place(self) -> None:
        """Stand beside the part that is spoken of, wherever it is now."""
        target = CARDS[self.number].at(self._window)
        # As much of it as is seen: the tools scroll on a low screen.
        seen = target.visibleRegion().boundingRect() or target.rect()
        area = QRect(target.mapTo(self._window, seen.topLeft()), seen.size())
        self.ring.setGeometry(area.adjusted(-2, -2, 2, 2))
        self.ring.show()
        self.ring.raise_()
        width = round(looks.points(WIDTH))
        height = self.layout().totalHeightForWidth(width)
        room = self._window.rect().adjusted(GAP, GAP, -GAP, -GAP)
        to_the_right = area.right() + GAP + width <= room.right()
        left = area.right() + GAP if to_the_right else area.left() - GAP - width
        top = min(max(area.center().y() - height // 2, room.top()), room.bottom() - height)
        self.setGeometry(QRect(QPoint(max(room.left(), left), top), self.size()))
        self.resize(width, height)
        self.show()
        self.raise_()

    def end(self) -> None:
        """Leave."""
        self._window.removeEventFilter(self)
        self.ring.hide()
        self.ring.deleteLater()
        self.hide()
        self.deleteLater()
        self.ended.emit()

    def eventFilter(self, watched: QObject, event: Any) -> bool:
        """Follow the window, and take the keys from the buttons, which would only pass the focus on."""
        if watched is self._window:
            if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
                self.place()
            return False
        return event.type() == QEvent.Type.KeyPress and self._pressed(watched, event.key())

    def _pressed(self, button: Any, key: Any) -> bool:
        """Walk by keys; False for a key that means nothing here."""
        if key == Qt.Key.Key_Escape:
            self.end()
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            self.show_card(self.number + (1 if key == Qt.Key.Key_Right else -1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            button.click()
        return key in KEYS
