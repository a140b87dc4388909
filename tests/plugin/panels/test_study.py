from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QLabel, QPushButton, QScrollArea

from napari_parotid.panels.study import StudyPanel
from napari_parotid.registration import Preview
from parotid_training.study import Role
from parotid_training.volume import Grid
from tests import patience
from tests.plugin.conftest import AXIAL_GRID, make_study

pytestmark = pytest.mark.gui


@pytest.mark.parametrize(
    ("spacing", "words"),
    [((0.5, 0.5, 4.0), "axial 4 mm"), ((0.5, 4.0, 0.5), "coronal 4 mm"), ((1.0, 1.0, 1.0), "3D 1 mm")],
)
def test_every_kind_of_sequence_is_described(qtbot, spacing, words):
    study = make_study((Grid((20, 20, 20), np.diag([*spacing, 1.0])),), (Role.T1W,))
    panel = StudyPanel()
    qtbot.addWidget(panel)
    panel.set_study(study, "Study 1", locked=False)
    assert words in [label.text() for label in panel.findChildren(QLabel)]


@pytest.fixture
def low(qtbot):
    """A panel with four sequences, in an area too low for them."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(StudyPanel())
    qtbot.addWidget(area)
    area.resize(270, 160)
    study = make_study((AXIAL_GRID,) * 4, (Role.T1W, Role.T2W, Role.STIR, Role.OTHER))
    area.widget().set_study(study, "Study 1", locked=False)
    area.show()
    qtbot.waitExposed(area)
    return area


def seen(widget):
    return widget.isVisible() and widget.visibleRegion().boundingRect() == widget.rect()


def test_a_sequence_is_moved_by_letters(low, qtbot):
    panel = low.widget()
    by_hand = panel.align[2].menu().actions()[1]
    with qtbot.waitSignal(panel.nudge_wanted) as asked:
        by_hand.trigger()
    assert asked.args == [2, (0.0, 0.0, 0.0)]
    grid = panel._study.sequences[2].volume
    panel.set_preview(Preview(2, grid, 0.0, 0.0))
    assert not panel.keep.isEnabled()
    moved = []
    panel.nudge_wanted.connect(lambda n, by: moved.append((n, by)))
    for letter, modifier in (("R", Qt.KeyboardModifier.NoModifier), ("S", Qt.KeyboardModifier.ShiftModifier)):
        button = next(one for one in panel.nudges.findChildren(QPushButton) if one.text() == letter)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, modifier)
    assert moved == [(2, (-1.0, 0.0, 0.0)), (2, (0.0, 0.0, 5.0))]
    panel.set_preview(Preview(2, grid, 1.0, 0.0))
    assert panel.keep.isEnabled()
    assert panel.preview.text().startswith("STIR: moved by 1.0 mm")


def test_what_would_be_refused_is_greyed_out_and_says_why(low):
    panel = low.widget()
    usual = panel.roles[1].toolTip()
    panel.set_locked(True)
    assert [one.isEnabled() for one in panel.references] == [True, False, False, False]
    assert "stays there" in panel.references[1].toolTip()
    assert panel.roles[1].isEnabled()
    assert [one.isEnabled() for one in panel.align] == [False, True, True, True]
    panel.set_locked(False, why_not_align="Wait.")
    assert not any(one.isEnabled() for one in panel.align)
    assert panel.align[1].toolTip() == "Wait."
    assert all(one.isEnabled() for one in (*panel.roles, *panel.references))
    panel.set_locked(False, "Another window.")
    assert not any(one.isEnabled() for one in (*panel.roles, *panel.align, *panel.references[1:]))
    assert {one.toolTip() for one in (*panel.roles, *panel.references[1:])} == {"Another window."}
    panel.set_locked(False)
    assert panel.roles[1].toolTip() == usual


def test_an_alignment_and_its_two_answers_are_brought_into_view(low, qtbot):
    panel = low.widget()
    assert panel.height() > low.viewport().height(), "there is nothing to scroll"
    moved = make_study((AXIAL_GRID,), (Role.T1W,)).sequences[0].volume
    for n in range(2):
        low.verticalScrollBar().setValue(0)
        panel.set_preview(Preview(2, moved, 1.2 + n, 0.4))
        qtbot.waitUntil(
            lambda: all(seen(one) for one in (panel.preview, panel.keep, panel.discard)), timeout=patience.MS
        )
        panel.set_preview(None)
        assert not panel.keep.isVisible()
