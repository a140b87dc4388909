from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from qtpy.QtCore import QMimeData, QPointF, Qt, QUrl
from qtpy.QtGui import QDropEvent
from qtpy.QtTest import QTest

from napari_parotid.panels.worklist import PICTURES, WorklistPanel, lines, state_words
from parotid_training.study import Role
from parotid_training.workspace.records import StudyRecord, StudyState

pytestmark = pytest.mark.gui


def record(number, state=StudyState.NEW, **changes):
    values = {
        "study_id": f"id-{number}",
        "title": f"Study {number}",
        "state": state,
        "source": Path("/somewhere/Mustermann^Max"),
        "patient_key": "k",
        "roles": (Role.T1W, Role.STIR),
        "reference": 0,
        "added": datetime(2026, 1, 2, tzinfo=UTC),
        "model_id": "",
        "gland_ml": None,
        "tumour_ml": None,
    }
    return StudyRecord(**(values | changes))


@pytest.fixture
def panel(qtbot):
    panel = WorklistPanel()
    qtbot.addWidget(panel)
    panel.resize(260, 500)
    panel.set_records([record(n, state) for n, state in enumerate(StudyState)], "id-1")
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def test_lines_say_sequences_state_and_volumes():
    assert lines(record(1, StudyState.ACCEPTED, gland_ml=51.6, tumour_ml=3.14)) == (
        "T1w · STIR",
        "gland 52 ml · tumour 3.1 ml",
    )
    assert lines(record(1, roles=(), tumour_ml=0.0)) == ("not opened yet", "")
    assert state_words(record(1, StudyState.IN_CORRECTION)) == "In correction"


def test_state_and_volumes_are_heard_too(panel):
    panel.set_records([record(1, StudyState.ACCEPTED, gland_ml=51.6)], "")
    heard = panel.list.item(0).data(int(Qt.ItemDataRole.AccessibleTextRole))
    assert heard == "Study 1, Accepted, T1w · STIR, gland 52 ml"


def test_every_state_has_its_picture():
    assert set(PICTURES) == set(StudyState)
    assert len({name for name, _ in PICTURES.values()}) == len(StudyState)


def test_nothing_shown_names_the_source(panel):
    for n in range(panel.list.count()):
        item = panel.list.item(n)
        shown = item.toolTip() + str(item.data(int(Qt.ItemDataRole.AccessibleTextRole)))
        assert "Mustermann" not in shown


def test_arrows_walk_and_enter_opens(panel, qtbot):
    chosen = []
    panel.study_chosen.connect(chosen.append)
    QTest.keyClick(panel.list, Qt.Key.Key_Down)
    assert chosen == []
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    assert chosen == ["id-2"]


def test_a_click_opens_once_and_not_what_is_open(panel, qtbot):
    chosen = []
    panel.study_chosen.connect(chosen.append)
    for n in (3, 3, 1):
        at = panel.list.visualItemRect(panel.list.item(n)).center()
        QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert chosen == ["id-3"]


def test_a_folder_can_be_dropped(panel, tmp_path):
    dropped = []
    panel.folder_dropped.connect(dropped.append)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    copy = Qt.DropAction.CopyAction
    panel.dropEvent(QDropEvent(QPointF(5, 5), copy, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier))
    assert dropped == [tmp_path]


def test_an_empty_worklist_says_what_to_do(panel):
    panel.set_records([], "")
    assert panel.empty.isVisible()
    assert not panel.list.isVisible()
    panel.set_records([record(1)], "")
    assert not panel.empty.isVisible()
    assert panel.list.isVisible()


def test_it_paints(panel):
    assert not panel.grab().isNull()
