from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from napari_parotid import lying
from napari_parotid.lying import LieWatch, advice
from napari_parotid.messages import Level
from napari_parotid.panels.study import StudyPanel
from napari_parotid.work import State
from parotid_training.io.apart import Apart
from parotid_training.study import Role
from tests import patience
from tests.plugin.conftest import AXIAL_GRID, make_study


@pytest.fixture
def opened(session, engine, tmp_path):
    roles = (Role.T1W, Role.T2W, Role.STIR)
    session.open_path(engine.put(tmp_path / "three", make_study((AXIAL_GRID,) * 3, roles)))
    return session


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(lying, "WAIT_MS", 0)


def test_it_is_looked_once_a_study_and_told_as_one_sentence(opened, kit, qtbot, monkeypatch):
    looked = []

    def find(study, cancelled):
        looked.append(study)
        return (Apart(1, 17.6), Apart(2, 9.0))

    monkeypatch.setattr("parotid_training.io.apart.find_apart", find)
    notices = []
    opened.notice.connect(notices.append)
    watch = LieWatch(opened, kit.Now())
    qtbot.waitUntil(lambda: bool(watch.found), timeout=patience.MS)
    (notice,) = notices
    assert notice.sentence == (
        "These sequences seem not to lie on T1w: T2w (by about 18 mm), STIR (by about 9 mm). The head may have moved."
    )
    assert "Press the arrows" in notice.remedy
    assert notice.level is Level.WARNING
    opened.set_role(2, Role.T1W_GD)
    qtbot.wait(20)
    assert len(looked) == 1, "a role moves no head"
    assert watch.found
    opened.close()
    assert watch.found == ()
    watch.disconnect_all()


@pytest.mark.parametrize(("state", "remedy"), [("accepted", "Reopen the study to align it."), ("read_only", "")])
def test_what_cannot_be_done_now_is_not_advised(opened, kit, qtbot, monkeypatch, state, remedy):
    monkeypatch.setattr("parotid_training.io.apart.find_apart", lambda study, cancelled: (Apart(1, 17.6),))
    if state == "accepted":
        opened.accept(anyway=True)
        assert opened.state is State.ACCEPTED
    else:
        monkeypatch.setattr(type(opened), "read_only", property(lambda self: True))
    notices = []
    opened.notice.connect(notices.append)
    watch = LieWatch(opened, kit.Now())
    qtbot.waitUntil(lambda: bool(watch.found), timeout=patience.MS)
    assert notices[-1].remedy == remedy
    watch.disconnect_all()


def test_it_waits_while_the_model_is_asked(opened, kit, qtbot, monkeypatch):
    looked = []
    monkeypatch.setattr("parotid_training.io.apart.find_apart", lambda study, cancelled: looked.append(study) or ())
    watch = LieWatch(opened, kit.Now())
    busy = SimpleNamespace(words="Proposing")
    monkeypatch.setattr(type(opened), "busy", property(lambda self: busy))
    qtbot.wait(30)
    assert looked == []
    busy = None
    qtbot.waitUntil(lambda: len(looked) == 1, timeout=patience.MS)
    watch.disconnect_all()


def test_one_sequence_is_told_of_alone(opened):
    sentence = advice(opened.study, (Apart(1, 16.2),), "").sentence
    assert sentence == "T2w (by about 16 mm) seems not to lie on T1w. The head may have moved."


def test_the_button_to_press_is_marked(qtbot):
    panel = StudyPanel()
    qtbot.addWidget(panel)
    panel.set_study(make_study((AXIAL_GRID,) * 2, (Role.T1W, Role.T2W)), "Study", locked=False)
    before = panel.align[1].icon().pixmap(16, 16).toImage()
    panel.set_apart({1: 17.6})
    assert "18 mm" in panel.align[1].toolTip()
    assert "mm" not in panel.align[0].toolTip()
    assert panel.align[1].icon().pixmap(16, 16).toImage() != before
    panel.set_apart({})
    assert panel.align[1].icon().pixmap(16, 16).toImage() == before
    assert np.all([not button.toolTip().startswith("It seems") for button in panel.align])
