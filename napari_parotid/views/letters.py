"""Orientation letters, slice position and ruler on napari's own canvas, true to however napari shows the study."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari.qt import QtViewer
from qtpy.compat import isalive
from qtpy.QtCore import QEvent, QObject
from qtpy.QtWidgets import QApplication, QWidget

from napari_parotid.views.orientation import Plane, edges_of, place_words
from napari_parotid.views.overlay import Caption, Overlay

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotid_training.volume import CanonicalView, Grid


def canvas_of(viewer: Any) -> QWidget:
    """Return what napari draws a viewer's layers on; a plugin has no public door to it but Qt's list of widgets."""
    model = getattr(viewer, "__wrapped__", viewer)
    found = (one for one in QApplication.allWidgets() if isinstance(one, QtViewer) and one.viewer is model)
    canvas: QWidget = next(found).canvas.native
    return canvas


class ViewerLetters(QObject):
    """Writes over the canvas of a napari viewer, whichever way its axes are ordered and its camera runs.

    Parameters
    ----------
    viewer
        napari's, with a window.
    grid
        Returns the grid of the study in hand; None where there is none.
    """

    def __init__(self, viewer: Any, grid: Callable[[], Grid | None]) -> None:
        super().__init__()
        self._viewer, self._grid = viewer, grid
        self._native = canvas_of(viewer)
        self.overlay = Overlay(self._native)
        self.overlay.resize(self._native.size())
        self.overlay.show()
        dims, camera, grid_mode = viewer.dims.events, viewer.scene.camera.events, viewer.canvas.grid.events
        shown = (dims.order, dims.ndim, dims.ndisplay, dims.point, grid_mode.enabled)
        self._events = (*shown, camera.orientation, camera.zoom)
        for event in self._events:
            event.connect(self.write)
        self._native.installEventFilter(self)
        self.write()

    def write(self, event: Any = None) -> None:
        """Write what is true now."""
        grid, dims = self._grid(), self._viewer.dims
        flat = dims.ndim == 3 and dims.ndisplay == 2 and not self._viewer.canvas.grid.enabled
        self.overlay.set_caption(self._caption(grid.canonical()) if grid is not None and flat else Caption())

    def _caption(self, view: CanonicalView) -> Caption:
        camera, dims = self._viewer.scene.camera, self._viewer.dims
        sliced, vertical, horizontal = dims.order
        down, right = (str(one) for one in camera.orientation2d)
        edges = edges_of(view.letters[vertical], view.letters[horizontal], down, right)
        plane = next(plane for plane in Plane if plane.sliced == sliced)
        number = int(view.index_at(dims.point)[sliced])
        place = place_words(view, plane, number)
        return Caption(edges=edges, place=place, pixels_per_mm=float(camera.zoom))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the canvas's size."""
        if watched is self._native and event.type() == QEvent.Type.Resize:
            self.overlay.resize(self._native.size())
        return False

    def release(self) -> None:
        """Take the letters away."""
        for event in self._events:
            event.disconnect(self.write)
        if isalive(self._native):  # napari's window may be gone already
            self._native.removeEventFilter(self)
            self.overlay.hide()
            self.overlay.deleteLater()
