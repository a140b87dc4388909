"""The report on paper: one page a study with its figures and pictures; several studies begin with an overview."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from qtpy.QtCore import QBuffer, QByteArray, QIODevice, Qt

from napari_parotid.messages import millilitres
from napari_parotid.paper import FAINT, WARN, WIDTH, Column, Page, a4
from napari_parotid.report_pictures import print_pictures, slice_words
from napari_parotid.tr import capital, mark, tr
from parotid_training.acceptance import Answer
from parotid_training.labels import Side
from parotid_training.report.measure import BOTH, GLAND, TUMOUR
from parotid_training.report.study_report import said
from parotid_training.workspace.disk import say_disk_errors, write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from parotid_training.acceptance import AcceptedCase
    from parotid_training.report.measure import Measure
    from parotid_training.report.study_report import StudyReport

HEADS = (
    Column("", 46.0, words=True), Column(mark("Volume (ml)"), 20.0), Column(mark("Longest in\na slice (mm)"), 24.0),
    Column(mark("At right\nangles (mm)"), 24.0), Column(mark("Slice"), 42.0, words=True),
    Column(mark("Longest in\n3D (mm)"), 24.0),
)  # fmt: skip
OVERVIEW = (
    Column(mark("Study"), 42.0, words=True), Column(mark("State"), 28.0, words=True),
    Column(mark("Right gland\n(ml)"), 24.0), Column(mark("Left gland\n(ml)"), 24.0), Column(mark("Tumours"), 18.0),
    Column(mark("Largest\n(ml)"), 18.0), Column(mark("Longest in\na slice (mm)"), 26.0),
)  # fmt: skip
UNSAID = "–"
"""Stands for the number of tumours where nobody said whether there are any."""
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
    # Qt says nothing of a disk that is full: the pages are made first, and written as any other file.
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = a4(buffer)
    writer.setTitle(tr("Parotid report"))
    writer.setCreator(f"napari-parotid {version('napari-parotid')}")
    page = Page(writer)
    page.begin()
    try:
        if len(reports) != 1:
            _overview(page, reports, made)
        for n, report in enumerate(one for one in reports if one.case is not None or len(reports) == 1):
            if n or len(reports) != 1:
                page.turn()
            _study(page, report, made)
    finally:
        page.end()
    with say_disk_errors(tr("The report could not be written")):
        write_whole(path, bytes(content.data()))


def _head(page: Page, title: str, made: str) -> None:
    page.write(made, 0, WIDTH, 9, FAINT, Qt.AlignmentFlag.AlignRight)
    page.write(tr("Parotid report"), 0, 120, 9, FAINT)
    page.y += 5
    page.y += page.write(title, 0, WIDTH, 17, bold=True) + 3


def _overview(page: Page, reports: Sequence[StudyReport], made: str) -> None:
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
    rows = [_overview_cells(report) for report in reports]
    for cells in rows:
        page.row(cells, OVERVIEW)
    ends = {cell[-1:] for _, _, *figures in rows for cell in figures}
    notes = (
        ("*", tr("* Of a mask checked in some of its slices only; the study's own page names them.")),
        (UNSAID, tr("–: nobody said whether there is a tumour.")),
    )
    words = " ".join(note for sign, note in notes if sign in ends)
    if words:
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
        count = "0" if report.stood_for is None or Answer.NO_TUMOUR in answers else UNSAID
    for side, absent in ((Side.RIGHT, Answer.RIGHT_ABSENT), (Side.LEFT, Answer.LEFT_ABSENT)):
        if absent in answers:
            glands.setdefault(side, tr("absent"))
    state = tr(Answer.NOT_READABLE.value) if Answer.NOT_READABLE in answers else _state(report)
    return [report.title, state, glands.get(Side.RIGHT, ""), glands.get(Side.LEFT, ""), count, largest, longest]


def _study(page: Page, report: StudyReport, made: str) -> None:
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
    print_pictures(page, report.pictures)


def _facts(report: StudyReport) -> list[tuple[str, str]]:
    facts = [(tr("State"), capital(_state(report)))]
    case = report.case
    if case is not None:
        facts.append((tr("Read by"), _who_when(case.who or tr("nobody named"), case.when)))
        if case.approved is not None:
            facts.append((tr("Approved by"), _who_when(case.approved_by, case.approved)))
        if answers := [_answer(one, case) for one in said(case.answers)]:
            facts.append((tr("The reader says"), capital(", ".join(answers))))
        if case.in_spite_of:
            facts.append((tr("Accepted in spite of"), " ".join(case.in_spite_of)))
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
    if case is not None and case.from_file:
        facts.append((tr("Began with"), tr("a mask from a file")))
    elif report.model:
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


def _table(page: Page, report: StudyReport) -> None:
    page.heads(HEADS)
    for line, place in zip(report.measures, report.slices, strict=True):
        page.row(
            [
                _name(line),
                _marked(millilitres(line.ml), report),
                _marked(f"{line.in_plane.long_mm:.0f}", report),
                _marked(f"{line.in_plane.short_mm:.0f}", report),
                slice_words(place),
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
        words = tr("* Of a mask checked in {slices} only; nobody checked the others.", slices=report.stood_for.share)
        page.y += 0.5
        page.y += page.write(words, 0, WIDTH, 8.5, WARN)
    page.y += 5


def _who_when(who: str, when: datetime) -> str:
    return tr("{who}, {day:%d %B %Y}", who=who, day=when)


def _name(line: Measure) -> str:
    words = tr(_NAMES[line.what, line.side])
    return f"{words} {line.number}" if line.number else words
