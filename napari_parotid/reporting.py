"""Reports on the study in hand and on all studies: measured and written beside the reading."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from napari_parotid.errand import Errand
from napari_parotid.messages import Notice
from napari_parotid.tr import tr
from napari_parotid.work import State
from parotid_training.progress import part
from parotid_training.volume import LabelMap
from parotid_training.workspace.disk import say_disk_errors

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from napari_parotid.executor import Submit
    from napari_parotid.session import Session
    from parotid_training.progress import Report


class Reporter(Errand):
    """Writes reports.

    Parameters
    ----------
    session
        The study in hand and the workspace.
    submit
        Hands work to another thread and its outcome back.
    """

    def __init__(self, session: Session, submit: Submit) -> None:
        super().__init__(submit)
        self._session = session

    def report_study(self, path: Path) -> None:
        """Report on the mask in hand as it is now: the PDF at this path, and a CSV beside it."""
        session = self._session
        if session.study is None or session.labels is None:
            return
        study, record, store = session.study, session.record, session.engine.store
        label_map = LabelMap(study.grid, session.labels.copy())
        accepted = session.standing is State.ACCEPTED

        def work(report: Report, cancelled: Any) -> None:
            from parotid_training.report.study_report import report_of

            report(0.1, tr("Measuring"))
            found = report_of(store, record, study, label_map, accepted=accepted)
            _write(path, path.with_suffix(".csv"), [found], part(report, 0.7, 1.0))

        self.run(work, lambda _: self._say(path), tr("writing the report"))

    def report_all(self, folder: Path) -> None:
        """Report on all studies: ``report.pdf`` and ``report.csv`` in this folder."""
        store = self._session.engine.store

        def work(report: Report, cancelled: Any) -> None:
            from parotid_training.report.study_report import report_all

            found = report_all(store, part(report, 0.0, 0.9), cancelled)
            _write(folder / "report.pdf", folder / "report.csv", found, part(report, 0.9, 1.0))

        self.run(work, lambda _: self._say(folder / "report.pdf"), tr("writing the report of all studies"))

    def _say(self, path: Path) -> None:
        self.notice.emit(
            Notice(tr("The report was written to {name}, its table to {stem}.csv.", name=path.name, stem=path.stem))
        )


def _write(pdf: Path, table_path: Path, reports: Sequence[Any], report: Report) -> None:
    from napari_parotid.report_pdf import write_pdf
    from parotid_training.report.study_report import table

    report(0.0, tr("Writing the report"))
    with say_disk_errors(tr("The report could not be written")):
        pdf.parent.mkdir(parents=True, exist_ok=True)
        # The mark makes spreadsheets read it as UTF-8.
        table_path.write_text(table(reports), "utf-8-sig")
    write_pdf(pdf, reports, f"{datetime.now():%d %B %Y}")
