from __future__ import annotations

import pytest

from napari_parotid.messages import LearningState, LearningStatus, Version
from napari_parotid.panels.learning import LearningPanel

pytestmark = pytest.mark.gui


@pytest.fixture
def panel(qtbot):
    panel = LearningPanel()
    qtbot.addWidget(panel)
    return panel


@pytest.mark.parametrize(
    ("state", "waiting", "words"),
    [
        (LearningState.REFUSED, 0, "Nothing new to learn from."),
        (LearningState.REFUSED, 1, "1 new accepted study to learn from."),
        (LearningState.CANCELLED, 3, "3 new accepted studies to learn from."),
        (LearningState.FAILED, 3, "3 new accepted studies to learn from."),
        (LearningState.PROMOTED, 0, "Nothing new to learn from."),
    ],
)
def test_at_rest_it_says_what_is_new_and_how_the_last_round_ended(panel, state, waiting, words):
    panel.set_status(LearningStatus(state=state, waiting_cases=waiting, verdict="Not used: no better."))
    assert panel.words.text() == words
    assert panel.verdict.text() == "Not used: no better."
    assert panel.learn.isEnabled()
    assert panel.cancel.isHidden()


def test_the_curve_says_its_figures(panel):
    panel.set_status(LearningStatus(state=LearningState.TRAINING, losses=((0, 1.25), (10, 0.75), (20, 0.5))))
    assert panel.curve.words == ("Training error: 1.25 at first, 0.50 now", "step 0", "step 20")
    assert not panel.curve.isHidden()
    panel.set_status(LearningStatus())
    assert panel.curve.isHidden()


def test_the_list_goes_to_the_version_that_came_into_use(panel):
    def status(*current):
        versions = tuple(
            Version(name, name.title(), "", name == "a", now) for name, now in zip("abc", current, strict=False)
        )
        return LearningStatus(versions=versions)

    panel.set_status(status(True))
    panel.set_status(status(False, True))
    assert (panel.versions.currentData(), panel.use.isEnabled()) == ("b", False)
    panel.versions.setCurrentIndex(0)
    panel.set_status(status(False, True))
    assert (panel.versions.currentData(), panel.use.isEnabled()) == ("a", True)
