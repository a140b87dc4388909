"""Where the reader is, and the way to the next piece of the mask."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from napari_parotid import in_view
from napari_parotid.history import difference
from napari_parotid.views.orientation import Plane
from napari_parotid.work import State
from parotid_training.labels import Structure
from tests.app.conftest import wait_for_pictures

pytestmark = pytest.mark.gui


def areas(window, structure):
    shown = window.session.study.grid.canonical().to_display(window.session.labels)
    return np.count_nonzero(shown == structure, axis=(1, 2))


def test_the_slice_with_most_of_the_tumour_comes_first(window, engine, folders, qtbot):
    window.session.open_path(folders[0])
    wait_for_pictures(window, qtbot)
    session, number = window.session, window.canvases.number
    assert areas(window, Structure.TUMOUR)[number] == areas(window, Structure.TUMOUR).max() > 0
    # A tumour small and far from the slice with most gland; the study is opened anew.
    changed = session.labels.copy()
    changed[changed == Structure.TUMOUR] = Structure.GLAND
    changed[2:5, 2:5, 1] = Structure.TUMOUR
    session.apply(difference("test", session.labels, changed))
    window.canvases.set_slice(12)
    session.open_path(folders[1])
    qtbot.waitUntil(lambda: len(session.records) == 2 and session.state is State.PROPOSED, timeout=60_000)
    session.open_path(folders[0])
    qtbot.waitUntil(lambda: session.state is State.CORRECTING, timeout=60_000)
    wait_for_pictures(window, qtbot)
    assert window.canvases.number == 1
    seen = []
    for _ in range(2):
        window.lines["Find next"].trigger()
        qtbot.waitUntil(lambda: not window.binding.laying)
        seen.append(window.canvases.number)
    assert areas(window, Structure.GLAND)[seen[0]] == areas(window, Structure.GLAND).max()
    assert seen[1] == 1, "round and round"


def test_the_next_piece_comes_into_sight_in_any_plane_and_zoomed(opened, qtbot):
    canvas = opened.canvases.shown[0]
    opened.canvases.set_plane(Plane.CORONAL)
    canvas.viewer.scene.camera.zoom *= 6
    canvas.viewer.scene.camera.center = (0.0, 0.0, 0.0)
    opened.canvases._moved_by_hand()
    opened.canvases.set_slice(0)
    for _ in range(2):  # from the tumour, where opening led, over the gland and back
        opened.bench.find_next()
        qtbot.waitUntil(lambda: not opened.binding.laying)
    shown = opened.session.study.grid.canonical().to_display(opened.session.labels)
    tumour = shown.take(opened.canvases.number, 1) == Structure.TUMOUR
    assert tumour.sum() == (shown == Structure.TUMOUR).sum(axis=(0, 2)).max()
    view = opened.session.study.grid.canonical()
    z, x = np.argwhere(tumour).mean(axis=0)
    where = canvas.to_pixel((view.translate[0] + z * view.scale[0], 0.0, view.translate[2] + x * view.scale[2]))
    assert canvas.native.rect().contains(where.toPoint())


def test_the_next_piece_is_sought_beside_the_window(opened, qtbot, monkeypatch):
    """The whole of a large mask is looked through: 0.1 s."""
    found, threads = in_view.places, []
    monkeypatch.setattr(in_view, "places", lambda *what: threads.append(threading.current_thread()) or found(*what))
    said = []
    opened.session.notice.connect(lambda notice: said.append(notice.sentence))
    opened.session.labels[...] = 0
    opened.bench.find_next()
    qtbot.waitUntil(lambda: said == ["Nothing is drawn yet."])
    assert threads
    assert threading.main_thread() not in threads
