"""One picture: a napari viewer without its chrome, and the texts over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from napari.components import ViewerModel
from napari.layers import Image
from napari.qt import QtViewer
from napari.utils.action_manager import action_manager
from napari.utils.events import disconnect_events
from qtpy.QtCore import QPointF, Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_parotid.tr import tr
from napari_parotid.views.choice import SequenceChoice
from napari_parotid.views.gestures import Gestures
from napari_parotid.views.orientation import Plane
from napari_parotid.views.overlay import Caption, Overlay
from napari_parotid.views.windowing import Preset, Window, preset_window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qtpy.QtCore import QSize

    from napari_parotid.views.links import Marks, World
    from napari_parotid.views.orientation import Edges


class _Picture(QtViewer):
    """Napari's canvas without what a picture has no use for, which took most of the time to make it."""

    _bound: ClassVar[bool] = False

    def _bind_shortcuts(self) -> None:
        # The welcome screen, never shown here, writes itself anew at every shortcut that is bound anywhere.
        action_manager.events.shortcut_changed.disconnect(self._welcome_widget.refresh)
        # Shortcuts are the program's, not a viewer's: bound with the first one.
        if not _Picture._bound:
            _Picture._bound = True
            super()._bind_shortcuts()


class StudyCanvas(QWidget):
    """Shows the layers of one `ViewerModel`; what the mouse does on it is in `Gestures`."""

    stepped = Signal(int)
    """Slices to go."""
    zoomed = Signal()
    """The camera was moved here by hand."""
    resized = Signal()
    maximise_asked = Signal()
    hovered = Signal(object)
    """World position (z, y, x of LPS, mm) under the mouse; None when it left."""
    pointed = Signal(object)
    """World position that was clicked on, to be shown in all pictures."""
    windowed = Signal()
    """The window was changed here by hand."""
    sequence_chosen = Signal(int)
    """Another sequence is wanted in this picture: its index in the study."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewer = ViewerModel(ndisplay=2)
        # Linked pictures are aimed together, not one by one whenever they are turned.
        self.viewer.dims.events.order.disconnect(self.viewer.fit_to_view)
        # napari cuts every layer twice a step: for the point, and for the step that the point lies in.
        self.viewer.dims.events.current_step.disconnect(self.viewer._update_layers)
        # What lies under the mouse is said in napari's own status line only.
        self.viewer.cursor.events.position.disconnect(self.viewer.update_status_from_cursor)
        self.qt_viewer = _Picture(self.viewer)
        # Its sliders are never seen here, and follow every step all the same.
        self.qt_viewer.dims.hide()
        disconnect_events(self.viewer.dims.events, self.qt_viewer.dims)
        # A folder dropped here belongs to the window, not to napari's readers.
        self.qt_viewer.setAcceptDrops(False)
        self.native = self.qt_viewer.canvas.native
        self.native.setAcceptDrops(False)
        self.choice = SequenceChoice(self.native)
        self.choice.chosen.connect(self.sequence_chosen)
        self.overlay = Overlay(self.native)
        self.plane = Plane.AXIAL
        self.sequence = 0
        """Index in the study of what is shown."""
        self._right = "right"
        self._cross: World | None = None
        self._marks: Marks = ()
        self._title, self._note, self._place, self._trouble = "", "", "", ""
        self._edges: Edges | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.qt_viewer)
        self.viewer.layers.events.inserted.connect(self._watch)
        self.viewer.layers.events.removing.connect(self._make_current)
        self.viewer.scene.camera.events.zoom.connect(self._write)
        for event in (self.viewer.scene.camera.events.zoom, self.viewer.scene.camera.events.center):
            event.connect(self._draw_marks)
        self.viewer.cursor.events.position.connect(self._hover)
        self._gestures = Gestures(self)

    # -- what is shown ---------------------------------------------------------------------------

    @property
    def image(self) -> Any:
        """The visible image layer, None if there is none."""
        # The lowest: what else is an image lies over it.
        lowest = next((layer for layer in self.viewer.layers if isinstance(layer, Image)), None)
        return lowest if lowest is not None and lowest.visible and lowest.opacity else None

    @property
    def window(self) -> Window | None:
        """Window and level of the image."""
        return None if self.image is None else Window.of(self.image.contrast_limits)

    def set_window(self, window: Window) -> None:
        """Show the image in this window."""
        if self.image is not None:
            self.image.contrast_limits = window.limits

    def set_preset(self, preset: Preset) -> None:
        """Show the image in a preset's window."""
        if self.image is not None:
            self.set_window(preset_window(np.asarray(self.image.data), preset))

    def set_sequence(self, index: int, titles: Sequence[str], note: str = "", details: Sequence[str] = ()) -> None:
        """Name the picture; until it comes, it is said to be on its way.

        Parameters
        ----------
        index
            Which of the titles.
        titles
            Names of all sequences, to choose from.
        note
            Stands under the name.
        details
            More on each of them, for who chooses.
        """
        self.sequence = index
        self._title, self._note, self._trouble = titles[index], note, ""
        self.native.setAccessibleName(self._title)
        self.choice.set_choice(index, titles, details)
        self._write()

    def set_trouble(self, words: str) -> None:
        """Say in place of the picture why it does not come."""
        self._trouble = words
        self._write()

    def set_plane(self, plane: Plane, edges: Edges | None, right: str = "right") -> None:
        """Show slices of this plane, with these letters; the horizontal axis runs to the screen's right or left."""
        self.plane, self._edges, self._right = plane, edges, right
        dims, camera = self.viewer.dims, self.viewer.scene.camera
        # Asked first: napari takes its time even over what it has already.
        if dims.ndim == 3 and dims.order != plane.order:
            dims.order = plane.order
        if camera.orientation2d != (plane.vertical, right):
            camera.orientation2d = (plane.vertical, right)
        self._write()
        self._draw_marks()

    def set_place(self, words: str) -> None:
        """Say which slice is shown."""
        self._place = words
        self._write()

    def set_marks(self, marks: Marks) -> None:
        """Mark where the reader pointed at, or what they are to look at, in the slices that it lies in."""
        self._marks = marks
        self._draw_marks()

    def set_cross(self, world: World | None) -> None:
        """Mark a place (z, y, x of LPS, mm) with a cross of lines; None for none."""
        self._cross = world
        self._draw_marks()

    def _draw_marks(self, event: Any = None) -> None:
        image = self.image
        self.overlay.set_cross(None if self._cross is None or image is None else self.to_pixel(self._cross))
        if not self._marks or image is None:
            self.overlay.set_marks(())
            return
        axis = self.plane.order[0]
        here, half = self.viewer.dims.point[axis], image.scale[axis] / 2
        seen = [(at, adds) for at, adds in self._marks if abs(at[axis] - here) <= half]
        self.overlay.set_marks(tuple((self.to_pixel(at), adds) for at, adds in seen))

    def _watch(self, event: Any) -> None:
        # Napari's list of layers is not seen here: at every step it would get a small picture of each.
        event.value._update_thumbnail = _nothing
        # Nor are there pyramids: which part of a layer is in sight, asked at every drawing, decides nothing.
        event.value._update_draw = _nothing
        if isinstance(event.value, Image):
            event.value.events.contrast_limits.connect(self._write)
            # What is marked may be known before its picture comes.
            for shown in (event.value.events.visible, event.value.events.opacity):
                shown.connect(self._write)
                shown.connect(self._draw_marks)
        if self.viewer.dims.ndim == 3 and self.viewer.dims.order != self.plane.order:
            self.viewer.dims.order = self.plane.order
        self._write()

    def _make_current(self, event: Any = None) -> None:
        # napari frees a layer's buffers at once, in whatever context is current. With several canvases that is
        # another one's, or Qt's own, and the next drawing ends the program.
        if self.native.isValid():
            self.native.makeCurrent()

    def _write(self, event: Any = None) -> None:
        window = self.window
        shown = "" if window is None else f"W {_signal(window.width)}  L {_signal(window.level)}"
        zoom = float(self.viewer.scene.camera.zoom)
        if window is None:
            message = self._trouble or (tr("Reading {title} …", title=self._title) if self._title else "")
            caption = Caption(self._title, self._note, message=message, choice=self.choice.offered)
        else:
            message = "" if self._reaches() else tr("This sequence does not reach this slice")
            caption = Caption(
                self._title, self._note, self._edges, self._place, shown, zoom, message, self.choice.offered
            )
        self.overlay.set_caption(caption)

    def _reaches(self) -> bool:
        """Whether the image holds anything in the slice in view; beyond its own slices there is one signal only."""
        image = self.image
        if image is None or self.viewer.dims.ndim != 3:
            return True
        axis = self.plane.order[0]
        number = round((self.viewer.dims.point[axis] - image.translate[axis]) / image.scale[axis])
        one = image.data[(slice(None),) * axis + (int(np.clip(number, 0, image.data.shape[axis] - 1)),)]
        return bool(one.min() < one.max())

    # -- geometry --------------------------------------------------------------------------------

    def fit_overlay(self, size: QSize) -> None:
        """Follow a new size of the picture."""
        self.overlay.resize(size)
        self._draw_marks()
        self.resized.emit()

    def _hover(self, event: Any = None) -> None:
        if self.native.underMouse() and self.viewer.dims.ndim == 3:
            self.hovered.emit(tuple(float(n) for n in self.viewer.cursor.position))

    def aim(self, centre: Sequence[float], zoom: float) -> None:
        """Put a world position (z, y, x of LPS, mm) into the middle, so many pixels a mm."""
        _, vertical, horizontal = self.plane.order
        camera = self.viewer.scene.camera
        camera.center = (0.0, centre[vertical], centre[horizontal])
        camera.zoom = zoom

    @property
    def _signs(self) -> tuple[int, int]:
        """Whether the vertical and the horizontal axis grow downwards and to the right (1), or upwards, leftwards."""
        return 1 if self.plane.vertical == "down" else -1, 1 if self._right == "right" else -1

    def to_pixel(self, world: tuple[float, float, float]) -> QPointF:
        """Return where on the picture a world position (z, y, x of LPS, mm) is, in pixels of `native`."""
        camera = self.viewer.scene.camera
        _, vertical, horizontal = self.plane.order
        down, right = self._signs
        return QPointF(
            self.native.width() / 2 + right * (world[horizontal] - camera.center[2]) * camera.zoom,
            self.native.height() / 2 + down * (world[vertical] - camera.center[1]) * camera.zoom,
        )

    def to_world(self, pixel: QPointF) -> tuple[float, float, float]:
        """Return the world position (z, y, x of LPS, mm) at a pixel of `native`, in the slice in view."""
        camera = self.viewer.scene.camera
        _, vertical, horizontal = self.plane.order
        down, right = self._signs
        world = [float(n) for n in self.viewer.dims.point[-3:]]
        world[vertical] = camera.center[1] + down * (pixel.y() - self.native.height() / 2) / camera.zoom
        world[horizontal] = camera.center[2] + right * (pixel.x() - self.native.width() / 2) / camera.zoom
        return world[0], world[1], world[2]

    def pan(self, pixels: QPointF) -> None:
        """Move what is shown by so many pixels."""
        camera = self.viewer.scene.camera
        down, right = self._signs
        _, y, x = camera.center
        camera.center = (0.0, y - down * pixels.y() / camera.zoom, x - right * pixels.x() / camera.zoom)
        self.zoomed.emit()

    def zoom(self, factor: float, at: QPointF) -> None:
        """Zoom about the point under the mouse."""
        camera = self.viewer.scene.camera
        offset = at - QPointF(self.native.width() / 2, self.native.height() / 2)
        self.pan(QPointF(-offset.x(), -offset.y()))
        camera.zoom = float(np.clip(camera.zoom * factor, 0.2, 200.0))
        self.pan(offset)

    def release(self) -> None:
        """Let go of the viewer's widgets; the canvas is unusable afterwards."""
        self._gestures.release()
        self.viewer.cursor.events.position.disconnect(self._hover)
        self.viewer.scene.camera.events.zoom.disconnect(self._write)
        for event in (self.viewer.scene.camera.events.zoom, self.viewer.scene.camera.events.center):
            event.disconnect(self._draw_marks)
        self.viewer.layers.events.inserted.disconnect(self._watch)
        self.viewer.layers.clear()
        self.viewer.layers.events.removing.disconnect(self._make_current)
        self.qt_viewer.close()


def _nothing(**_: Any) -> None:
    """Take the place of work that nobody sees."""


def _signal(value: float) -> str:
    """Return a signal with about three digits."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
