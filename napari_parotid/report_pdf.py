"""The report on paper: one page a study with its figures and pictures; several studies begin with an overview."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import QMarginsF, QPointF, QRectF, Qt
from qtpy.QtGui import QColor, QFont, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen, QPolygonF

from napari_parotid.messages import millilitres
from napari_parotid.tr import capital, mark, tr
from parotid_training.acceptance import Answer
from parotid_training.errors import ParotidError
from parotid_training.labels import COLOURS, Side, Structure
from parotid_training.report.measure import BOTH, GLAND, TUMOUR
from parotid_training.report.study_report import said

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from parotid_training.acceptance import AcceptedCase
    from parotid_training.report.measure import Measure
    from parotid_training.report.picture import SlicePicture, SlicePlace
    from parotid_training.report.study_report import StudyReport

MM = 10.0
"""Points of the painter a millimetre."""
WIDTH, HEIGHT, FOOT = 180.0, 267.0, 10.0
"""Of what is written on, mm: A4 without its margins; the foot is for what stands on each page."""
INK, FAINT, RULE, WARN = QColor("#1b1f24"), QColor("#5b6470"), QColor("#c3c9d1"), QColor("#9a5b00")
HEADS = (
    ("", 46.0), (mark("Volume (ml)"), 20.0), (mark("Longest in\na slice (mm)"), 24.0),
    (mark("At right\nangles (mm)"), 24.0), (mark("Slice"), 42.0), (mark("Longest in\n3D (mm)"), 24.0),
)  # fmt: skip
OVERVIEW = (
    (mark("Study"), 42.0), (mark("State"), 28.0), (mark("Right gland\n(ml)"), 24.0), (mark("Left gland\n(ml)"), 24.0),
    (mark("Tumours"), 18.0), (mark("Largest\n(ml)"), 18.0), (mark("Longest in\na slice (mm)"), 26.0),
)  # fmt: skip
"""Headings and widths (mm)."""
SIDES = {"sagittal": "AP"}
"""Letters in the upper corners of a picture; of the other planes, the patient's right and left."""
WORDS = ("", mark("Study"), mark("State"), mark("Slice"))
"""Headings of columns that hold words; figures stand at the right of theirs."""
_NAMES = {
    (GLAND, Side.RIGHT): mark("Right gland"),
    (GLAND, Side.LEFT): mark("Left gland"),
    (GLAND, Side.UNKNOWN): mark("Gland"),
    (BOTH, Side.RIGHT): mark("Right gland with tumour"),
    (BOTH, Side.LEFT): mark("Left gland with tumour"),
    (BOTH, Side.UNKNOWN): mark("Gland with tumour"),
    (TUMOUR, Side.RIGHT): mark("Right tumour"),
    (TUMOUR, Side.LEFT): mark("Left tumour"),
    (TUMOUR, Side.UNKNOWN): mark("Tumour"),
}


def write_pdf(path: Path, reports: Sequence[StudyReport], made: str) -> None:
    """Write a report.

    Parameters
    ----------
    reports
        One study, or all of a workspace.
    made
        The day it is made, for the head of the page.

    Raises
    ------
    ParotidError
        If the file cannot be written.
    """
    writer = QPdfWriter(str(path))
    writer.setResolution(round(25.4 * MM))
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(15, 15, 15, 15),
            QPageLayout.Unit.Millimeter,
        )
    )
    writer.setTitle(tr("Parotid report"))
    writer.setCreator(f"napari-parotid {version('napari-parotid')}")
    page = _Page(writer)
    if not page.begin():
        raise ParotidError(
            tr("The report could not be written."), tr("Choose another folder, or free space on the disk.")
        )
    try:
        if len(reports) != 1:
            _overview(page, reports, made)
        for n, report in enumerate(one for one in reports if one.case is not None or len(reports) == 1):
            if n or len(reports) != 1:
                page.turn()
            _study(page, report, made)
    finally:
        page.end()


class _Page:
    """A cursor that walks down the paper; everything in mm."""

    def __init__(self, writer: QPdfWriter) -> None:
        self._writer = writer
        self.painter = QPainter()
        self.y = 0.0
        self._number = 0

    def begin(self) -> bool:
        """Begin the first page; False if the file cannot be written."""
        if not self.painter.begin(self._writer):
            return False
        self._start()
        return True

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

    def heads(self, columns: Sequence[tuple[str, float]]) -> None:
        """Write a table's headings and the line below them."""
        self._cells([tr(head) for head, _ in columns], columns, 8, FAINT)
        self.rule()
        self.y += 1.5

    def row(self, cells: Sequence[str], columns: Sequence[tuple[str, float]]) -> None:
        """Write a line of a table, on a new page with the headings again if there is no room for it."""
        if self.need(8):
            self.heads(columns)
        self._cells(cells, columns, 9, INK)

    def _cells(self, cells: Sequence[str], columns: Sequence[tuple[str, float]], points: float, colour: QColor) -> None:
        x, height = 0.0, 0.0
        for cell, (head, width) in zip(cells, columns, strict=True):
            words = head in WORDS
            align = Qt.AlignmentFlag.AlignLeft if words else Qt.AlignmentFlag.AlignRight
            indent = 6.0 if words and x else 0.0
            height = max(height, self.write(cell, x + indent, width - indent, points, colour, align))
            x += width
        self.y += height + 1.2


def _head(page: _Page, title: str, made: str) -> None:
    page.write(made, 0, WIDTH, 9, FAINT, Qt.AlignmentFlag.AlignRight)
    page.write(tr("Parotid report"), 0, 120, 9, FAINT)
    page.y += 5
    page.y += page.write(title, 0, WIDTH, 17, bold=True) + 3


def _overview(page: _Page, reports: Sequence[StudyReport], made: str) -> None:
    accepted = [report for report in reports if report.case is not None]
    _head(page, tr("All studies"), made)
    words = tr(
        "{accepted} of {all} studies accepted, {measured} of these with something to measure. "
        "Glands without the tumours in them.",
        all=len(reports),
        accepted=len(accepted),
        measured=sum(bool(report.measures) for report in accepted),
    )
    page.y += page.write(words, 0, WIDTH, 9) + 4
    page.heads(OVERVIEW)
    for report in reports:
        page.row(_overview_cells(report), OVERVIEW)
    if any(report.stood_for is not None for report in accepted):
        words = tr(
            "* Of a mask checked in some of its slices only; the study's own page names them. "
            "–: nobody said whether there is a tumour."
        )
        page.need(12)
        page.y += 1
        page.y += page.write(words, 0, WIDTH, 7.5, FAINT)


def _overview_cells(report: StudyReport) -> list[str]:
    glands = {line.side: _marked(millilitres(line.ml), report) for line in report.measures if line.what == GLAND}
    tumours = [line for line in report.measures if line.what == TUMOUR]
    answers = () if report.case is None else report.case.answers
    count, largest, longest = "", "", ""
    if tumours:
        count, largest, longest = (
            _marked(figure, report)
            for figure in (
                str(len(tumours)),
                millilitres(tumours[0].ml),
                f"{max(line.in_plane.long_mm for line in tumours):.0f}",
            )
        )
    elif report.measures:
        # Of a mask checked in some slices only, nobody was asked whether there is none.
        count = "0" if report.stood_for is None or Answer.NO_TUMOUR in answers else "–"
    for side, absent in ((Side.RIGHT, Answer.RIGHT_ABSENT), (Side.LEFT, Answer.LEFT_ABSENT)):
        if absent in answers:
            glands.setdefault(side, tr("absent"))
    state = tr(Answer.NOT_READABLE.value) if Answer.NOT_READABLE in answers else _state(report)
    return [report.title, state, glands.get(Side.RIGHT, ""), glands.get(Side.LEFT, ""), count, largest, longest]


def _study(page: _Page, report: StudyReport, made: str) -> None:
    _head(page, report.title, made)
    for name, words in _facts(report):
        height = page.write(name, 0, 34, 9, FAINT)
        page.y += max(height, page.write(words, 36, WIDTH - 36, 9)) + 0.8
    if report.case is None:
        page.y += 2
        page.y += page.write(tr("Nobody has accepted this mask yet."), 0, WIDTH, 10, WARN, bold=True)
    page.y += 4
    if report.measures:
        _table(page, report)
    else:
        unreadable = report.case is not None and Answer.NOT_READABLE in report.case.answers
        words = tr("The images cannot be read: nothing was measured.") if unreadable else tr("Nothing is drawn.")
        page.y += page.write(words, 0, WIDTH, 10) + 4
    _pictures(page, report.pictures)


def _facts(report: StudyReport) -> list[tuple[str, str]]:
    facts = [(tr("State"), capital(_state(report)))]
    case = report.case
    if case is not None:
        facts.append((tr("Read by"), _who_when(case.who or tr("nobody named"), case.when)))
        if case.approved is not None:
            facts.append((tr("Approved by"), _who_when(case.approved_by, case.approved)))
        if answers := [_answer(one, case) for one in said(case.answers)]:
            facts.append((tr("The reader says"), capital(", ".join(answers))))
        if case.comment:
            facts.append((tr("Comment"), case.comment))
    if report.minutes >= 0.05:
        facts.append((tr("Reading time"), tr("{minutes:.1f} min", minutes=report.minutes)))
    facts.append(
        (
            tr("Sequences"),
            tr(
                "{sequences}; mask drawn on {drawn_on}", sequences=", ".join(report.sequences), drawn_on=report.drawn_on
            ),
        )
    )
    if report.model:
        facts.append((tr("Model"), report.model))
    return facts


def _state(report: StudyReport) -> str:
    state, some = tr(report.state), report.stood_for
    return state if some is None else tr("{state}: {slices}", state=state, slices=some.share)


def _answer(answer: Answer, case: AcceptedCase) -> str:
    some = case.stood_for
    if answer is not Answer.SOME_SLICES or some is None:
        return tr(answer.value)
    if not some.numbers:
        return tr("only the corrected slices are right")
    return tr(
        "only axial slices {numbers} are right",
        one="only axial slice {numbers} is right",
        n=len(some.numbers),
        numbers=some.runs,
    )


def _marked(figure: str, report: StudyReport) -> str:
    """Return a figure with the mark of a footnote where its mask was checked in some slices only."""
    return figure if report.stood_for is None else f"{figure}*"


def _table(page: _Page, report: StudyReport) -> None:
    page.heads(HEADS)
    for line, place in zip(report.measures, report.slices, strict=True):
        page.row(
            [
                _name(line),
                _marked(millilitres(line.ml), report),
                _marked(f"{line.in_plane.long_mm:.0f}", report),
                _marked(f"{line.in_plane.short_mm:.0f}", report),
                _slice_words(place),
                _marked(f"{line.longest_mm:.0f}", report),
            ],
            HEADS,
        )
    page.y += 1
    words = tr(
        "In a slice: the longest diameter, and the longest at right angles to it in the same slice (RECIST), from "
        "outer edge to outer edge. In 3D: from the middle of one slice to the middle of another."
    )
    page.y += page.write(words, 0, WIDTH, 7.5, FAINT)
    if report.stood_for is not None:
        words = tr("* Of a mask checked in {slices} only; nobody stands for the others.", slices=report.stood_for.share)
        page.y += 0.5
        page.y += page.write(words, 0, WIDTH, 8.5, WARN)
    page.y += 5


def _who_when(who: str, when: datetime) -> str:
    return tr("{who}, {day:%d %B %Y}", who=who, day=when)


def _name(line: Measure) -> str:
    words = tr(_NAMES[line.what, line.side])
    return f"{words} {line.number}" if line.number else words


def _slice_words(place: SlicePlace) -> str:
    texts = {
        "axial": tr("Axial slice {number} of {total}", number=place.number, total=place.total),
        "coronal": tr("Coronal slice {number} of {total}", number=place.number, total=place.total),
        "sagittal": tr("Sagittal slice {number} of {total}", number=place.number, total=place.total),
    }
    return texts[place.plane]


def _pictures(page: _Page, pictures: Sequence[SlicePicture]) -> None:
    room, gap, flag = (WIDTH - 6) / 2, 6.0, Qt.AlignmentFlag
    # Two rows of them leave the table its room on the page.
    most = 95.0 if len(pictures) <= 2 else 68.0
    for first in range(0, len(pictures), 2):
        pair = pictures[first : first + 2]
        sizes = [_fit(one, room, most) for one in pair]
        height = max(size[1] for size in sizes)
        page.need(height + 12)
        for n, (one, size) in enumerate(zip(pair, sizes, strict=True)):
            x = n * (room + gap)
            _picture(page.painter, one, QRectF(x * MM, page.y * MM, size[0] * MM, size[1] * MM))
            for letter, side in zip(SIDES.get(one.place.plane, "RL"), (flag.AlignLeft, flag.AlignRight), strict=True):
                page.write(letter, x + 1.5, size[0] - 3, 9, QColor("white"), side, bold=True, at=page.y + 1.5)
            page.write(_slice_words(one.place), x, room, 8, FAINT, at=page.y + size[1] + 1)
        page.y += height + 6
    if pictures:
        x = 0.0
        for structure, name in ((Structure.GLAND, tr("Gland")), (Structure.TUMOUR, tr("Tumour"))):
            page.painter.fillRect(QRectF(x * MM, (page.y + 1.2) * MM, 6 * MM, 0.8 * MM), QColor(COLOURS[structure]))
            page.write(name, x + 8, 30, 8, FAINT)
            x += 30
        page.write(tr("The patient's right is at the left; thin white lines: diameters."), x, WIDTH - x, 8, FAINT)


def _fit(one: SlicePicture, width: float, height: float) -> tuple[float, float]:
    rows, columns = one.grey.shape
    tall, wide = rows * one.pixel_mm[0], columns * one.pixel_mm[1]
    scale = min(width / wide, height / tall)
    return wide * scale, tall * scale


def _picture(painter: QPainter, one: SlicePicture, place: QRectF) -> None:
    grey = np.ascontiguousarray(one.grey)
    rows, columns = grey.shape
    image = QImage(grey.tobytes(), columns, rows, columns, QImage.Format.Format_Grayscale8)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawImage(place, image)

    def polygon(line: np.ndarray) -> QPolygonF:
        xs = place.left() + (line[:, 1] + 0.5) / columns * place.width()
        ys = place.top() + (line[:, 0] + 0.5) / rows * place.height()
        return QPolygonF([QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)])

    for structure, lines in one.outlines.items():
        painter.setPen(QPen(QColor(COLOURS[structure]), 0.45 * MM))
        for line in lines:
            painter.drawPolyline(polygon(line))
    # The rim is for bright tissue.
    for colour, mm in (("black", 0.6), ("white", 0.25)):
        painter.setPen(QPen(QColor(colour), mm * MM))
        for line in one.calipers:
            painter.drawPolyline(polygon(line))
