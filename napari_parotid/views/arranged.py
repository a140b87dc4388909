"""Pictures as large as they can be: side by side, in three planes with the body beside them, or one alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QRect, Qt, Signal
from qtpy.QtWidgets import QGridLayout, QLabel, QWidget

from napari_parotid.looks import tone
from napari_parotid.views.bar import ViewBar
from napari_parotid.views.body import BodyCanvas
from napari_parotid.views.hanging import MOST, Hanging, columns_for
from napari_parotid.views.orientation import Plane
from napari_parotid.views.placed import PlacedPictures

if TYPE_CHECKING:
    from collections.abc import Mapping

    from napari_parotid.surfaces import Surface
    from napari_parotid.views.canvas import StudyCanvas
    from napari_parotid.views.links import World
    from parotid_training.labels import Structure


class ArrangedPictures(PlacedPictures):
    """Shares the room out among the pictures in use; which those are is `LinkedCanvases`'.

    Parameters
    ----------
    count
        As in `PlacedPictures`.
    """

    body_shown = Signal(bool)
    """Whether the mask is seen as a body."""
    arranged = Signal()
    """The hanging, the crosshair or the convention is another."""

    def __init__(self, count: int, parent: QWidget | None = None) -> None:
        super().__init__(count, parent)
        self.body: BodyCanvas | None = None
        """Made when it is first looked at."""
        self.plane = Plane.AXIAL
        self.maximised: StudyCanvas | BodyCanvas | None = None
        self._planes_shown = False
        self._surfaces: Mapping[Structure, Surface] = {}
        self._shown = 0
        self._columns = 0
        self._grid = QGridLayout()
        self._grid.setSpacing(2)
        self.bar = ViewBar(self)
        self.spare = QLabel(self)
        self.spare.setAlignment(Qt.AlignmentFlag.AlignCenter)
        tone(self.spare, "faint")
        self.spare.setWordWrap(True)

    @property
    def pictures(self) -> QRect:
        """Where the pictures are, in the parent's coordinates: neither the row of buttons nor the slider."""
        area = self._grid.geometry() if self._view is not None else self.rect()
        return area.translated(self.pos())

    @property
    def shown(self) -> list[StudyCanvas]:
        """The canvases in use, those behind a maximised one too."""
        return self.canvases[: self._shown]

    @property
    def hanging(self) -> Hanging:
        """How the pictures are arranged."""
        if self._planes_shown:
            return Hanging.PLANES
        return Hanging.SEQUENCES if self.maximised is None else Hanging.ONE

    def maximise(self, canvas: StudyCanvas | BodyCanvas | None) -> None:
        """Show one picture alone, or all again."""
        self.maximised = canvas
        self.bar.set_hanging(self.hanging, self.plane)
        self._arrange(anew=True)
        self.arranged.emit()

    def resizeEvent(self, event: Any) -> None:
        """Arrange the pictures as large as they can be."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self, *, anew: bool = False) -> None:
        visible: list[QWidget] = [*self.shown]
        if self._planes_shown and self._shown:
            visible.append(self._make_body())
        if self.maximised is not None and self._shown:
            visible = [self.maximised]
        columns = columns_for(len(visible), self.width(), self.height())
        if columns == self._columns and not anew:
            return
        self._columns = columns
        for widget in (*self.canvases, *((self.body,) if self.body is not None else ())):
            self._grid.removeWidget(widget)
            widget.setVisible(widget in visible)
        for n in range(MOST):
            self._grid.setColumnStretch(n, 1 if n < columns else 0)
            self._grid.setRowStretch(n, 1 if n * columns < len(visible) else 0)
        for n, widget in enumerate(visible):
            self._grid.addWidget(widget, n // columns, n % columns)
        left_over = -len(visible) % columns
        self._grid.removeWidget(self.spare)
        self.spare.setVisible(bool(left_over))
        if left_over:
            self._grid.addWidget(self.spare, len(visible) // columns, len(visible) % columns, 1, left_over)
        self.links.join([canvas for canvas in self.shown if canvas in visible])
        # One slider cannot walk along three planes.
        self.slider.setVisible(self._view is not None and len({canvas.plane for canvas in self.links.joined}) == 1)
        self._tell_place()
        self.body_shown.emit(self.body is not None and self.body in visible)

    def _make_body(self) -> BodyCanvas:
        if self.body is None:
            self.body = BodyCanvas(self)
            self.body.maximise_asked.connect(lambda: self.maximise(None if self.maximised else self.body))
            self.body.set_surfaces(self._surfaces)
        return self.body

    def set_surfaces(self, surfaces: Mapping[Structure, Surface]) -> None:
        """Show the mask as a body of these surfaces."""
        self._surfaces = surfaces
        if self.body is not None:
            self.body.set_surfaces(surfaces)

    def centre_on(self, world: World) -> None:
        """Put a place into the middle of the pictures; the body alone gives way to them."""
        if isinstance(self.maximised, BodyCanvas):
            self.maximise(None)
        super().centre_on(world)

    def fit(self) -> None:
        """Show the whole slice and the whole body, now and whenever the pictures change their size."""
        super().fit()
        if self.body is not None and self.body.isVisible():
            self.body.fit()

    def release(self) -> None:
        """Let go of all viewers."""
        self._view, self._shown = None, 0
        self._settle.stop()
        for canvas in self.canvases:
            canvas.release()
        if self.body is not None:
            self.body.release()
