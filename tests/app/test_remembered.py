"""How the window comes back, and how it begins."""

from __future__ import annotations

import pytest
from qtpy.QtCore import QSize
from qtpy.QtWidgets import QApplication

from parotid_app.settings import Settings

pytestmark = pytest.mark.gui


def test_the_first_window_leaves_room_for_its_frame(make_window, monkeypatch):
    screen = QApplication.primaryScreen()
    monkeypatch.setattr(type(screen), "availableSize", lambda _: QSize(1280, 800))
    window = make_window()
    assert window.width() < 1280
    assert window.height() <= 760, "or the line of state would lie below the screen"


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
