"""The hangings with a study in them: layers follow, and tools work wherever there is a picture."""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtCore import QEvent, QPointF, Qt

from napari_parotid.tools import TOOLS
from napari_parotid.views.hanging import Hanging
from napari_parotid.views.orientation import Convention, Plane
from parotid_app.hands import Hands
from parotid_app.settings import Settings
from parotid_training.labels import Structure
from parotid_training.study import Role
from tests import patience
from tests.app.conftest import wait_for_pictures
from tests.plugin.conftest import AXIAL_GRID, make_study

pytestmark = pytest.mark.gui


@pytest.fixture
def planes(opened, qtbot):
    """The opened study in three planes."""
    opened.lines["Three planes"].trigger()
    wait_for_layers(opened, qtbot)
    return opened


def wait_for_layers(window, qtbot):
    shown = window.canvases.shown
    qtbot.waitUntil(lambda: not window.binding.laying and len(window.binding.masks) >= len(shown), timeout=patience.MS)


def shows(canvas, window, sequence):
    """Whether a picture holds a sequence (display axes)."""
    volume = window.session.study.sequences[sequence].volume
    return np.array_equal(canvas.image.data, volume.grid.canonical().to_display(volume.array))


def open_many(window, engine, tmp_path, qtbot, count):
    """Open a study of so many sequences that differ."""
    study = make_study((AXIAL_GRID,) * count, (*Role,)[:count])
    for n, sequence in enumerate(study.sequences):
        sequence.volume.array[...] += n
    window.session.open_path(engine.put(tmp_path / "many", study))
    wait_for_pictures(window, qtbot)
    wait_for_layers(window, qtbot)


def test_the_key_leads_through_the_hangings_and_the_layers_follow(opened, qtbot):
    canvases = opened.canvases
    key = opened.lines["Next arrangement"]
    assert key.shortcut().toString() == "D"
    for hanging, sequences in (
        (Hanging.PLANES, [0, 0, 0]),
        (Hanging.ONE, [0, 1, 2]),
        (Hanging.SEQUENCES, [0, 1, 2]),
    ):
        key.trigger()
        wait_for_layers(opened, qtbot)
        assert canvases.hanging is hanging
        assert opened.lines[hanging.value].isChecked()
        ticked = [plane for plane in Plane if opened.lines[plane.value].isChecked()]
        assert ticked == ([] if hanging is Hanging.PLANES else [canvases.plane])
        assert [canvas.sequence for canvas in canvases.shown] == sequences
        assert all(shows(canvas, opened, n) for canvas, n in zip(canvases.shown, sequences, strict=True))
        assert all(canvas.image.visible for canvas in canvases.shown)


def test_one_sequence_alone_gets_three_planes_too(window, engine, tmp_path, qtbot):
    open_many(window, engine, tmp_path, qtbot, 1)
    window.canvases.set_hanging(Hanging.PLANES)
    wait_for_layers(window, qtbot)
    assert [canvas.plane for canvas in window.canvases.shown] == list(Plane)
    assert all(canvas.image is not None and canvas.isVisible() for canvas in window.canvases.shown)
    assert len({canvas.viewer.dims.point for canvas in window.canvases.shown}) == 1
    window.canvases.set_hanging(Hanging.SEQUENCES)
    assert [canvas.isVisible() for canvas in window.canvases.canvases] == [True, False, False, False]


@pytest.mark.parametrize("picture", [0, 1, 2])
@pytest.mark.parametrize("name", ["paint", "lasso", "erase"])
def test_tools_work_in_each_of_three_planes_in_true_proportions(planes, tmp_path, qtbot, picture, name):
    canvas, session = planes.canvases.shown[picture], planes.session
    view = session.study.grid.canonical()
    session.labels[...] = Structure.GLAND if name == "erase" else 0
    for layer in planes.binding.masks:
        layer.refresh()
    session.set_radius(9.0)
    planes.bench.use(next(tool for tool in TOOLS if tool.name == name))
    point = np.array(planes.canvases.links.point)
    sliced, vertical, horizontal = canvas.plane.order
    # A circle of 9 mm: what the brush draws by itself, and what the lasso is led around.
    angles = np.linspace(0, 2 * np.pi, 40) if name == "lasso" else np.zeros(1)
    path = np.tile(point, (len(angles), 1))
    if name == "lasso":
        path[:, vertical] += 9 * np.sin(angles)
        path[:, horizontal] += 9 * np.cos(angles)
    Hands(planes, tmp_path).draw(canvas, [tuple(float(n) for n in place) for place in path])
    shown = view.to_display(session.labels)
    changed = np.argwhere(shown != (Structure.GLAND if name == "erase" else 0)) * view.scale + view.translate
    assert len(changed)
    assert np.ptp(changed[:, sliced]) == 0
    assert changed[0, sliced] == pytest.approx(point[sliced])
    for axis in (vertical, horizontal):
        # From voxel middle to voxel middle, so up to one voxel less than the circle on either side.
        assert 18 - 2 * view.scale[axis] <= np.ptp(changed[:, axis]) <= 18 + view.scale[axis]
        assert changed[:, axis].mean() == pytest.approx(point[axis], abs=view.scale[axis])
    assert session.can_undo


def test_the_body_follows_the_mask_and_stands_the_right_way_up(planes, qtbot, tmp_path):
    body = planes.canvases.body
    qtbot.waitUntil(lambda: len(body._layers) == 2, timeout=patience.MS)
    labels, view = planes.session.labels, planes.session.study.grid.canonical()
    labels[...] = 0
    # A piece at the patient's left, up in the volume.
    view.to_display(labels)[11:15, 20:30, 44:54] = Structure.TUMOUR
    view.to_display(labels)[1:4, 20:30, 5:10] = Structure.GLAND
    planes.session.labels_changed.emit(None)
    layer = body._layers[Structure.TUMOUR]
    before = layer.data[0]
    qtbot.waitUntil(lambda: layer.data[0] is not before, timeout=patience.MS)
    qtbot.wait(50)
    image = body.native.grabFramebuffer()
    pixels = [(x, y, image.pixelColor(x, y)) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)]
    orange = np.array([(x, y) for x, y, colour in pixels if colour.red() > colour.green() + 20])
    green = np.array([(x, y) for x, y, colour in pixels if colour.green() > colour.red() + 10])
    assert body.overlay.caption.edges.right == "L"
    assert body.overlay.caption.edges.top == "S"
    assert orange[:, 0].mean() > image.width() / 2 > green[:, 0].mean()
    assert orange[:, 1].mean() < image.height() / 2 < green[:, 1].mean()


def test_a_double_click_on_the_body_shows_it_alone(planes, tmp_path, qtbot):
    body = planes.canvases.body
    for alone in (True, False):
        Hands._mouse(
            body.native,
            QEvent.Type.MouseButtonDblClick,
            QPointF(body.native.rect().center()),
            Qt.MouseButton.LeftButton,
        )
        assert [canvas.isVisible() for canvas in planes.canvases.shown] == [not alone] * 3
        assert body.isVisible()


def test_a_plane_follows_on_the_body_alone(planes):
    canvases = planes.canvases
    canvases.maximise(canvases.body)
    canvases.set_plane(Plane.CORONAL)
    assert all(canvas.isVisible() for canvas in canvases.shown)
    assert not canvases.body.isVisible()
    assert canvases.hanging is Hanging.SEQUENCES


def test_an_edit_by_a_button_is_made_on_the_slice_that_is_seen(opened, qtbot):
    canvases, binding = opened.canvases, opened.binding
    view = opened.session.study.grid.canonical()
    canvases.maximise(canvases.shown[1])
    canvases.step(2)
    scene = binding.scene()
    index = [0, 0, 0]
    index[0] = canvases.number
    assert scene.number == view.to_native_index(index)[scene.axis]
    binding.step(1)
    assert canvases.number == index[0] + 1
    opened.lines["Three planes"].trigger()
    wait_for_layers(opened, qtbot)
    coronal = next(canvas for canvas in canvases.shown if canvas.plane is Plane.CORONAL)
    canvases.maximise(coronal)
    assert binding.scene().axis == view.native_axes[Plane.CORONAL.sliced]


def test_a_fifth_sequence_comes_into_a_picture_by_its_name(window, engine, tmp_path, qtbot):
    open_many(window, engine, tmp_path, qtbot, 5)
    canvas = window.canvases.shown[1]
    lines = canvas.choice.menu().actions()
    assert [line.text().split("\t")[0] for line in lines] == [role.value for role in (*Role,)[:5]]
    assert [line.isChecked() for line in lines] == [False, True, False, False, False]
    assert canvas.choice.isVisible()
    lines[4].trigger()
    wait_for_layers(window, qtbot)
    assert canvas.overlay.caption.title == (*Role,)[4].value
    assert shows(canvas, window, 4)
    assert canvas.image.visible
    assert len(window.canvases.shown) == 4
    window.canvases.set_hanging(Hanging.PLANES)
    window.canvases.set_hanging(Hanging.SEQUENCES)
    assert [canvas.sequence for canvas in window.canvases.shown] == [0, 4, 2, 3]


def test_a_sequence_keeps_its_window_wherever_it_hangs(opened, tmp_path, qtbot):
    canvases = opened.canvases
    first = canvases.shown[0]
    Hands(opened, tmp_path).drag(
        first,
        [first.native.rect().center().toPointF(), first.native.rect().topRight().toPointF()],
        Qt.MouseButton.RightButton,
    )
    window, other = first.window, canvases.shown[1].window
    assert window != other
    canvases.set_hanging(Hanging.PLANES)
    wait_for_layers(opened, qtbot)
    assert {canvas.window for canvas in canvases.shown} == {window}
    canvases.shown[2].set_window(other)
    canvases.shown[2].windowed.emit()
    assert {canvas.window for canvas in canvases.shown} == {other}
    canvases.set_hanging(Hanging.SEQUENCES)
    wait_for_layers(opened, qtbot)
    assert [canvas.window for canvas in canvases.shown[:2]] == [other, other]


def test_a_zoom_by_hand_survives_a_picture_that_comes_late(opened, tmp_path, qtbot):
    camera = opened.canvases.shown[0].viewer.scene.camera
    opened.canvases.canvases[0].zoom(2.0, opened.canvases.canvases[0].native.rect().center().toPointF())
    zoom = camera.zoom
    opened.canvases.shown[2].viewer.layers.clear()
    opened.binding.rebuild()
    wait_for_layers(opened, qtbot)
    assert opened.canvases.shown[2].image is not None
    for canvas in opened.canvases.shown:
        assert canvas.viewer.scene.camera.zoom == pytest.approx(zoom)
        assert canvas.viewer.scene.camera.center == pytest.approx(camera.center)


def test_crosshair_and_convention_are_remembered(make_window, folders, qtbot):
    kept = []
    window = make_window()
    window.closed.connect(kept.append)
    window.show()
    window.session.open_path(folders[0])
    wait_for_pictures(window, qtbot)
    window.lines["Crosshair"].trigger()
    window.lines["Patient's right on the right"].trigger()
    assert window.canvases.shown[0].overlay.caption.edges.left == "L"
    assert window.lines["Patient's right on the right"].isChecked()
    window.close()
    assert (kept[0].crosshair, kept[0].neurological) == (True, True)
    again = make_window(Settings(crosshair=True, neurological=True, propose_ahead=False))
    assert again.canvases.convention is Convention.NEUROLOGICAL
    assert again.canvases.crosshair
    assert again.lines["Crosshair"].isChecked()
