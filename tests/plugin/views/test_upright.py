"""On napari's own canvas heads are upright in every plane, in both conventions, and bodies are not mirrored."""

from __future__ import annotations

import numpy as np
import pytest
from napari.components import ViewerModel
from qtpy.QtCore import QSettings, Qt
from qtpy.QtTest import QTest

from napari_parotid.views.orientation import Convention, Edges, Plane
from napari_parotid.views.upright import Upright

pytestmark = pytest.mark.gui

RADIOLOGICAL = {
    Plane.AXIAL: Edges("R", "L", "A", "P"),
    Plane.CORONAL: Edges("R", "L", "S", "I"),
    Plane.SAGITTAL: Edges("A", "P", "S", "I"),
}


@pytest.fixture(autouse=True)
def own_settings(tmp_path):
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(tmp_path))
    QSettings("napari-parotid", "plugin").clear()


@pytest.fixture
def napari_s_own(opened):
    yield opened.viewer
    opened.viewer.dims.ndisplay = 2
    opened.viewer.dims.order = (0, 1, 2)


@pytest.mark.parametrize("neurological", [False, True])
def test_heads_are_upright_in_every_plane(opened, napari_s_own, neurological):
    if neurological:
        QTest.mouseClick(opened.side, Qt.MouseButton.LeftButton, pos=opened.side.rect().center() / 4)
    assert opened.side.isChecked() == neurological
    for plane, edges in RADIOLOGICAL.items():
        napari_s_own.dims.order = plane.order
        mirrored = neurological and plane is not Plane.SAGITTAL
        left, right = (edges.right, edges.left) if mirrored else (edges.left, edges.right)
        assert opened.letters.overlay.caption.edges == Edges(left, right, edges.top, edges.bottom)


def test_napari_s_roll_goes_through_the_three_upright_planes(opened, napari_s_own):
    met = []
    for _ in range(3):
        napari_s_own.dims.roll()
        met.append(next(plane for plane in Plane if plane.order == tuple(napari_s_own.dims.order)))
    assert met == [Plane.SAGITTAL, Plane.CORONAL, Plane.AXIAL]


@pytest.mark.parametrize("convention", list(Convention))
@pytest.mark.parametrize("plane", list(Plane))
def test_a_body_is_not_mirrored(plane, convention):
    to_screen = {
        "right": (1, 0, 0), "left": (-1, 0, 0), "up": (0, 1, 0), "down": (0, -1, 0),
        "towards": (0, 0, 1), "away": (0, 0, -1),
    }  # fmt: skip
    runs = (convention.depth(plane), plane.vertical, convention.horizontal(plane))
    axes = {axis: to_screen[run] for axis, run in zip(plane.order, runs, strict=True)}
    # Display axes run to S, P, L; L, P, S is a right-handed system, and so is the screen's.
    assert np.linalg.det([axes[2], axes[1], axes[0]]) == pytest.approx(1.0)


def test_the_side_is_remembered_and_the_camera_given_back():
    viewer = ViewerModel()
    viewer.add_image(np.zeros((4, 5, 6)))
    before = viewer.scene.camera.orientation
    upright = Upright(viewer, lambda: True)
    upright.set_neurological(True)
    assert viewer.scene.camera.orientation2d == ("down", "left")
    assert Upright(viewer, lambda: True).convention is Convention.NEUROLOGICAL
    upright.release()
    assert viewer.scene.camera.orientation == before


def test_without_a_study_napari_is_left_alone():
    viewer = ViewerModel()
    viewer.add_image(np.zeros((4, 5, 6)))
    before = viewer.scene.camera.orientation
    upright = Upright(viewer, lambda: False)
    viewer.dims.roll()
    viewer.dims.roll()
    assert viewer.dims.order == (1, 2, 0)
    assert viewer.scene.camera.orientation == before
    upright.release()
