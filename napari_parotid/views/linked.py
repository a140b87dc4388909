"""Several pictures side by side that show the same slice at the same place."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QRect, Qt, QTimer, Signal
from qtpy.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from napari_parotid.tr import mark, tr
from napari_parotid.views.bar import ViewBar
from napari_parotid.views.canvas import StudyCanvas
from napari_parotid.views.orientation import Plane, acquired_plane, edge_letters, position_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from napari_parotid.views.windowing import Preset
    from parotid_training.volume import CanonicalView, Grid

MOST = 4
"""Pictures at most."""
DRAWN_ON = mark("mask drawn on")
"""Stands by the name of the reference."""
NOTHING = mark("Choose a study in the worklist, or drag a folder with DICOM or NIfTI files here.")


class LinkedCanvases(QWidget):
    """One to four pictures with a common slice, pan and zoom; each has its own window.

    Parameters
    ----------
    count
        Canvases to make; `show_study` shows as many of them as there are sequences.
    """

    slice_changed = Signal(str)
    """The slice's number and position, in words."""
    hovered = Signal(object)
    """World position (z, y, x of LPS, mm) under the mouse, or None."""

    def __init__(self, count: int = MOST, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("linked-canvases")
        self.canvases = [StudyCanvas(self) for _ in range(count)]
        self.plane = Plane.AXIAL
        self.maximised: StudyCanvas | None = None
        self._view: CanonicalView | None = None
        self._shown = 0
        self._columns = 0
        self._linking = False
        self._fitted = True
        # Several pictures change their size at once, and layers come with a camera of their own: fitted once, after.
        self._settle = QTimer(self, singleShot=True, interval=0)
        self._settle.timeout.connect(self._refit)
        self.bar = ViewBar(self)
        self.slider = QSlider(Qt.Orientation.Vertical, self)
        self.slider.setToolTip(tr("Slice (mouse wheel, Up and Down)"))
        self.slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.empty = QLabel(tr(NOTHING))
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setStyleSheet("color: #9aa3ae; font-size: 12pt;")
        self.spare = QLabel(self)
        self.spare.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.spare.setStyleSheet("color: #9aa3ae;")
        self.spare.setWordWrap(True)
        self._place_widgets()
        for canvas in self.canvases:
            canvas.hide()
            dims, camera = canvas.viewer.dims, canvas.viewer.scene.camera
            dims.events.point.connect(lambda event, one=canvas: self._follow_slice(one))
            camera.events.center.connect(lambda event, one=canvas: self._follow_camera(one))
            camera.events.zoom.connect(lambda event, one=canvas: self._follow_camera(one))
            canvas.stepped.connect(self.step)
            canvas.hovered.connect(self.hovered)
            canvas.zoomed.connect(self._moved_by_hand)
            canvas.resized.connect(self._settle.start)
            canvas.maximise_asked.connect(lambda one=canvas: self.maximise(None if self.maximised else one))
        self.slider.valueChanged.connect(self.set_slice)
        self.bar.plane_chosen.connect(self.set_plane)
        self.bar.preset_chosen.connect(self.set_preset)
        self.bar.fit_asked.connect(self.fit)
        self._switch()

    def _place_widgets(self) -> None:
        self._grid = QGridLayout()
        self._grid.setSpacing(2)
        middle = QHBoxLayout()
        middle.setSpacing(4)
        middle.addLayout(self._grid, 1)
        middle.addWidget(self.slider)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.bar)
        layout.addLayout(middle, 1)
        layout.addWidget(self.empty, 1)

    @property
    def pictures(self) -> QRect:
        """Where the pictures are, in the parent's coordinates: neither the row of buttons nor the slider."""
        area = self._grid.geometry() if self._view is not None else self.rect()
        return area.translated(self.pos())

    # -- the study -------------------------------------------------------------------------------

    @property
    def viewers(self) -> list[Any]:
        """The viewer of each canvas."""
        return [canvas.viewer for canvas in self.canvases]

    @property
    def shown(self) -> list[StudyCanvas]:
        """The canvases in use."""
        return self.canvases[: self._shown]

    def show_study(
        self, grid: Grid | None, titles: Sequence[str] = (), reference: int = 0, absent: Sequence[str] = ()
    ) -> None:
        """Make ready for a study's layers, which come afterwards; None for no study.

        Parameters
        ----------
        grid
            The reference's native grid.
        titles
            One a sequence, in the study's order; those beyond the number of canvases are not shown.
        reference
            Which sequence is the reference.
        absent
            Sequences one would look for that the study does not have; said in the place that is left over, if any.
        """
        self.maximised = None
        self.spare.setText(tr("Empty: not in this study: {sequences}", sequences=", ".join(absent)) if absent else "")
        self._shown = 0 if grid is None else min(len(titles), len(self.canvases))
        new = grid is None or self._view is None or not self._view.grid.same_as(grid)
        self._view = None if grid is None else grid.canonical()
        for n, canvas in enumerate(self.canvases):
            used = n < self._shown
            canvas.set_title(titles[n] if used else "", tr(DRAWN_ON) if used and n == reference else "")
        if grid is not None and new:
            self._fitted = True
            self.set_plane(acquired_plane(grid))
        self._settle.start()
        self._switch()
        self._columns = 0
        self._arrange()

    def set_reading(self, words: str) -> None:
        """Say in the middle what is being read while there is no study; "" says what to do."""
        self.empty.setText(words or tr(NOTHING))

    def say_trouble(self) -> None:
        """Say in every picture that did not come that it will not."""
        for canvas in self.shown:
            canvas.set_trouble(tr("Empty: it could not be shown"))

    def look_at(self, world: tuple[float, float, float]) -> None:
        """Move zoomed pictures so that a place (z, y, x of LPS, mm) is in sight; whole slices stay as they are."""
        if self._fitted or not self.shown:
            return
        leader = self.maximised or self.shown[0]
        _, vertical, horizontal = self.plane.order
        leader.viewer.scene.camera.center = (0.0, world[vertical], world[horizontal])

    def _switch(self) -> None:
        for widget in (self.bar, self.slider):
            widget.setVisible(self._view is not None)
        self.empty.setVisible(self._view is None)

    def set_plane(self, plane: Plane) -> None:
        """Show slices of another plane, at the slice that was in the middle of the picture before."""
        self.plane = plane
        self.bar.set_plane(plane)
        view = self._view
        with self._alone():
            for canvas in self.canvases:
                canvas.set_plane(plane, None if view is None else edge_letters(view, plane))
        if view is not None:
            with self._quiet_slider():
                self.slider.setRange(0, view.shape[plane.sliced] - 1)
        self._tell_slice()
        self.fit()

    def set_preset(self, preset: Preset) -> None:
        """Choose the window of every picture."""
        for canvas in self.shown:
            canvas.set_preset(preset)

    # -- the slice -------------------------------------------------------------------------------

    @property
    def number(self) -> int:
        """The slice shown, from 0."""
        if self._view is None or not self._shown:
            return 0
        axis = self.plane.sliced
        dims = self.canvases[0].viewer.dims
        if dims.ndim <= axis:
            return 0
        slices: float = (dims.point[axis] - self._view.translate[axis]) / self._view.scale[axis]
        return round(slices)

    def step(self, slices: int) -> None:
        """Go so many slices on."""
        self.set_slice(self.number + slices)

    def set_slice(self, number: int) -> None:
        """Show this slice, from 0."""
        if self._view is None or not self._shown:
            return
        axis = self.plane.sliced
        number = max(0, min(number, self._view.shape[axis] - 1))
        point = self._view.translate[axis] + number * self._view.scale[axis]
        if self.canvases[0].viewer.dims.ndim > axis:
            self.canvases[0].viewer.dims.set_point(axis, point)

    def _follow_slice(self, leader: StudyCanvas) -> None:
        if self._linking or leader not in self.shown:
            return
        point = leader.viewer.dims.point
        with self._alone():
            for canvas in self.shown:
                dims = canvas.viewer.dims
                if canvas is not leader and dims.ndim == len(point) and dims.point != point:
                    dims.point = point
        self._tell_slice()

    def _tell_slice(self) -> None:
        if self._view is None or not self._shown:
            self.slice_changed.emit("")
            return
        number = self.number
        words = (
            f"{number + 1} / {self._view.shape[self.plane.sliced]}   {position_words(self._view, self.plane, number)}"
        )
        for canvas in self.shown:
            canvas.set_place(words)
        with self._quiet_slider():
            self.slider.setValue(number)
        self.slice_changed.emit(words)

    # -- the camera ------------------------------------------------------------------------------

    def _follow_camera(self, leader: StudyCanvas) -> None:
        if self._linking or leader not in self.shown:
            return
        camera = leader.viewer.scene.camera
        with self._alone():
            for canvas in self.shown:
                if canvas is not leader:
                    canvas.viewer.scene.camera.center = camera.center
                    canvas.viewer.scene.camera.zoom = camera.zoom

    def fit(self) -> None:
        """Show the whole slice, now and whenever the pictures change their size."""
        self._fitted = True
        leader = self.maximised or next(iter(self.shown), None)
        view = self._view
        if view is None or leader is None:
            return
        _, *axes = self.plane.order
        edges = [view.translate[axis] - view.scale[axis] / 2 for axis in axes]
        sizes = [view.shape[axis] * view.scale[axis] for axis in axes]
        leader.show_area((edges[0], edges[1]), (edges[0] + sizes[0], edges[1] + sizes[1]))

    def _refit(self) -> None:
        if self._fitted:
            self.fit()

    def _moved_by_hand(self) -> None:
        self._fitted = False

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep what one canvas tells the others from coming back."""
        before, self._linking = self._linking, True
        try:
            yield
        finally:
            self._linking = before

    @contextmanager
    def _quiet_slider(self) -> Iterator[None]:
        before = self.slider.blockSignals(True)
        try:
            yield
        finally:
            self.slider.blockSignals(before)

    # -- the arrangement -------------------------------------------------------------------------

    def maximise(self, canvas: StudyCanvas | None) -> None:
        """Show one picture alone, or all again."""
        self.maximised = canvas
        self._columns = 0
        self._arrange()

    def resizeEvent(self, event: Any) -> None:
        """Arrange the pictures as large as they can be."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        visible = [self.maximised] if self.maximised is not None else self.shown
        columns = columns_for(len(visible), self.width(), self.height())
        if columns == self._columns:
            return
        self._columns = columns
        for canvas in self.canvases:
            self._grid.removeWidget(canvas)
            canvas.setVisible(canvas in visible)
        for n in range(MOST):
            self._grid.setColumnStretch(n, 1 if n < columns else 0)
            self._grid.setRowStretch(n, 1 if n * columns < len(visible) else 0)
        for n, canvas in enumerate(visible):
            self._grid.addWidget(canvas, n // columns, n % columns)
        left_over = -len(visible) % columns
        self._grid.removeWidget(self.spare)
        self.spare.setVisible(bool(left_over))
        if left_over:
            self._grid.addWidget(self.spare, len(visible) // columns, len(visible) % columns, 1, left_over)

    def release(self) -> None:
        """Let go of all viewers."""
        self._view, self._shown = None, 0
        self._settle.stop()
        for canvas in self.canvases:
            canvas.release()


def columns_for(count: int, width: int, height: int) -> int:
    """Return in how many columns square pictures are largest; fewer rows win a tie."""
    if count <= 1:
        return 1

    def size(columns: int) -> tuple[float, int]:
        rows = -(-count // columns)
        return min(width / columns, height / rows), columns

    return max(range(1, count + 1), key=size)
