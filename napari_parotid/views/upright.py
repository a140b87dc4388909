"""Keeps the study upright on napari's own canvas, and the patient's right where the reader is used to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QSettings

from napari_parotid.views.orientation import Convention, Plane

if TYPE_CHECKING:
    from collections.abc import Callable

_KEY = "neurological"
ROLLED = {(1, 2, 0): Plane.CORONAL, (2, 1, 0): Plane.AXIAL}
"""Orders that napari's roll comes to from an upright plane, and the plane they stand for."""


class Upright:
    """Turns a napari viewer with the plane in view: napari itself shows coronal slices lying, or head down.

    Parameters
    ----------
    viewer
        napari's.
    has_study
        Whether a study is in hand; without one the camera is left as it is.
    """

    def __init__(self, viewer: Any, has_study: Callable[[], bool]) -> None:
        self._viewer, self._has_study = viewer, has_study
        self._before = viewer.scene.camera.orientation
        neurological = QSettings("napari-parotid", "plugin").value(_KEY, False, type=bool)
        self.convention = Convention.NEUROLOGICAL if neurological else Convention.RADIOLOGICAL
        viewer.dims.events.order.connect(self.turn)
        viewer.dims.events.ndisplay.connect(self.turn)

    def set_neurological(self, neurological: bool) -> None:
        """Show the patient's right on the screen's right, or on its left; from now on."""
        self.convention = Convention.NEUROLOGICAL if neurological else Convention.RADIOLOGICAL
        QSettings("napari-parotid", "plugin").setValue(_KEY, neurological)
        self.turn()

    def turn(self, event: Any = None) -> None:
        """Turn axes and camera as the plane in view asks for."""
        dims = self._viewer.dims
        if not self._has_study():
            return
        if (rolled := ROLLED.get(tuple(dims.order))) is not None:
            dims.order = rolled.order  # and here again
            return
        plane = next((plane for plane in Plane if plane.order == tuple(dims.order)), None)
        if plane is not None:
            convention = self.convention
            orientation = convention.depth(plane), plane.vertical, convention.horizontal(plane)
            self._viewer.scene.camera.orientation = orientation

    def release(self) -> None:
        """Give the camera back as it was."""
        self._viewer.dims.events.order.disconnect(self.turn)
        self._viewer.dims.events.ndisplay.disconnect(self.turn)
        self._viewer.scene.camera.orientation = self._before
