"""Letters, slice position, ruler and marks of clicks on napari's own canvas, true to however napari shows the study."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari.qt import QtViewer
from qtpy.compat import isalive
from qtpy.QtCore import QEvent, QObject, QPointF
from qtpy.QtWidgets import QApplication, QWidget

from napari_parotid.views.orientation import Plane, edges_of, place_words
from napari_parotid.views.overlay import Caption, Overlay

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_parotid.views.links import Marks, World
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
    marks
        Returns what is to be marked.
    """

    def __init__(self, viewer: Any, grid: Callable[[], Grid | None], marks: Callable[[], Marks] = tuple) -> None:
        super().__init__()
        self._viewer, self._grid, self._marks = viewer, grid, marks
        self._native = canvas_of(viewer)
        self.overlay = Overlay(self._native)
        self.overlay.resize(self._native.size())
        self.overlay.show()
        dims, camera, grid_mode = viewer.dims.events, viewer.scene.camera.events, viewer.canvas.grid.events
        shown = (dims.order, dims.ndim, dims.ndisplay, dims.point, grid_mode.enabled)
        self._events = (*shown, camera.orientation, camera.zoom, camera.center)
        for event in self._events:
            event.connect(self.write)
        self._native.installEventFilter(self)
        self.write()

    def write(self, event: Any = None) -> None:
        """Write what is true now."""
        grid, dims = self._grid(), self._viewer.dims
        flat = dims.ndim == 3 and dims.ndisplay == 2 and not self._viewer.canvas.grid.enabled
        self.overlay.set_caption(self._caption(grid.canonical()) if grid is not None and flat else Caption())
        self.overlay.set_marks(self._seen(grid.canonical()) if grid is not None and flat else ())

    def _caption(self, view: CanonicalView) -> Caption:
        camera, dims = self._viewer.scene.camera, self._viewer.dims
        sliced, vertical, horizontal = dims.order
        down, right = (str(one) for one in camera.orientation2d)
        edges = edges_of(view.letters[vertical], view.letters[horizontal], down, right)
        plane = next(plane for plane in Plane if plane.sliced == sliced)
        number = int(view.index_at(dims.point)[sliced])
        place = place_words(view, plane, number)
        return Caption(edges=edges, place=place, pixels_per_mm=float(camera.zoom))

    def show_marked(self, world: World | None) -> None:
        """Put a place that is pointed out into the middle; None: it no longer is."""
        dims = self._viewer.dims
        if world is not None and dims.ndim == 3 and dims.ndisplay == 2:
            _, vertical, horizontal = dims.order
            self._viewer.scene.camera.center = (0.0, world[vertical], world[horizontal])
        self.write()

    def _seen(self, view: CanonicalView) -> tuple[tuple[QPointF, bool | None], ...]:
        """Return where on the canvas the marks in the slice in view are, in pixels."""
        camera, dims = self._viewer.scene.camera, self._viewer.dims
        sliced, *shown = dims.order
        middle = (self._native.height() / 2, self._native.width() / 2)
        # "down" and "right" are the ways pixels are counted.
        signs = tuple(1 if str(one) in ("down", "right") else -1 for one in camera.orientation2d)
        marks = []
        for at, adds in self._marks():
            if abs(at[sliced] - dims.point[sliced]) <= view.scale[sliced] / 2:
                y, x = (
                    half + sign * camera.zoom * (at[axis] - centre)
                    for half, sign, axis, centre in zip(middle, signs, shown, camera.center[-2:], strict=True)
                )
                marks.append((QPointF(x, y), adds))
        return tuple(marks)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the canvas's size."""
        if watched is self._native and event.type() == QEvent.Type.Resize:
            self.overlay.resize(self._native.size())
            self.write()
        return False

    def release(self) -> None:
        """Take the letters away."""
        for event in self._events:
            event.disconnect(self.write)
        if isalive(self._native):  # napari's window may be gone already
            self._native.removeEventFilter(self)
            self.overlay.hide()
            self.overlay.deleteLater()
