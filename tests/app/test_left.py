"""The left column on a small screen: the studies to choose from come first."""

from __future__ import annotations

import pytest
from qtpy.QtCore import QRect

from napari_parotid.messages import LearningState, LearningStatus
from parotid_training.study import Role
from tests.app.conftest import wait_for_pictures
from tests.plugin.conftest import AXIAL_GRID, make_study

pytestmark = pytest.mark.gui

ROLES = (Role.T1W, Role.T2W, Role.STIR, Role.T1W_GD)
LOSSES = tuple((n, 1 / (n + 1)) for n in range(50))
LEARNING = LearningStatus(LearningState.TRAINING, losses=LOSSES, held_out=((0, 0.7), (40, 0.8)), fraction=0.4)


@pytest.fixture
def listed(window, engine, tmp_path, qtbot):
    """A window as low as its frame leaves it, with five studies: the first of one sequence, the others of four."""
    window.resize(1280, 760)
    for n in range(5):
        count = 4 if n else 1
        window.session.open_path(engine.put(tmp_path / f"{n}", make_study((AXIAL_GRID,) * count, ROLES[:count])))
        wait_for_pictures(window, qtbot)
    return window


def whole_rows(window):
    """Return how many studies are seen without scrolling."""
    studies = window.worklist.list
    view = QRect(studies.viewport().rect())
    return sum(view.contains(studies.visualItemRect(studies.item(n))) for n in range(studies.count()))


def air(window):
    """Return the empty pixels below the last sequence."""
    study = window.desk.study
    last = study.align[-1]
    return study.parentWidget().height() - last.mapTo(study.parentWidget(), last.rect().bottomLeft()).y()


def test_studies_are_seen_beside_four_sequences_and_while_learning(listed, qtbot):
    qtbot.waitUntil(lambda: whole_rows(listed) >= 4)
    assert listed.desk.study.visibleRegion().boundingRect().height() == listed.desk.study.height(), "all of it"
    listed.desk.learning.set_status(LEARNING)
    qtbot.waitUntil(lambda: whole_rows(listed) == 5)
    assert listed.height() == 760
    learning = listed.desk.learning
    for seen in (learning.words, learning.bar, learning.pause, learning.cancel, learning.more):
        assert seen.visibleRegion().boundingRect() == seen.rect()
    assert not learning.curve.isVisible()
    learning.unfold.click()  # who wants to see the curve sees it
    qtbot.waitUntil(lambda: learning.curve.visibleRegion().boundingRect() == learning.curve.rect())
    assert (listed.height(), learning.versions.isVisible()) == (760, True)
    learning.unfold.click()
    qtbot.waitUntil(lambda: whole_rows(listed) == 5)
    listed.desk.learning.set_status(listed.session.learning)
    qtbot.waitUntil(lambda: whole_rows(listed) >= 4, timeout=5000)


def test_a_short_study_leaves_its_room_to_the_list(listed, qtbot):
    before = listed.worklist.height()
    listed.session.open_study(listed.session.records[0].study_id)
    wait_for_pictures(listed, qtbot)
    qtbot.waitUntil(lambda: listed.worklist.height() > before + 40)
    assert air(listed) < 20
    listed.session.open_study(listed.session.records[1].study_id)
    wait_for_pictures(listed, qtbot)
    qtbot.waitUntil(lambda: listed.worklist.height() == before)


def test_a_high_window_shows_the_curve(listed, qtbot):
    listed.desk.learning.set_status(LEARNING)
    listed.resize(1280, 1100)
    curve = listed.desk.learning.curve
    qtbot.waitUntil(lambda: curve.isVisible() and curve.visibleRegion().boundingRect() == curve.rect())
    assert whole_rows(listed) == 5
    assert not listed.desk.learning.unfold.isVisible()


def test_what_the_reader_pulled_apart_stays(listed, qtbot):
    qtbot.waitUntil(lambda: whole_rows(listed) >= 4)
    before = listed.left.sizes()
    listed.left.moveSplitter(before[0] + 50, 1)
    pulled = listed.left.sizes()
    assert pulled[0] > before[0]
    listed.desk.study.title.setText("Study V · 4 sequences")  # which asks for a layout, of the same height
    qtbot.wait(50)
    assert listed.left.sizes() == pulled
