"""The window, shown on a virtual display and worked through its own buttons and menus."""

from __future__ import annotations

import nibabel
import numpy as np
import pytest
from qtpy.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from qtpy.QtGui import QDropEvent, QKeySequence
from qtpy.QtWidgets import QApplication, QWidget

from napari_parotid.messages import Busy, Level, Notice
from napari_parotid.panels.busy import DISCLAIMER
from napari_parotid.session import State
from parotid_app import dialogs
from parotid_app.actions import ACTIONS
from parotid_app.hands import Hands
from parotid_app.settings import Settings
from tests.app.conftest import wait_for_pictures

pytestmark = pytest.mark.gui


def test_an_empty_window_says_what_to_do(window):
    assert window.canvases.empty.isVisible()
    assert window.worklist.empty.isVisible()
    assert window.status.disclaimer.text() == DISCLAIMER
    assert window.status.disclaimer.isVisible()
    assert not window.lines["Propose"].isEnabled()
    assert window.lines["Open study folder…"].isEnabled()


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


def test_the_slice_with_most_of_the_mask_comes_first(opened):
    labels = opened.session.labels
    areas = np.count_nonzero(opened.session.study.grid.canonical().to_display(labels), axis=(1, 2))
    assert areas[opened.canvases.number] == areas.max() > 0


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


def test_accept_and_next_study(opened, folders, tmp_path, qtbot):
    session, hands = opened.session, Hands(opened, tmp_path)
    hands.click(opened.desk.review.accept)
    if session.questions:
        hands.click(opened.desk.review.accept)
    qtbot.waitUntil(lambda: session.state is State.ACCEPTED and session.busy is None, timeout=10_000)
    assert not opened.lines["Propose"].isEnabled()
    assert opened.lines["Reopen"].isEnabled()
    opened.session.open_path(folders[1])
    qtbot.waitUntil(lambda: len(session.records) == 2, timeout=10_000)
    wait_for_pictures(opened, qtbot)
    assert opened.worklist.list.count() == 2
    # Switching between studies repaints while layers come and go; this once ended the program.
    for record in session.records:
        session.open_study(record.study_id)
        qtbot.waitUntil(lambda: session.busy is None, timeout=10_000)
        opened.repaint()


def test_export_writes_the_mask_on_the_native_grid(opened, tmp_path, qtbot):
    path = tmp_path / "out.nii.gz"
    opened.export(path)
    qtbot.waitUntil(lambda: "written to out.nii.gz" in opened.desk.notice.text.text(), timeout=10_000)
    image = nibabel.load(path)
    assert (np.asarray(image.dataobj) == opened.session.labels).all()


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


def test_dialogs_open_and_close(window, qtbot):
    for dialog in (dialogs.about(window, window.session.engine.store.path), dialogs.keys(window)):
        dialog.show()
        qtbot.waitExposed(dialog)
        with qtbot.waitSignal(dialog.destroyed):
            dialog.close()


def test_the_window_comes_back_as_it_was_left(make_window, qtbot):
    first = make_window()
    first.resize(1300, 850)
    first.show()
    qtbot.waitExposed(first)
    first.session.who = "AB"
    kept = []
    first.closed.connect(kept.append)
    first.close()
    assert kept[0].reader == "AB"
    second = make_window(kept[0])
    assert (second.width(), second.height()) == (1300, 850)
    assert second.session.who == "AB"


def test_nonsense_in_the_settings_does_not_hold_up_the_start(make_window):
    window = make_window(Settings(geometry="not base64!", columns="AAAA"))
    assert window.width() > 500


def test_closing_asks_nothing_and_loses_nothing(opened, tmp_path, qtbot):
    hands = Hands(opened, tmp_path)
    opened.lines["Paint"].trigger()
    hands.draw(opened.canvases.canvases[0], [(9.0, -20.0, -20.0), (9.0, -20.0, -12.0)])
    painted, study_id, store = opened.session.labels.copy(), opened.session.study_id, opened.session.engine.store
    opened.close()
    assert not opened.isVisible()
    restored = store.journal(study_id).restore()
    assert (restored.array == painted).all()


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
