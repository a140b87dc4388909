from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QLabel, QMessageBox

from napari_parotid.messages import LearningState, LearningStatus, Version
from napari_parotid.panels import versions
from napari_parotid.panels.learning import LearningPanel
from napari_parotid.panels.versions import Comparison, Timeline, cells
from napari_parotid.starting import StartRule
from napari_parotid.version_history import Happening
from parotid_training.labels import Structure
from parotid_training.learn.screen import Doubt
from parotid_training.learn.verdict import Row
from parotid_training.workspace.screenings import Question

pytestmark = pytest.mark.gui


@pytest.fixture
def panel(qtbot):
    panel = LearningPanel()
    qtbot.addWidget(panel)
    return panel


@pytest.mark.parametrize(
    ("state", "waiting", "words"),
    [
        (LearningState.REFUSED, 0, "Nothing new to learn from."),
        (LearningState.REFUSED, 1, "1 new accepted study to learn from."),
        (LearningState.CANCELLED, 3, "3 new accepted studies to learn from."),
        (LearningState.FAILED, 3, "3 new accepted studies to learn from."),
        (LearningState.PROMOTED, 0, "Nothing new to learn from."),
    ],
)
def test_at_rest_it_says_what_is_new_and_how_the_last_round_ended(panel, state, waiting, words):
    panel.set_status(LearningStatus(state=state, waiting_cases=waiting, verdict="Not used: no better."))
    assert panel.words.text() == words
    assert panel.verdict.text() == "Not used: no better."
    assert panel.learn.isEnabled()
    assert panel.cancel.isHidden()


def test_a_verdict_says_what_came_of_it_and_its_other_reasons_when_asked(panel, qtbot):
    first = "Used from now on: on 2 held-out studies the gland score rose from 0.75 to 0.86"
    others = "; on 6 built-in studies the tumour score stayed at 0.82; the tumour was in no held-out study"
    whole = f"{first}{others}. Study 3 was left out: its files are damaged."
    panel.set_status(LearningStatus(LearningState.PROMOTED, verdict=whole, rows=ROWS, judged=whole))
    assert panel.verdict.text() == f"{first}. Study 3 was left out: its files are damaged."
    assert panel.verdict.toolTip() == whole
    assert not panel.details.isHidden()
    panel.details.click()
    (shown,) = panel.findChildren(Comparison)
    assert any(label.text() == whole for label in shown.findChildren(QLabel))
    shown.close()
    panel.set_status(LearningStatus(LearningState.CANCELLED, verdict="Cancelled.", rows=ROWS, judged=whole))
    assert panel.details.isHidden(), "they are of another round"


def test_it_says_that_it_goes_on_when_the_window_is_closed(panel):
    panel.set_status(LearningStatus(LearningState.TRAINING, words="Training"))
    assert panel.words.toolTip() == panel.bar.toolTip() != ""
    panel.set_status(LearningStatus(LearningState.PAUSED, words="Paused"))
    assert panel.words.toolTip() == "", "it waits"


@pytest.mark.parametrize("state", [LearningState.WAITING, LearningState.TRAINING, LearningState.PAUSED])
def test_while_a_round_has_no_verdict_the_one_before_is_still_to_be_read(panel, state):
    first, whole = "Used from now on: better", "Used from now on: better; no worse."
    panel.set_status(LearningStatus(state, rows=ROWS, judged=whole))
    assert (panel.verdict.text(), panel.verdict.toolTip()) == (f"Last comparison: {first}.", whole)
    assert panel.verdict.property("tone") == "faint"
    assert not panel.verdict.isHidden()
    assert not panel.details.isHidden()
    panel.set_status(LearningStatus(LearningState.CANCELLED, verdict="Cancelled.", rows=ROWS, judged=whole))
    assert panel.verdict.text() == "Cancelled."
    panel.set_status(LearningStatus(state))
    assert panel.verdict.isHidden(), "there was no round before"


def test_the_history_has_the_reasons_in_its_tips(qtbot):
    words = "Not used: the gland score fell from 0.80 to 0.70; in 1 of 2 studies it misses it."
    line = Happening(datetime(2026, 3, 1, tzinfo=UTC), "", "No new version", words)
    shown = Timeline((line,), "", "")
    qtbot.addWidget(shown)
    cell = shown.table.item(0, 4)
    assert cell.text() == "Not used: the gland score fell from 0.80 to 0.70."
    assert cell.toolTip() == f"<qt>{words}</qt>"


def test_the_lines_are_shown_while_there_are_some(panel):
    losses, held_out = ((0, 1.25), (10, 0.75), (20, 0.5)), ((0, 0.6), (20, 0.7))
    panel.set_status(LearningStatus(state=LearningState.TRAINING, losses=losses, held_out=held_out))
    assert (panel.curve.points, panel.curve.held_out) == (losses, held_out)
    assert not panel.curve.isHidden()
    panel.set_status(LearningStatus())
    assert panel.curve.isHidden()


def test_folded_lines_stay_so_and_are_not_drawn(panel, qtbot, monkeypatch):
    panel.set_tight(True)
    panel.show()
    shown, drawn = [], []
    monkeypatch.setattr(panel.curve, "setVisible", lambda on, see=panel.curve.setVisible: (shown.append(on), see(on)))
    monkeypatch.setattr(panel.curve, "set_points", lambda *points: drawn.append(points))
    losses = tuple((step, 1.0 / step) for step in range(1, 9))
    for n in range(2, 8):
        panel.set_status(LearningStatus(state=LearningState.TRAINING, losses=losses[:n]))
    assert (set(shown), drawn) == ({False}, [])
    panel.unfold.click()
    assert (shown[-1], drawn) == (True, [(losses[:7], ())])


def test_the_menu_names_the_version_it_goes_back_to(panel):
    versions = (Version("b", "Version 2", "", False, True), Version("a", "Version 1 (shipped)", "", True, False))
    panel.set_status(LearningStatus(versions=versions, back_to="a"))
    assert (panel.back.text(), panel.back.isEnabled()) == ("Go back to Version 1, used before", True)
    panel.set_status(LearningStatus(versions=versions))
    assert (panel.back.text(), panel.back.isEnabled()) == ("Go back to the version used before", False)


def test_another_version_during_a_round_is_asked_about(panel, monkeypatch):
    versions = (Version("b", "Version 2", "", False, True), Version("a", "Version 1 (shipped)", "", True, False))
    asked, wanted = [], []
    monkeypatch.setattr("napari_parotid.panels.versions.ask_in_vain", lambda parent: bool(asked.append(parent)))
    panel.version_wanted.connect(wanted.append)
    panel.back_wanted.connect(lambda: wanted.append("before"))
    for state, expected in ((LearningState.TRAINING, []), (LearningState.IDLE, ["a", "before"])):
        panel.set_status(LearningStatus(state=state, versions=versions, back_to="a"))
        panel.versions.setCurrentIndex(panel.versions.findData("a"))
        panel.use.click()
        panel.back.trigger()
        assert wanted == expected
    assert len(asked) == 2


@pytest.mark.parametrize("sure", [True, False])
def test_an_imported_version_that_was_never_compared_here_is_asked_about(panel, sure, monkeypatch):
    known = (
        Version("c", "Version 3 (imported)", "", False, False, untried=True),
        Version("b", "Version 2", "", False, True),
        Version("a", "Version 1 (shipped)", "", True, False),
    )
    asked, wanted = [], []
    monkeypatch.setattr(versions, "_ask", lambda parent, title, words, deed: asked.append(words) or sure)
    panel.version_wanted.connect(wanted.append)
    panel.set_status(LearningStatus(versions=known))
    for name in "ca":
        panel.versions.setCurrentIndex(panel.versions.findData(name))
        panel.use.click()
    assert wanted == (["c", "a"] if sure else ["a"])
    (words,) = asked
    assert words.startswith("Version 3 was imported and never compared on studies of this workspace")


def test_the_list_goes_to_the_version_that_came_into_use(panel):
    def status(*current):
        versions = tuple(
            Version(name, name.title(), "", name == "a", now) for name, now in zip("abc", current, strict=False)
        )
        return LearningStatus(versions=versions)

    panel.set_status(status(True))
    panel.set_status(status(False, True))
    assert (panel.versions.currentData(), panel.use.isEnabled()) == ("b", False)
    panel.versions.setCurrentIndex(0)
    panel.set_status(status(False, True))
    assert (panel.versions.currentData(), panel.use.isEnabled()) == ("a", True)


def question(title="Study 3"):
    return Question("case-3", "study-3", title, Doubt.SHIFTED)


def test_the_question_that_is_read_stays_though_another_comes_before_it(panel):
    older = replace(question("Study 1"), case_id="case-1")
    panel.set_status(LearningStatus(questions=(question(),)))
    panel.set_status(LearningStatus(questions=(older, question())))
    assert panel.question.text.text().startswith("Study 3: ")
    panel.set_status(LearningStatus(questions=(older,)))
    assert panel.question.text.text().startswith("Study 1: ")


def test_a_held_back_study_is_a_question_with_two_answers(panel, qtbot):
    panel.set_status(LearningStatus(questions=(question(), question("Study 4")), losses=((0, 1.0), (1, 0.5))))
    assert not panel.question.text.isHidden()
    assert panel.question.text.text() == (
        "Study 3: The mask looks shifted: moved, it would fit what the model sees. Learn from it? (1 more)"
    )
    assert panel.curve.isHidden()
    with qtbot.waitSignal(panel.question.answered) as answer:
        panel.question.use.click()
    assert answer.args == ["case-3", True]
    assert not panel.question.leave.isEnabled()
    with qtbot.waitSignal(panel.question.look_wanted) as look:
        panel.question.look.click()
    assert look.args == ["study-3"]
    panel.set_status(LearningStatus())
    assert panel.question.text.isHidden()
    assert panel.question.use.isHidden()


def test_a_running_round_can_be_paused_and_gone_on_with(panel, qtbot):
    panel.set_status(LearningStatus(LearningState.TRAINING, can_cancel=True, can_pause=True))
    assert panel.learn.isHidden()
    with qtbot.waitSignal(panel.pause_wanted):
        panel.pause.click()
    panel.set_status(LearningStatus(LearningState.PAUSED, words="Paused", can_cancel=True))
    assert (panel.learn.text(), panel.pause.isHidden(), panel.cancel.isHidden()) == ("Go on", True, False)
    with qtbot.waitSignal(panel.resume_wanted):
        panel.learn.click()


@pytest.mark.parametrize("state", LearningState)
@pytest.mark.parametrize("may", [True, False])
def test_in_every_state_what_can_be_done_can_be_pressed(panel, state, may):
    panel.set_status(LearningStatus(state, can_cancel=may, can_pause=may))
    shown = {one.text() for one in (panel.learn, panel.pause, panel.cancel) if not one.isHidden()}
    pressed = {one.text() for one in (panel.learn, panel.pause, panel.cancel) if not one.isHidden() and one.isEnabled()}
    if state.running:
        assert (shown, pressed) == ({"Pause", "Cancel"}, {"Pause", "Cancel"} if may else set())
    elif state is LearningState.PAUSED:
        assert (shown, pressed) == ({"Go on", "Cancel"}, {"Go on", "Cancel"} if may else {"Go on"})
    else:
        assert shown == pressed == {"Learn now"}
    assert panel.bar.isHidden() != state.running


ROWS = (
    Row("hold-out", Structure.GLAND, "DSC", 5, 0.8, 0.85, True, 0.02, 0.08),
    Row("base", Structure.TUMOUR, "worst case DSC", 4, 0.7, 0.6, False),
    Row("base", Structure.TUMOUR, "false findings", 4, 0.0, 1.0, True),
)


def test_the_comparison_is_a_table(panel, qtbot):
    assert cells(ROWS[0]) == (
        "Gland: overlap (Dice), your held-out studies", "5", "0.800", "0.850", "+0.050  (+0.020 to +0.080)", "ok",
    )  # fmt: skip
    assert cells(ROWS[1])[4:] == ("-0.100", "not good enough")
    assert cells(ROWS[2])[1:5] == ("4", "0", "1", "")
    by = "The round of 01 Mar 2026, 12:00. Before: Version 1. New: a new version."
    panel.set_status(
        LearningStatus(LearningState.REFUSED, verdict="Not used.", rows=ROWS, judged="Not used.", judged_by=by)
    )
    panel.compare.trigger()
    (shown,) = panel.findChildren(Comparison)
    assert by in {label.text() for label in shown.findChildren(QLabel)}
    assert shown.table.rowCount() == 3
    assert shown.table.item(1, 5).text() == "not good enough"
    shown.close()


LINES = (
    Happening(datetime(2026, 3, 2, tzinfo=UTC), "b", "Version 2", "Better.", ("Study 1", "Study 2"), ("Study 3",)),
    Happening(datetime(2026, 3, 1, tzinfo=UTC), "", "No new version", "No better.", ("Study 1",), ("Study 3",)),
    Happening(datetime(2026, 3, 1, tzinfo=UTC), "a", "Version 1 (shipped)", "Shipped with the program."),
)


@pytest.mark.parametrize("why_not", ["", "Another window writes."])
def test_the_history_says_what_each_version_learned_from_and_leads_back(panel, qtbot, why_not):
    known = (Version("b", "Version 2", "", False, True), Version("a", "Version 1", "", True, False))
    panel.set_status(LearningStatus(versions=known, why_not=why_not))
    panel.show_history(LINES)
    (shown,) = panel.findChildren(Timeline)
    assert [shown.table.item(0, column).text() for column in (1, 2, 3, 4)] == [
        "Version 2 (in use)", "Study 1, Study 2", "Study 3", "Better.",
    ]  # fmt: skip
    for row in (0, 1):
        shown.table.selectRow(row)
        assert not shown.use.isEnabled(), "in use already, or no version"
    shown.table.selectRow(2)
    assert shown.use.isEnabled() == (not why_not)
    if why_not:
        assert shown.use.toolTip() == why_not
        shown.close()
        return
    with qtbot.waitSignal(panel.version_wanted) as wanted:
        shown.use.click()
    assert wanted.args == ["a"]


def test_a_refused_version_is_used_only_with_a_reason(panel, qtbot, monkeypatch):
    panel.set_status(LearningStatus(LearningState.REFUSED, verdict="Not used."))
    assert not panel.overrule.isEnabled()
    panel.set_status(LearningStatus(LearningState.REFUSED, verdict="Not used.", overrulable="run"))
    monkeypatch.setattr(versions, "ask_why", lambda parent, verdict: "")
    with qtbot.assertNotEmitted(panel.override_wanted):
        panel.overrule.trigger()
    later = LearningStatus(LearningState.REFUSED, verdict="Not used either.", overrulable="another run")
    monkeypatch.setattr(versions, "ask_why", lambda parent, verdict: panel.set_status(later) or "blurred")
    with qtbot.waitSignal(panel.override_wanted) as reason:
        panel.overrule.trigger()
    assert reason.args == ["run", "blurred"], "the one that the reader was shown"


def test_versions_go_out_with_a_warning_and_come_in(panel, qtbot, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(
        versions, "ask_export", lambda parent, title, learned: asked.append((title, learned)) or tmp_path / "a.parotid"
    )
    known = (Version("b", "Version 2", "", False, True), Version("a", "Version 1", "", True, False))
    panel.set_status(LearningStatus(versions=known))
    with qtbot.waitSignal(panel.export_wanted) as sent:
        panel._export()
    assert sent.args == ["b", tmp_path / "a.parotid"]
    panel.versions.setCurrentIndex(1)
    panel._export()
    assert asked == [("Version 2", True), ("Version 1", False)]
    monkeypatch.setattr(versions, "ask_import", lambda parent: tmp_path / "a.parotid")
    with qtbot.waitSignal(panel.import_wanted):
        panel._import()


def test_the_version_that_goes_out_is_named(panel):
    said = []

    def answer():
        (box,) = panel.findChildren(QMessageBox)
        said.append(box.text())
        box.reject()

    QTimer.singleShot(0, answer)
    assert versions.ask_export(panel, "Version 2", learned=True) is None
    assert said[0].startswith("Export Version 2?")


def test_when_to_learn_is_chosen(panel, qtbot):
    panel.set_status(LearningStatus(rule=StartRule.NIGHT, after=4))
    assert [action.text() for action in panel.rules.values()] == [
        "After 4 accepted studies",
        "When nobody has worked for 5 minutes",
        "At night (22:00 to 6:00)",
        "Only when I press Learn now",
    ]
    assert [action.isChecked() for action in panel.rules.values()] == [False, False, True, False]
    with qtbot.waitSignal(panel.rule_chosen) as chosen:
        panel.rules[StartRule.HAND].trigger()
    assert chosen.args == ["hand"]


def test_learn_now_asks_where_there_is_nothing_new(panel, qtbot, monkeypatch):
    asked, answers = [], [False, True]
    monkeypatch.setattr(versions, "ask_again", lambda parent: asked.append(parent) or answers.pop(0))
    panel.set_status(LearningStatus(LearningState.REFUSED, nothing_new=True))
    with qtbot.assertNotEmitted(panel.learn_wanted):
        panel.learn.click()
    with qtbot.waitSignal(panel.learn_wanted):
        panel.learn.click()
    panel.set_status(LearningStatus(LearningState.PAUSED, nothing_new=True))
    with qtbot.waitSignal(panel.resume_wanted):
        panel.learn.click()
    panel.set_status(LearningStatus(LearningState.REFUSED, waiting_cases=1))
    with qtbot.waitSignal(panel.learn_wanted):
        panel.learn.click()
    assert len(asked) == 2


@pytest.mark.parametrize(("press", "learns"), [("Learn now", True), ("Cancel", False)])
def test_what_is_asked_then_is_the_readers_to_answer(panel, press, learns):
    said = []

    def answer():
        (box,) = panel.findChildren(QMessageBox)
        said.append(box.text())
        next(one for one in box.buttons() if one.text().replace("&", "") == press).click()

    QTimer.singleShot(0, answer)
    assert versions.ask_again(panel) is learns
    assert said[0].startswith("Nothing new was accepted since the last round of learning.")


def test_the_list_of_what_was_left_out_stays_while_it_is_open(panel, qtbot):
    aside = (question(), Question("case-4", "study-4", "Study 4", Doubt.SHIFTED))
    panel.set_status(LearningStatus(left_out=aside))
    listed = panel.left_out.actions()
    panel.set_status(LearningStatus(LearningState.TRAINING, fraction=0.5, left_out=aside))
    assert panel.left_out.actions() == listed
    panel.set_status(LearningStatus(left_out=aside[1:]))
    (other,) = panel.left_out.actions()
    with qtbot.waitSignal(panel.question.answered) as answer:
        other.trigger()
    assert (other.text(), answer.args) == ("Study 4", ["case-4", True])
