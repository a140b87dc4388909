"""Colours and text sizes, in one place: napari's two themes with the tones of this program's own.

What is coloured says what it means (a tone or a kind, as a property that style sheets select by; a shade's name for
icons and for what is painted), never which colour that is. So a change of theme reaches everything at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QPoint, QRect, Qt
from qtpy.QtGui import QColor, QFont, QIcon, QIconEngine, QPainter, QPixmap
from qtpy.QtWidgets import QApplication

if TYPE_CHECKING:
    from qtpy.QtWidgets import QWidget

PERCENTS = (90, 100, 110, 125, 150)
"""Text sizes to choose from; 100 is the system's own."""


@dataclass(frozen=True)
class Palette:
    """One theme's shades, as ``#rrggbb``.

    Parameters
    ----------
    theme
        The napari theme they go with.
    ground, field
        Behind texts, and behind what is drawn in (lists, pictures that are not there yet).
    text, faint, line
        Words to read, words said once, rules between things.
    icon, off, off_text
        Icons; what cannot be pressed now.
    mark, good, warn, bad
        Tones with a meaning, readable on the ground; a word always says the same.
    hover, open_
        Behind entries of a list.
    over, action, accept
        Words on coloured buttons, and these buttons.
    info, warning, error
        Behind notices, whose words are ``over``.
    """

    theme: str
    ground: str
    field: str
    text: str
    faint: str
    line: str
    icon: str
    off: str
    off_text: str
    mark: str
    good: str
    warn: str
    bad: str
    hover: str
    open_: str
    over: str = "#ffffff"
    action: str = "#2b6a8a"
    accept: str = "#27735a"
    info: str = "#2b6a8a"
    warning: str = "#8a5a0b"
    error: str = "#a3323f"


DARK = Palette(
    theme="dark",
    ground="#23242b",
    field="#14171b",
    text="#f0f1f2",
    faint="#a8b0ba",
    line="#4b5563",
    icon="#b4bcc8",
    off="#3a404b",
    off_text="#7d8592",
    mark="#56b4e9",
    good="#3ecf9c",
    warn="#f0b35a",
    bad="#ff8a94",
    hover="#3d4653",
    open_="#2f4b63",
)
LIGHT = Palette(
    theme="light",
    ground="#ebe7e6",
    field="#fbfaf9",
    text="#2b2a29",
    faint="#5c5f66",
    line="#b5b0ad",
    icon="#4a4e57",
    off="#dcd7d4",
    off_text="#8b8784",
    mark="#0b6aa6",
    good="#0a6a50",
    warn="#8a5200",
    bad="#a8203a",
    hover="#dcd8d6",
    open_="#c3dcec",
)
PALETTES = {palette.theme: palette for palette in (DARK, LIGHT)}


@dataclass(frozen=True)
class Look:
    """How everything looks.

    Parameters
    ----------
    theme
        ``"dark"`` or ``"light"``.
    percent
        Text size, relative to the system's.
    """

    theme: str = "dark"
    percent: int = 100

    def larger(self, steps: int) -> Look:
        """Return the look so many text sizes larger."""
        now = min(range(len(PERCENTS)), key=lambda n: abs(PERCENTS[n] - self.percent))
        return Look(self.theme, PERCENTS[max(0, min(now + steps, len(PERCENTS) - 1))])


_worn = Look()
"""There is one theme in a program: napari's, or the window's own."""


def wear(look: Look) -> Look:
    """Take on a look, as far as it is known; icons and what is painted follow at their next drawing."""
    global _worn
    known = look.percent if PERCENTS[0] <= look.percent <= PERCENTS[-1] else 100
    _worn = Look(look.theme if look.theme in PALETTES else "dark", known)
    return _worn


def worn() -> Palette:
    """Return the shades of now."""
    return PALETTES[_worn.theme]


def shade(name: str) -> QColor:
    """Return one shade of now by its name in `Palette`."""
    return QColor(getattr(worn(), name))


def points(usual: float) -> float:
    """Return a text size in points, as large as the reader wants it."""
    return usual * _worn.percent / 100


@cache
def _usual_points() -> float:
    return float(QApplication.font().pointSizeF())


def size_application() -> None:
    """Give texts that no style sheet sizes the size of now."""
    usual = _usual_points()
    font = QFont(QApplication.font())
    if font.pointSizeF() != points(usual):
        font.setPointSizeF(points(usual))
        QApplication.setFont(font)


def window_sheet() -> str:
    """Return the style sheet of a window of our own: napari's, at the text size of now, and ours."""
    from napari.qt import get_stylesheet

    def larger(found: re.Match[str]) -> str:
        return f"{points(float(found[1])):.4g}pt"

    return re.sub(r"(\d+(?:\.\d+)?)pt\b", larger, get_stylesheet(_worn.theme)) + sheet()


def sheet() -> str:
    """Return the style sheet of this program's own widgets; inside napari it lies over napari's."""
    p = worn()
    tones = {"faint": p.faint, "mark": p.mark, "good": p.good, "warn": p.warn, "bad": p.bad}
    return f"""
{"".join(f'QLabel[tone="{tone}"] {{ color: {colour}; }}' for tone, colour in tones.items())}
QLabel[tone="strong"] {{ font-weight: bold; }}
QLabel[tone="over"] {{ color: {p.over}; background: transparent; }}
QFrame[kind="rule"] {{ background: {p.line}; }}
{_buttons(p)}
QProgressBar[kind="thin"] {{ background: {p.off}; border: none; border-radius: 3px; }}
QProgressBar[kind="thin"]::chunk {{ background: {p.mark}; border-radius: 3px; }}
{"".join(f'#noticeBar[level="{n}"] {{ background: {getattr(p, n)}; border-radius: 4px; }}' for n in _LEVELS)}
#noticeBar QToolButton {{ background: transparent; }}
QTableView::item {{ padding: 3px 6px; }}
QHeaderView::section {{ padding: 4px 6px; }}
QMenu {{ menu-scrollable: 0; }}
QComboBox[kind="long"] {{ combobox-popup: 0; }}
QComboBox[kind="long"] QAbstractItemView::item {{ padding: 3px 4px; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QSlider::handle:disabled {{ background: {p.off_text}; }}
QListWidget[kind="studies"] {{ background: {p.field}; }}
QSlider::groove:vertical {{ background: {p.off}; width: 6px; border-radius: 2px; }}
QSlider::handle:vertical {{ background: {p.icon}; height: 16px; margin: 0 -5px; border-radius: 8px; }}
#elsewhereBar {{ background: {p.warning}; }}
#elsewhereBar QLabel {{ color: {p.over}; background: transparent; }}
#tourCard {{ background: {p.ground}; border: 2px solid {p.mark}; border-radius: 8px; }}
#tourCard QLabel {{ background: transparent; }}
{_focus(p)}
"""


_LEVELS = ("info", "warning", "error")


def _buttons(p: Palette) -> str:
    return f"""
QPushButton {{ icon-size: {round(points(18))}px; }}
QPushButton[kind] {{ color: {p.over}; padding: 5px; border-radius: 3px; }}
QPushButton[kind="action"] {{ background: {p.action}; }}
QPushButton[kind="accept"] {{ background: {p.accept}; }}
QPushButton[kind]:disabled {{ background: {p.off}; color: {p.off_text}; border: none; }}
QToolButton[kind="tool"] {{ border: 1px solid transparent; border-radius: 4px; padding: 2px; }}
QToolButton[kind="tool"]:hover {{ border-color: {p.off_text}; }}
QToolButton[kind="tool"]:checked {{ background: {p.action}; color: {p.over}; }}
QToolButton[kind="tool"]:disabled {{ color: {p.off_text}; }}
QToolButton[kind="tool"]:checked:disabled {{ background: {p.off}; color: {p.faint}; }}
QToolButton::menu-indicator, QPushButton::menu-indicator {{ image: none; }}
QPushButton:checked {{ background: {p.action}; color: {p.over}; }}
"""


def _focus(p: Palette) -> str:
    """Mark what the keyboard acts on; napari's sheet leaves it unmarked."""
    return f"""
QPushButton:focus {{ border: 2px solid {p.mark}; padding: 2px; }}
QPushButton[kind]:focus {{ border: 2px solid {p.over}; padding: 3px; }}
QToolButton:focus, QToolButton[kind="tool"]:focus {{ border: 2px solid {p.mark}; padding: 1px; }}
QComboBox:focus, QLineEdit:focus, QAbstractSpinBox:focus {{ border: 2px solid {p.mark}; padding: 1px 8px; }}
QCheckBox::indicator:focus, QRadioButton::indicator:focus {{ border: 2px solid {p.mark}; }}
QSlider::handle:focus {{ background: {p.mark}; }}
QAbstractItemView:focus {{ border: 1px solid {p.mark}; }}
"""


# -- tones and icons -----------------------------------------------------------------------------


def tone(widget: QWidget, name: str, *, of: str = "tone") -> None:
    """Give a widget a tone (or another property that style sheets select by), now or anew."""
    if widget.property(of) == name:
        return
    widget.setProperty(of, name)
    # Qt asks for properties when a sheet is set, not when they change.
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def icon(name: str, of: str = "icon", *, share: float = 1.0) -> QIcon:
    """Return an icon by its qtawesome name, in a shade of whatever theme is worn when it is drawn.

    Parameters
    ----------
    share
        How much of its place it fills; the rest is air between it and the words.
    """
    return QIcon(_Glyph(name, of, share))


class _Glyph(QIconEngine):
    """Draws a sign in the shade of now."""

    def __init__(self, name: str, of: str, share: float) -> None:
        super().__init__()
        self._name, self._of, self._share = name, of, share

    def paint(self, painter: QPainter, rect: QRect, mode: Any, state: Any) -> None:
        """Draw it; greyed out, or on the ground of a button that is down."""
        p = worn()
        colour = getattr(p, self._of)
        if mode == QIcon.Mode.Disabled:
            colour = p.off_text
        elif state == QIcon.State.On:
            colour = p.over
        _sign(self._name, colour, self._share).paint(painter, rect)

    def pixmap(self, size: Any, mode: Any, state: Any) -> QPixmap:
        """Draw it into a picture of its own."""
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return made

    def clone(self) -> QIconEngine:
        """Return another one like it."""
        return _Glyph(self._name, self._of, self._share)


@cache
def _sign(name: str, colour: str, share: float) -> QIcon:
    import qtawesome

    return qtawesome.icon(name, color=colour, scale_factor=share)
