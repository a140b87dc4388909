"""Paper to write on: A4 pages with a foot, texts that wrap and tables that go on, all in mm."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from qtpy.QtCore import QIODevice, QMarginsF, QPointF, QRectF, Qt
from qtpy.QtGui import QColor, QFont, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen

from napari_parotid.tr import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

MM = 10.0
"""Points of the painter a millimetre."""
WIDTH, HEIGHT, FOOT = 180.0, 267.0, 10.0
"""Of what is written on, mm: A4 without its margins; the foot is for what stands on each page."""
INK, FAINT, RULE, WARN = QColor("#1b1f24"), QColor("#5b6470"), QColor("#c3c9d1"), QColor("#9a5b00")


class Column(NamedTuple):
    """A table's column.

    Parameters
    ----------
    head
        A marked text.
    mm
        Its width.
    words
        Whether it holds words; figures stand at the right of theirs.
    """

    head: str
    mm: float
    words: bool = False


def a4(device: QIODevice) -> QPdfWriter:
    """Return what writes a PDF of pages in this size."""
    writer = QPdfWriter(device)
    writer.setResolution(round(25.4 * MM))
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(15, 15, 15, 15),
            QPageLayout.Unit.Millimeter,
        )
    )
    return writer


class Page:
    """A cursor that walks down the paper; everything in mm."""

    def __init__(self, writer: QPdfWriter) -> None:
        self._writer = writer
        self.painter = QPainter()
        self.y = 0.0
        self._number = 0

    def begin(self) -> None:
        """Begin the first page."""
        self.painter.begin(self._writer)
        self._start()

    def end(self) -> None:
        """Finish the file."""
        self.painter.end()

    def turn(self) -> None:
        """Begin another page."""
        self._writer.newPage()
        self._start()

    def need(self, mm: float) -> bool:
        """Turn the page if there is less room than this; whether it was turned."""
        if self.y + mm <= HEIGHT - FOOT:
            return False
        self.turn()
        return True

    def _start(self) -> None:
        self._number += 1
        self.y = HEIGHT - 5
        self.rule()
        self.y = 0.0
        flag = Qt.AlignmentFlag
        self.write(tr("For research use; not a medical device."), 0, WIDTH, 8.5, bold=True, at=HEIGHT - 4)
        self.write(
            tr("napari-parotid · page {number}", number=self._number),
            0,
            WIDTH,
            8,
            FAINT,
            flag.AlignRight,
            at=HEIGHT - 4,
        )

    def rule(self) -> None:
        """Draw a thin line across."""
        self.painter.setPen(QPen(RULE, 2))
        self.painter.drawLine(QPointF(0, self.y * MM), QPointF(WIDTH * MM, self.y * MM))

    def write(
        self,
        text: str,
        x: float,
        width: float,
        points: float,
        colour: QColor = INK,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        *,
        bold: bool = False,
        at: float | None = None,
    ) -> float:
        """Write a text that wraps; return its height."""
        font = QFont("DejaVu Sans")
        font.setStyleHint(QFont.StyleHint.SansSerif)
        font.setPointSizeF(points)
        font.setBold(bold)
        self.painter.setFont(font)
        self.painter.setPen(colour)
        flags = int(align) | int(Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)
        place = QRectF(x * MM, (self.y if at is None else at) * MM, width * MM, 10 * HEIGHT * MM)
        taken = self.painter.boundingRect(place, flags, text)
        self.painter.drawText(place, flags, text)
        return float(taken.height()) / MM

    def heads(self, columns: Sequence[Column]) -> None:
        """Write a table's headings and the line below them."""
        self._cells([tr(column.head) for column in columns], columns, 8, FAINT)
        self.rule()
        self.y += 1.5

    def row(self, cells: Sequence[str], columns: Sequence[Column]) -> None:
        """Write a line of a table, on a new page with the headings again if there is no room for it."""
        if self.need(8):
            self.heads(columns)
        self._cells(cells, columns, 9, INK)

    def _cells(self, cells: Sequence[str], columns: Sequence[Column], points: float, colour: QColor) -> None:
        x, height = 0.0, 0.0
        for cell, column in zip(cells, columns, strict=True):
            align = Qt.AlignmentFlag.AlignLeft if column.words else Qt.AlignmentFlag.AlignRight
            indent = 6.0 if column.words and x else 0.0
            height = max(height, self.write(cell, x + indent, column.mm - indent, points, colour, align))
            x += column.mm
        self.y += height + 1.2
