"""Letters on napari's own canvas say what napari shows."""

from __future__ import annotations

import numpy as np
import pytest

from napari_parotid.views.orientation import Edges
from tests import patience

pytestmark = pytest.mark.gui

UPRIGHT = {
    (0, 1, 2): Edges("R", "L", "A", "P"),
    (1, 0, 2): Edges("R", "L", "I", "S"),
    (2, 0, 1): Edges("A", "P", "I", "S"),
}


@pytest.fixture
def napari_s_own(opened):
    """napari's viewer, left as it was found."""
    viewer = opened.viewer
    yield viewer
    viewer.dims.ndisplay = 2
    viewer.dims.order = (0, 1, 2)
    viewer.scene.camera.orientation2d = ("down", "right")


def bright_corner(viewer, opened):
    """Return on which side of the canvas's middle the patient's right, front and head end lies: signs down, right."""
    view = opened.session.study.grid.canonical()
    _, vertical, horizontal = viewer.dims.order
    node = viewer.window._qt_viewer.canvas.layer_to_visual[opened.binding.masks[0]].node
    tied = node.get_transform("visual", "canvas")
    # Display axes run to S, P, L.
    at = {0: view.shape[0] - 1, 1: 0, 2: 0}
    middle = [view.shape[axis] / 2 for axis in (horizontal, vertical)]
    x, y = tied.map([at[horizontal], at[vertical]])[:2]
    x0, y0 = tied.map(middle)[:2]
    return np.sign(y - y0), np.sign(x - x0)


@pytest.mark.parametrize("order", list(UPRIGHT))
@pytest.mark.parametrize("runs", [("down", "right"), ("up", "left")])
def test_letters_follow_napari_s_axes_and_camera(opened, napari_s_own, order, runs):
    viewer = napari_s_own
    viewer.dims.order = order
    viewer.scene.camera.orientation2d = runs
    edges, usual = opened.letters.overlay.caption.edges, UPRIGHT[order]
    turned = Edges(usual.right, usual.left, usual.bottom, usual.top)
    assert edges == (usual if runs == ("down", "right") else turned)
    down, right = bright_corner(viewer, opened)
    assert (edges.top if down < 0 else edges.bottom) in "AS"
    assert (edges.left if right < 0 else edges.right) in "RA"


def test_several_pictures_on_one_canvas_have_no_letters(opened, napari_s_own):
    grid, overlay = napari_s_own.canvas.grid, opened.letters.overlay
    assert overlay.caption.edges is not None
    try:
        grid.enabled = True
        assert overlay.caption.edges is None
    finally:
        grid.enabled = False
    assert overlay.caption.edges is not None


def test_the_place_and_the_ruler_follow_and_3d_has_none(opened, napari_s_own, qtbot):
    viewer, overlay = napari_s_own, opened.letters.overlay
    view = opened.session.study.grid.canonical()
    viewer.dims.set_point(0, view.translate[0] + 3 * view.scale[0])
    assert overlay.caption.place.startswith(f"4 / {view.shape[0]}   ")
    viewer.scene.camera.zoom = 3.25
    assert overlay.caption.pixels_per_mm == pytest.approx(3.25)
    assert overlay.size() == viewer.window._qt_viewer.canvas.native.size()
    viewer.dims.ndisplay = 3
    assert overlay.caption.edges is None
    viewer.dims.ndisplay = 2
    opened.session.close()
    qtbot.waitUntil(lambda: overlay.caption.edges is None, timeout=patience.MS)


@pytest.mark.parametrize("order", list(UPRIGHT))
@pytest.mark.parametrize("runs", [("down", "right"), ("up", "left")])
def test_clicks_are_marked_where_napari_shows_them(opened, napari_s_own, order, runs, qtbot):
    viewer, session, overlay = napari_s_own, opened.session, opened.letters.overlay
    viewer.dims.order = order
    viewer.scene.camera.orientation2d = runs
    grid = session.study.grid
    view = grid.canonical()
    index = tuple(n // 2 + 3 for n in view.shape)
    world = tuple(t + n * s for t, n, s in zip(view.translate, index, view.scale, strict=True))
    opened.binding.set_mode("point")
    session.click([tuple(grid.to_patient(view.to_native_index(np.array([index])))[0])], adds=True)
    qtbot.waitUntil(lambda: len(opened.binding.marks) == 1, timeout=patience.MS)
    sliced, vertical, horizontal = order
    viewer.dims.set_point(sliced, world[sliced])
    viewer.scene.camera.center = (0.0, world[vertical] + 2.0, world[horizontal] - 3.0)
    node = viewer.window._qt_viewer.canvas.layer_to_visual[opened.binding.masks[0]].node
    x, y = node.get_transform("visual", "canvas").map([index[horizontal] + 0.5, index[vertical] + 0.5])[:2]
    ((at, adds),) = overlay.marks
    assert adds
    assert (at.x(), at.y()) == pytest.approx((x, y), abs=1.5)
    viewer.dims.set_point(sliced, world[sliced] + 3 * view.scale[sliced])
    assert overlay.marks == (), "in its slice only"
    viewer.dims.set_point(sliced, world[sliced])
    assert overlay.marks
    opened.binding.set_mode("pan_zoom")
    assert overlay.marks == (), "while that tool is in the hand"


def test_a_place_pointed_out_comes_into_the_middle_with_a_ring(opened, napari_s_own):
    view = opened.session.study.grid.canonical()
    napari_s_own.scene.camera.center = (0.0, 0.0, 0.0)
    opened.binding.point_out(tuple(int(n) for n in view.to_native_index(np.array((3, 4, 5)))))
    overlay = opened.letters.overlay
    ((at, adds),) = overlay.marks
    assert adds is None
    assert (at.x(), at.y()) == pytest.approx((overlay.width() / 2, overlay.height() / 2), abs=1.5)
    opened.binding._unmark()
    assert overlay.marks == ()
