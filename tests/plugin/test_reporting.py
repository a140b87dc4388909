"""Reports as files: the PDF's pages and the table beside it."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from napari_parotid.messages import millilitres
from napari_parotid.paper import Page
from napari_parotid.reporting import Reporter
from parotid_training.acceptance import Answer
from parotid_training.report.study_report import NOTICE

if TYPE_CHECKING:
    from pathlib import Path

    from napari_parotid.session import Session

pytestmark = pytest.mark.gui


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch, qapp: Any) -> list[list[str]]:
    """What is written on each page of the next report."""
    pages: list[list[str]] = []
    write, start = Page.write, Page._start

    def start_too(page: Any) -> None:
        pages.append([])
        start(page)

    def write_too(page: Any, text: str, *arguments: Any, **named: Any) -> float:
        pages[-1].append(text)
        return write(page, text, *arguments, **named)

    monkeypatch.setattr(Page, "_start", start_too)
    monkeypatch.setattr(Page, "write", write_too)
    return pages


def count_pages(path: Path) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", path.read_bytes()))


def test_one_study_on_one_page(session: Session, kit: Any, folder: Path, tmp_path: Path, pages: Any) -> None:
    session.open_path(folder)
    said: list[Any] = []
    reporter = Reporter(session, kit.Now())
    reporter.notice.connect(said.append)
    reporter.report_study(tmp_path / "out" / "mine.pdf")
    assert count_pages(tmp_path / "out" / "mine.pdf") == len(pages) == 1
    assert "Study 1" in pages[0]
    assert "Nobody has accepted this mask yet." in pages[0]
    letters = {"A", "P"} if any("Sagittal" in text for text in pages[0]) else {"R", "L"}
    assert {"R", "L", "A", "P"} & set(pages[0]) == letters, "which side is which, in the pictures"
    rows = list(csv.DictReader((tmp_path / "out" / "mine.csv").read_text("utf-8-sig").splitlines()))
    assert [row["structure"] for row in rows] == ["gland", "gland with tumour", "tumour"]
    assert said[0].sentence == "The report was written to mine.pdf, its table to mine.csv."


def test_a_tiny_volume_is_not_written_as_nothing() -> None:
    assert [millilitres(ml) for ml in (0.004, 0.05, 22.36)] == ["< 0.1", "0.1", "22.4"]


def test_all_studies_begin_with_an_overview(
    session: Session, kit: Any, engine: Any, tmp_path: Path, pages: Any
) -> None:
    for n in range(3):
        session.open_path(engine.put(tmp_path / f"DOE^JANE{n}", kit.make_study()))
        if n < 2:
            answers = (Answer.ANNOTATED, Answer.LEFT_ABSENT)
            session.accept(answers, comment="after surgery", anyway=True)
    session.who = "Second"
    session.open_study(session.records[0].study_id)
    session.approve()
    Reporter(session, kit.Now()).report_all(tmp_path / "all")
    assert count_pages(tmp_path / "all" / "report.pdf") == len(pages) == 3, "an overview and the two that were accepted"
    for page in pages:
        assert f"{NOTICE}." in page
        assert not any("DOE" in text or "JANE" in text for text in page)
    assert {"Study 1", "Study 2", "Study 3", "approved", "accepted", "proposed"} <= set(pages[0])
    assert any(text.startswith("Second, ") for text in pages[1])
    assert {"Left gland absent", "after surgery"} <= set(pages[1])
    table = (tmp_path / "all" / "report.csv").read_text("utf-8-sig")
    assert "DOE" not in table
    assert table.count("\n") == 1 + 3 + 3 + 1


def test_the_overview_says_what_cannot_be_read_and_which_gland_is_absent(
    session: Session, kit: Any, engine: Any, tmp_path: Path, pages: Any
) -> None:
    session.open_path(engine.put(tmp_path / "blurred", kit.make_study()))
    session.accept((Answer.NOT_READABLE,), anyway=True)
    session.open_path(engine.put(tmp_path / "operated", kit.make_study()))
    session.labels[session.labels > 0] = 0
    session.accept((Answer.ANNOTATED, Answer.LEFT_ABSENT), anyway=True)
    Reporter(session, kit.Now()).report_all(tmp_path / "all")
    assert {"not readable", "absent"} <= set(pages[0])
    assert any(text.startswith("The images cannot be read") for page in pages for text in page)


def test_a_study_of_which_some_slices_are_stood_for_is_not_told_as_a_whole_one(
    session: Session, kit: Any, engine: Any, tmp_path: Path, pages: Any
) -> None:
    session.open_path(engine.put(tmp_path / "whole", kit.make_study()))
    session.accept(anyway=True)
    session.open_path(engine.put(tmp_path / "part", kit.make_study()))
    assert session.study is not None
    session.labels[session.labels == 2] = 0
    session.accept((Answer.ANNOTATED, Answer.SOME_SLICES), anyway=True)
    assert session.case is not None
    some = session.case.stood_for
    assert some is not None
    session.open_path(engine.put(tmp_path / "with a tumour", kit.make_study()))
    session.labels[tuple(np.argwhere(session.labels == 1)[0])] = 0
    session.accept((Answer.ANNOTATED, Answer.SOME_SLICES), anyway=True)
    Reporter(session, kit.Now()).report_all(tmp_path / "all")
    overview, whole, part, _ = pages
    share = f"{len(some.numbers)} of {some.total} slices"
    _, state, _, _, *tumours = overview[overview.index("Study 2") :][:7]
    assert state == f"accepted: {share}"
    assert tumours == ["–", "", ""], "nobody said that there is none"
    assert all(cell.endswith("*") for cell in overview[overview.index("Study 3") :][4:7])
    assert not any("*" in cell for cell in overview[overview.index("Study 1") :][:7])
    assert any(text.startswith("* Of a mask checked in some") for text in overview)
    assert not any("*" in text for text in whole)
    assert f"Accepted: {share}" in part
    assert any(text.startswith("Only axial slice") and some.runs in text for text in part)
    assert sum(text.endswith("*") for text in part) == 4, "volume, two diameters in a slice, one in 3D"
    assert f"* Of a mask checked in {share} only; nobody checked the others." in part
    assert "Reading time" not in whole


def test_the_overview_explains_those_signs_only_that_stand_in_it(
    session: Session, kit: Any, engine: Any, tmp_path: Path, pages: Any
) -> None:
    def notes() -> list[str]:
        pages.clear()
        Reporter(session, kit.Now()).report_all(tmp_path / "all")
        return [text for text in pages[0] if "checked in some" in text or "nobody said" in text]

    session.open_path(engine.put(tmp_path / "whole", kit.make_study()))
    session.accept(anyway=True)
    assert not notes()
    session.open_path(engine.put(tmp_path / "with a tumour", kit.make_study()))
    session.labels[tuple(np.argwhere(session.labels == 1)[0])] = 0
    session.accept((Answer.ANNOTATED, Answer.SOME_SLICES), anyway=True)
    assert notes() == ["* Of a mask checked in some of its slices only; the study's own page names them."]
    session.open_path(engine.put(tmp_path / "no tumour said", kit.make_study()))
    session.labels[session.labels == 2] = 0
    session.accept((Answer.ANNOTATED, Answer.SOME_SLICES), anyway=True)
    (both,) = notes()
    assert both.endswith("names them. –: nobody said whether there is a tumour.")


def test_what_was_not_noted_of_some_slices_is_not_made_up(
    session: Session, kit: Any, folder: Path, tmp_path: Path, pages: Any
) -> None:
    session.open_path(folder)
    session.labels[session.labels == 2] = 0
    session.accept((Answer.ANNOTATED, Answer.SOME_SLICES), anyway=True)
    session.engine.store.database.write("UPDATE cases SET stood_for = '[[], 0]'")
    Reporter(session, kit.Now()).report_study(tmp_path / "mine.pdf")
    assert {"Accepted: some slices", "Only the corrected slices are right"} <= set(pages[0])
    assert "* Of a mask checked in some slices only; nobody checked the others." in pages[0]
    assert ",some," in (tmp_path / "mine.csv").read_text("utf-8-sig")


def test_half_a_minute_of_reading_is_told_as_in_the_table(
    session: Session, kit: Any, folder: Path, tmp_path: Path, pages: Any
) -> None:
    session.open_path(folder)
    session.engine.store.add_reading_time(session.study_id, "Ada", 24)
    Reporter(session, kit.Now()).report_study(tmp_path / "mine.pdf")
    assert "0.4 min" in pages[0]


def test_a_long_overview_goes_on_on_the_next_page(session: Session, kit: Any, tmp_path: Path, pages: Any) -> None:
    for _ in range(60):
        session.engine.store.add_study(None, patient_key="")
    Reporter(session, kit.Now()).report_all(tmp_path / "all")
    assert len(pages) == 2
    assert all(f"{NOTICE}." in page and "Study" in page for page in pages), "with its headings"


def test_a_folder_that_cannot_be_written_is_told(
    session: Session, kit: Any, folder: Path, tmp_path: Path, qapp: Any
) -> None:
    session.open_path(folder)
    said: list[Any] = []
    reporter = Reporter(session, kit.Now())
    reporter.notice.connect(said.append)
    (tmp_path / "file").write_text("")
    reporter.report_study(tmp_path / "file" / "mine.pdf")
    assert said[0].sentence.startswith("The report could not be written")
