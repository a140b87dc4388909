"""The correction tools in a real napari window: keys, mouse, panel."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from qtpy.QtCore import QEvent, Qt
from qtpy.QtGui import QGuiApplication, QKeyEvent

from napari_parotid import changes
from napari_parotid.tools import TOOLS
from napari_parotid.tools.tool import Tool
from napari_parotid.work import State
from parotid_training.labels import Structure
from tests import patience
from tests.plugin.mouse import Mouse, go_to

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.gui


def tool(name: str) -> Tool:
    return next(tool for tool in TOOLS if tool.name == name)


def display(widget: Any) -> np.ndarray:
    return widget.session.study.grid.canonical().to_display(widget.session.labels)


def empty(widget: Any, number: int) -> Mouse:
    """Clear the mask and show a slice."""
    session, binding = widget.session, widget.binding
    session.labels[...] = 0
    binding.masks[0].refresh()
    go_to(binding, number)
    return Mouse(widget.viewer, binding.masks[0])


def settle(widget: Any, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: widget.session.busy is None, timeout=patience.MS)


def test_every_tool_has_a_key_of_its_own_an_icon_and_a_tip(qapp: Any) -> None:
    import qtawesome

    assert [key for key, n in Counter(tool.keys.lower() for tool in TOOLS).items() if n > 1] == []
    for one in TOOLS:
        assert not qtawesome.icon(one.icon).isNull()
        assert one.hint.endswith(f"({one.keys})")


def test_a_lasso_fills_what_was_drawn_around_and_is_one_edit(opened: Any, qtbot: Any) -> None:
    mouse = empty(opened, 20)
    opened.desk.bench.use(tool("lasso"))
    mouse.stroke((8, 4), (8, 14), (24, 14), (24, 4))
    shown = display(opened)
    assert shown[20, 9:24, 5:14].all()
    assert shown.sum() == shown[20, 8:25, 4:15].sum() > 0
    opened.session.undo()
    assert not opened.session.labels.any()


@pytest.mark.parametrize("order", [(1, 0, 2), (2, 0, 1)])
def test_a_lasso_works_in_other_planes(opened: Any, viewer: Any, order: tuple[int, int, int], qtbot: Any) -> None:
    mouse = empty(opened, 20)
    viewer.dims.order = order
    try:
        viewer.reset_view()
        opened.binding.set_mode("lasso")
        number = 10
        opened.binding.look_at(
            tuple(number if n == order[0] else size // 2 for n, size in enumerate(display(opened).shape))
        )
        qtbot.wait(50)
        mouse.stroke((8, 4), (8, 14), (18, 14), (18, 4))
        shown = display(opened).transpose(order)
        assert shown[number, 9:18, 5:14].all()
        assert shown.sum() == shown[number].sum()
    finally:
        viewer.dims.order = (0, 1, 2)
        viewer.reset_view()


@pytest.mark.parametrize("mode", ["lasso", "seed", "point"])
def test_our_tools_know_the_left_button_only(opened: Any, qtbot: Any, mode: str) -> None:
    mouse = empty(opened, 20)
    opened.binding.set_mode(mode)
    qtbot.waitUntil(lambda: opened.session.busy is None)
    right, none = Qt.MouseButton.RightButton, Qt.MouseButton.NoButton
    places = [mouse.place(*place) for place in ((8, 4), (8, 14), (18, 14))]
    mouse.send(QEvent.Type.MouseButtonPress, places[0], right, right)
    for place in places[1:]:
        mouse.send(QEvent.Type.MouseMove, place, none, right)
        qtbot.wait(20)
    mouse.send(QEvent.Type.MouseButtonRelease, places[-1], right, none)
    qtbot.waitUntil(lambda: opened.session.busy is None)
    assert not opened.session.labels.any()
    assert not opened.binding.masks[0]._block_history


def test_a_polygon_is_closed_by_a_double_click(opened: Any, qtbot: Any) -> None:
    mouse = empty(opened, 20)
    opened.desk.bench.use(tool("polygon"))
    for corner in ((8, 4), (8, 14), (24, 14)):
        mouse.stroke(corner)
    mouse.stroke((24, 4))
    left = Qt.MouseButton.LeftButton
    mouse.send(QEvent.Type.MouseButtonDblClick, mouse.place(24, 4), left, left)
    shown = display(opened)
    assert shown[20, 9:24, 5:14].all()
    assert shown.sum() == shown[20].sum()
    opened.session.undo()
    assert not opened.session.labels.any()


@pytest.mark.parametrize("name", ["paint", "erase", "fill", "lasso"])
def test_no_mouse_tool_touches_a_locked_structure(opened: Any, name: str) -> None:
    mouse = empty(opened, 20)
    session = opened.session
    shown = display(opened)
    shown[20, 5:30, 3:9] = 1
    shown[20, 5:30, 9:16] = 2
    kept = (session.labels == 2).copy()
    session.set_structure(Structure.GLAND)
    opened.desk.bench.use(tool("lock_tumour"))
    assert opened.desk.correct.buttons["lock_tumour"].isChecked()
    opened.desk.bench.use(tool(name))
    session.set_radius(4.0)
    mouse.stroke((10, 12), (12, 12), (14, 10), (12, 9), (10, 11))
    assert np.array_equal(session.labels == 2, kept)
    opened.desk.bench.use(tool("lock_tumour"))
    mouse.stroke((10, 12), (12, 12), (14, 10), (12, 9), (10, 11))
    assert not np.array_equal(session.labels == 2, kept)


@pytest.mark.parametrize("name", ["paint", "erase", "fill", "lasso", "seed", "point"])
def test_a_lock_that_leaves_a_tool_without_effect_is_said_once(opened: Any, qtbot: Any, name: str) -> None:
    mouse = empty(opened, 20)
    session = opened.session
    display(opened)[...] = Structure.GLAND
    session.set_structure(Structure.TUMOUR)
    opened.desk.bench.use(tool(name))
    settle(opened, qtbot)
    said: list[Any] = []
    session.notice.connect(said.append)
    opened.desk.bench.use(tool("lock_gland"))
    mouse.stroke((10, 12), (12, 12), (14, 10), (12, 9), (10, 11))
    settle(opened, qtbot)
    assert (session.labels == Structure.GLAND).all()
    assert [one.sentence for one in said] == ["The gland is locked, so nothing changed."]
    opened.desk.bench.use(tool("lock_gland"))
    mouse.stroke((10, 12), (12, 12), (14, 10), (12, 9), (10, 11))
    settle(opened, qtbot)
    assert (session.labels != Structure.GLAND).any()
    assert len(said) == 1


@pytest.mark.parametrize("name", ["paint", "erase", "lasso"])
def test_a_lock_is_not_spoken_of_where_something_was_drawn(opened: Any, name: str) -> None:
    mouse = empty(opened, 20)
    shown = display(opened)
    shown[20, :, :10] = Structure.TUMOUR
    shown[20, :, 10:] = Structure.GLAND
    said: list[Any] = []
    opened.session.notice.connect(said.append)
    opened.session.set_structure(Structure.TUMOUR)
    opened.session.set_lock(Structure.GLAND, True)
    shown[20, :5] = Structure.BACKGROUND
    opened.desk.bench.use(tool(name))
    mouse.stroke((3, 12), (3, 8), (12, 8), (12, 12))
    assert opened.session.can_undo
    assert not said


def test_a_lock_is_not_spoken_of_after_a_stroke_that_was_broken_off(opened: Any) -> None:
    """napari's brush encircles with the right button, and a change of tool breaks that off."""
    mouse = empty(opened, 20)
    shown = display(opened)
    shown[20] = Structure.GLAND
    said: list[Any] = []
    opened.session.notice.connect(said.append)
    opened.session.set_structure(Structure.TUMOUR)
    opened.session.set_lock(Structure.GLAND, True)
    opened.desk.bench.use(tool("paint"))
    right, none = Qt.MouseButton.RightButton, Qt.MouseButton.NoButton
    mouse.send(QEvent.Type.MouseButtonPress, mouse.place(10, 12), right, right)
    mouse.send(QEvent.Type.MouseButtonRelease, mouse.place(10, 12), right, none)
    assert mouse.layer._overlays["brush_stroke"].active
    mouse.send(QEvent.Type.MouseMove, mouse.place(12, 12), none, none)
    opened.desk.bench.use(tool("lasso"))
    shown[20] = Structure.BACKGROUND
    opened.desk.bench.use(tool("erase"))
    mouse.stroke((3, 12), (3, 8))
    assert not opened.session.can_undo
    assert not said


def half_bright(widget: Any) -> np.ndarray:
    """Make the picture two tissues; return where the bright one is (display axes)."""
    one = widget.binding._pictures[0]
    one.array[...] = 100.0
    one.array[:, :, 10:] = 500.0
    one.array[...] += np.random.default_rng(0).normal(0, 5, one.array.shape)
    return np.asarray(one.array > 300)


def test_painting_within_a_range_starts_from_the_tissue_where_the_stroke_begins(opened: Any) -> None:
    mouse = empty(opened, 20)
    bright, panel = half_bright(opened), opened.desk.correct
    opened.session.set_radius(5.0)
    opened.desk.bench.use(tool("paint"))
    opened.desk.bench.use(tool("range"))
    assert not panel.range_wait.isHidden()
    mouse.stroke((12, 12), (20, 12))
    shown = display(opened) > 0
    assert shown.any()
    assert not (shown & ~bright).any()
    assert shown[20, 12:20, 11:14].mean() > 0.9
    low, high, *_ = opened.binding.range
    assert 440 < low < 500 < high < 560
    assert panel.range_wait.isHidden()
    assert not panel.range_row.isHidden()
    panel.range.setValue((50.0, 150.0))
    mouse.stroke((12, 9), (20, 9))
    assert (display(opened)[20, 12:20, 8:10] > 0).mean() > 0.9
    opened.desk.bench.use(tool("range"))
    mouse.stroke((30, 10))
    assert (display(opened)[20, 29:32, 9:12] > 0).all()
    assert panel.range_row.isHidden()


@pytest.mark.parametrize("ball", [False, True])
def test_a_seed_grows_by_a_click(opened: Any, qtbot: Any, ball: bool) -> None:
    mouse = empty(opened, 20)
    bright = half_bright(opened)
    opened.session.set_radius(6.0)
    opened.binding.set_brush_3d(ball)
    opened.desk.bench.use(tool("seed"))
    mouse.stroke((20, 12))
    settle(opened, qtbot)
    shown = display(opened) > 0
    assert not (shown & ~bright).any()
    assert shown[20, 18:23, 11:13].all()
    slices = np.flatnonzero(shown.any(axis=(1, 2)))
    assert (len(slices) > 1) is ball
    assert opened.binding.masks[0].mode == "paint", "the tool stays in the hand"
    opened.session.undo()
    assert not opened.session.labels.any()


def test_the_key_for_moving_the_picture_gives_our_tool_back(opened: Any) -> None:
    opened.desk.bench.use(tool("lasso"))
    mask = opened.binding.masks[0]
    mask.mode = "pan_zoom"  # napari, while Space is held
    assert opened.binding.mode == "pan_zoom"
    mask.mode = "paint"
    assert opened.binding.mode == "lasso"
    assert opened.desk.correct.buttons["lasso"].isChecked()


WHOLE = ("between", "smooth", "islands", "inside", "swap", "copy_up", "copy_down", "grow", "shrink")


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_edit_by_its_button_is_one_operation(opened: Any, qtbot: Any, name: str) -> None:
    session = opened.session
    empty(opened, 20)
    shown = display(opened)
    shown[10:30:4, 5:30, 3:15] = 1
    shown[20, 10:20, 7:11] = 2
    shown[20, 38, 18] = 1
    shown[20, 38, 1] = 2
    before = session.labels.copy()
    opened.viewer.mouse_over_canvas = False
    opened.desk.correct.buttons[name].click()
    settle(opened, qtbot)
    assert not np.array_equal(session.labels, before), opened.desk.notice.text.text()
    session.undo()
    assert np.array_equal(session.labels, before)
    assert not session.can_undo


def test_a_copied_slice_is_gone_to_in_the_plane_in_view(opened: Any, viewer: Any, qtbot: Any) -> None:
    empty(opened, 20)
    view = opened.session.study.grid.canonical()
    viewer.dims.order = (1, 0, 2)
    try:
        opened.binding.look_at((20, 7, 10))
        shown = display(opened)
        shown[8:14, 7, 5:9] = 1
        opened.desk.bench.use(tool("copy_up"))
        settle(opened, qtbot)
        assert shown[8:14, 8, 5:9].all()
        assert round((viewer.dims.point[1] - view.translate[1]) / view.scale[1]) == 8
    finally:
        viewer.dims.order = (0, 1, 2)


def test_swapping_by_key_is_of_the_piece_under_the_mouse(opened: Any, viewer: Any, qtbot: Any) -> None:
    mouse = empty(opened, 20)
    shown = display(opened)
    shown[20, 5:10, 5:9] = 1
    shown[20, 25:30, 5:9] = 1
    mouse.send(QEvent.Type.MouseMove, mouse.place(27, 7), Qt.MouseButton.NoButton, Qt.MouseButton.NoButton)
    qtbot.wait(20)
    viewer.mouse_over_canvas = True
    try:
        qtbot.keyClick(mouse.canvas.native, Qt.Key.Key_X)
        settle(opened, qtbot)
    finally:
        viewer.mouse_over_canvas = False
    assert (shown[20, 25:30, 5:9] == 2).all()
    assert (shown[20, 5:10, 5:9] == 1).all()


def test_the_mask_is_hidden_for_as_long_as_the_key_is_held(opened: Any, qtbot: Any) -> None:
    native, mask = opened.viewer.window._qt_viewer.canvas.native, opened.binding.masks[0]
    opened.binding.set_mode("paint")
    none = Qt.KeyboardModifier.NoModifier
    qtbot.keyPress(native, Qt.Key.Key_V)
    assert mask.opacity == 0
    assert mask.mode == "paint"
    native.keyPressEvent(QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_V, none, "v", True))
    assert mask.opacity == 0
    qtbot.keyRelease(native, Qt.Key.Key_V)
    assert mask.opacity == opened.binding.opacity > 0
    qtbot.keyPress(native, Qt.Key.Key_V)
    QGuiApplication.instance().focusObjectChanged.emit(None)
    assert mask.opacity > 0, "the key may be let go in another window"
    qtbot.keyRelease(native, Qt.Key.Key_V)


def test_opacity_by_key(opened: Any, qtbot: Any) -> None:
    native = opened.viewer.window._qt_viewer.canvas.native
    before = opened.binding.opacity
    qtbot.keyClick(native, Qt.Key.Key_Comma)
    assert opened.binding.masks[0].opacity == pytest.approx(before - 0.1)
    assert opened.desk.correct.opacity.value() == round(100 * (before - 0.1))
    for _ in range(9):
        qtbot.keyClick(native, Qt.Key.Key_Period)
    assert opened.binding.masks[0].opacity == 1.0


def test_changes_against_the_proposal(opened: Any, viewer: Any, qtbot: Any) -> None:
    session, panel = opened.session, opened.desk.correct
    proposed = session.proposal.label_map.array
    opened.desk.bench.use(tool("changes"))
    (layer,) = opened.binding.changes.layers
    assert layer.visible
    assert not np.any(layer.data)
    assert viewer.layers.selection.active is opened.binding.masks[0], "the brush stays in the hand"
    assert opened.binding.masks[0].contour == 1
    assert panel.buttons["changes"].isChecked()
    opened.desk.bench.use(tool("grow"))
    settle(opened, qtbot)
    session.set_structure(Structure.TUMOUR)
    opened.desk.bench.use(tool("inside"))
    native = session.study.grid.canonical().to_native(layer.data)
    assert np.array_equal(native == changes.ADDED, (session.labels != proposed) & (session.labels > 0))
    session.labels[...] = 0
    session.labels_changed.emit(None)
    assert np.array_equal(native == changes.REMOVED, proposed > 0)
    opened.desk.bench.use(tool("changes"))
    assert not layer.visible
    assert opened.binding.masks[0].contour == 0
    opened.desk.bench.use(tool("changes"))
    assert opened.binding.changes.layers == [layer]
    assert len(viewer.layers) == 3
    session.close()
    qtbot.waitUntil(lambda: session.state is State.EMPTY, timeout=patience.MS)
    assert len(viewer.layers) == 0


def test_where_the_model_was_unsure(
    opened: Any, viewer: Any, engine: Any, kit: Any, tmp_path: Path, qtbot: Any
) -> None:
    session, panel, binding = opened.session, opened.desk.correct, opened.binding
    opened.desk.bench.use(tool("unsure"))
    (layer,) = binding.unsure.layers
    assert layer.visible
    view = session.study.grid.canonical()
    assert np.array_equal(view.to_native(np.asarray(layer.data)), session.proposal.unsure)
    assert viewer.layers.index(layer) < viewer.layers.index(binding.masks[0]), "the mask's outline lies over it"
    assert viewer.layers.selection.active is binding.masks[0], "the brush stays in the hand"
    assert binding.masks[0].contour == 1
    assert panel.buttons["unsure"].isChecked()
    assert "unsure" in panel.legend.text()
    assert "added" not in panel.legend.text()
    opened.desk.bench.use(tool("changes"))
    assert "added" in panel.legend.text()
    panel.set_editable(False, accepted=True, has_study=True)
    assert "the model only" in panel.legend.text(), "nothing is taken away from what was accepted"
    panel.set_editable(True, has_study=True)
    opened.desk.bench.use(tool("changes"))
    opened.desk.bench.set_hidden(True)
    assert layer.opacity == 0.0
    opened.desk.bench.set_hidden(False)
    opened.desk.bench.use(tool("unsure"))
    assert not layer.visible
    assert binding.masks[0].contour == 0
    opened.desk.bench.use(tool("unsure"))
    assert binding.unsure.layers == [layer], "a layer is made once"
    session.open_path(engine.put(tmp_path / "other", kit.make_study()))
    qtbot.waitUntil(lambda: session.state is State.PROPOSED, timeout=patience.MS)
    assert not layer.visible, "another patient's doubt is not shown"
    opened.desk.bench.use(tool("unsure"))
    assert layer.metadata["native"] is session.proposal.unsure


def test_a_proposal_kept_without_doubt_says_so(opened: Any) -> None:
    said: list[Any] = []
    opened.session.notice.connect(said.append)
    opened.session.proposal = replace(opened.session.proposal, unsure=None)
    opened.desk.bench.use(tool("unsure"))
    assert not opened.binding.unsure.shown
    assert "unsure" in said[0].sentence


def test_nothing_in_the_panel_is_cut_off(opened: Any, qtbot: Any) -> None:
    opened.desk.bench.use(tool("range"))
    opened.desk.bench.use(tool("changes"))
    panel = opened.desk.correct
    panel.resize(276, panel.sizeHint().height())
    assert panel.minimumSizeHint().width() <= 276
    for one in panel.buttons.values():
        assert one.width() >= one.minimumSizeHint().width(), one.text()


def test_pointing_at_what_is_missing_adds_and_at_what_is_drawn_removes(opened: Any, engine: Any, qtbot: Any) -> None:
    mouse = empty(opened, 20)
    opened.desk.bench.use(tool("point"))
    settle(opened, qtbot)
    assert engine.calls[-1] == "ready for clicks"
    mouse.stroke((12, 6))
    settle(opened, qtbot)
    assert np.argwhere(display(opened)).tolist() == [[20, 12, 6]]
    assert [click.adds for click in opened.session.clicks] == [True]
    mouse.stroke((12, 6))
    settle(opened, qtbot)
    assert [click.adds for click in opened.session.clicks] == [True, False]
    opened.session.undo()
    opened.session.undo()
    assert not opened.session.labels.any()


def test_what_is_pointed_at_while_it_gets_ready_is_answered_then(
    opened: Any, engine: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = Event()
    monkeypatch.setattr(engine, "ready_for_clicks", lambda *_: ready.wait(patience.MS / 1000))
    mouse = empty(opened, 20)
    opened.desk.bench.use(tool("point"))
    assert opened.session.busy is not None
    mouse.stroke((12, 6))
    mouse.stroke((14, 6))
    assert not opened.session.labels.any()
    opened.binding.set_mode("paint")
    mouse.stroke((20, 6))
    assert not opened.session.labels.any(), "whatever else draws waits"
    opened.binding.set_mode("point")
    ready.set()
    settle(opened, qtbot)
    assert np.argwhere(display(opened)).tolist() == [[20, 12, 6], [20, 14, 6]]
    opened.binding.set_mode("paint")
    mouse.stroke((20, 6))
    assert display(opened)[20, 20, 6]


def test_pointing_along_a_line_is_one_edit(opened: Any, engine: Any, qtbot: Any) -> None:
    mouse = empty(opened, 20)
    opened.desk.bench.use(tool("point"))
    settle(opened, qtbot)
    mouse.stroke((10, 6), (12, 6), (14, 6), (14, 6), (16, 6))
    settle(opened, qtbot)
    # napari tells of a fast mouse's moves only now and then.
    pointed = np.argwhere(display(opened))
    assert pointed[0].tolist() == [20, 10, 6]
    assert 2 <= len(pointed) <= 4
    assert engine.calls[-1] == f"refine {len(pointed)}"
    opened.session.undo()
    assert not opened.session.labels.any()


def test_what_is_locked_is_not_pointed_away(opened: Any, qtbot: Any) -> None:
    mouse = empty(opened, 20)
    opened.session.labels[...] = Structure.TUMOUR
    opened.session.set_lock(Structure.TUMOUR, True)
    opened.desk.bench.use(tool("point"))
    settle(opened, qtbot)
    mouse.stroke((12, 6))
    settle(opened, qtbot)
    assert (opened.session.labels == Structure.TUMOUR).all()


def test_a_polygon_lies_in_the_slice_in_view_beside_a_finer_layer(opened: Any, viewer: Any) -> None:
    mouse, view = empty(opened, 10), opened.session.study.grid.canonical()
    fine = viewer.add_image(
        np.zeros((40, 40, 40), np.uint8), scale=(0.25, 1, 1), translate=view.translate, units=("mm",) * 3
    )
    viewer.dims.set_point(0, view.translate[0] + 10.75 * view.scale[0])
    opened.desk.bench.use(tool("polygon"))
    for corner in ((6, 3), (6, 12), (14, 12)):
        mouse.stroke(corner)
    mask = opened.binding.masks[0]
    mask._overlays["polygon"].add_polygon_to_labels(mask)
    assert np.flatnonzero(display(opened).any(axis=(1, 2))).tolist() == [11]
    viewer.layers.remove(fine)
