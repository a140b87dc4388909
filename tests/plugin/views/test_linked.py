"""The linked pictures in a real window, worked with a real mouse."""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtCore import QEvent, QPointF, Qt
from qtpy.QtGui import QKeyEvent, QMouseEvent, QOpenGLContext
from qtpy.QtWidgets import QApplication

from napari_parotid.views.hanging import columns_for
from napari_parotid.views.orientation import Plane
from tests import patience
from tests.plugin.views.hand import AXIAL, LEFT_HANDED, NONE, SAGITTAL, drag, fill, mouse, wheel

pytestmark = pytest.mark.gui


def test_a_picture_says_where_its_sequence_ends(canvases, qtbot):
    array = np.random.default_rng(0).uniform(0, 100, AXIAL.shape).astype(np.float32)
    half = array.copy()
    half[:, :, 10:] = 0
    fill(canvases, AXIAL, [array, half])
    for number, words in ((5, ""), (12, "This sequence does not reach this slice"), (9, "")):
        canvases.set_slice(number)
        assert [c.overlay.caption.message for c in canvases.shown] == ["", words]


def test_as_many_pictures_as_sequences(filled):
    assert [canvas.isVisible() for canvas in filled.canvases] == [True, True, True, False]


def test_wheel_and_keys_change_the_slice_everywhere(filled):
    filled.set_slice(5)
    wheel(filled.canvases[1], 1)
    assert filled.number == 6
    for key in (Qt.Key.Key_Up, Qt.Key.Key_PageUp, Qt.Key.Key_Down):
        QApplication.sendEvent(filled.canvases[2].native, QKeyEvent(QEvent.Type.KeyPress, key, NONE))
    assert filled.number == 7
    assert {canvas.viewer.dims.point for canvas in filled.shown} == {filled.canvases[0].viewer.dims.point}
    assert filled.canvases[0].viewer.dims.point[0] == pytest.approx(-20 + 7 * 4)
    assert filled.slider.value() == 7
    assert filled.canvases[1].overlay.caption.place == "8 / 16   S 8.0 mm"


def test_the_slice_stops_at_the_ends(filled):
    filled.set_slice(99)
    assert filled.number == 15
    wheel(filled.canvases[0], 1)
    assert filled.number == 15


def test_small_turns_of_a_trackpad_add_up(filled):
    filled.set_slice(5)
    for _ in range(4):
        wheel(filled.canvases[0], 0.25)
    assert filled.number == 6


def test_pan_and_zoom_are_common(filled, qtbot):
    one, two, _ = filled.shown
    corner = QPointF(60, 40)
    zoom = one.viewer.scene.camera.zoom
    fixed = corner - one.to_pixel((0, 0, 0))
    wheel(one, 2, Qt.KeyboardModifier.ControlModifier, corner)
    assert one.viewer.scene.camera.zoom == pytest.approx(zoom * 1.44)
    # The point under the mouse stays under it.
    assert ((corner - one.to_pixel((0, 0, 0))) / 1.44 - fixed).manhattanLength() < 0.01
    drag(two, (100, 100), (140, 110), Qt.MouseButton.MiddleButton)

    def alike():
        for canvas in filled.shown:
            assert canvas.viewer.scene.camera.zoom == pytest.approx(one.viewer.scene.camera.zoom)
            assert canvas.viewer.scene.camera.center == pytest.approx(two.viewer.scene.camera.center)

    qtbot.waitUntil(alike, timeout=patience.MS)


def test_a_zoom_by_hand_survives_a_new_size_and_fit_takes_it_back(filled, qtbot):
    camera = filled.canvases[0].viewer.scene.camera
    fitted = camera.zoom
    wheel(filled.canvases[0], 3, Qt.KeyboardModifier.ControlModifier)
    zoomed = camera.zoom
    filled.resize(900, 650)
    qtbot.wait(100)
    assert camera.zoom == pytest.approx(zoomed)
    filled.fit()
    assert camera.zoom < zoomed
    filled.resize(800, 600)
    qtbot.waitUntil(lambda: camera.zoom == pytest.approx(fitted, rel=0.01))


def test_right_drag_changes_the_window_of_one_picture(filled):
    one, two, _ = filled.shown
    drag(one, (100, 100), (160, 70), Qt.MouseButton.RightButton)
    assert one.window.width == pytest.approx(100 * 2**0.2)
    assert one.window.level > 50
    assert two.image.contrast_limits == [0, 100]
    assert one.overlay.caption.window == f"W {one.window.width:.0f}  L {one.window.level:.3g}"


def test_a_drag_that_was_let_go_elsewhere_is_over(filled):
    canvas, right, none = filled.canvases[1], Qt.MouseButton.RightButton, Qt.MouseButton.NoButton
    mouse(canvas, QEvent.Type.MouseButtonPress, 20, 20, right)
    before = canvas.window
    at = QPointF(60, 60)
    QApplication.sendEvent(canvas.native, QMouseEvent(QEvent.Type.MouseMove, at, at, none, none, NONE))
    assert canvas.window == before


def test_the_reference_is_among_the_pictures_however_many_sequences_there_are(canvases):
    canvases.show_study(AXIAL, [f"Sequence {n}" for n in range(6)], 5, study="many")
    assert [canvas.sequence for canvas in canvases.shown] == [0, 1, 2, 5]


def test_right_drag_does_not_paint(filled):
    canvas = filled.canvases[0]
    view = AXIAL.canonical()
    labels = np.zeros(AXIAL.shape, np.uint8)
    layer = canvas.viewer.add_labels(view.to_display(labels), scale=view.scale, translate=view.translate)
    layer.mode = "paint"
    layer.brush_size = 9
    x, y = canvas.native.width() / 2, canvas.native.height() / 2
    drag(canvas, (x, y), (x + 20, y), Qt.MouseButton.RightButton)
    assert not labels.any()
    drag(canvas, (x, y), (x + 20, y), Qt.MouseButton.LeftButton)
    assert labels.any()


def test_the_second_of_two_quick_dabs_paints(filled):
    canvas = filled.canvases[0]
    view = AXIAL.canonical()
    labels = np.zeros(AXIAL.shape, np.uint8)
    layer = canvas.viewer.add_labels(view.to_display(labels), scale=view.scale, translate=view.translate)
    layer.mode = "paint"
    x, y = canvas.native.width() / 2, canvas.native.height() / 2
    mouse(canvas, QEvent.Type.MouseButtonDblClick, x, y, Qt.MouseButton.LeftButton)
    mouse(canvas, QEvent.Type.MouseButtonRelease, x, y, Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton)
    assert labels.any()
    assert filled.maximised is None


def test_double_click_shows_one_picture_alone_and_back(filled, qtbot):
    canvas = filled.canvases[1]
    for alone in (True, False):
        mouse(canvas, QEvent.Type.MouseButtonDblClick, 20, 20, Qt.MouseButton.LeftButton)
        assert [one.isVisible() for one in filled.canvases] == [not alone, True, not alone, False]


def test_the_second_of_two_quick_pans_pans(filled):
    canvas, middle = filled.canvases[1], Qt.MouseButton.MiddleButton
    before = canvas.viewer.scene.camera.center
    mouse(canvas, QEvent.Type.MouseButtonDblClick, 20, 20, middle)
    mouse(canvas, QEvent.Type.MouseMove, 40, 20, middle)
    mouse(canvas, QEvent.Type.MouseButtonRelease, 40, 20, middle, Qt.MouseButton.NoButton)
    assert filled.maximised is None
    assert canvas.viewer.scene.camera.center != before


@pytest.mark.parametrize("grid", [AXIAL, SAGITTAL, LEFT_HANDED])
@pytest.mark.parametrize("plane", list(Plane))
def test_what_is_drawn_agrees_with_the_letters(canvases, qtbot, grid, plane):
    """A bright ball in the patient's right, front, upper eighth appears at the letters R, A, S."""
    index = np.stack(np.meshgrid(*(np.arange(n) for n in grid.shape), indexing="ij"), axis=-1)
    centre = grid.to_patient((np.asarray(grid.shape) - 1) / 2)
    ball = np.linalg.norm(grid.to_patient(index) - (centre + np.array([-15, -17, 12])), axis=-1) < 9
    fill(canvases, grid, [(100 * ball).astype(np.float32)])
    canvases.set_plane(plane)
    canvas = canvases.canvases[0]
    axis = plane.sliced
    number = int(grid.canonical().to_display(ball).sum(axis=tuple(n for n in range(3) if n != axis)).argmax())
    canvases.set_slice(number)
    qtbot.wait(80)
    image = canvas.native.grabFramebuffer()
    bright = np.array(
        [
            (y, x)
            for y in range(0, image.height(), 4)
            for x in range(0, image.width(), 4)
            if image.pixelColor(x, y).red() > 128
        ]
    )
    assert len(bright), "the ball is in sight"
    y, x = bright.mean(axis=0) - (image.height() / 2, image.width() / 2)
    edges = canvas.overlay.caption.edges
    assert (edges.left if x < 0 else edges.right) in "RA"
    assert (edges.top if y < 0 else edges.bottom) in "AS"
    # Where the hand would draw is where the picture is.
    world = [0.0, 0.0, 0.0]
    for n, millimetres in enumerate((centre + np.array([-15, -17, 12]))[::-1]):
        world[n] = float(millimetres)
    at = canvas.to_pixel((world[0], world[1], world[2]))
    assert abs(at.x() - image.width() / 2 - x) < 12
    assert abs(at.y() - image.height() / 2 - y) < 12


def test_a_layer_is_freed_in_its_own_canvas_context(filled):
    """Where it was another canvas's, the next drawing ended the program."""
    contexts = []
    for canvas in filled.shown:
        canvas.viewer.layers.events.removed.connect(
            lambda event: contexts.append(QOpenGLContext.currentContext()), position="first"
        )
        canvas.viewer.layers.pop()
    assert contexts == [canvas.native.context() for canvas in filled.shown]


def test_keys_with_ctrl_do_not_reach_napari(filled):
    canvas = filled.canvases[0]
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier, "y")
    QApplication.sendEvent(canvas.native, event)
    assert canvas.viewer.dims.ndisplay == 2


@pytest.mark.parametrize(
    ("count", "size", "columns"),
    [(1, (900, 600), 1), (2, (1600, 800), 2), (2, (500, 900), 1), (3, (1800, 600), 3), (4, (1000, 900), 2)],
)
def test_pictures_are_arranged_as_large_as_they_can_be(count, size, columns):
    assert columns_for(count, *size) == columns
