"""Hangings, the common place, and the convention, in a real window."""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtCore import QEvent, QPointF, Qt

from napari_parotid.views.hanging import Hanging
from napari_parotid.views.orientation import Convention, Plane
from tests.plugin.views.hand import AXIAL, LEFT, click, drag, fill, mouse, wheel

pytestmark = pytest.mark.gui

SHIFT = Qt.KeyboardModifier.ShiftModifier
PLACE = (12.0, -15.0, 10.0)
"""World (z, y, x of LPS, mm), in the middle of a voxel of `AXIAL`."""


@pytest.fixture
def planes(filled, qtbot):
    """The study in three planes, without the body: that needs a mask."""
    filled.set_hanging(Hanging.PLANES)
    qtbot.wait(50)
    yield filled
    filled.set_hanging(Hanging.SEQUENCES)
    filled.set_crosshair(False)


def across(canvas):
    """World size (mm) of a picture, down and across."""
    zoom = canvas.viewer.scene.camera.zoom
    return canvas.native.height() / zoom, canvas.native.width() / zoom


def test_each_hanging_leads_to_the_next_and_around(filled):
    assert filled.hanging is Hanging.SEQUENCES
    seen = []
    for _ in range(3):
        filled.next_hanging()
        seen.append((filled.hanging, [canvas.isVisible() for canvas in filled.canvases]))
    assert seen == [
        (Hanging.PLANES, [True, True, True, False]),
        (Hanging.ONE, [True, False, False, False]),
        (Hanging.SEQUENCES, [True, True, True, False]),
    ]


def test_three_planes_are_equally_magnified_and_whole(planes):
    assert [canvas.plane for canvas in planes.shown] == list(Plane)
    assert len({canvas.viewer.scene.camera.zoom for canvas in planes.shown}) == 1
    size = dict(zip("zyx", (64, 70, 60), strict=True))
    for canvas, (down, right) in zip(planes.shown, ("yx", "zx", "zy"), strict=True):
        height, width = across(canvas)
        assert height > size[down]
        assert width > size[right]
    assert [canvas.overlay.caption.edges.left for canvas in planes.shown] == ["R", "R", "A"]


def test_the_wheel_walks_along_the_plane_under_the_mouse(planes):
    before = planes.links.point
    for canvas in planes.shown:
        wheel(canvas, 2)
    assert np.subtract(planes.links.point, before) == pytest.approx((8.0, 2.0, 2.0))
    assert not planes.slider.isVisible()


@pytest.mark.parametrize("first", [0, 1, 2])
def test_a_click_with_shift_shows_the_place_in_all_planes_and_marks_it(planes, first):
    planes.set_crosshair(True)
    leader = planes.shown[first]
    planes.links.go_to(tuple(here if axis == leader.plane.sliced else 0.0 for axis, here in enumerate(PLACE)))
    at = leader.to_pixel(PLACE)
    click(leader, at.x(), at.y(), SHIFT)
    for canvas in planes.shown:
        assert canvas.viewer.dims.point == pytest.approx(PLACE)
        cross, place = canvas.overlay.cross, canvas.to_pixel(PLACE)
        assert (cross - place).manhattanLength() < 0.01
        assert canvas.overlay.caption.place.endswith(
            {Plane.AXIAL: "S 12.0 mm", Plane.CORONAL: "A 15.0 mm", Plane.SAGITTAL: "L 10.0 mm"}[canvas.plane]
        )
    planes.set_crosshair(False)
    assert {canvas.overlay.cross for canvas in planes.shown} == {None}


def test_a_click_with_the_tool_that_moves_goes_there_and_a_drag_does_not(planes):
    canvas = planes.shown[0]
    at = canvas.to_pixel(PLACE)
    start = planes.links.point
    drag(canvas, (at.x(), at.y()), (at.x() + 30, at.y()), LEFT)
    assert planes.links.point == start
    at = canvas.to_pixel(PLACE)
    click(canvas, at.x(), at.y())
    assert planes.links.point == pytest.approx((start[0], *PLACE[1:]))


def test_a_click_paints_and_goes_nowhere_with_a_brush_in_the_hand(planes):
    canvas, view = planes.shown[1], AXIAL.canonical()
    labels = np.zeros(AXIAL.shape, np.uint8)
    layer = canvas.viewer.add_labels(view.to_display(labels), scale=view.scale, translate=view.translate)
    layer.mode = "paint"
    start = planes.links.point
    at = canvas.to_pixel((0.0, start[1], 0.0))
    click(canvas, at.x(), at.y())
    assert labels.any()
    assert planes.links.point == start
    click(canvas, at.x(), at.y(), SHIFT)
    assert planes.links.point != start


def test_zoomed_planes_come_along_only_where_the_place_is_out_of_sight(planes):
    leader, coronal, _ = planes.shown
    wheel(leader, 6, Qt.KeyboardModifier.ControlModifier, QPointF(leader.native.rect().center()))
    planes.links.go_to((0.0, 0.0, 0.0))
    before = [canvas.viewer.scene.camera.center for canvas in planes.shown]
    planes.point_at((0.0, 2.0, 3.0))
    assert [canvas.viewer.scene.camera.center for canvas in planes.shown] == before
    planes.point_at((36.0, 2.0, 3.0))
    assert leader.viewer.scene.camera.center == before[0], "the picture that was clicked on stays"
    at = coronal.to_pixel((36.0, 2.0, 3.0))
    assert coronal.native.rect().contains(at.toPoint())


def test_planes_share_their_common_axes_when_one_is_moved(planes):
    axial, coronal, sagittal = planes.shown
    drag(axial, (100, 100), (140, 90), Qt.MouseButton.MiddleButton)
    _, y, x = axial.viewer.scene.camera.center
    assert coronal.viewer.scene.camera.center[2] == pytest.approx(x)
    assert sagittal.viewer.scene.camera.center[2] == pytest.approx(y)


def test_a_double_click_shows_one_plane_alone_and_back(planes):
    coronal = planes.shown[1]
    mouse(coronal, QEvent.Type.MouseButtonDblClick, 20, 20, LEFT)
    assert [canvas.isVisible() for canvas in planes.shown] == [False, True, False]
    assert not planes.body.isVisible()
    wheel(coronal, 3)
    mouse(coronal, QEvent.Type.MouseButtonDblClick, 20, 20, LEFT)
    assert planes.body.isVisible()
    assert len({canvas.viewer.dims.point for canvas in planes.shown}) == 1, "those that were away come along"


def test_a_plane_ends_the_three_planes(planes):
    planes.set_plane(Plane.SAGITTAL)
    assert planes.hanging is Hanging.SEQUENCES
    assert {canvas.plane for canvas in planes.shown} == {Plane.SAGITTAL}
    planes.set_plane(Plane.AXIAL)


@pytest.mark.parametrize("plane", list(Plane))
def test_the_other_convention_shows_the_patient_s_right_on_the_right(canvases, qtbot, plane):
    """A bright ball in the patient's right, front, upper eighth appears at the letters R, A, S."""
    index = np.stack(np.meshgrid(*(np.arange(n) for n in AXIAL.shape), indexing="ij"), axis=-1)
    ball_at = (24.0, -17.0, -15.0)
    ball = np.linalg.norm(AXIAL.to_patient(index) - ball_at[::-1], axis=-1) < 9
    fill(canvases, AXIAL, [(100 * ball).astype(np.float32)])
    canvases.set_plane(plane)
    canvases.set_convention(Convention.NEUROLOGICAL)
    canvases.links.go_to(ball_at)
    qtbot.wait(80)
    canvas = canvases.canvases[0]
    image = canvas.native.grabFramebuffer()
    at = canvas.to_pixel(ball_at)
    assert image.pixelColor(at.toPoint()).red() > 128
    edges = canvas.overlay.caption.edges
    assert (edges.left if at.x() < image.width() / 2 else edges.right) == ("A" if plane is Plane.SAGITTAL else "R")
    assert canvas.to_world(at) == pytest.approx(ball_at)
    canvases.set_convention(Convention.RADIOLOGICAL)
    mirrored = canvas.to_pixel(ball_at)
    assert (mirrored.x() == pytest.approx(at.x())) == (plane is Plane.SAGITTAL)
