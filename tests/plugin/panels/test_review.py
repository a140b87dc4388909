from __future__ import annotations

from datetime import UTC, datetime

import pytest
from qtpy.QtCore import QEvent, Qt
from qtpy.QtGui import QKeyEvent
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QLabel, QPushButton

from napari_parotid.checks import Question
from napari_parotid.panels.review import QUESTIONS_HIGH, ReviewPanel
from parotid_training.acceptance import AcceptedCase, Answer, SomeSlices
from parotid_training.labels import Structure

pytestmark = pytest.mark.gui


@pytest.fixture
def panel(qtbot):
    panel = ReviewPanel()
    qtbot.addWidget(panel)
    panel.resize(290, 400)
    panel.set_state(can_accept=True, accepted=False, case=None, has_study=True)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def case(**changes):
    when = datetime(2026, 3, 1, 12, tzinfo=UTC)
    return AcceptedCase("c", "s", "k", {}, "m", "Ada", when, **changes)


def test_answers_are_given_and_shown_again(panel):
    asked = []
    panel.accept_wanted.connect(lambda *values: asked.append(values))
    panel.answers.no_tumour.click()
    panel.answers.left_absent.click()
    panel.comment.setText(" after surgery ")
    panel.accept.click()
    answers = (Answer.ANNOTATED, Answer.NO_TUMOUR, Answer.LEFT_ABSENT)
    assert asked == [(answers, "after surgery", False)]
    panel.set_answers((), "")
    assert panel.answers.given == (Answer.ANNOTATED,)
    assert panel.comment.text() == ""
    panel.set_answers(answers, "after surgery")
    assert panel.answers.given == answers
    panel.answers.not_readable.click()
    assert panel.answers.given == (Answer.NOT_READABLE,), "nothing else is said of images that cannot be read"
    assert not panel.answers.no_tumour.isChecked(), "nor seems to be"
    assert not panel.answers.left_absent.isChecked()
    panel.answers.right_absent.click()
    panel.answers.some_slices.click()
    assert panel.answers.given == (Answer.ANNOTATED, Answer.SOME_SLICES, Answer.RIGHT_ABSENT)


def test_which_slices_are_stood_for_is_said_afterwards(panel):
    for numbers, words in (((18, 19, 21), "slices 18–19, 21 of 34 were"), ((18,), "slice 18 of 34 was")):
        panel.set_state(can_accept=False, accepted=True, case=case(stood_for=SomeSlices(numbers, 34)), has_study=True)
        assert f"Only axial {words} checked." in panel.stands.text()
    panel.set_state(can_accept=False, accepted=True, case=case(), has_study=True)
    assert "were checked" not in panel.stands.text()


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("width", [250, 278, 320])
def test_the_last_word_of_a_question_is_seen(panel, qtbot, count, width):
    panel.setFixedWidth(width)
    words = "6 tiny separate pieces of the gland. Meant to be there?"
    panel.set_questions(tuple(Question(words, Structure.GLAND, (n, 0, 0)) for n in range(count)))
    qtbot.waitUntil(lambda: panel._asking.verticalScrollBar().maximum() == 0)
    assert panel._asking.height() >= panel._asking.widget().height()


def test_a_double_click_on_accept_does_not_answer_the_questions(panel, monkeypatch):
    asked, now = [], [10.0]
    monkeypatch.setattr("napari_parotid.panels.review.time.monotonic", lambda: now[0])
    panel.accept_wanted.connect(lambda *values: asked.append(values[2]))
    panel.accept.click()
    panel.set_questions((Question("Is it?", Structure.GLAND, (0, 0, 0)),))
    panel.accept.click()
    assert asked == [False]
    now[0] = 11.5
    panel.accept.click()
    assert asked == [False, True]


def test_an_answer_given_after_a_question_has_it_asked_anew(panel):
    panel.set_questions((Question("Is it?", Structure.TUMOUR, (0, 0, 0)),))
    assert panel.accept.text() == "Accept anyway"
    panel.answers.no_tumour.click()
    assert panel.accept.text() == "Accept"


def test_the_button_says_that_it_answers_with_yes(panel):
    none = Question("No tumour is drawn. Is there none?", Structure.TUMOUR, (0, 0, 0), Answer.NO_TUMOUR)
    odd = Question("The gland has 2.1 ml, less than most glands.", Structure.GLAND, (0, 0, 0))
    for asked, words in (
        ((none,), "Yes, accept"),
        ((none, odd), "Yes, accept anyway"),
        ((odd,), "Accept anyway"),
        ((none, Question("No tumour, but one is drawn.", Structure.TUMOUR, (0, 0, 0), refuses=True)), "Accept"),
        ((), "Accept"),
    ):
        panel.set_questions(asked)
        assert panel.accept.text() == words


def test_an_old_answer_without_a_side_means_both(panel):
    panel.set_answers((Answer.ANNOTATED, Answer.GLAND_ABSENT), "")
    assert panel.answers.right_absent.isChecked()
    assert panel.answers.left_absent.isChecked()


def test_every_question_has_its_way_there(panel, qtbot, monkeypatch):
    monkeypatch.setattr("napari_parotid.panels.review.READ_SECONDS", 0.0)
    places, asked = [], []
    panel.place_wanted.connect(places.append)
    panel.accept_wanted.connect(lambda *values: asked.append(values[-1]))
    questions = tuple(Question(f"Odd thing {n}. " * 4, Structure.GLAND, (n, n, n)) for n in range(8))
    panel.set_questions(questions)
    buttons = [one for one in panel.findChildren(QPushButton) if one.text() == "Show"]
    for one in buttons:
        one.click()
    assert places == [question.where for question in questions]
    qtbot.waitUntil(lambda: panel._asking.height() == QUESTIONS_HIGH)  # many are scrolled through
    assert panel.accept.text() == "Accept anyway"
    panel.accept.click()
    assert asked == [True]
    panel.set_questions(questions[:1])
    qtbot.waitUntil(lambda: panel._asking.height() < QUESTIONS_HIGH)
    panel.set_questions(())
    assert not panel._asking.isVisible()


def test_a_question_without_a_place_leads_nowhere(panel, qtbot):
    words = "No tumour is drawn. Is there none?"
    panel.set_questions((Question(words, Structure.TUMOUR, None), Question("Is it?", Structure.GLAND, (0, 0, 0))))
    shown = [one for one in panel.findChildren(QPushButton) if one.text() == "Show" and one.isVisible()]
    assert len(shown) == 1
    assert any(label.text() == words and label.isVisible() for label in panel.findChildren(QLabel))
    qtbot.waitUntil(lambda: panel._asking.verticalScrollBar().maximum() == 0)
    assert panel._asking.height() >= panel._asking.widget().height()


@pytest.mark.parametrize("width", [260, 290, 420])
def test_what_the_comment_is_asked_for_is_never_cut(panel, width):
    panel.setFixedWidth(width)
    QApplication.processEvents()
    asked, comment = panel.comment.placeholderText(), panel.comment
    assert asked == ("Comment (no names)" if width == 420 else "Comment")
    assert comment.fontMetrics().horizontalAdvance(asked) < comment.width() - 16
    assert "no names" in comment.toolTip()


def test_who_accepted_cannot_press_approve(panel):
    panel.set_who("ada ")
    panel.set_state(can_accept=False, accepted=True, case=case(), has_study=True)
    assert not panel.approve.isEnabled()
    assert "second person" in panel.approve.toolTip()
    panel.who.setText("")
    assert not panel.approve.isEnabled()
    QTest.keyClicks(panel.who, "Grace")
    assert panel.approve.isEnabled()
    named = []
    panel.who_changed.connect(named.append)
    panel.approve_wanted.connect(lambda: named.append("approved"))
    panel.approve.click()
    assert named == ["Grace", "approved"]
    assert "second person" in panel.approve.toolTip()
    panel.set_state(can_accept=False, accepted=True, case=case(), has_study=True, read_only="Another window.")
    assert not panel.approve.isEnabled()
    assert panel.approve.toolTip() == panel.reopen.toolTip() == "Another window."


def test_what_was_accepted_in_spite_of_warnings_is_said_to_the_second_reader(panel):
    odd = case(from_file=True, in_spite_of=("The gland on the right has 2.1 ml, less than most glands.",))
    panel.set_state(can_accept=False, accepted=True, case=odd, has_study=True)
    words = "It began with a mask from a file. In spite of: The gland on the right has 2.1 ml, less than most glands. A"
    assert words in panel.stands.text()


def test_who_stands_for_it_and_who_may_yet(panel):
    panel.set_state(can_accept=False, accepted=True, case=case(), has_study=True)
    assert panel.stands.text() == "Accepted by Ada, 01 Mar 2026. A second person can approve it."
    assert panel.approve.isVisible()
    assert not panel.comment.isEnabled()
    approved = case(approved_by="Grace", approved=datetime(2026, 3, 2, 12, tzinfo=UTC))
    panel.set_state(can_accept=False, accepted=True, case=approved, has_study=True)
    assert panel.stands.text() == "Accepted by Ada, 01 Mar 2026. Approved by Grace, 02 Mar 2026."
    assert not panel.approve.isVisible()
    panel.set_state(can_accept=True, accepted=False, case=approved, has_study=True)
    assert not panel.stands.isVisible(), "it is being corrected again"


def test_after_accepting_the_focus_lies_on_the_next_study(panel):
    panel.accept.setFocus()
    panel.accept.click()
    panel.set_state(can_accept=False, accepted=False, case=None, has_study=True)
    panel.set_state(can_accept=False, accepted=True, case=case(), has_study=True)
    assert panel.window().focusWidget() is panel.next
    panel.set_who("Grace")
    panel.approve.setFocus()
    panel.approve.click()
    approved = case(approved_by="Grace", approved=datetime(2026, 3, 2, 12, tzinfo=UTC))
    panel.set_state(can_accept=False, accepted=True, case=approved, has_study=True)
    assert panel.window().focusWidget() is panel.next, "not on Reopen"


def test_accepting_by_a_key_after_an_answer_leaves_the_name_alone(panel):
    """The box is greyed out then, and Qt gave its focus to the name: the next key replaced that."""
    for one in (panel.answers.no_tumour, panel.comment):
        panel.set_state(can_accept=True, accepted=False, case=None, has_study=True)
        one.setFocus()
        panel.press_accept()
        panel.set_state(can_accept=False, accepted=False, case=None, has_study=True)
        panel.set_state(can_accept=False, accepted=True, case=case(), has_study=True)
        assert panel.window().focusWidget() is panel.next


def test_a_key_pressed_elsewhere_moves_no_focus(panel):
    panel.who.setFocus()
    panel.press_accept()
    panel.set_state(can_accept=False, accepted=True, case=case(), has_study=True)
    assert panel.window().focusWidget() is panel.who


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_keys_press_every_button_once(panel, key):
    panel.set_state(can_accept=False, accepted=True, case=case(), has_study=True)
    panel.who.setText("Grace")
    pressed = []
    for one in (panel.next, panel.report, panel.approve, panel.reopen):
        one.clicked.connect(lambda _=None, one=one: pressed.append(one.text()))
        one.setFocus()
        QTest.keyClick(one, key)
        # Held, it would go on into the next study.
        held = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, "", True)
        QApplication.sendEvent(one, held)
    assert pressed == ["Next study", "Report…", "Approve", "Reopen"]
    panel.set_state(can_accept=True, accepted=False, case=None, has_study=True)
    asked = []
    panel.accept_wanted.connect(lambda *values: asked.append(values))
    QTest.keyClick(panel.accept, key)
    assert len(asked) == 1
