"""Where the reader is, and the way to the next piece of the mask."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from qtpy.QtWidgets import QPushButton

from napari_parotid import in_view
from napari_parotid.checks import Question
from napari_parotid.history import difference
from napari_parotid.views.hanging import Hanging
from napari_parotid.views.orientation import Plane
from napari_parotid.views.overlay import RING
from napari_parotid.work import State
from parotid_training.labels import Structure
from tests import patience
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


def test_a_tiny_piece_is_pointed_out_in_the_middle_with_a_ring(opened, qtbot):
    piece = (3, 5, 0)
    opened.canvases.set_slice(9)
    opened.canvases.set_crosshair(False)
    opened.desk.review.set_questions((Question("Is it?", Structure.GLAND, piece, others=((30, 5, 2),)),))
    (show,) = (one for one in opened.desk.review.findChildren(QPushButton) if one.text() == "Show")
    show.click()
    assert opened.canvases.number == 0
    for canvas in opened.canvases.shown:
        ((at, adds),) = canvas.overlay.marks
        assert adds is None
        # In the middle of the picture, which was a whole slice before.
        middle = canvas.native.rect().center()
        assert (at.x(), at.y()) == pytest.approx((middle.x(), middle.y()), abs=1.5)
        painted = canvas.overlay.grab().toImage()
        rim = [painted.pixelColor(int(at.x() + RING) + n, int(at.y())) for n in (-1, 0, 1)]
        assert max(pixel.red() for pixel in rim) > 200, "a ring is round it"
    show.click()
    assert opened.canvases.number == 2, "and the other one after it"
    assert len(opened.canvases.shown[0].overlay.marks) == 1
    opened.binding._fading.setInterval(1)
    show.click()
    qtbot.waitUntil(lambda: not any(canvas.overlay.marks for canvas in opened.canvases.shown), timeout=patience.MS)


def test_what_is_pointed_out_is_not_hidden_by_the_body(opened, qtbot):
    opened.canvases.set_hanging(Hanging.PLANES)
    opened.binding.point_out((3, 5, 0))  # before two of the pictures are there
    marked = lambda: all(canvas.isVisible() and canvas.overlay.marks for canvas in opened.canvases.shown)  # noqa: E731
    qtbot.waitUntil(marked, timeout=patience.MS)
    opened.canvases.maximise(opened.canvases.body)
    assert not marked()
    opened.binding.point_out((3, 5, 1))
    assert marked()


def test_what_is_pointed_out_stays_with_its_study(opened, folders, qtbot):
    opened.binding.point_out((3, 5, 0))
    opened.session.open_path(folders[1])
    qtbot.waitUntil(lambda: len(opened.session.records) == 2 and opened.session.proposal is not None, timeout=60_000)
    assert not opened.binding.marks


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
