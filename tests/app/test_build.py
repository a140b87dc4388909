"""The window, shown on a virtual display and worked through its own buttons and menus."""

from __future__ import annotations

import threading

import nibabel
import numpy as np
import pytest
from qtpy.QtCore import QEvent, QMimeData, QPoint, QPointF, QRect, QSize, Qt, QUrl
from qtpy.QtGui import QDropEvent, QIcon, QKeySequence
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QMenu, QPushButton, QScrollArea, QWidget

from napari_parotid.history import difference
from napari_parotid.messages import Busy, LearningState, LearningStatus, Level, Notice
from napari_parotid.panels import files
from napari_parotid.panels.busy import DISCLAIMER
from napari_parotid.work import State
from parotid_app import dialogs
from parotid_app.actions import ACTIONS
from parotid_app.hands import Hands
from parotid_training.acceptance import Answer
from parotid_training.workspace import demo, tail
from tests import patience
from tests.app.conftest import wait_for_pictures

pytestmark = pytest.mark.gui


def test_an_empty_window_says_what_to_do(window):
    assert window.canvases.empty.isVisible()
    assert window.worklist.empty.isVisible()
    assert window.status.disclaimer.text() == DISCLAIMER
    assert window.status.disclaimer.isVisible()
    assert not window.lines["Propose"].isEnabled()
    assert window.lines["Add study…"].isEnabled()
    assert window.lines["Add study…"].text() == window.worklist.add_study.text(), "one thing has one name"
    assert "correct" in window.desk.propose.honest.text()
    tools = window.desk.correct
    usable = {name for name, one in tools.buttons.items() if one.isEnabled()}
    assert not usable, "there is nothing to use them on"
    assert not tools.opacity.isEnabled()
    gland, tumour = (middle_colour(tools.buttons[name]) for name in ("gland", "tumour"))
    assert gland.green() > gland.red()
    assert tumour.red() > tumour.blue(), "a colour tells them apart all the same"


def middle_colour(button):
    """Return the colour in the middle of a button's picture, as it is drawn now."""
    mode = QIcon.Mode.Normal if button.isEnabled() else QIcon.Mode.Disabled
    return button.icon().pixmap(QSize(54, 54), mode).toImage().pixelColor(27, 27)


def test_it_fits_a_small_screen(window):
    assert window.minimumSizeHint().width() <= 1280
    assert window.minimumSizeHint().height() <= 740


def test_a_dropped_folder_is_opened_and_proposed(window, folders, qtbot):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(folders[0]))])
    none, copy = Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    window.dropEvent(QDropEvent(QPointF(5, 5), copy, mime, Qt.MouseButton.LeftButton, none))
    wait_for_pictures(window, qtbot)
    assert window.session.state is State.PROPOSED
    assert [canvas.overlay.caption.title for canvas in window.canvases.shown] == ["T1w", "T2w", "STIR"]
    assert window.canvases.shown[0].overlay.caption.note == "mask drawn on"
    assert "Mustermann" not in window.windowTitle()
    assert window.windowTitle().startswith("Study 1")


def test_what_the_study_lacks_is_said_in_the_place_left_over(opened):
    assert opened.canvases.spare.isVisible()
    assert opened.canvases.spare.text() == "Empty: not in this study: T1w+Gd"


def test_what_is_being_read_stands_where_the_pictures_will_be(window):
    window.session.busy_changed.emit(Busy("Opening the study"))
    assert window.canvases.empty.text() == "Opening the study …"
    window.session.busy_changed.emit(None)
    assert window.canvases.empty.text().startswith("Choose a study")


def test_the_demo_in_the_making_says_so_in_the_middle(window, qtbot, monkeypatch):
    go = threading.Event()

    def make(store, progress, cancelled):
        progress(1.0, "Making synthetic study 1 of 5")
        assert go.wait(60)

    monkeypatch.setattr(demo, "add_demo_studies", make)
    window.fill_demo()
    try:
        qtbot.waitUntil(lambda: window.canvases.empty.text() == "Making synthetic study 1 of 5 …", timeout=60_000)
    finally:
        go.set()
    qtbot.waitUntil(lambda: window.canvases.empty.text().startswith("Choose a study"), timeout=60_000)


def test_an_accepted_study_offers_to_reopen_where_the_tools_are(opened, tmp_path, qtbot):
    session, correct = opened.session, opened.desk.correct
    assert not correct.reopen.isVisible()
    session.accept(anyway=True)
    qtbot.waitUntil(lambda: session.state is State.ACCEPTED and session.busy is None, timeout=60_000)
    assert correct.accepted.isVisible()
    assert opened.desk.review.next.isVisible()
    Hands(opened, tmp_path).click(correct.reopen)
    assert session.state is State.CORRECTING
    assert not correct.reopen.isVisible()
    assert correct.buttons["gland"].isEnabled()


def test_a_notice_hides_no_button_and_no_middle(opened):
    opened.session.notice.emit(Notice("Something went wrong.", "Nothing is lost. " * 5, Level.ERROR))
    QApplication.processEvents()
    notice = opened.desk.notice
    taken = QRect(notice.mapTo(opened, QPoint(0, 0)), notice.size())
    for button in opened.canvases.bar.findChildren(QPushButton):
        assert not taken.intersects(QRect(button.mapTo(opened, QPoint(0, 0)), button.size())), button.text()
    for canvas in opened.canvases.shown:
        assert not taken.contains(canvas.mapTo(opened, canvas.rect().center()))


@pytest.mark.parametrize("learning", [False, True])
def test_everything_is_in_reach_on_a_small_screen(opened, learning, qtbot):
    if learning:
        losses = tuple((n, 1 / (n + 1)) for n in range(50))
        opened.desk.learning.set_status(
            LearningStatus(LearningState.REFUSED, losses=losses, verdict="No better. " * 12)
        )
    qtbot.wait(100)
    for panel in (
        opened.desk.study,
        opened.desk.propose,
        opened.desk.correct,
        opened.desk.review,
        opened.desk.learning,
    ):
        for widget in panel.findChildren(QAbstractButton) + panel.findChildren(QComboBox):
            if widget.isVisible():
                assert widget.visibleRegion().boundingRect() == widget.rect(), (type(panel).__name__, widget.toolTip())


def test_the_hands_paint_and_the_menu_takes_it_back(opened, tmp_path, qtbot):
    hands = Hands(opened, tmp_path)
    before = opened.session.labels.copy()
    opened.lines["Paint"].trigger()
    # The second picture: painting there is painting everywhere.
    hands.draw(opened.canvases.canvases[1], [(9.0, -20.0, -20.0), (9.0, -20.0, -12.0)])
    assert (opened.session.labels != before).any()
    assert opened.session.state is State.CORRECTING
    assert opened.lines["Undo"].isEnabled()
    opened.lines["Undo"].trigger()
    assert (opened.session.labels == before).all()
    opened.lines["Redo"].trigger()
    assert (opened.session.labels != before).any()


def test_what_was_accepted_stands_in_the_ticks(opened, qtbot):
    session, review = opened.session, opened.desk.review
    # As a question about the tumour leaves it that was answered by accepting anyway.
    session.accept((Answer.ANNOTATED, Answer.RIGHT_ABSENT), anyway=True)
    qtbot.waitUntil(lambda: session.state is State.ACCEPTED and session.busy is None, timeout=patience.MS)
    assert review.answers.right_absent.isChecked()


def test_accept_and_next_study(opened, folders, tmp_path, qtbot):
    session, hands = opened.session, Hands(opened, tmp_path)
    hands.click(opened.desk.review.accept)
    qtbot.waitUntil(lambda: session.busy is None, timeout=patience.MS)
    if session.questions:
        hands.click(opened.desk.review.accept)
    qtbot.waitUntil(lambda: session.state is State.ACCEPTED and session.busy is None, timeout=patience.MS)
    assert not opened.lines["Propose"].isEnabled()
    assert opened.lines["Reopen"].isEnabled()
    opened.session.open_path(folders[1])
    qtbot.waitUntil(lambda: len(session.records) == 2, timeout=patience.MS)
    wait_for_pictures(opened, qtbot)
    assert opened.worklist.list.count() == 2
    # Switching between studies repaints while layers come and go; this once ended the program.
    for record in session.records:
        session.open_study(record.study_id)
        qtbot.waitUntil(lambda: session.busy is None, timeout=patience.MS)
        opened.repaint()


def test_export_writes_the_mask_on_the_native_grid(opened, tmp_path, qtbot):
    path = tmp_path / "out.nii.gz"
    opened.export(path)
    qtbot.waitUntil(lambda: "written to out.nii.gz" in opened.desk.notice.text.text(), timeout=patience.MS)
    image = nibabel.load(path)
    assert (np.asarray(image.dataobj) == opened.session.labels).all()


def test_an_export_is_written_before_the_window_is_gone(opened, tmp_path):
    path, gate = tmp_path / "mask.nii.gz", threading.Event()
    for _ in range(2):  # the files' threads are busy
        opened.tasks(lambda report, cancelled: gate.wait(10), lambda _: None, lambda error: None, lane="files")
    opened.export(path)
    threading.Timer(0.3, gate.set).start()
    opened.close()
    assert path.exists()


def test_notices_lie_over_the_pictures(opened, qtbot):
    before = opened.canvases.geometry()
    opened.session.notice.emit(Notice("Something is odd.", "Look at it. " * 30, Level.WARNING))
    QApplication.processEvents()
    assert opened.desk.notice.isVisible()
    assert opened.canvases.geometry() == before
    text = opened.desk.notice.text
    words = text.heightForWidth(text.width())
    assert words <= opened.desk.notice.height() <= words + 24
    opened.session.notice.emit(Notice("Short.", "", Level.WARNING))
    QApplication.processEvents()
    assert opened.desk.notice.height() <= 60


def test_work_under_way_is_shown_and_can_be_stopped(window, qtbot):
    height = window.canvases.height()
    window.session.busy_changed.emit(Busy("Reading the study", 0.4))
    assert window.status.words.text() == "Reading the study"
    assert window.status.bar.value() == 400
    assert window.status.cancel.isVisible()
    QApplication.processEvents()
    assert window.canvases.height() == height
    stopped = []
    window.status.cancelled.connect(lambda: stopped.append(True))
    window.status.cancel.click()
    assert stopped
    window.session.busy_changed.emit(None)
    assert not window.status.cancel.isVisible()


def test_shortcuts_are_unique():
    keys = [QKeySequence(key).toString() for action in ACTIONS for key in action.keys]
    assert "" not in keys
    assert len(keys) == len(set(keys))


def test_titles_are_unique(window):
    assert len(window.lines) == len(ACTIONS)


def test_the_list_of_keys_names_every_shortcut_and_fits_a_small_screen(window, qtbot, monkeypatch):
    monkeypatch.setattr(type(window.screen()), "availableSize", lambda _: QSize(1280, 800))
    dialog = dialogs.keys(window)
    dialog.show()
    qtbot.waitExposed(dialog)
    said = "".join(label.text() for label in dialog.findChildren(QLabel))
    keys = {key.upper() if len(key) == 1 else key for action in ACTIONS for key in action.keys[:1]}
    assert {"F2", "F9", "Ctrl+O", "B", "D"} <= keys
    assert [key for key in keys if f"<b>{key}" not in said] == []
    assert dialog.width() <= 1280
    assert dialog.height() <= 760
    area = dialog.findChild(QScrollArea)
    assert area.widget().height() <= 2 * area.viewport().height(), "two screens at most"
    qtbot.waitUntil(lambda: dialog.focusWidget() is area)
    QTest.keyClick(area, Qt.Key.Key_PageDown)
    assert area.verticalScrollBar().value() > 0
    dialog.close()


def test_the_menus_tick_what_is_on_and_end_a_study_in_its_menu(opened):
    menus = {menu.title(): menu for menu in opened.menuBar().findChildren(QMenu)}
    lines = opened.lines

    def ticked(menu):
        menus[menu].aboutToShow.emit()
        return {line.text() for line in menus[menu].actions() if line.isChecked()}

    assert "Mask" in ticked("&View")
    assert "Outline" not in ticked("&View")
    opened.desk.correct.buttons["outline"].click()
    opened.desk.correct.buttons["mask"].click()
    assert "Outline" in ticked("&View")
    assert "Mask" not in ticked("&View")
    opened.desk.correct.buttons["paint"].click()
    opened.desk.correct.buttons["tumour"].click()
    assert ticked("&Correct") == {"Paint", "Tumour"}
    for title in ("Accept", "Next study"):
        assert lines[title] in menus["&Study"].actions()
        assert lines[title] not in menus["&Correct"].actions()


def test_dialogs_open_and_close(window, qtbot):
    for dialog in (dialogs.about(window, window.session.engine.store.path), dialogs.keys(window)):
        dialog.show()
        qtbot.waitExposed(dialog)
        with qtbot.waitSignal(dialog.destroyed):
            dialog.close()


def test_closing_asks_nothing_and_loses_nothing(opened, tmp_path, qtbot):
    hands = Hands(opened, tmp_path)
    opened.lines["Paint"].trigger()
    hands.draw(opened.canvases.canvases[0], [(9.0, -20.0, -20.0), (9.0, -20.0, -12.0)])
    painted, study_id, store = opened.session.labels.copy(), opened.session.study_id, opened.session.engine.store
    opened.close()
    assert not opened.isVisible()
    restored = store.journal(study_id).restore()
    assert (restored.array == painted).all()


def test_closing_with_a_full_disk_asks_first(opened, folders, monkeypatch):
    study_id, store, labels = opened.session.study_id, opened.session.engine.store, opened.session.labels
    asked, wanted = [], []
    opened.workspace_wanted.connect(wanted.append)

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    def press(text):
        def run(box):
            asked.append(box.text())
            next(one for one in box.buttons() if one.text() == text).click()

        return run

    with monkeypatch.context() as patch:
        patch.setattr(tail.Tail, "_write", full)
        opened.session.apply(difference("test", labels, np.zeros_like(labels)))
        patch.setattr(dialogs.QMessageBox, "exec", press("Stay"))
        assert not opened.close()
        assert opened.isVisible()
        patch.setattr(files, "ask_folder", lambda *_: folders[0])
        opened.ask_workspace()
        assert not wanted, "no other workspace is opened over unsaved work"
        assert opened.isVisible()
        assert opened.session.study_id == study_id
        assert asked == ["The corrections cannot be saved: No space left on device."] * 2
    assert opened.session.labels is labels
    opened.session.undo()
    painted = labels.copy()
    assert opened.close(), "with room again nothing is asked"
    assert (store.journal(study_id).restore().array == painted).all()


def test_leaving_without_saving_is_the_readers_choice(window, monkeypatch):
    def leave(box):
        next(one for one in box.buttons() if one.text() == "Close without saving").click()

    monkeypatch.setattr(dialogs.QMessageBox, "exec", leave)
    assert dialogs.ask_leave(window, Notice("The disk is full.", "Free space."))


def test_no_widget_outlives_the_window(make_window, qapp, qtbot):
    def alive():
        qapp.sendPostedEvents(None, int(QEvent.Type.DeferredDelete.value))
        qapp.processEvents()
        return [widget for widget in QApplication.topLevelWidgets() if widget.objectName() == "parotid-window"]

    before: list[QWidget] = alive()
    window = make_window()
    window.show()
    qtbot.waitExposed(window)
    with qtbot.waitSignal(window.destroyed):
        window.close()
        window.deleteLater()
    assert len(alive()) == len(before)


def test_a_key_that_is_held_accepts_once(window):
    assert not any(window.lines[one].autoRepeat() for one in ("Accept", "Next study", "Swap gland and tumour"))
    repeated = [title for title, line in window.lines.items() if line.autoRepeat()]
    assert len(repeated) == 4, "sizes and strengths go on as long as their keys are held"
