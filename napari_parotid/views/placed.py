"""Pictures at one place of the patient: walking through the slices, pointing, and the camera they share."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Qt, QTimer, Signal
from qtpy.QtWidgets import QSlider, QWidget

from napari_parotid.tr import tr
from napari_parotid.views.canvas import StudyCanvas
from napari_parotid.views.links import Links, snapped
from napari_parotid.views.orientation import place_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from napari_parotid.views.links import Marks, World
    from napari_parotid.views.orientation import Plane
    from parotid_training.volume import CanonicalView


class PlacedPictures(QWidget):
    """Walks through a study in all pictures at once; how they are arranged is `ArrangedPictures`'.

    Parameters
    ----------
    count
        Canvases to make.
    """

    slice_changed = Signal(str)
    """The slice's number and position, in words."""
    hovered = Signal(object)
    """Patient position (x, y, z of LPS, mm) under the mouse, or None."""

    def __init__(self, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvases = [StudyCanvas(self) for _ in range(count)]
        self.crosshair = False
        self._view: CanonicalView | None = None
        self._fitted = True
        # Several pictures change their size at once: fitted once, after.
        self._settle = QTimer(self, singleShot=True, interval=0)
        self._settle.timeout.connect(self._refit)
        self.links = Links(self.canvases, self)
        self.links.moved.connect(self._tell_place)
        self.slider = QSlider(Qt.Orientation.Vertical, self)
        self.slider.setToolTip(tr("Slice (mouse wheel, Up and Down)"))
        self.slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.slider.valueChanged.connect(self.set_slice)
        for canvas in self.canvases:
            canvas.stepped.connect(lambda slices, one=canvas: self._step(one, slices))
            canvas.hovered.connect(self._tell_hovered)
            canvas.zoomed.connect(self._moved_by_hand)
            canvas.resized.connect(self._settle.start)
            canvas.pointed.connect(self.point_at)

    def _tell_hovered(self, world: Any) -> None:
        view = self._view
        self.hovered.emit(None if world is None or view is None else tuple(view.to_patient(world).tolist()))

    # -- the place -------------------------------------------------------------------------------

    @property
    def number(self) -> int:
        """The slice shown, from 0; of the first picture, where they are in different planes."""
        return self._number(self._leader.plane)

    @property
    def _leader(self) -> StudyCanvas:
        return next(iter(self.links.joined), self.canvases[0])

    def _number(self, plane: Plane) -> int:
        point = self.links.point
        if self._view is None or point is None:
            return 0
        return int(self._view.index_at(point)[plane.sliced])

    def step(self, slices: int) -> None:
        """Go so many slices on."""
        self._step(self._leader, slices)

    def set_slice(self, number: int) -> None:
        """Show this slice, from 0."""
        self._step(self._leader, number - self.number)

    def _step(self, canvas: StudyCanvas, slices: int) -> None:
        point = self.links.point
        if self._view is None or point is None:
            return
        axis = canvas.plane.sliced
        world = list(point)
        number = max(0, min(self._number(canvas.plane) + slices, self._view.shape[axis] - 1))
        world[axis] = self._view.translate[axis] + number * self._view.scale[axis]
        self.links.go_to((world[0], world[1], world[2]))

    def point_at(self, world: World) -> None:
        """Show the place that was pointed at in all pictures, the whole of them moved where it is out of sight."""
        if self._view is not None:
            place = snapped(self._view, world)
            self.links.go_to(place)
            if not self._fitted:
                self.links.bring_into_sight(place)

    def look_at(self, world: World) -> None:
        """Move zoomed pictures so that a place is in the middle; whole slices stay as they are."""
        self._tell_place()
        if not self._fitted:
            self.links.centre_on(world)

    def centre_on(self, world: World) -> None:
        """Put a place into the middle of the pictures, of whole slices too."""
        self._moved_by_hand()
        self.links.centre_on(world)

    def set_marks(self, marks: Marks) -> None:
        """Mark where the reader pointed at, or what they are to look at."""
        for canvas in self.canvases:
            canvas.set_marks(marks)

    def _tell_place(self) -> None:
        point = self.links.point
        if self._view is None or point is None:
            return
        for canvas in self.links.joined:
            canvas.set_cross(point if self.crosshair else None)
            canvas.set_place(self._words(canvas.plane))
        with self._quiet_slider():
            self.slider.setRange(0, self._view.shape[self._leader.plane.sliced] - 1)
            self.slider.setValue(self.number)
        self.slice_changed.emit(self._words(self._leader.plane))

    def _words(self, plane: Plane) -> str:
        assert self._view is not None, "there is no place without a study"
        return place_words(self._view, plane, self._number(plane))

    @contextmanager
    def _quiet_slider(self) -> Iterator[None]:
        before = self.slider.blockSignals(True)
        try:
            yield
        finally:
            self.slider.blockSignals(before)

    # -- the camera ------------------------------------------------------------------------------

    def fit(self) -> None:
        """Show the whole slice, now and whenever the pictures change their size."""
        self._fitted = True
        if self._view is not None:
            self.links.fit(self._view)

    def _refit(self) -> None:
        self._tell_place()
        if self._fitted and self._view is not None:
            self.links.fit(self._view)

    def _moved_by_hand(self) -> None:
        self._fitted = False
