from __future__ import annotations

import pytest

from napari_parotid.messages import Level, Notice
from napari_parotid.panels import busy
from napari_parotid.panels.busy import NoticeBar

pytestmark = pytest.mark.gui


def test_a_notice_goes_away_but_an_error_stays(qtbot, monkeypatch):
    """In napari, "Accepted." stood over the next study."""
    monkeypatch.setattr(busy, "SECONDS", {Level.INFO: 0.02})
    bar = NoticeBar()
    qtbot.addWidget(bar)
    bar.set_notice(Notice("Accepted."))
    assert bar.isVisible()
    qtbot.waitUntil(lambda: not bar.isVisible())
    bar.set_notice(Notice("Accepted."))
    bar.set_notice(Notice("The disk is full.", "Free space.", Level.ERROR))
    qtbot.wait(100)
    assert bar.isVisible()
    assert bar.text.text() == "The disk is full. Free space."


def test_what_was_told_of_a_study_goes_when_another_is_opened(qtbot):
    bar = NoticeBar()
    qtbot.addWidget(bar)
    for level in Level:
        bar.set_notice(Notice("Said.", level=level))
        bar.leave()
        assert not bar.isVisible()
