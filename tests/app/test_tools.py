"""The correction tools in the linked pictures, by mouse and key."""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtCore import QEvent, Qt
from qtpy.QtGui import QKeySequence

from napari_parotid.tools import TOOLS
from napari_parotid.views.orientation import Plane
from napari_parotid.work import State
from parotid_app.actions import ACTIONS
from parotid_app.hands import Hands
from tests import patience
from tests.app.conftest import wait_for_pictures
from tests.plugin.conftest import OBLIQUE_GRID, make_study

pytestmark = pytest.mark.gui


def world(window, plane, *corners):
    """World positions (z, y, x of LPS, mm) of display voxels of the slice in view, given as (row, column)."""
    view = window.session.study.grid.canonical()
    sliced, row, column = plane.order
    places = []
    for corner in corners:
        index = np.zeros(3)
        index[[sliced, row, column]] = window.canvases.number, *corner
        z, y, x = np.array(view.translate) + index * view.scale
        places.append((float(z), float(y), float(x)))
    return places


def shown(window):
    return window.session.study.grid.canonical().to_display(window.session.labels)


def cleared(window, plane, number):
    window.session.labels[...] = 0
    window.canvases.set_plane(plane)
    window.canvases.set_slice(number)


@pytest.mark.parametrize(("plane", "picture"), [(Plane.AXIAL, 1), (Plane.CORONAL, 0), (Plane.SAGITTAL, 2)])
def test_a_lasso_works_in_every_picture_and_plane(opened, tmp_path, plane, picture):
    cleared(opened, plane, 8)
    opened.bench.use(next(tool for tool in TOOLS if tool.name == "lasso"))
    corners = ((3, 10), (3, 30), (12, 30), (12, 10))
    Hands(opened, tmp_path).draw(opened.canvases.shown[picture], world(opened, plane, *corners))
    drawn = shown(opened).transpose(plane.order)
    assert drawn[8, 4:12, 11:30].all()
    assert drawn.sum() == drawn[8, 3:13, 10:31].sum() > 0
    assert opened.canvases.maximised is None


def test_a_polygon_is_closed_by_a_double_click_and_taken_back_by_escape(opened, tmp_path):
    cleared(opened, Plane.AXIAL, 8)
    opened.bench.use(next(tool for tool in TOOLS if tool.name == "polygon"))
    canvas, hands = opened.canvases.shown[1], Hands(opened, tmp_path)
    corners = world(opened, Plane.AXIAL, (10, 10), (10, 30), (30, 30))

    def click():
        for corner in corners:
            hands.draw(canvas, [corner])

    mask = opened.binding.masks[1]
    click()
    assert len(mask._overlays["polygon"].points) == 4
    hands.press_key(canvas.native, Qt.Key.Key_Escape)
    assert mask._overlays["polygon"].points == []
    click()
    at, left = canvas.to_pixel(corners[-1]), Qt.MouseButton.LeftButton
    hands._mouse(canvas.native, QEvent.Type.MouseButtonDblClick, at, left)
    hands._mouse(canvas.native, QEvent.Type.MouseButtonRelease, at, left, held=False)
    hands.pump(0.1)
    drawn = shown(opened)
    assert drawn[8, 12, 15:29].all()
    assert not drawn[8, 28, 10:20].any()
    assert drawn.sum() == drawn[8].sum() > 0
    assert opened.canvases.maximised is None


def test_the_mask_is_hidden_in_all_pictures_while_the_key_is_held(opened, qtbot):
    native = opened.canvases.shown[1].native
    qtbot.keyPress(native, Qt.Key.Key_V)
    assert {mask.opacity for mask in opened.binding.masks} == {0.0}
    qtbot.keyRelease(native, Qt.Key.Key_V)
    assert {mask.opacity for mask in opened.binding.masks} == {opened.binding.opacity}


def test_a_slice_is_copied_to_the_next_in_the_plane_in_view(opened, qtbot):
    cleared(opened, Plane.CORONAL, 20)
    shown(opened)[5:9, 20, 10:20] = 1
    opened.lines["Copy to next slice"].trigger()
    qtbot.waitUntil(lambda: opened.session.busy is None, timeout=patience.MS)
    assert shown(opened)[5:9, 21, 10:20].all()
    assert opened.canvases.number == 21


def test_a_held_key_is_no_menu_s(qapp):
    """A menu would take its press, and the release would be nobody's."""
    held = {tool.keys.upper() for tool in TOOLS if tool.release is not None}
    assert held
    assert not held & {QKeySequence(key).toString() for action in ACTIONS for key in action.keys}


@pytest.mark.parametrize(("plane", "picture"), [(Plane.AXIAL, 1), (Plane.CORONAL, 0), (Plane.SAGITTAL, 2)])
def test_pointing_works_in_every_picture_and_plane(opened, tmp_path, qtbot, plane, picture):
    cleared(opened, plane, 8)
    opened.bench.use(next(tool for tool in TOOLS if tool.name == "point"))
    qtbot.waitUntil(lambda: opened.session.busy is None, timeout=patience.MS)
    Hands(opened, tmp_path).draw(opened.canvases.shown[picture], world(opened, plane, (7, 20)))
    qtbot.waitUntil(lambda: opened.session.busy is None, timeout=patience.MS)
    assert np.argwhere(shown(opened).transpose(plane.order)).tolist() == [[8, 7, 20]]


def test_clicks_are_marked_in_their_slice_while_the_tool_is_in_the_hand(opened, tmp_path, qtbot):
    cleared(opened, Plane.AXIAL, 8)
    opened.bench.use(next(tool for tool in TOOLS if tool.name == "point"))
    canvas, hands = opened.canvases.shown[1], Hands(opened, tmp_path)
    for place in ((7, 20), (12, 30), (7, 20)):
        qtbot.waitUntil(lambda: opened.session.busy is None, timeout=patience.MS)
        hands.draw(canvas, world(opened, Plane.AXIAL, place))
    qtbot.waitUntil(lambda: opened.session.busy is None, timeout=patience.MS)
    there, elsewhere = (canvas.to_pixel(*world(opened, Plane.AXIAL, place)) for place in ((7, 20), (12, 30)))
    for one in opened.canvases.shown:
        assert [adds for _, adds in one.overlay.marks] == [True, True, False]
        for (at, _), expected in zip(one.overlay.marks, (there, elsewhere, there), strict=True):
            assert (at - expected).manhattanLength() < 1.0
    opened.canvases.set_slice(9)
    assert canvas.overlay.marks == ()
    opened.canvases.set_slice(8)
    opened.bench.use(next(tool for tool in TOOLS if tool.name == "paint"))
    assert canvas.overlay.marks == ()
    opened.bench.use(next(tool for tool in TOOLS if tool.name == "point"))
    assert len(canvas.overlay.marks) == 3
    qtbot.waitUntil(lambda: opened.session.busy is None, timeout=patience.MS)
    opened.session.undo()
    assert canvas.overlay.marks == ()


def test_clicks_are_marked_on_an_oblique_grid(window, engine, tmp_path, qtbot):
    window.session.open_path(engine.put(tmp_path / "oblique", make_study((OBLIQUE_GRID,))))
    wait_for_pictures(window, qtbot)
    cleared(window, Plane.SAGITTAL, 8)
    window.bench.use(next(tool for tool in TOOLS if tool.name == "point"))
    canvas = window.canvases.shown[0]
    qtbot.waitUntil(lambda: window.session.busy is None, timeout=patience.MS)
    Hands(window, tmp_path).draw(canvas, places := world(window, Plane.SAGITTAL, (7, 20)))
    ((at, adds),) = canvas.overlay.marks
    assert adds
    assert (at - canvas.to_pixel(places[0])).manhattanLength() < 1.0


def follow(hands, canvas, places):
    """Move the pressed mouse along world positions."""
    for place in places:
        hands._mouse(canvas.native, QEvent.Type.MouseMove, canvas.to_pixel(place), Qt.MouseButton.LeftButton)
        hands.pump(0.02)


@pytest.mark.parametrize("deed", ["edit", "accept", "propose", "undo", "redo"])
def test_a_stroke_ends_where_other_work_begins_and_is_not_lost(opened, tmp_path, qtbot, deed):
    """A key is pressed before the mouse is let go."""
    session, canvas, hands = opened.session, opened.canvases.shown[0], Hands(opened, tmp_path)
    opened.canvases.set_plane(Plane.AXIAL)
    opened.canvases.set_slice(2)
    start = session.labels.copy()
    opened.bench.set_mode("paint")
    drawn, beyond = world(opened, Plane.AXIAL, (5, 5), (5, 9)), world(opened, Plane.AXIAL, (5, 20), (5, 30))
    left = Qt.MouseButton.LeftButton
    hands._mouse(canvas.native, QEvent.Type.MouseMove, canvas.to_pixel(drawn[0]), left, held=False)
    hands.pump(0.05)
    hands._mouse(canvas.native, QEvent.Type.MouseButtonPress, canvas.to_pixel(drawn[0]), left)
    follow(hands, canvas, drawn)
    part = session.labels.copy()
    assert (part != start).any()
    if deed == "edit":
        session.change(lambda labels: None, "looking", "There is nothing to do.")
    elif deed == "accept":
        session.accept(anyway=True)
    elif deed == "propose":
        session.propose()
    elif deed == "undo":
        session.undo()
    else:
        session.redo()
    follow(hands, canvas, beyond)
    qtbot.waitUntil(lambda: session.busy is None, timeout=patience.MS)
    follow(hands, canvas, beyond)
    assert np.array_equal(session.labels, start if deed in ("propose", "undo") else part)
    hands._mouse(canvas.native, QEvent.Type.MouseButtonRelease, canvas.to_pixel(drawn[-1]), left, held=False)
    hands.pump(0.05)
    session.save()
    kept = session.engine.store.journal(session.study_id).restore()
    assert np.array_equal(kept.array, session.labels)
    assert session.state is (State.ACCEPTED if deed == "accept" else State.CORRECTING)
    if deed == "accept":
        session.reopen()
    for _ in range(2 if deed == "propose" else 0 if deed == "undo" else 1):
        session.undo()
    assert np.array_equal(session.labels, start)


@pytest.mark.parametrize("contour", [False, True])
def test_a_stroke_is_seen_in_the_other_pictures_while_it_is_drawn(opened, tmp_path, monkeypatch, contour):
    """Of the same slice no more than was drawn on goes to the screen; cutting it anew took longer than drawing."""
    cleared(opened, Plane.AXIAL, 8)
    opened.binding.set_outline(contour)
    opened.bench.set_mode("paint")
    Hands(opened, tmp_path).pump(0.1)
    masks, cut, pushed = opened.binding.masks, [], []
    for n, mask in enumerate(masks[1:], start=1):
        monkeypatch.setattr(mask, "refresh", lambda n=n, **_: cut.append(n))
        mask.events.labels_update.connect(lambda event, n=n: pushed.append((n, np.array(event.data), event.offset)))
    with masks[0].block_history():  # as in a stroke that has not ended
        masks[0].data_setitem((np.array([8, 8]), np.array([20, 21]), np.array([20, 24])), 1)
        assert cut == []
    assert {n for n, *_ in pushed} == {1, 2}
    for mask in masks[1:]:
        np.testing.assert_array_equal(mask._slice.image.view, masks[0]._slice.image.view)
    _, data, (row, column) = pushed[-1]
    seen = masks[0]._slice.image.view[row : row + data.shape[0], column : column + data.shape[1]]
    np.testing.assert_array_equal(data, seen)


def test_no_key_of_naparis_moves_the_mask_off_the_picture(opened, tmp_path, qtbot):
    opened.canvases.set_slice(8)
    canvas, mask = opened.canvases.shown[1], opened.binding.masks[1]
    canvas.native.setFocus()
    qtbot.keyClick(canvas.native, Qt.Key.Key_7)
    Hands(opened, tmp_path).draw(canvas, world(opened, Plane.AXIAL, (25, 25), (28, 30), (30, 35)))
    assert mask.mode == "pan_zoom"
    assert np.array_equal(mask.affine.affine_matrix, np.eye(4))


def test_a_mask_that_was_moved_lies_right_in_the_next_study(opened, folders, qtbot):
    opened.binding.masks[1].affine = np.array([[1, 0, 0, 0], [0, 1, 0, 5], [0, 0, 1, 10], [0, 0, 0, 1.0]])
    opened.session.open_path(folders[1])
    wait_for_pictures(opened, qtbot)
    assert np.array_equal(opened.binding.masks[1].affine.affine_matrix, np.eye(4))


@pytest.mark.parametrize("deed", ["slice", "tool", "study"])
def test_an_unfinished_polygon_ends_with_its_slice(opened, folders, tmp_path, qtbot, deed):
    cleared(opened, Plane.AXIAL, 3)
    opened.bench.use(next(one for one in TOOLS if one.name == "polygon"))
    hands = Hands(opened, tmp_path)
    for corner in world(opened, Plane.AXIAL, (10, 10), (10, 30), (30, 30)):
        hands.draw(opened.canvases.shown[1], [corner])
    assert len(opened.binding.masks[1]._overlays["polygon"].points) > 2
    if deed == "slice":
        opened.canvases.set_slice(8)
    elif deed == "tool":
        opened.binding.set_mode("paint")
    else:
        opened.session.open_path(folders[1])
        wait_for_pictures(opened, qtbot)
    assert opened.binding.masks[1]._overlays["polygon"].points == []


def test_the_picture_may_be_moved_between_two_corners(opened, tmp_path):
    cleared(opened, Plane.AXIAL, 3)
    opened.bench.use(next(one for one in TOOLS if one.name == "polygon"))
    hands = Hands(opened, tmp_path)
    for corner in world(opened, Plane.AXIAL, (10, 10), (10, 30), (30, 30)):
        hands.draw(opened.canvases.shown[1], [corner])
    begun = len(opened.binding.masks[1]._overlays["polygon"].points)
    opened.binding.masks[1].mode = "pan_zoom"  # as napari does while its space bar is held
    opened.binding.masks[1].mode = "polygon"
    assert len(opened.binding.masks[1]._overlays["polygon"].points) == begun > 2
