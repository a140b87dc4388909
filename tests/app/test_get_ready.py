"""The layers of the first study are made before it is opened, and are as good as those made for it."""

from __future__ import annotations

import numpy as np
import pytest

from napari_parotid.work import State
from parotid_app.warm_up import get_ready
from tests import patience
from tests.app.conftest import wait_for_pictures

pytestmark = pytest.mark.gui


@pytest.fixture
def ready(window, qtbot):
    get_ready(window)
    made = [2] * len(window.canvases.canvases)
    qtbot.waitUntil(lambda: layer_counts(window) == made and not window.binding.laying, timeout=patience.MS)
    return window


def layer_counts(window) -> list[int]:
    return [len(viewer.layers) for viewer in window.canvases.viewers]


def test_layers_made_ahead_are_empty_and_out_of_sight(ready):
    for viewer in ready.canvases.viewers:
        for layer in viewer.layers:
            assert not layer.visible
            assert not layer.data.any()
    assert ready.session.state is State.EMPTY
    assert ready.canvases.empty.isVisible()
    assert not ready.binding.shown


def test_the_first_study_takes_them(ready, folders, qtbot):
    before = [list(viewer.layers) for viewer in ready.canvases.viewers]
    ready.session.open_path(folders[0])
    wait_for_pictures(ready, qtbot)
    assert [list(viewer.layers) for viewer in ready.canvases.viewers] == before
    names = [canvas.image.name for canvas in ready.canvases.shown]
    assert names == ["T1w", "T2w", "STIR"]
    for canvas, mask in zip(ready.canvases.shown, ready.binding.masks, strict=True):
        assert canvas.image.visible
        assert np.shares_memory(mask.data, ready.session.labels)
        assert mask.visible
        assert canvas.viewer.layers.selection.active is mask


def test_they_are_drawn_on_and_hear_the_keys(ready, folders, qtbot):
    ready.session.open_path(folders[0])
    wait_for_pictures(ready, qtbot)
    session, canvas = ready.session, ready.canvases.shown[0]
    undone = session.can_undo
    ready.binding.set_mode("paint")
    mask = ready.binding.masks[0]
    assert str(mask.mode) == "paint"
    point = ready.canvases.links.point
    mask.paint(tuple(mask.world_to_data(point)), int(session.active_structure))
    assert session.can_undo
    assert not undone
    for target in (canvas.image, mask):
        assert any(target.keymap)


def test_they_are_not_made_beside_a_study(opened):
    before = layer_counts(opened)
    opened.binding.make_ahead(opened.canvases.viewers)
    assert not opened.binding.laying
    assert layer_counts(opened) == before
