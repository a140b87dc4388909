"""Small pieces all panels are made of."""

from __future__ import annotations

import html
from typing import Any

from qtpy.QtCore import QEvent, QObject, QSize, Qt
from qtpy.QtGui import QColor, QIcon, QPainter, QPixmap
from qtpy.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from napari_parotid.looks import icon as icon
from napari_parotid.looks import points, tone

BESIDE_WORDS = 0.85
"""How much of its place an icon fills beside words."""
PALE = 0.4
"""Opacity of a colour that cannot be chosen now."""
TOOL_ICON = 18
"""Pixels of a tool's picture, at the usual text size."""


def swatch(colour: str) -> QIcon:
    """Return a filled square of this colour; a pale one where it cannot be chosen, which Qt would make grey."""
    made = QIcon()
    for mode, opacity in ((QIcon.Mode.Normal, 1.0), (QIcon.Mode.Disabled, PALE)):
        # Large, for Qt makes it smaller but never larger.
        pixmap = QPixmap(QSize(54, 54))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(opacity)
        painter.setBrush(QColor(colour))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(pixmap.rect().adjusted(6, 6, -6, -6), 9, 9)
        painter.end()
        made.addPixmap(pixmap, mode)
    return made


class Sentence(QLabel):
    """A label that wraps into whatever width it is given, and asks for no more height than that takes."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def minimumSizeHint(self) -> QSize:
        """Return one line: Qt's own hint is a narrow and very tall box."""
        return QSize(1, self.fontMetrics().height())


def sentence(text: str = "", *, faint: bool = False) -> Sentence:
    """Return a label that wraps; faint for what is said once and need not be read again."""
    label = Sentence(text)
    if faint:
        tone(label, "faint")
    return label


class _Button(QPushButton):
    """Is pressed by Enter too, as in a dialog; Qt lets only Space press it elsewhere."""

    def keyPressEvent(self, event: Any) -> None:
        """Press it once, however long Enter is held: what is pressed next may lie under the same keys."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            self.click()


def button(text: str, icon_name: str = "", tip: str = "", *, kind: str = "") -> QPushButton:
    """Return a push button with an icon; the ``kind`` that `looks.sheet` knows marks the one to press."""
    made = _Button(text)
    # Two in a row must be able to share a narrow dock.
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    if icon_name:
        made.setIcon(icon(icon_name, "over" if kind else "icon", share=BESIDE_WORDS))
    if kind:
        made.setProperty("kind", kind)
    made.setToolTip(tip)
    return made


def small_button(icon_name: str, tip: str) -> QToolButton:
    """Return a flat button that is a picture only."""
    made = QToolButton()
    made.setIcon(icon(icon_name))
    made.setToolTip(tip)
    made.setAutoRaise(True)
    return made


def wrapped(text: str) -> str:
    """Return a long text as the tip of an entry of a list or table; of tips only the widgets' own are wrapped else."""
    return f"<qt>{html.escape(text, quote=False)}</qt>" if text else ""


def allow(widget: QWidget, may: bool, why_not: str = "") -> None:
    """Let a widget be used, with the tip it was made with; or grey it out, with the reason in its tip."""
    if widget.property("usualTip") is None:
        widget.setProperty("usualTip", widget.toolTip())
    widget.setEnabled(may)
    widget.setToolTip(widget.property("usualTip") if may or not why_not else why_not)


class Choice(QComboBox):
    """Chosen from when it is opened: a wheel that scrolls the column, or a tool's key, chooses nothing."""

    def wheelEvent(self, event: Any) -> None:
        """Leave the wheel to the column."""
        event.ignore()

    def keyPressEvent(self, event: Any) -> None:
        """Leave letters to the tools; arrows and the space bar choose."""
        if event.text().strip():
            event.ignore()
        else:
            super().keyPressEvent(event)


class LeaveWheel(QObject):
    """Keeps the wheel over widgets that take figures from changing them: who scrolls the column means none of them."""

    def eventFilter(self, watched: Any, event: Any) -> bool:
        """Hand the wheel on to the column."""
        if event.type() == QEvent.Type.Wheel:
            event.ignore()
            return True
        return bool(super().eventFilter(watched, event))


def long_list() -> QComboBox:
    """Return a list to choose from that may grow long, and scrolls then."""
    made = Choice()
    # As a menu Qt would let it fill the screen, no bar beside it, and cut its last entry off.
    made.setProperty("kind", "long")
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.view().setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
    return made


def thin_bar() -> QProgressBar:
    """Return a progress bar without a text."""
    made = QProgressBar()
    made.setTextVisible(False)
    made.setFixedHeight(6)
    made.setProperty("kind", "thin")
    return made


def set_fraction(bar: QProgressBar, fraction: float | None) -> None:
    """Show how far work is, 0..1; None where it cannot be told."""
    # Qt paints a bar within `setValue`, and with it the whole window and its pictures (0.1 s and more in software GL).
    bar.setUpdatesEnabled(False)
    bar.setRange(0, 0 if fraction is None else 1000)
    if fraction is not None:
        bar.setValue(round(1000 * fraction))
    bar.setUpdatesEnabled(True)


class _ToolButton(QToolButton):
    """Its picture grows with its words; a style sheet cannot say so of a tool button."""

    def __init__(self) -> None:
        super().__init__()
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the text size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        side = round(points(TOOL_ICON))
        if self.iconSize().width() != side:
            self.setIconSize(QSize(side, side))


def tool_button(text: str, picture: QIcon, tip: str, *, checkable: bool = False) -> QToolButton:
    """Return a flat button with its picture above its name."""
    made = _ToolButton()
    made.setText(text)
    made.setIcon(picture)
    made.setToolTip(tip)
    made.setCheckable(checkable)
    made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    # A press leaves the keys to the picture; Tab comes here.
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.setProperty("kind", "tool")
    return made


def row(*widgets: QWidget, stretch: QWidget | None = None) -> QHBoxLayout:
    """Return widgets side by side; ``stretch`` takes the room that is left."""
    layout = QHBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(6)
    for widget in widgets:
        layout.addWidget(widget, 1 if widget is stretch else 0)
    return layout


def open_wide(dialog: QWidget, width: int, height: int) -> None:
    """Give a window over the window this size (pixels at the usual text size), as far as the screen holds it."""
    room = dialog.screen().availableSize()
    dialog.resize(min(round(points(width)), room.width() - 40), min(round(points(height)), room.height() - 60))


def ask_text(parent: QWidget, title: str, words: str) -> str:
    """Ask for a line of text; "" if the reader thinks better of it."""
    dialog = QInputDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setLabelText(words)
    dialog.ensurePolished()
    width = round(points(560))
    for label in dialog.findChildren(QLabel):
        label.setWordWrap(True)
        label.ensurePolished()
        label.setFixedHeight(label.heightForWidth(width - 24))
    dialog.resize(width, dialog.minimumSizeHint().height())
    return dialog.textValue().strip() if dialog.exec() else ""


class Panel(QWidget):
    """A titled part of the column.

    Parameters
    ----------
    beside
        What stands beside the title; None for a line.
    """

    def __init__(self, title: str, parent: QWidget | None = None, *, beside: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(8, 6, 8, 6)
        self.column.setSpacing(6)
        head = QLabel(title)
        tone(head, "strong")
        if beside is None:
            beside = QFrame()
            beside.setFixedHeight(1)
            beside.setProperty("kind", "rule")
        self.column.addLayout(row(head, beside, stretch=beside))

    def add(self, item: Any) -> Any:
        """Put a widget or a layout at the end of the column."""
        if isinstance(item, QWidget):
            self.column.addWidget(item)
        else:
            self.column.addLayout(item)
        return item
