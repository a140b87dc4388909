"""The picture of the mask as a body, to be turned with the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from napari.components import ViewerModel
from napari.qt import QtViewer
from napari.utils.color import ColorValue
from napari.utils.colormaps import Colormap
from qtpy.QtCore import QEvent, QObject, Qt, QTimer, Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_parotid.tr import tr
from napari_parotid.views.orientation import letters_along
from napari_parotid.views.overlay import Caption, Overlay
from parotid_training.labels import COLOURS, Structure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from napari_parotid.surfaces import Surface

ORDER = (1, 0, 2)
"""World axes (z, y, x of LPS) from the front to the back, upwards, to the right: seen from the patient's front.

Vertices come in this order already: napari reorders those of a surface not by ``dims.order``.
"""
FIT = 0.85
"""Share of the picture that the body fills."""
OPACITY = {Structure.TUMOUR: 1.0, Structure.GLAND: 0.7}
"""In the order of drawing: a tumour is seen through the gland."""
LIGHTER = 0.25
"""Share of white in the colours: what lies in the shade would be lost in black."""


class BodyCanvas(QWidget):
    """Shows the surfaces of the structures. Left drag: turn. Wheel: zoom. Double click: this picture alone."""

    maximise_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewer = ViewerModel(ndisplay=3)
        self.qt_viewer = QtViewer(self.viewer)
        self.qt_viewer.dims.hide()
        self.qt_viewer.setAcceptDrops(False)
        self.native = self.qt_viewer.canvas.native
        self.native.setAcceptDrops(False)
        self.native.setAccessibleName("3D")
        self.overlay = Overlay(self.native)
        self._layers: dict[Structure, Any] = {}
        self._bounds: tuple[np.ndarray, np.ndarray] | None = None
        self._fitted = True
        # napari counts the camera in the size that the canvas has by then.
        self._settle = QTimer(self, singleShot=True, interval=0)
        self._settle.timeout.connect(self._refit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.qt_viewer)
        self.viewer.scene.camera.events.angles.connect(self._write)
        self.native.installEventFilter(self)
        self._write()

    def set_surfaces(self, surfaces: Mapping[Structure, Surface]) -> None:
        """Show these; structures that are not among them are not drawn."""
        first = not self._layers and bool(surfaces)
        for structure in OPACITY:
            surface = surfaces.get(structure)
            layer = self._layers.get(structure)
            if surface is None:
                if layer is not None:
                    layer.visible = False
                continue
            if layer is None:
                self._layers[structure] = self._new_layer(structure, surface)
            else:
                layer.data = (surface.vertices[:, ORDER], surface.faces)
                layer.visible = True
        self._bounds = None
        if surfaces:
            points = np.concatenate([surface.vertices for surface in surfaces.values()])
            self._bounds = points.min(axis=0), points.max(axis=0)
        if first:
            self.viewer.scene.camera.orientation = ("away", "up", "right")
            self._fitted = True
        self._write()
        if self._fitted:
            self.fit()

    def _new_layer(self, structure: Structure, surface: Surface) -> Any:
        colour = np.array(ColorValue(COLOURS[structure])) * (1 - LIGHTER) + LIGHTER
        layer = self.viewer.add_surface(
            (surface.vertices[:, ORDER], surface.faces),
            colormap=Colormap([colour, colour], name=f"parotid-{structure.name.lower()}"),
            opacity=OPACITY[structure],
            shading="smooth",
            name=structure.name,
        )
        # The tumour is drawn first, whichever came first: what is seen through goes on top.
        order = [one for one in OPACITY if one in self._layers or one is structure]
        self.viewer.layers.move(self.viewer.layers.index(layer), order.index(structure))
        return layer

    def fit(self) -> None:
        """Show the whole body from the patient's front."""
        self._fitted = True
        if self._bounds is None:
            return
        low, top = self._bounds
        camera = self.viewer.scene.camera
        middle, size = (low + top) / 2, np.maximum(top - low, 1.0)
        camera.center = tuple(float(middle[axis]) for axis in ORDER)
        # Whole from every side that it may be turned to about its long axis.
        wide, high = float(max(size[1:])), float(size[0])
        camera.zoom = FIT * min(self.native.width() / wide, self.native.height() / high)
        camera.angles = (0.0, 0.0, 0.0)

    def _refit(self) -> None:
        if self._fitted:
            self.fit()

    def _write(self, event: Any = None) -> None:
        camera = self.viewer.scene.camera
        view, up = np.array(camera.view_direction, float), np.array(camera.up_direction, float)
        directions = np.zeros((2, 3))
        directions[0, list(ORDER)], directions[1, list(ORDER)] = np.cross(view, up), up
        right, top = ((float(z), float(y), float(x)) for z, y, x in directions)
        drawn = self._bounds is not None
        self.overlay.set_caption(
            Caption(
                "3D", edges=letters_along(right, top) if drawn else None, message="" if drawn else tr("Nothing drawn")
            )
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what belongs to the window; turning is napari's."""
        if watched is not self.native:
            return False
        kind: Any = event
        match event.type():
            case QEvent.Type.Resize:
                self.overlay.resize(kind.size())
                self._settle.start()
            case QEvent.Type.MouseButtonDblClick:
                self.maximise_asked.emit()
                return True
            case QEvent.Type.MouseButtonPress | QEvent.Type.Wheel:
                self._fitted = False
            case QEvent.Type.KeyPress:
                # napari's own would make another picture of it (2D, grid, transposed).
                return bool(kind.modifiers() & Qt.KeyboardModifier.ControlModifier)
        return False

    def release(self) -> None:
        """Let go of the viewer's widgets; the canvas is unusable afterwards."""
        self._settle.stop()
        self.native.removeEventFilter(self)
        self.viewer.scene.camera.events.angles.disconnect(self._write)
        if self.native.isValid():
            # As in `StudyCanvas`: buffers are freed in whatever context is current.
            self.native.makeCurrent()
        self.viewer.layers.clear()
        self.qt_viewer.close()
