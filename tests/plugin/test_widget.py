"""The dock widget in a real napari window, painted with a real mouse."""

from __future__ import annotations

from typing import Any

import napari
import numpy as np
import pytest
from napari.settings import get_settings
from qtpy.QtCore import QEvent, QPoint, QPointF, Qt
from qtpy.QtGui import QEnterEvent, QImage, QWheelEvent
from qtpy.QtWidgets import QAbstractSlider, QApplication, QScrollArea

from napari_parotid import looks
from napari_parotid.history import difference
from napari_parotid.panels.elsewhere import ElsewhereBar
from napari_parotid.session import Session
from napari_parotid.widget import ParotidWidget
from napari_parotid.work import State
from parotid_training.engine import Engine
from parotid_training.labels import Structure
from parotid_training.workspace.store import Store
from tests import patience
from tests.plugin.conftest import FakeEngine, Now
from tests.plugin.mouse import Mouse, go_to

pytestmark = pytest.mark.gui


def test_opens_from_the_plugin_menu(viewer: Any, qtbot: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAROTID_WORKSPACE", str(tmp_path / "workspace"))
    dock, widget = viewer.window.add_plugin_dock_widget("napari-parotid")
    assert isinstance(widget, ParotidWidget)
    qtbot.waitUntil(lambda: widget.session is not None, timeout=patience.MS)
    assert (tmp_path / "workspace").is_dir()
    gone: list[bool] = []
    widget.destroyed.connect(lambda: gone.append(True))
    viewer.window.remove_dock_widget(dock)
    widget.deleteLater()
    qtbot.waitUntil(lambda: gone == [True])


def test_a_second_one_looks_and_takes_over(
    viewer: Any, qtbot: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAROTID_WORKSPACE", str(tmp_path / "work"))
    first = Engine.at(tmp_path / "work")
    dock, widget = viewer.window.add_plugin_dock_widget("napari-parotid")
    qtbot.waitUntil(lambda: widget.session is not None, timeout=patience.MS)
    (bar,) = widget.findChildren(ElsewhereBar)
    assert widget.session.read_only
    assert not widget.desk.review.accept.isEnabled()
    bar.again.click()
    assert widget.session.read_only
    first.close()
    bar.again.click()
    assert not widget.session.read_only
    viewer.window.remove_dock_widget(dock)
    gone: list[bool] = []
    widget.destroyed.connect(lambda: gone.append(True))
    widget.deleteLater()
    qtbot.waitUntil(lambda: gone == [True])


@pytest.fixture
def docked(viewer: Any, engine: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Opens the widget from napari's menu, on engines handed to it one after the other."""
    made: list[tuple[Any, Any]] = []

    def dock(*engines: Any) -> Any:
        left = list(engines)
        monkeypatch.setattr("parotid_training.engine.Engine.enter", lambda workspace: left.pop(0))
        made.append(viewer.window.add_plugin_dock_widget("napari-parotid"))
        widget = made[0][1]
        qtbot.waitUntil(lambda: widget.session is not None, timeout=patience.MS)
        widget.session.ask_patient = None
        return widget

    yield dock
    for bar, widget in made:
        viewer.window.remove_dock_widget(bar)
        gone: list[bool] = []
        widget.destroyed.connect(lambda _, gone=gone: gone.append(True))
        widget.deleteLater()
        qtbot.waitUntil(lambda gone=gone: gone == [True])
    viewer.layers.clear()


def wait_for_study(widget: Any, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: widget.session.labels is not None and not widget.binding.laying, timeout=patience.MS)
    qtbot.waitUntil(lambda: bool(widget.binding.masks), timeout=patience.MS)


def test_a_study_opens_from_the_plugin_menu_without_a_warning(
    docked: Any, engine: Any, folder: Any, viewer: Any, qtbot: Any
) -> None:
    widget = docked(engine)
    widget.session.open_path(folder)
    wait_for_study(widget, qtbot)
    assert [layer.name for layer in viewer.layers][-1] == "Mask"
    widget.session.close()


def test_taking_over_leaves_one_layer_of_each(docked: Any, engine: Any, folder: Any, viewer: Any, qtbot: Any) -> None:
    before = Session(engine, Now())
    before.open_path(folder)
    assert before.save() is None
    study_id = before.study_id
    before.close()
    before.end()
    looking = FakeEngine(Store.open(engine.store.path, read_only=True))
    looking.studies = engine.studies
    widget = docked(looking, engine)
    widget.session.open_study(study_id)
    wait_for_study(widget, qtbot)
    names = [layer.name for layer in viewer.layers]
    widget._work_here()
    wait_for_study(widget, qtbot)
    assert not widget.session.read_only
    assert [layer.name for layer in viewer.layers] == names
    widget.session.close()


def test_what_stays_after_it_is_napari_s_alone(docked: Any, engine: Any, folder: Any, viewer: Any, qtbot: Any) -> None:
    widget = docked(engine)
    widget.session.open_path(folder)
    wait_for_study(widget, qtbot)
    mask = viewer.layers[-1]
    assert viewer.keymap
    assert mask.keymap
    widget.end()
    assert not set(viewer.keymap) | set(mask.keymap)
    before = mask.data.copy()
    mask.data_setitem((np.array([1]), np.array([1]), np.array([1])), 1)
    assert (mask.data != before).any()
    mask.undo()
    assert (mask.data == before).all()


def test_closing_napari_ends_the_work(engine: Any, folder: Any, qtbot: Any) -> None:
    viewer = napari.Viewer(show=False)
    viewer.show()
    widget = ParotidWidget(viewer, engine)
    viewer.window.add_dock_widget(widget, name="Parotid")
    widget.session.ask_patient = None
    widget.session.open_path(folder)
    wait_for_study(widget, qtbot)
    session = widget.session
    viewer.close()
    qtbot.waitUntil(lambda: session.state is State.EMPTY, timeout=patience.MS)


def test_opens_with_its_layers_and_closes(opened: ParotidWidget, viewer: Any, qtbot: Any) -> None:
    assert [layer.name for layer in viewer.layers] == ["T1w — mask drawn on", "Mask"]
    assert opened.desk.correct.buttons["paint"].isEnabled()
    assert "1 sequence" in opened.desk.study.title.text()
    opened.session.close()
    qtbot.waitUntil(lambda: opened.session.state is State.EMPTY, timeout=patience.MS)
    assert len(viewer.layers) == 0
    assert not opened.desk.correct.buttons["paint"].isEnabled()


def test_accept_is_in_reach_on_a_small_screen(opened: ParotidWidget, viewer: Any, qtbot: Any) -> None:
    viewer.window._qt_window.resize(1280, 800)
    qtbot.wait(100)
    accept = opened.desk.review.accept
    assert viewer.window._qt_window.height() == 800
    assert accept.isVisible()
    assert accept.visibleRegion().boundingRect() == accept.rect()


def test_a_proposal_brings_the_tools_into_view(
    widget: ParotidWidget, folder: Any, viewer: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    widget.session.ask_patient = None
    window = viewer.window._qt_window
    before = window.size()
    window.resize(1280, 640)
    widget.session.open_path(folder)
    tools = [widget.desk.correct.buttons[name] for name in ("pan_zoom", "erase", "gland")]
    wait_for_study(widget, qtbot)

    def seen() -> bool:
        return all(one.visibleRegion().boundingRect() == one.rect() for one in tools)

    qtbot.waitUntil(seen, timeout=patience.MS)
    bar = next(area for area in widget.findChildren(QScrollArea) if area.isAncestorOf(tools[0])).verticalScrollBar()
    # Who scrolls or types is left alone.
    bar.triggerAction(QAbstractSlider.SliderAction.SliderToMinimum)
    widget.session.propose()
    qtbot.waitUntil(lambda: widget.session.busy is None, timeout=patience.MS)
    qtbot.wait(100)
    assert bar.value() == 0
    assert not seen()
    monkeypatch.setattr("napari_parotid.panels.reveal.STILL_SECONDS", 0.0)
    widget.session.propose()
    qtbot.waitUntil(seen, timeout=patience.MS)
    window.resize(before)


def test_it_follows_naparis_theme(opened: ParotidWidget, viewer: Any) -> None:
    appearance = get_settings().appearance
    before = appearance.theme
    try:
        for theme in ("light", "dark"):
            appearance.theme = theme
            assert looks.worn().theme == theme
            assert looks.worn().mark in opened.styleSheet()
    finally:
        appearance.theme = before


def test_the_mask_is_a_view_of_the_sessions(opened: ParotidWidget) -> None:
    (mask,) = opened.binding.masks
    assert np.shares_memory(mask.data, opened.session.labels)


def test_painting_changes_the_right_native_voxels(opened: ParotidWidget, viewer: Any) -> None:
    session, binding = opened.session, opened.binding
    (mask,) = binding.masks
    view = session.study.grid.canonical()
    proposed = session.labels.copy()
    number = 5
    go_to(binding, number)
    session.set_structure(Structure.TUMOUR)
    session.set_radius(0.5)
    binding.set_mode("paint")
    row, column = 6, 7
    Mouse(viewer, mask).stroke((row, column), (row, column + 3))
    expected = proposed.copy()
    for along in range(4):
        native = view.to_native_index((number, row, column + along)).astype(int)
        expected[tuple(native)] = 2
    assert np.array_equal(session.labels, expected)
    assert session.state is State.CORRECTING
    assert session.can_undo
    # The journal, read anew from the disk, holds the same mask.
    session._history.flush()
    assert np.array_equal(session.engine.store.journal(session.study_id).restore().array, expected)
    mask.undo()  # napari's own door
    assert np.array_equal(session.labels, proposed)
    assert not mask._undo_history
    session.redo()
    assert np.array_equal(session.labels, expected)


def test_nothing_stays_on_the_picture_where_the_brush_was(opened: ParotidWidget, viewer: Any, qtbot: Any) -> None:
    session, binding = opened.session, opened.binding
    canvas = viewer.window._qt_viewer.canvas
    none = Qt.MouseButton.NoButton
    # A draft is opened with the brush in the hand: napari then made its black square when the images came.
    session.apply(difference("test", session.labels, np.zeros_like(session.labels)))
    binding.set_mode("paint")
    session.open_study(session.study_id)
    qtbot.waitUntil(lambda: session.busy is None and not binding.laying, timeout=patience.MS)
    mouse = Mouse(viewer, binding.masks[0])
    middle = mouse.place(20, 10)

    def picture() -> QImage:
        QApplication.processEvents()
        return canvas.screenshot()

    session.set_radius(5.0)
    QApplication.sendEvent(canvas.native, QEnterEvent(middle, middle, QPointF(canvas.native.mapToGlobal(QPoint(9, 9)))))
    binding.set_mode("pan_zoom")
    bare = picture()
    for mode in ("paint", "erase"):
        binding.set_mode(mode)
        mouse.send(QEvent.Type.MouseMove, middle, none, none)
        assert picture() != bare, "the brush's circle is shown"
        binding.set_mode("pan_zoom")
        assert picture() == bare
    binding.set_mode("paint")
    mouse.send(QEvent.Type.MouseMove, middle, none, none)
    session.accept(anyway=True)
    qtbot.waitUntil(lambda: session.state is State.ACCEPTED, timeout=patience.MS)
    assert picture() == bare
    QApplication.sendEvent(canvas.native, QEvent(QEvent.Type.Leave))


def test_filling_is_journaled(opened: ParotidWidget, viewer: Any) -> None:
    session, binding = opened.session, opened.binding
    (mask,) = binding.masks
    before = session.labels.copy()
    view = session.study.grid.canonical()
    number = int(np.count_nonzero(view.to_display(before) == 2, axis=(1, 2)).argmax())
    go_to(binding, number)
    session.set_structure(Structure.GLAND)
    binding.set_mode("fill")
    row, column = np.argwhere(view.to_display(before)[number] == 2)[0]
    Mouse(viewer, mask).stroke((row, column))
    after = view.to_display(session.labels)
    assert not (after[number] == 2).any()
    assert (after == 2).any(), "only this slice"
    session.undo()
    assert np.array_equal(session.labels, before)


def test_filling_keeps_to_the_slice_whatever_the_brush(opened: ParotidWidget, viewer: Any) -> None:
    session, binding = opened.session, opened.binding
    (mask,) = binding.masks
    before = session.labels.copy()
    view = session.study.grid.canonical()
    number = int(np.count_nonzero(view.to_display(before) == 2, axis=(1, 2)).argmax())
    go_to(binding, number)
    session.set_structure(Structure.GLAND)
    binding.set_brush_3d(True)
    binding.set_mode("fill")
    Mouse(viewer, mask).stroke(np.argwhere(view.to_display(before)[number] == 2)[0])
    after = view.to_display(session.labels)
    assert not (after[number] == 2).any()
    assert np.array_equal(np.delete(after, number, 0), np.delete(view.to_display(before), number, 0))


def test_open_ground_is_not_filled_but_a_gap_is(opened: ParotidWidget, viewer: Any) -> None:
    session, binding = opened.session, opened.binding
    (mask,) = binding.masks
    said: list[Any] = []
    session.notice.connect(said.append)
    view = session.study.grid.canonical()
    view.to_display(session.labels)[...] = 0
    view.to_display(session.labels)[10, 4:13, 4:13] = 1
    view.to_display(session.labels)[10, 6:11, 6:11] = 0
    mask.refresh()
    go_to(binding, 10)
    session.set_structure(Structure.GLAND)
    binding.set_mode("fill")
    Mouse(viewer, mask).stroke((15, 15))
    assert np.count_nonzero(session.labels) == 9 * 9 - 5 * 5
    assert said[-1].sentence == "Nothing is drawn there."
    Mouse(viewer, mask).stroke((8, 8))
    assert np.count_nonzero(session.labels) == 9 * 9


def test_a_ball_paints_across_slices_round_in_mm(opened: ParotidWidget, viewer: Any) -> None:
    session, binding = opened.session, opened.binding
    (mask,) = binding.masks
    session.labels[...] = 0
    mask.refresh()
    binding.set_brush_3d(True)
    session.set_radius(6.0)
    go_to(binding, 10)
    binding.set_mode("paint")
    Mouse(viewer, mask).stroke((20, 10))
    index = np.argwhere(session.labels)
    assert index.size
    spread = np.ptp(session.study.grid.to_patient(index) @ session.study.grid.cosines, axis=0)
    assert (np.abs(spread - 12) <= 3.0 + 1e-6).all(), spread


def test_nothing_is_painted_on_an_accepted_study(opened: ParotidWidget, viewer: Any, qtbot: Any) -> None:
    session, binding = opened.session, opened.binding
    (mask,) = binding.masks
    binding.set_mode("paint")
    session.accept(anyway=True)
    qtbot.waitUntil(lambda: session.state is State.ACCEPTED, timeout=patience.MS)
    kept = session.labels.copy()
    Mouse(viewer, mask).stroke((6, 7), (6, 12))
    assert np.array_equal(session.labels, kept)
    session.reopen()
    Mouse(viewer, mask).stroke((6, 7), (6, 12))
    assert np.array_equal(session.labels, kept), "the brush was put away"
    binding.set_mode("paint")
    Mouse(viewer, mask).stroke((6, 7), (6, 12))
    assert not np.array_equal(session.labels, kept)


def test_another_plugins_mask_becomes_one_edit(opened: ParotidWidget, qtbot: Any) -> None:
    session = opened.session
    (mask,) = opened.binding.masks
    before = session.labels.copy()
    given = np.zeros(mask.data.shape, np.int32)
    given[4:8, 5:9, 6:10] = 1
    given[5, 6, 7] = 9
    mask.data = given
    qtbot.waitUntil(lambda: np.shares_memory(mask.data, session.labels))
    assert (session.labels == 1).sum() == 63, "a third structure is not known"
    session.undo()
    assert np.array_equal(session.labels, before)


def test_keys(opened: ParotidWidget, viewer: Any, qtbot: Any) -> None:
    session, binding = opened.session, opened.binding
    canvas = viewer.window._qt_viewer.canvas.native
    canvas.setFocus()

    def press(key: Any, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
        qtbot.keyClick(canvas, key, modifier)

    press(Qt.Key.Key_B)
    assert binding.masks[0].mode == "paint"
    press(Qt.Key.Key_2)
    assert session.active_structure is Structure.TUMOUR
    radius = session.radius_mm
    press(Qt.Key.Key_BracketRight)
    assert session.radius_mm > radius
    press(Qt.Key.Key_E)
    assert binding.masks[0].mode == "erase"
    press(Qt.Key.Key_H)
    assert not binding.masks[0].visible
    press(Qt.Key.Key_O)
    assert binding.masks[0].contour == 1
    session.apply(difference("test", session.labels, np.zeros_like(session.labels)))
    press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.labels.any()
    press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert not session.labels.any()
    press(Qt.Key.Key_A)
    qtbot.waitUntil(lambda: bool(session.questions), timeout=patience.MS)  # an empty mask is asked about
    assert opened.desk.review.accept.text() == "Yes, accept"


def test_sequences_on_other_grids_lie_on_the_reference(
    widget: Any, engine: Any, kit: Any, tmp_path: Any, viewer: Any, qtbot: Any
) -> None:
    from parotid_training.study import Role

    study = kit.make_study((kit.OBLIQUE_GRID, kit.AXIAL_GRID), (Role.T1W, Role.T2W))
    widget.session.ask_patient = None
    widget.session.open_path(engine.put(tmp_path / "two", study))
    qtbot.waitUntil(lambda: len(viewer.layers) == 3, timeout=patience.MS)
    assert [layer.name for layer in viewer.layers] == ["T1w — mask drawn on", "T2w", "Mask"]
    assert len({layer.data.shape for layer in viewer.layers}) == 1
    assert [layer.visible for layer in viewer.layers] == [True, False, True]
    qtbot.waitUntil(lambda: widget.session.state is State.PROPOSED, timeout=patience.MS)
    widget.session.set_role(1, Role.STIR)
    assert viewer.layers[1].name == "STIR"


def test_the_volumes_of_a_proposal_do_not_wait_for_a_stroke(
    widget: Any, folder: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("napari_parotid.volume_count.WAIT_MS", 3_600_000)
    widget.session.ask_patient = None
    widget.session.open_path(folder)
    qtbot.waitUntil(
        lambda: any(cell.text() != "–" for cell in widget.desk.review.volumes.cells.values()), timeout=patience.MS
    )
    assert widget.session.state is State.PROPOSED
    earlier = widget.desk.volumes._task
    widget.desk.volumes._count()
    assert earlier.cancelled(), "an older figure comes no more"


def test_volumes_are_counted_and_the_gland_is_the_worklist_s(opened: ParotidWidget, qtbot: Any) -> None:
    cells = opened.desk.review.volumes.cells
    qtbot.waitUntil(lambda: any(c.text() != "–" for (n, _), c in cells.items() if n == "tumour"), timeout=patience.MS)
    session = opened.session
    for name, structure, listed in (
        ("gland", Structure.GLAND, session.record.gland_ml),
        ("tumour", Structure.TUMOUR, session.record.tumour_ml),
    ):
        shown = sum(float(c.text()) for (n, _), c in cells.items() if n == name and c.text() != "–")
        counted = np.count_nonzero(session.labels == structure) * session.study.grid.voxel_ml
        assert shown == pytest.approx(counted, abs=0.051), "a tumour's voxels are no gland's"
        assert listed == pytest.approx(counted)


def turn_wheel(widget: Any) -> None:
    at, none = QPointF(widget.rect().center()), Qt.MouseButton.NoButton
    plain, phase = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    for turn in (-120, 120):
        QApplication.sendEvent(widget, QWheelEvent(at, at, QPoint(), QPoint(0, turn), none, plain, phase, False))


def test_a_wheel_or_a_key_over_what_is_closed_chooses_nothing(
    opened: Any, engine: Any, kit: Any, tmp_path: Any, qtbot: Any
) -> None:
    session, box, role = opened.session, opened.opening.worklist, opened.desk.study.roles[0]
    session.open_path(engine.put(tmp_path / "two", kit.make_study()))
    qtbot.waitUntil(lambda: len(session.records) == 2 and session.busy is None, timeout=patience.MS)
    before = session.study_id, session.study.roles, session.radius_mm, session.margin_mm, opened.binding.opacity
    correct = opened.desk.correct
    for one in (role, box, correct.radius, correct.margin, correct.opacity):
        turn_wheel(one)
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: session.busy is None, timeout=patience.MS)
    after = session.study_id, session.study.roles, session.radius_mm, session.margin_mm, opened.binding.opacity
    assert after == before


@pytest.mark.parametrize("which", [0, 1])
def test_a_layer_of_the_study_that_was_closed_comes_back(opened: Any, viewer: Any, qtbot: Any, which: int) -> None:
    names = [layer.name for layer in viewer.layers]
    viewer.layers.remove(viewer.layers[which])
    qtbot.waitUntil(
        lambda: [layer.name for layer in viewer.layers] == names and not opened.binding.laying, timeout=patience.MS
    )
    assert viewer.layers[-1] in opened.binding.masks
    opened.binding.set_mode("paint")
    assert opened.binding.masks[0].mode == "paint"


def test_a_layer_of_four_dimensions_stops_no_tool(opened: Any, viewer: Any) -> None:
    four = viewer.add_image(np.zeros((2, 8, 8, 8), np.uint8))
    opened.binding.set_mode("paint")
    opened.session.set_radius(5.0)
    opened.session.set_structure(Structure.TUMOUR)
    opened.binding.step(1)
    viewer.layers.remove(four)
    assert opened.binding.masks[0].brush_size > 1
