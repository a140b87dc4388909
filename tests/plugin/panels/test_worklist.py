from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from qtpy.QtCore import QMimeData, QPointF, Qt, QUrl
from qtpy.QtGui import QColor, QDropEvent, QImage
from qtpy.QtTest import QTest

from napari_parotid.panels.sorting import Order, sort
from napari_parotid.panels.study_entry import PICTURES, RECORD, SMALL, THUMBNAIL, lines, state_words
from napari_parotid.panels.worklist import NONE_FITS, WorklistPanel
from parotid_training.acceptance import SomeSlices
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
        "gland 52 · tumour 3.1 ml",
    )
    assert lines(record(1, tumour_ml=0.004))[1] == "tumour < 0.1 ml"
    assert lines(record(1, roles=(), tumour_ml=0.0)) == ("not opened yet", "")
    assert state_words(record(1, StudyState.IN_CORRECTION)) == "In correction"


def test_state_and_volumes_are_heard_too(panel):
    panel.set_records([record(1, StudyState.ACCEPTED, gland_ml=51.6)], "")
    heard = panel.list.item(0).data(int(Qt.ItemDataRole.AccessibleTextRole))
    assert heard == "Study 1, Accepted, T1w · STIR, gland 52 ml"


def test_warnings_and_masks_from_files_are_told_in_the_tip(panel):
    odd = record(1, StudyState.ACCEPTED, from_file=True, in_spite_of=("Half of the gland is black.",))
    panel.set_records([odd, record(2, StudyState.ACCEPTED)], "")
    tips = [panel.list.item(n).toolTip() for n in range(2)]
    for words in ("Accepted in spite of: Half of the gland is black.", "Began with a mask from a file"):
        assert [words in tip for tip in tips] == [True, False]


def test_how_many_slices_are_stood_for_is_seen_and_heard(panel):
    part = record(1, StudyState.ACCEPTED, gland_ml=51.6, stood_for=SomeSlices((18, 19), 34))
    assert lines(part)[1] == "gland 52 ml*"
    panel.set_records([part], "")
    item = panel.list.item(0)
    heard = item.data(int(Qt.ItemDataRole.AccessibleTextRole))
    assert heard == "Study 1, Accepted, 2 of 34 slices, T1w · STIR, gland 52 ml*"
    assert "* Of a mask checked in 2 of 34 slices only" in item.toolTip()
    partly = panel.grab().toImage()
    panel.set_records([replace(part, stood_for=None)], "")
    assert panel.grab().toImage() != partly


def test_what_teaches_most_comes_first_and_what_is_accepted_last():
    doubts = {1: 0.1, 2: 0.3, 3: None, 4: 0.9, 5: 0.2}
    records = [
        record(n, StudyState.ACCEPTED if n == 4 else StudyState.PROPOSED, unsure=doubt) for n, doubt in doubts.items()
    ]
    order = [one.study_id for one in sort(records, Order.TEACHING)]
    assert order[0] == "id-2", "the most doubtful of those that are not accepted"
    assert order[-1] == "id-4"
    assert sorted(order) == sorted(one.study_id for one in records)
    assert order == [one.study_id for one in sort(records, Order.TEACHING)], "the list does not jump about"


def test_the_tip_says_how_unsure_the_model_was(panel):
    panel.set_records([record(1, StudyState.PROPOSED, unsure=0.123)], "")
    assert "unsure of 12% of its proposal" in panel.list.item(0).toolTip()


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


def shown(panel):
    return [panel.list.item(n).data(RECORD).title for n in range(panel.list.count())]


MANY = [
    record(10, StudyState.ACCEPTED, gland_ml=40.0, tumour_ml=0.0),
    record(9, StudyState.NEW, roles=(Role.T2W,)),
    record(2, StudyState.PROPOSED, gland_ml=60.0, tumour_ml=4.0, model_id="m"),
    record(3, StudyState.ACCEPTED, gland_ml=20.0, tumour_ml=9.0),
]


@pytest.mark.parametrize(
    ("order", "numbers"),
    [
        (Order.OLDEST, [10, 9, 2, 3]),
        (Order.NEWEST, [3, 2, 9, 10]),
        (Order.NAME, [2, 3, 9, 10]),
        (Order.STATE, [9, 2, 10, 3]),
        (Order.GLAND, [2, 10, 3, 9]),
        (Order.TUMOUR, [3, 2, 10, 9]),
    ],
)
def test_orders(panel, order, numbers):
    titles = [f"Study {n}" for n in numbers]
    assert [one.title for one in sort(MANY, order)] == titles
    panel.set_records(MANY, "")
    panel.order.setCurrentText(order.value)
    assert shown(panel) == titles


def test_search_finds_names_states_sequences_and_versions(panel):
    panel.set_records(MANY, "", {"m": "Version 7 (shipped)"})
    for words, numbers in (
        ("9", [9]),  # "Study 9", and not the one of 9.0 ml
        ("study 10", [10]),
        ("ACCEPTED 10", [10]),
        ("t2w", [9]),
        ("version 7", [2]),
        ("nothing", []),
        ("", [10, 9, 2, 3]),
    ):
        panel.search.setText(words)
        assert shown(panel) == [f"Study {n}" for n in numbers], words
        assert panel.empty.isVisible() is (not numbers)
    panel.search.setText("nothing")
    assert panel.empty.text() == NONE_FITS


def test_states_are_counted_and_filtered(panel):
    panel.set_records(MANY, "")
    assert [panel.state.itemText(n) for n in range(panel.state.count())] == [
        "All (4)",
        "New (1)",
        "Proposed (1)",
        "Accepted (2)",
    ]
    panel.state.setCurrentIndex(3)
    assert shown(panel) == ["Study 10", "Study 3"]
    panel.set_records([replace(one, state=StudyState.APPROVED) for one in MANY], "")
    assert panel.state.currentText() == "Accepted (0)", "what was asked for stays asked for"
    assert shown(panel) == []


def test_from_the_search_by_keys_alone(panel):
    chosen = []
    panel.study_chosen.connect(chosen.append)
    panel.set_records(MANY, "")
    panel.search.setFocus()
    QTest.keyClicks(panel.search, "accepted")
    QTest.keyClick(panel.search, Qt.Key.Key_Down)
    assert panel.focusWidget() is panel.list
    QTest.keyClick(panel.list, Qt.Key.Key_Down)
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    assert chosen == ["id-3"]
    panel.search.setFocus()
    QTest.keyClick(panel.search, Qt.Key.Key_Return)
    assert chosen == ["id-3", "id-10"], "the first that fits"
    assert panel.focusWidget() is panel.list, "the keys that follow are tools"


def test_what_is_chosen_stays_in_sight_when_the_list_gets_lower(panel, qtbot):
    panel.set_records([record(n) for n in range(1, 12)], "")
    panel.resize(300, 700)
    panel.list.setCurrentRow(7)
    panel.resize(300, 330)
    qtbot.wait(50)
    assert panel.list.viewport().rect().contains(panel.list.visualItemRect(panel.list.item(7)).center())


def test_the_place_in_the_list_is_kept_when_records_change(panel):
    many = [record(n) for n in range(40)]
    panel.set_records(many, "id-0")
    panel.list.setCurrentRow(20)
    panel.list.scrollToItem(panel.list.item(30))
    place = panel.list.verticalScrollBar().value()
    many[3] = record(3, StudyState.PROPOSED)
    panel.set_records(many, "id-0")
    assert (panel.list.currentRow(), panel.list.verticalScrollBar().value()) == (20, place)
    assert panel.list.item(3).data(RECORD).state is StudyState.PROPOSED
    panel.set_records(many, "id-5")
    assert panel.list.currentRow() == 5, "another study was opened"


def test_a_small_picture_is_drawn_and_drawn_anew(panel, tmp_path, qtbot):
    def paint(colour):
        picture = QImage(SMALL, SMALL, QImage.Format.Format_RGB32)
        picture.fill(QColor(colour))
        picture.save(str(tmp_path / "id-0.png"))

    panel._thumbnail = lambda study_id: tmp_path / f"{study_id}.png"
    paint("red")
    for colour in ("red", "blue"):
        paint(colour)
        os.utime(tmp_path / "id-0.png", ns=(1, 10 if colour == "red" else 20))
        panel.set_records([record(0), record(1)], "")
        assert panel.list.item(1).data(THUMBNAIL) is None
        seen = panel.list.viewport().grab().toImage()
        box = panel.list.visualItemRect(panel.list.item(0))
        assert seen.pixelColor(box.left() + 20, box.center().y()) == QColor(colour)
