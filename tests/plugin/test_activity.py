from __future__ import annotations

import pytest
from qtpy.QtCore import QPoint, Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from napari_parotid.activity import Activity

pytestmark = pytest.mark.gui


def test_hands_are_seen_wherever_they_are_in_the_window(qtbot):
    window, inner = QWidget(), QLineEdit()
    QVBoxLayout(window).addWidget(inner)
    seen = []
    Activity(inner, lambda: seen.append(1))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    assert not seen, "a window that opens is no movement"
    QTest.mouseMove(window.windowHandle(), QPoint(3, 3))
    QTest.mouseMove(window.windowHandle(), QPoint(9, 9))
    assert seen
    seen.clear()
    inner.setFocus()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_A)
    assert seen
    assert inner.text() == "a", "everything is let through"
    seen.clear()
    window.repaint()
    assert not seen
