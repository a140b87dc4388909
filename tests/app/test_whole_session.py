"""One reading session from the first folder to the report, by mouse and keyboard alone, in the real window.

The network and the files' contents are made up (see the fixtures), so that it takes seconds; the demo goes the same way
with the real ones.
"""

from __future__ import annotations

import csv

import numpy as np
import pytest
from qtpy.QtCore import QMimeData, QPointF, Qt, QUrl
from qtpy.QtGui import QDropEvent

from napari_parotid.panels import files
from napari_parotid.work import State
from parotid_app.hands import Hands
from parotid_training.labels import Structure
from parotid_training.workspace.records import StudyState
from tests import patience
from tests.app.conftest import wait_for_pictures
from tests.app.test_tools import world

pytestmark = pytest.mark.gui


class Reader:
    """Works the window as a person does."""

    def __init__(self, window, qtbot, folder):
        self.window, self.qtbot, self.hands = window, qtbot, Hands(window, folder)
        self.session = window.session

    def until(self, reached):
        self.qtbot.waitUntil(reached, timeout=patience.MS)

    def settle(self):
        self.until(lambda: self.session.busy is None)

    def drop(self, folder):
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(folder))])
        none, copy = Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
        self.window.dropEvent(QDropEvent(QPointF(5, 5), copy, mime, Qt.MouseButton.LeftButton, none))

    def key(self, letter):
        self.hands.press_key(self.picture.native, getattr(Qt.Key, f"Key_{letter.upper()}"), letter)
        self.settle()

    @property
    def picture(self):
        return self.window.canvases.shown[0]

    def draw(self, *corners):
        """Press, drag along rows and columns of the slice in view, and let go; return how many voxels changed."""
        before = self.session.labels.copy()
        self.hands.draw(self.picture, world(self.window, self.window.canvases.plane, *corners))
        self.settle()
        return int((self.session.labels != before).sum())

    def click_study(self, number):
        studies = self.window.worklist.list
        place = studies.visualItemRect(studies.item(number)).center()
        self.qtbot.mouseClick(studies.viewport(), Qt.MouseButton.LeftButton, pos=place)
        self.settle()

    def type_name(self, name):
        field = self.window.desk.review.who
        field.setFocus()
        field.selectAll()
        self.qtbot.keyClicks(field, name)
        self.qtbot.keyClick(field, Qt.Key.Key_Return)


def test_one_session_from_the_folder_to_the_report(window, folders, engine, tmp_path, qtbot, monkeypatch):
    reader = Reader(window, qtbot, tmp_path)
    session, review = window.session, window.desk.review

    # Two patients come in; the first is opened and proposed.
    reader.drop(folders[0])
    wait_for_pictures(window, qtbot)
    reader.drop(folders[1])
    reader.until(lambda: window.worklist.list.count() == 2 and window.importer.idle)
    assert session.state is State.PROPOSED
    proposed = session.labels.copy()

    # Five tools, each by its key and the mouse.
    window.canvases.set_slice(8)
    reader.key("b")
    assert reader.draw((6, 8), (6, 14)) > 0, "painted"
    reader.key("e")
    assert reader.draw((24, 28), (24, 32)) > 0, "erased"
    reader.key("l")
    assert reader.draw((32, 34), (32, 42), (40, 42), (40, 34), (32, 34)) > 0, "a lasso"
    reader.key("2")
    assert session.active_structure is Structure.TUMOUR
    reader.key("f")
    assert reader.draw((36, 38)) > 0, "the area in the lasso is a tumour now"
    reader.key("1")
    reader.key("q")
    asked = session.labels.copy()
    assert reader.draw((12, 40)) > 0, "pointed at"

    # The last one was a slip.
    reader.hands.click(window.desk.correct.buttons["undo"])
    reader.settle()
    assert np.array_equal(session.labels, asked)
    assert not np.array_equal(session.labels, proposed)

    # Accepted: what looks odd is asked, and answered.
    reader.type_name("Ada")
    reader.key("a")
    reader.until(lambda: bool(session.questions))
    assert session.state is not State.ACCEPTED
    reader.hands.click(review.accept)
    reader.until(lambda: session.state is State.ACCEPTED and session.busy is None)
    first, accepted = session.study_id, session.labels.copy()

    # On to the next.
    reader.hands.click(review.next)
    wait_for_pictures(window, qtbot)
    assert session.study_id != first
    assert session.state is State.PROPOSED

    # A second person opens the first again and approves it.
    reader.click_study(0)
    reader.until(lambda: session.study_id == first and session.busy is None)
    assert np.array_equal(session.labels, accepted)
    assert not review.approve.isEnabled(), "not by the one who accepted it"
    reader.type_name("Grace")
    reader.hands.click(review.approve)
    reader.until(lambda: session.record.state is StudyState.APPROVED and session.busy is None)

    # The report.
    monkeypatch.setattr(files.QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "report.pdf"), ""))
    reader.hands.click(review.report)
    reader.until(lambda: (tmp_path / "report.csv").exists() and window.desk.reporter.idle)
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    lines = list(csv.DictReader((tmp_path / "report.csv").read_text("utf-8-sig").splitlines()))
    assert {(line["read_by"], line["approved_by"], line["state"]) for line in lines} == {("Ada", "Grace", "approved")}
    assert {line["structure"] for line in lines} >= {"gland", "tumour"}
    assert [record.state for record in session.records] == [StudyState.APPROVED, StudyState.PROPOSED]
