"""Lists to choose from show all there is, down to the last entry."""

from __future__ import annotations

import pytest

from napari_parotid.looks import Look
from napari_parotid.messages import LearningStatus, Version

pytestmark = pytest.mark.gui


def open_list(box, qtbot):
    box.showPopup()
    qtbot.waitUntil(lambda: box.view().isVisible())
    qtbot.wait(50)
    return box.view()


def last(view):
    return view.visualRect(view.model().index(view.model().rowCount() - 1, 0))


@pytest.mark.parametrize("percent", [100, 150])
def test_a_long_list_scrolls_to_its_last_entry(opened, percent, qtbot):
    opened.wear(Look("dark", percent))
    versions = tuple(Version(str(n), f"Version {n}", "", n == 0, n == 2) for n in range(60))
    opened.desk.learning.set_status(LearningStatus(versions=versions))
    view = open_list(opened.desk.learning.versions, qtbot)
    assert view.window().height() < 500, "not as high as the screen"
    bar = view.verticalScrollBar()
    assert bar.isVisible(), "it can be seen that there are more"
    bar.setValue(bar.maximum())
    assert last(view).bottom() <= view.viewport().rect().bottom()
    opened.desk.learning.versions.hidePopup()


@pytest.mark.parametrize("percent", [100, 150])
def test_short_lists_are_seen_whole(opened, percent, qtbot):
    opened.wear(Look("dark", percent))
    for box in (opened.worklist.order, opened.worklist.state, *opened.desk.study.roles, opened.desk.learning.versions):
        view = open_list(box, qtbot)
        assert last(view).bottom() <= view.viewport().rect().bottom()
        assert opened.screen().geometry().contains(view.window().geometry())
        box.hidePopup()
