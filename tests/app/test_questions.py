"""A question about an accepted mask: what the model would draw is seen, and an answer can be taken back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from napari_parotid.history import difference
from napari_parotid.panels.study_entry import RECORD, REMARK
from napari_parotid.work import State
from parotid_training.volume import LabelMap
from tests import patience
from tests.app.conftest import wait_for_pictures

pytestmark = pytest.mark.gui


@pytest.fixture
def low_down(engine, monkeypatch):
    """The model draws nothing in the middle slice, which is seen first where nothing is drawn."""
    propose = engine.propose

    def lower(study, progress, cancelled):
        proposal = propose(study, progress, cancelled)
        lowered = np.roll(proposal.label_map.array, -5, axis=2)
        return replace(proposal, label_map=LabelMap(study.grid, lowered))

    monkeypatch.setattr(engine, "propose", lower)


@pytest.fixture
def doubted(low_down, opened, folders, qtbot):
    """A window whose first study was accepted with nothing drawn, and is asked about; the second one is open."""
    session, store = opened.session, opened.session.engine.store
    session.labels[...] = 0
    session.accept(anyway=True)
    qtbot.waitUntil(lambda: session.state is State.ACCEPTED and session.busy is None, timeout=patience.MS)
    case = session.case.case_id
    session.open_path(folders[1])
    wait_for_pictures(opened, qtbot)
    store.screenings.note(case, "empty")
    session.rounds.look_again()
    return opened


def look(window, qtbot):
    window.desk.learning.question.look.click()
    qtbot.waitUntil(lambda: window.session.state is State.ACCEPTED and window.session.busy is None, timeout=patience.MS)
    qtbot.waitUntil(lambda: not window.binding.laying, timeout=patience.MS)


@pytest.mark.parametrize("kept", [True, False])
def test_looking_shows_what_the_model_would_draw(doubted, kept, monkeypatch, qtbot):
    session = doubted.session
    if not kept:
        monkeypatch.setattr(session.engine.store, "load_proposal", lambda study_id: None)
    look(doubted, qtbot)
    assert not session.labels.any()
    assert (session.proposal is not None) == kept
    changes = doubted.binding.changes
    qtbot.waitUntil(lambda: changes.shown and len(changes.layers) == len(doubted.binding.viewers))
    assert (changes.layers[0].data == 2).sum() == (session.compared_with.label_map.array > 0).sum() > 0
    shown = doubted.canvases.shown[0].viewer

    def there():
        return changes.layers[0].data[shown.dims.current_step[shown.dims.order[0]]].any()

    qtbot.waitUntil(there, timeout=patience.MS)
    doubted.binding.look_at(tuple(n // 2 for n in changes.layers[0].data.shape))
    assert not there()
    doubted.desk.learning.question.look.click()
    qtbot.waitUntil(there, timeout=patience.MS)
    assert "orange-red only the model draws" in doubted.desk.notice.text.text()


def test_what_is_reopened_is_not_covered_by_what_the_model_would_draw(doubted, monkeypatch, qtbot):
    monkeypatch.setattr(doubted.session.engine.store, "load_proposal", lambda study_id: None)
    look(doubted, qtbot)
    changes = doubted.binding.changes
    qtbot.waitUntil(lambda: changes.shown and not doubted.binding.laying, timeout=patience.MS)
    doubted.session.reopen()
    assert not changes.shown
    assert not any(layer.visible for layer in changes.layers)
    assert not doubted.desk.correct.buttons["changes"].isChecked()


def test_a_case_that_was_left_out_can_be_taken_in_again(doubted, qtbot):
    store, review, learning = doubted.session.engine.store, doubted.desk.review, doubted.desk.learning
    look(doubted, qtbot)
    assert not review.take_in.isVisible()
    case = doubted.session.case.case_id
    learning.question.leave.click()
    qtbot.waitUntil(lambda: review.take_in.isVisible(), timeout=patience.MS)
    assert [one.case_id for one in store.left_out()] == [case]
    said = doubted.desk.notice.text.text()
    assert "Take it in again stands below" in said
    assert "open the study" not in said, "it is open"
    assert review.aside.text().startswith("Left out of learning: ")
    listed = {item.data(RECORD).study_id: item for item in map(doubted.worklist.list.item, range(2))}
    row = listed[doubted.session.study_id]
    assert [item.data(REMARK) for item in listed.values()].count("left out") == 1
    assert row.data(REMARK) == "left out"
    assert "Left out of learning: " in row.toolTip()
    assert "left out" in row.data(Qt.ItemDataRole.AccessibleTextRole)
    review.take_in.click()
    qtbot.waitUntil(lambda: not review.take_in.isVisible(), timeout=patience.MS)
    assert row.data(REMARK) == "", "at once"
    assert "Left out" not in row.toolTip()
    assert (store.left_out(), store.screenings.held_back()) == ((), set())
    # And from where it was asked, without opening the study.
    store.answer_question(case, use=False, who="me")
    doubted.session.rounds.look_again()
    assert learning.left_out.isEnabled()
    learning.left_out.actions()[0].trigger()
    qtbot.waitUntil(lambda: store.left_out() == (), timeout=patience.MS)
    qtbot.waitUntil(lambda: not learning.left_out.isEnabled(), timeout=patience.MS)


def test_who_uses_a_refused_version_all_the_same_is_kept(opened, monkeypatch):
    session, kept = opened.session, []
    monkeypatch.setattr(session.rounds, "override", lambda *given: kept.append(given))
    session.who = "Ada"
    opened.desk.learning.override_wanted.emit("run", "The scan is blurred.")
    assert kept == [("run", "The scan is blurred.", "Ada")]


def accepted_by(window, who, qtbot):
    session = window.session
    session.who = who
    window.desk.review.set_who(who)
    session.accept(anyway=True)
    qtbot.waitUntil(lambda: session.state is State.ACCEPTED and session.busy is None, timeout=patience.MS)


def type_name(window, who):
    window.desk.review.who.selectAll()
    QTest.keyClicks(window.desk.review.who, who)


def test_who_approves_does_not_stay_the_reader(opened, folders, qtbot):
    session, review = opened.session, opened.desk.review
    accepted_by(opened, "Ada", qtbot)
    type_name(opened, "Grace")
    review.approve.click()
    qtbot.waitUntil(lambda: session.case.approved_by == "Grace", timeout=patience.MS)
    assert (review.who.text(), session.who) == ("Ada", "Ada")
    assert opened.desk.notice.text.text() == "Approved by Grace. The reader is Ada again."
    session.open_path(folders[1])
    wait_for_pictures(opened, qtbot)
    type_name(opened, "Grace")
    review.accept.click()
    qtbot.waitUntil(lambda: session.busy is None, timeout=patience.MS)
    session.accept(anyway=True)
    qtbot.waitUntil(lambda: session.state is State.ACCEPTED and session.busy is None, timeout=patience.MS)
    assert (session.case.who, session.who) == ("Grace", "Grace"), "who corrects is the reader from then on"


def test_who_is_named_but_does_not_approve_is_not_the_next_ones_reader(opened, folders, qtbot):
    session, review = opened.session, opened.desk.review
    kept = []
    opened.settings_changed.connect(kept.append)
    type_name(opened, "Ada")
    review.who.editingFinished.emit()
    assert kept[-1].reader == "Ada", "at once: the program may end without closing its window"
    accepted_by(opened, "Ada", qtbot)
    assert "Accepted" in opened.desk.notice.text.text()
    type_name(opened, "Grace")
    review.who.editingFinished.emit()
    assert session.who == "Grace"
    assert kept[-1].reader == "Ada"
    session.open_path(folders[1])
    wait_for_pictures(opened, qtbot)
    assert (review.who.text(), session.who) == ("Ada", "Ada")
    assert opened.desk.notice.isHidden(), "what was said of the study before"


def test_the_next_study_takes_the_keys_from_the_buttons(opened, folders, qtbot):
    opened.activateWindow()
    opened.desk.review.report.setFocus()
    assert opened.focusWidget() is opened.desk.review.report
    opened.session.open_path(folders[1])
    wait_for_pictures(opened, qtbot)
    assert opened.focusWidget() is opened.worklist.list, "or Space would ask for a report's file"
    opened.desk.review.comment.setFocus()
    opened.session.study_changed.emit()
    assert opened.focusWidget() is opened.desk.review.comment


def test_a_long_name_is_read_from_its_beginning(opened):
    review = opened.desk.review
    review.set_who("Dr. Wilhelmina Obermeier")
    assert review.who.cursorPosition() == 0
    assert "Dr. Wilhelmina Obermeier" in review.who.toolTip()


def test_who_reopens_a_mask_goes_on_as_its_reader(opened, qtbot):
    accepted_by(opened, "Ada", qtbot)
    type_name(opened, "Grace")
    opened.desk.review.who.editingFinished.emit()
    opened.desk.review.reopen.click()
    accepted_by(opened, opened.session.who, qtbot)
    assert opened.session.case.who == "Grace"
    type_name(opened, "Alan")
    opened.desk.review.approve.click()
    qtbot.waitUntil(lambda: opened.session.case.approved_by == "Alan", timeout=patience.MS)
    assert opened.session.who == "Grace"


def test_learn_now_in_the_menu_asks_too_where_there_is_nothing_new(window, monkeypatch):
    asked, learning = [], window.desk.learning
    monkeypatch.setattr("napari_parotid.panels.versions.ask_again", lambda parent: bool(asked.append(parent)))
    learning.set_status(replace(window.session.learning, nothing_new=True))
    window.lines["Learn now"].trigger()
    assert len(asked) == 1


def test_what_was_said_of_unfinished_work_comes_back_with_it(opened, folders, qtbot):
    session, review = opened.session, opened.desk.review
    first = session.study_id
    session.apply(difference("t", session.labels, np.zeros_like(session.labels)))
    review.answers.some_slices.setChecked(True)
    review.comment.setText("deep lobe")
    session.open_path(folders[1])
    wait_for_pictures(opened, qtbot)
    assert not review.answers.some_slices.isChecked()
    assert review.comment.text() == ""
    session.open_study(first)
    wait_for_pictures(opened, qtbot)
    assert review.answers.some_slices.isChecked()
    assert review.comment.text() == "deep lobe"
    session.accept(review.answers.given, comment="deep lobe", anyway=True)
    qtbot.waitUntil(lambda: session.state is State.ACCEPTED and session.busy is None, timeout=patience.MS)
    assert opened.desk._said.of(first) is None, "it is part of the case"
