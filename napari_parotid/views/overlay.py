"""What is written over a picture: letters, title, slice, window and a ruler. Lets the mouse through."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap
from qtpy.QtWidgets import QApplication, QWidget

from napari_parotid import looks

if TYPE_CHECKING:
    from napari_parotid.views.orientation import Edges

MARGIN = 8
"""Pixels between a text and the edge of the picture."""
TITLE_POINTS = 11
CROSS = QColor(255, 214, 90, 170)
CROSS_GAP = 14
"""Pixels around the middle of the cross that stay free, to see what is marked."""
POINT = 6.0
"""Radius of what marks a click, pixels."""
ADDS, REMOVES, SIGN = QColor(30, 150, 85, 220), QColor(205, 60, 55, 220), QColor(255, 255, 255, 235)
RING = 18.0
"""Radius of what marks a place that is pointed out, pixels: what lies there is to be seen in it."""
OUT, RIM = QColor(255, 214, 90, 255), QColor(0, 0, 0, 150)
RULER = QColor(255, 255, 255, 190)
RULER_MM = (100, 50, 20, 10, 5, 2, 1)
"""Lengths of the ruler; the longest that fits into a third of the height is drawn."""


@dataclass(frozen=True)
class Caption:
    """The texts over one picture.

    Parameters
    ----------
    title
        The sequence's role.
    note
        Under the title, e.g. ``mask drawn on``.
    edges
        Orientation letters; None hides them.
    place
        Slice number and position.
    window
        Level and width.
    pixels_per_mm
        For the ruler; 0 hides it.
    message
        In the middle, where there is no picture yet.
    choice
        Whether another sequence can be chosen by its name.
    """

    title: str = ""
    note: str = ""
    edges: Edges | None = None
    place: str = ""
    window: str = ""
    pixels_per_mm: float = 0.0
    message: str = ""
    choice: bool = False


ROW = 17
"""Pixels from one row at the lower edge to the next, at the usual text size."""
APART = 6


class Overlay(QWidget):
    """Paints a `Caption` over its parent."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setStyleSheet("background: transparent;")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.focused = False
        self.caption = Caption()
        self.cross: QPointF | None = None
        self.marks: tuple[tuple[QPointF, bool | None], ...] = ()

    def set_caption(self, caption: Caption) -> None:
        """Show these texts."""
        if caption != self.caption:
            self.caption = caption
            self.update()

    def set_focused(self, focused: bool) -> None:
        """Mark the picture that keys act on."""
        if focused != self.focused:
            self.focused = focused
            self.update()

    def set_cross(self, at: QPointF | None) -> None:
        """Mark this pixel with a vertical and a horizontal line; None for none."""
        if at != self.cross:
            self.cross = at
            self.update()

    def set_marks(self, marks: tuple[tuple[QPointF, bool | None], ...]) -> None:
        """Mark these pixels: with a plus where something is to be added, with a minus, or (None) with a ring."""
        if marks != self.marks:
            self.marks = marks
            self.update()

    def paintEvent(self, event: Any) -> None:
        """Paint the texts, light on a dark rim so that they stand out from any tissue."""
        caption = self.caption
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._mark(painter)
        self._paint_marks(painter)
        area = QRectF(self.rect()).adjusted(MARGIN, MARGIN - 2, -MARGIN, -MARGIN + 2)
        flag = Qt.AlignmentFlag
        title = f"{caption.title} ▾" if caption.choice else caption.title
        _write(painter, area, flag.AlignLeft | flag.AlignTop, title, TITLE_POINTS, bold=True)
        if caption.note:
            _write(painter, area.adjusted(0, looks.points(20), 0, 0), flag.AlignLeft | flag.AlignTop, caption.note, 9)
        window, letter = bottom_rows(
            area.width(), *(_width(self, *text) for text in ((caption.place, 9), (caption.window, 9), ("P", 12)))
        )
        row = looks.points(ROW)
        _write(painter, area, flag.AlignLeft | flag.AlignBottom, caption.place, 9)
        _write(painter, area.adjusted(0, 0, 0, -window * row), flag.AlignRight | flag.AlignBottom, caption.window, 9)
        _write(painter, area, flag.AlignHCenter | flag.AlignVCenter, caption.message, 10)
        if caption.edges is not None:
            for words, where in (
                (caption.edges.left, flag.AlignLeft | flag.AlignVCenter),
                (caption.edges.right, flag.AlignRight | flag.AlignVCenter),
            ):
                _write(painter, area, where, words, 12, bold=True)
            top = area.adjusted(self._beyond(title, caption.edges.top, area.width()), 0, 0, 0)
            _write(painter, top, flag.AlignHCenter | flag.AlignTop, caption.edges.top, 12, bold=True)
            low = area.adjusted(0, 0, 0, -letter * row)
            _write(painter, low, flag.AlignHCenter | flag.AlignBottom, caption.edges.bottom, 12, bold=True)
        self._rule(painter, caption.pixels_per_mm)
        if self.focused:
            painter.setPen(QPen(looks.shade("mark"), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    def _beyond(self, title: str, letter: str, width: float) -> float:
        """Return how far the place of the upper letter is narrowed from the left, so that it clears the title."""
        words, sign = (_width(self, *text, bold=True) for text in ((title, TITLE_POINTS), (letter, 12)))
        return max(0.0, 2 * (words + APART) + sign - width)

    def _mark(self, painter: QPainter) -> None:
        if self.cross is None:
            return
        x, y = self.cross.x(), self.cross.y()
        for start, end in ((0.0, x - CROSS_GAP), (x + CROSS_GAP, float(self.width()))):
            if start < end:
                painter.fillRect(QRectF(start, y - 0.5, end - start, 1.0), CROSS)
        for start, end in ((0.0, y - CROSS_GAP), (y + CROSS_GAP, float(self.height()))):
            if start < end:
                painter.fillRect(QRectF(x - 0.5, start, 1.0, end - start), CROSS)

    def _paint_marks(self, painter: QPainter) -> None:
        for at, adds in self.marks:
            if adds is None:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                for pen in (QPen(RIM, 4.5), QPen(OUT, 2.0)):
                    painter.setPen(pen)
                    painter.drawEllipse(at, RING, RING)
                continue
            painter.setPen(QPen(SIGN, 1.2))
            painter.setBrush(ADDS if adds else REMOVES)
            painter.drawEllipse(at, POINT, POINT)
            painter.fillRect(QRectF(at.x() - 3.5, at.y() - 0.75, 7.0, 1.5), SIGN)
            if adds:
                painter.fillRect(QRectF(at.x() - 0.75, at.y() - 3.5, 1.5, 7.0), SIGN)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _rule(self, painter: QPainter, pixels_per_mm: float) -> None:
        length = ruler_mm(pixels_per_mm, self.height())
        if not length:
            return
        right, height = self.width() - MARGIN - 2, length * pixels_per_mm
        # Above the middle letter's row there is always room, below it the window is written.
        top = max(MARGIN, self.height() / 2 - 24 - height)
        # Filled: a pen's lines took longer than all the letters.
        for y in (top, top + height):
            painter.fillRect(QRectF(right - 6, y, 7.5, 1.5), RULER)
        painter.fillRect(QRectF(right, top, 1.5, height), RULER)
        where = QRectF(0, top, right - 10, height)
        flag = Qt.AlignmentFlag
        _write(painter, where, flag.AlignRight | flag.AlignVCenter, f"{length} mm", 8)


def bottom_rows(width: float, place: float, window: float, letter: float) -> tuple[int, int]:
    """Return how many rows the window's figures and the letter at the lower edge are lifted, so that no words meet.

    Parameters
    ----------
    width
        Of the picture, pixels.
    place, window, letter
        Widths of the slice's place (at the left), the window's figures (at the right) and the letter (in the middle).
    """
    up = int(place + window + APART > width)
    half = (width - letter) / 2 - APART
    if max(place, 0 if up else window) <= half:
        return up, 0
    return up, 2 if up and window > half else 1


def _width(widget: QWidget, text: str, points: int, *, bold: bool = False) -> float:
    picture = _lettering(text, looks.points(points), bold, widget.devicePixelRatioF())
    return float(picture.deviceIndependentSize().width())


def ruler_mm(pixels_per_mm: float, height: int) -> int:
    """Return the length of the ruler (mm) for a picture of this height (pixels); 0 if none fits."""
    if pixels_per_mm <= 0:
        return 0
    return next((n for n in RULER_MM if 24 <= n * pixels_per_mm <= height / 3), 0)


def _write(painter: QPainter, area: QRectF, where: Any, text: str, points: int, *, bold: bool = False) -> None:
    if not text:
        return
    picture = _lettering(text, looks.points(points), bold, painter.device().devicePixelRatioF())
    size = picture.deviceIndependentSize()
    left, top = area.left(), area.top()
    if where & Qt.AlignmentFlag.AlignRight:
        left = area.right() - size.width()
    elif where & Qt.AlignmentFlag.AlignHCenter:
        left = area.center().x() - size.width() / 2
    if where & Qt.AlignmentFlag.AlignBottom:
        top = area.bottom() - size.height()
    elif where & Qt.AlignmentFlag.AlignVCenter:
        top = area.center().y() - size.height() / 2
    painter.drawPixmap(QPointF(left, top), picture)


@lru_cache(maxsize=256)
def _lettering(text: str, points: float, bold: bool, ratio: float) -> QPixmap:
    """Return a text as a picture; stroking its rim anew cost more than a slice of napari's drawing."""
    font = QFont(QApplication.font())
    font.setPointSizeF(points)
    font.setBold(bold)
    metrics = QFontMetricsF(font)
    picture = QPixmap(
        math.ceil((metrics.horizontalAdvance(text) + 4) * ratio), math.ceil((metrics.height() + 2) * ratio)
    )
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    path = QPainterPath()
    path.addText(QPointF(2, metrics.ascent() + 1), font, text)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.strokePath(path, QPen(QColor(0, 0, 0, 200), 3.0))
    painter.fillPath(path, QColor(245, 245, 245))
    painter.end()
    return picture
