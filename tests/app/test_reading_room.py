"""The list, the acceptance by two people and the report, through the real window."""

from __future__ import annotations

import time
from types import SimpleNamespace

import numpy as np
import pytest
from qtpy.QtCore import QMimeData, QPointF, Qt, QUrl
from qtpy.QtGui import QDropEvent
from qtpy.QtWidgets import QPushButton

from napari_parotid.history import difference
from napari_parotid.messages import Busy
from napari_parotid.panels import files
from napari_parotid.panels.study_entry import RECORD, THUMBNAIL, lines
from napari_parotid.work import State
from parotid_app.hands import Hands
from parotid_app.settings import Settings
from parotid_training.io.nifti import write_label_map
from parotid_training.volume import LabelMap
from parotid_training.workspace.records import StudyState
from tests import patience
from tests.app.conftest import wait_for_pictures

pytestmark = pytest.mark.gui


def until(qtbot, reached):
    qtbot.waitUntil(reached, timeout=patience.MS)


def test_a_tree_dropped_beside_a_study_is_listed_in_the_background(opened, folders, engine, tmp_path, qtbot):
    in_hand = opened.session.study_id
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(folders[1]))])
    none, copy = Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    opened.dropEvent(QDropEvent(QPointF(5, 5), copy, mime, Qt.MouseButton.LeftButton, none))
    until(qtbot, lambda: opened.worklist.list.count() == 2 and opened.importer.idle)
    assert opened.session.study_id == in_hand
    assert "1 study added" in opened.desk.notice.text.text()


def test_questions_lead_to_their_places_and_a_second_person_approves(opened, tmp_path, qtbot):
    session, review, hands = opened.session, opened.desk.review, Hands(opened, tmp_path)
    session.who = "Ada"
    session.labels[0:2, 0:2, 0] = 1
    opened.canvases.set_slice(9)
    hands.click(review.accept)
    until(qtbot, lambda: bool(session.questions))
    shown = [one for one in review.findChildren(QPushButton) if one.text() == "Show"]
    assert len(shown) == len(session.questions)
    where = [question.where for question in session.questions]
    shown[[place[2] for place in where].index(0)].click()
    assert opened.canvases.number == 0
    hands.click(review.accept)
    until(qtbot, lambda: session.state is State.ACCEPTED and session.busy is None)
    assert review.stands.text().startswith("Accepted by Ada")
    review.set_who("Ada")
    assert not review.approve.isEnabled()
    assert not opened.lines["Approve"].isEnabled()
    review.who.clear()
    qtbot.keyClicks(review.who, "Grace")
    hands.click(review.approve)
    until(qtbot, lambda: session.record.state is StudyState.APPROVED and session.busy is None)
    assert "Approved by Grace" in review.stands.text()
    assert opened.desk.correct.accepted.text().startswith("Approved.")
    assert not review.approve.isVisible()
    assert not opened.lines["Approve"].isEnabled()
    assert opened.worklist.state.itemText(1) == "Approved (1)"
    hands.click(review.reopen)
    assert session.record.state is StudyState.IN_CORRECTION


def test_reports_are_written_where_the_reader_says(opened, tmp_path, qtbot, monkeypatch):
    monkeypatch.setattr(files.QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "one"), ""))
    opened.lines["Report…"].trigger()
    until(qtbot, lambda: opened.desk.reporter.idle)
    assert (tmp_path / "one.pdf").read_bytes().startswith(b"%PDF")
    assert "not a medical device" in (tmp_path / "one.csv").read_text("utf-8-sig")
    monkeypatch.setattr(files.QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "all"))
    opened.worklist.report.click()
    until(qtbot, lambda: opened.desk.reporter.idle)
    assert (tmp_path / "all" / "report.pdf").exists()
    assert "report.pdf" in opened.desk.notice.text.text()


@pytest.mark.parametrize("what", ["report", "export", "mask"])
def test_a_study_that_comes_while_a_file_is_asked_for_is_not_taken_for_the_one_meant(
    opened, folders, tmp_path, qtbot, monkeypatch, what
):
    """It would be written under another patient's name."""
    session, first = opened.session, opened.session.study_id
    chosen = tmp_path / "chosen.nii.gz"
    if what == "mask":
        write_label_map(chosen, LabelMap(session.study.grid, session.labels))

    def choose(*_):
        session.open_path(folders[1])
        until(qtbot, lambda: session.study_id != first and session.proposal is not None)
        return str(chosen), ""

    monkeypatch.setattr(files.QFileDialog, "getSaveFileName", choose)
    monkeypatch.setattr(files.QFileDialog, "getOpenFileName", choose)
    if what == "report":
        opened.lines["Report…"].trigger()
    elif what == "export":
        opened.lines["Export mask…"].trigger()
    else:
        opened.desk.propose.mask.click()
    assert "Another study was opened meanwhile" in opened.desk.notice.text.text()
    until(qtbot, lambda: opened.tasks.idle)
    assert chosen.exists() is (what == "mask")
    assert not list(tmp_path.glob("*.pdf"))
    assert not session.can_undo


def test_the_list_is_proposed_while_nobody_works(make_window, folders, engine, qtbot):
    for n, folder in enumerate(folders):
        engine.store.add_study(folder.resolve(), patient_key=f"p{n}")
    window = make_window(Settings(propose_ahead=True))
    window.session.clock = SimpleNamespace(still_for=99.0, take=lambda: 0.0, touch=lambda: None)
    window.show()
    qtbot.waitExposed(window)
    until(qtbot, lambda: all(record.state is StudyState.PROPOSED for record in window.session.records))
    until(qtbot, lambda: all(window.worklist.list.item(n).data(THUMBNAIL) for n in range(2)))
    until(qtbot, lambda: window.ahead.idle)
    asked = engine.proposals
    window.session.open_study(window.session.records[0].study_id)
    wait_for_pictures(window, qtbot)
    assert engine.proposals == asked == 2
    assert window.ahead.wanted


def test_work_aside_is_shown_where_there_is_room_and_can_be_stopped(window, qtbot):
    window.ahead.wanted = True
    window.ahead._set(Busy("Proposing ahead: Study 3 (4 more)", 0.5))
    assert window.status.aside.isVisible()
    window.session.busy_changed.emit(Busy("Reading the study", 0.1))
    assert not window.status.aside.isVisible()
    window.session.busy_changed.emit(None)
    window.ahead._set(Busy("Proposing ahead: Study 3 (4 more)", 0.6))
    assert window.minimumSizeHint().width() <= 1280
    window.status.aside_stop.click()
    assert not window.status.aside.isVisible()
    assert not window.ahead.wanted
    assert window.lines["Propose the worklist ahead"].isEnabled()


def test_the_next_start_says_where_the_reader_left_off(opened, folders, make_window, engine, qtbot):
    """After a crash nobody knows which study was in hand."""
    session = opened.session
    opened.welcome()
    assert not opened.desk.notice.isVisible(), "nothing was begun"
    session.apply(difference("paint", session.labels, np.ones_like(session.labels)))
    title = session.record.title
    session.close()
    until(qtbot, lambda: session.state is State.EMPTY)
    opened.close()
    window = make_window(Settings(propose_ahead=False, toured=True), engine)
    window.show()
    qtbot.waitExposed(window)
    window.welcome()
    when = time.strftime(
        "%H:%M", time.localtime(engine.store.journal(session.records[0].study_id).path.stat().st_mtime)
    )
    assert window.desk.notice.text.text().startswith(f"Your work of {when} on {title} is not finished.")
    window.session.open_study(session.records[0].study_id)
    wait_for_pictures(window, qtbot)
    assert window.session.labels.all()


def test_the_row_of_a_study_says_what_is_drawn_now(opened, folders, monkeypatch, qtbot):
    session, worklist = opened.session, opened.worklist
    voxel_ml = session.study.grid.voxel_ml
    written, write = [], session.engine.store.set_volumes
    monkeypatch.setattr(session.engine.store, "set_volumes", lambda *what: (written.append(what), write(*what)))

    def volumes():
        return lines(worklist.list.item(0).data(RECORD))[1]

    def drawn():
        glands, tumours = ((session.labels == n).sum() * voxel_ml for n in (1, 2))
        return f"gland {glands:.0f} · tumour {tumours:.1f} ml"

    assert volumes() == drawn()
    for slices in (4, 8, 12):  # strokes one after the other
        larger = session.labels.copy()
        larger[:10, :40, :slices] = 1  # beside the tumour
        session.apply(difference("test", session.labels, larger))
    assert volumes() != drawn()
    until(qtbot, lambda: volumes() == drawn())
    assert len(written) == 1, "once, after the last of them"
    corrected = volumes()
    session.undo()
    until(qtbot, lambda: volumes() == drawn())
    session.redo()
    until(qtbot, lambda: volumes() == corrected)
    # And stays so when another study is opened.
    session.open_path(folders[1])
    until(qtbot, lambda: worklist.list.count() == 2 and session.state is State.PROPOSED)
    assert volumes() == corrected
