"""The first look around: offered once, walked by keys, beside the real widgets."""

from __future__ import annotations

import pytest
from qtpy.QtCore import QPoint, QRect, Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication

from napari_parotid import looks
from napari_parotid.looks import Look
from parotid_app import dialogs
from parotid_app.settings import Settings
from parotid_app.tour import CARDS
from tests.app.conftest import wait_for_pictures

pytestmark = pytest.mark.gui


@pytest.fixture(autouse=True)
def as_it_was(qapp):
    yield
    looks.wear(Look())
    looks.size_application()


def place(widget, window):
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def press(window, key):
    QTest.keyClick(window.tour.on, key)
    QApplication.processEvents()


def test_four_cards_each_beside_what_it_speaks_of(opened):
    opened.lines["Look around"].trigger()
    QApplication.processEvents()
    tour = opened.tour
    assert len(CARDS) == 4
    for number, card in enumerate(CARDS):
        assert tour.number == number
        assert tour.title.text() == card.title
        target, mine = card.at(opened), place(tour, opened)
        seen = target.visibleRegion().boundingRect()
        ring = place(tour.ring, opened)
        assert ring.contains(QRect(target.mapTo(opened, seen.topLeft()), seen.size())), card.title
        assert not mine.intersects(ring.adjusted(4, 4, -4, -4)), card.title
        assert opened.rect().contains(mine), card.title
        words = tour.words
        assert words.height() >= words.heightForWidth(words.width()) - 1, "nothing is cut off"
        press(opened, Qt.Key.Key_Right)
    assert opened.tour is None


@pytest.mark.parametrize("percent", [100, 150])
def test_it_fits_every_text_size(opened, percent):
    opened.wear(Look("light", percent))
    opened.resize(1280, 800)
    opened.start_tour()
    for _ in CARDS:
        QApplication.processEvents()
        assert opened.rect().contains(place(opened.tour, opened))
        press(opened, Qt.Key.Key_Return)


def test_back_and_away_by_keys(opened):
    opened.start_tour()
    press(opened, Qt.Key.Key_Left)
    assert opened.tour.number == 0
    press(opened, Qt.Key.Key_Right)
    press(opened, Qt.Key.Key_Right)
    assert opened.tour.number == 2
    press(opened, Qt.Key.Key_Left)
    assert opened.tour.number == 1
    press(opened, Qt.Key.Key_Left)
    assert opened.tour.number == 0
    assert not opened.tour.back.isEnabled()
    press(opened, Qt.Key.Key_Escape)
    assert opened.tour is None
    opened.start_tour()
    assert opened.tour.number == 0, "again from the menu"
    QTest.mouseClick(opened.tour.skip, Qt.MouseButton.LeftButton)
    assert opened.tour is None


def test_it_follows_the_window(opened):
    opened.start_tour()
    before = place(opened.tour, opened)
    opened.resize(1500, 900)
    QApplication.processEvents()
    opened.toggle_left()
    opened.tour.show_card(3)
    QApplication.processEvents()
    assert opened.left.isVisible(), "what is spoken of is shown"
    assert place(opened.tour, opened) != before
    assert opened.rect().contains(place(opened.tour, opened))


def test_the_demo_begins_it_with_the_first_proposal_and_only_once(window, folders, qtbot, make_window):
    kept = []
    window.closed.connect(kept.append)
    window.is_demo = True
    window.welcome()
    assert window.tour is None
    window.session.open_path(folders[0])
    wait_for_pictures(window, qtbot)
    assert window.tour is not None
    window.tour.end()
    window.session.open_path(folders[1])
    qtbot.waitUntil(lambda: len(window.session.records) == 2)
    wait_for_pictures(window, qtbot)
    assert window.tour is None
    window.close()
    assert kept[0].toured
    again = make_window(kept[0])
    again.is_demo = True
    again.welcome()
    assert not again.isVisible()
    assert again.tour is None


@pytest.mark.parametrize(("answer", "toured"), [("Look around", False), ("Not now", True)])
def test_an_empty_first_start_offers_it_once(make_window, qtbot, monkeypatch, answer, toured):
    window = make_window(Settings(propose_ahead=False))
    window.show()
    qtbot.waitExposed(window)
    asked, kept, demo = [], [], []

    def run(box):
        asked.append(box.text())
        next(one for one in box.buttons() if one.text() == answer).click()

    monkeypatch.setattr(dialogs.QMessageBox, "exec", run)
    window.closed.connect(kept.append)
    at_once = []
    window.settings_changed.connect(at_once.append)
    window.demo_wanted.connect(lambda: demo.append(1))
    window.welcome()
    assert len(asked) == 1
    assert bool(demo) is not toured
    assert [settings.toured for settings in at_once] == ([True] if toured else [])
    window.close()
    assert kept[0].toured is toured, "the tour itself is still to come in the demo"


def test_nobody_with_work_is_asked(opened, monkeypatch):
    monkeypatch.setattr(dialogs, "ask_tour", lambda *_: pytest.fail("asked"))
    opened.welcome()
