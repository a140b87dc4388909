"""What is reported of a study: who stands for it, what was measured, and pictures. The pseudonym, never a name."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parotid_training.acceptance import Answer
from parotid_training.errors import ParotidError
from parotid_training.io.casefolder import read_case_folder
from parotid_training.model.report import body_midline_mm
from parotid_training.progress import Cancelled, Report, check, ignore_progress, never
from parotid_training.report.measure import BOTH, TUMOUR, Measure, measure
from parotid_training.report.picture import SlicePicture, SlicePlace, picture, slice_place
from parotid_training.words import tr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parotid_training.acceptance import AcceptedCase, SomeSlices
    from parotid_training.study import Study
    from parotid_training.volume import LabelMap
    from parotid_training.workspace.records import StudyRecord
    from parotid_training.workspace.store import Store

NOTICE = "For research use; not a medical device"
MOST_PICTURES = 4
"""Of a study: as many as fit on its page."""
COLUMNS = (
    "study", "state", "read_by", "read_on", "approved_by", "approved_on", "answers", "slices_checked",
    "in_spite_of", "comment", "reading_minutes", "sequences", "drawn_on", "began_with", "model", "structure",
    "number", "side", "volume_ml", "in_plane_longest_mm", "in_plane_perpendicular_mm", "slice",
    "longest_3d_mm", "notice",
)  # fmt: skip
"""Of the CSV: one line for each thing measured; a study without any has one line."""


@dataclass(frozen=True, eq=False)
class StudyReport:
    """One study.

    Parameters
    ----------
    title
        Its pseudonym.
    state
        How far it is, in a word.
    case
        Who accepted and approved it, and what they said; None for a mask that nobody stands for yet.
    minutes
        For how long it was read, by all who did.
    sequences, drawn_on
        The roles of the sequences, and of the one that carries the mask.
    model
        The model version that proposed; "" for none.
    measures
        What is drawn; empty where nothing was accepted.
    slices
        For each of `measures`: plane and number of its slice.
    pictures
        The slices in which diameters were measured: the largest tumours' first, then the glands'.
    """

    title: str
    state: str
    case: AcceptedCase | None
    minutes: float
    sequences: tuple[str, ...]
    drawn_on: str
    model: str
    measures: tuple[Measure, ...] = ()
    slices: tuple[SlicePlace, ...] = ()
    pictures: tuple[SlicePicture, ...] = ()

    @property
    def stood_for(self) -> SomeSlices | None:
        """Which slices are, where not all of the mask that was measured is; else None."""
        return None if self.case is None else self.case.stood_for


def report_of(store: Store, record: StudyRecord, study: Study, label_map: LabelMap, *, accepted: bool) -> StudyReport:
    """Report on a mask.

    Parameters
    ----------
    label_map
        On the study's grid.
    accepted
        Whether it is the study's accepted mask.
    """
    image = study.sequences[study.reference].volume
    case = store.case_of(record.study_id) if accepted else None
    # What is drawn in images that cannot be read is no finding.
    readable = case is None or Answer.NOT_READABLE not in case.answers
    lines = measure(label_map, body_midline_mm(image)) if readable else ()
    # The gland with its tumour is measured over both; its lines would only cover theirs.
    seen = sorted((line for line in lines if line.what != BOTH), key=lambda line: line.what != TUMOUR)
    diameters = tuple(line.in_plane for line in seen)
    chosen = list(dict.fromkeys((one.axis, one.number) for one in diameters))[:MOST_PICTURES]
    return StudyReport(
        title=record.title,
        state=record.state.value,
        case=case,
        minutes=_minutes(store, record),
        sequences=tuple(role.value for role in study.roles),
        drawn_on=study.roles[study.reference].value,
        model=next((model.title for model in store.models() if model.model_id == record.model_id), ""),
        measures=lines,
        slices=tuple(slice_place(image.grid, line.in_plane.axis, line.in_plane.number) for line in lines),
        pictures=tuple(picture(image, label_map, *one, diameters) for one in chosen),
    )


def report_all(
    store: Store, progress: Report = ignore_progress, cancelled: Cancelled = never
) -> tuple[StudyReport, ...]:
    """Report on the worklist: accepted studies with what was measured, the others by name and state only."""
    records, reports = store.studies(), []
    for n, record in enumerate(records):
        check(cancelled)
        progress(n / len(records), tr("Measuring study {number} of {all}", number=n + 1, all=len(records)))
        case = store.case_of(record.study_id) if record.state.is_accepted else None
        if case is None:
            roles = tuple(role.value for role in record.roles)
            drawn_on = "" if record.reference is None or not roles else roles[record.reference]
            minutes = _minutes(store, record)
            reports.append(StudyReport(record.title, record.state.value, None, minutes, roles, drawn_on, ""))
            continue
        try:
            study, label_map = read_case_folder(store.case_folder(case.case_id))
        except ParotidError as error:
            raise ParotidError(
                tr("{title}: its accepted files are damaged.", title=record.title), "Open it and accept it again."
            ) from error
        reports.append(report_of(store, record, study, label_map, accepted=True))
    progress(1.0, "All studies were measured")
    return tuple(reports)


def said(answers: Iterable[Answer]) -> list[Answer]:
    """Return what a reader said besides the mask."""
    return [answer for answer in answers if answer is not Answer.ANNOTATED]


def table(reports: Iterable[StudyReport]) -> str:
    """Return the CSV (comma, decimal point, UTF-8) of these studies; in English, since programs read it."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for report in reports:
        common = _common(report)
        if not report.measures:
            writer.writerow(common)
        for line, place in zip(report.measures, report.slices, strict=True):
            writer.writerow(common | _measured(line, place))
    return text.getvalue()


def _common(report: StudyReport) -> dict[str, str]:
    case = report.case
    values = {
        "study": report.title,
        "state": report.state,
        "reading_minutes": f"{report.minutes:.1f}",
        "sequences": "; ".join(report.sequences),
        "drawn_on": report.drawn_on,
        "model": report.model,
        "notice": NOTICE,
    }
    if case is not None:
        values |= {
            "read_by": case.who,
            "read_on": f"{case.when:%Y-%m-%d}",
            "approved_by": case.approved_by,
            "approved_on": "" if case.approved is None else f"{case.approved:%Y-%m-%d}",
            "answers": ", ".join(one.value for one in said(case.answers)),
            "slices_checked": _checked(case),
            "in_spite_of": " ".join(case.in_spite_of),
            "began_with": "a mask from a file" if case.from_file else "",
            "comment": case.comment,
        }
    return {name: _harmless(value) for name, value in values.items()}


def _checked(case: AcceptedCase) -> str:
    """Return which slices are stood for: of the others, what was measured is only a proposal."""
    if Answer.NOT_READABLE in case.answers:
        return ""
    some = case.stood_for
    if some is None:
        return "all"
    if not some.numbers:
        return "some"
    return f"{len(some.numbers)} of {some.total}: axial {', '.join(map(str, some.numbers))}"


def _measured(line: Measure, place: SlicePlace) -> dict[str, str]:
    return {
        "structure": line.what,
        "number": str(line.number or ""),
        "side": line.side.value,
        "volume_ml": f"{line.ml:.2f}",
        "in_plane_longest_mm": f"{line.in_plane.long_mm:.1f}",
        "in_plane_perpendicular_mm": f"{line.in_plane.short_mm:.1f}",
        "slice": str(place),
        "longest_3d_mm": f"{line.longest_mm:.1f}",
    }


def _harmless(text: str) -> str:
    """Return what a spreadsheet will not take for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def _minutes(store: Store, record: StudyRecord) -> float:
    return sum(store.reading_times(record.study_id).values()) / 60
