"""What pictures have in common: the place in the patient that they show, and how they are magnified."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from napari_parotid.views.canvas import StudyCanvas
    from parotid_training.volume import CanonicalView

FIT = 0.98
"""Share of the picture that a whole slice fills."""
World = tuple[float, float, float]
"""Position (z, y, x of LPS, mm)."""
Marks = tuple[tuple[World, bool | None], ...]
"""Where something is marked: a click, and whether it adds; or a place that is pointed out (None)."""


class Links(QObject):
    """Keeps pictures, in whatever planes, at one place and one magnification.

    Parameters
    ----------
    canvases
        All pictures there are; `join` says which of them are seen.
    parent
        Qt owner.
    """

    moved = Signal()
    """Another place is shown."""

    def __init__(self, canvases: Sequence[StudyCanvas], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.joined: list[StudyCanvas] = []
        self.shows: Callable[[Any], bool] = lambda viewer: True
        """Whether a viewer shows something of the study: one that does not yet has no place, and follows nobody."""
        self._following = False
        self._centre: list[float] = [0.0, 0.0, 0.0]
        self._zoom = 1.0
        for canvas in canvases:
            dims, camera = canvas.viewer.dims, canvas.viewer.scene.camera
            dims.events.point.connect(lambda event, one=canvas: self._follow_point(one))
            camera.events.center.connect(lambda event, one=canvas: self._follow_camera(one))
            camera.events.zoom.connect(lambda event, one=canvas: self._follow_camera(one))
            # A first layer comes with a place and a camera of its own: not for the others to follow.
            layers = canvas.viewer.layers.events
            layers.inserting.connect(self._hold)
            layers.inserted.connect(lambda event, one=canvas: self._let_go(one), position="last")

    def join(self, canvases: Sequence[StudyCanvas]) -> None:
        """Keep these together from now on: those that come in go to where the others are."""
        point = self.point
        self.joined = list(canvases)
        if point is not None:
            self._spread(point)
        self._aim(self._zoom)

    # -- the place -------------------------------------------------------------------------------

    @property
    def point(self) -> World | None:
        """The place shown; None while there are no layers."""
        for canvas in filter(self._has_place, self.joined):
            z, y, x = canvas.viewer.dims.point
            return float(z), float(y), float(x)
        return None

    def _has_place(self, canvas: StudyCanvas) -> bool:
        return canvas.viewer.dims.ndim == 3 and self.shows(canvas.viewer)

    def go_to(self, world: World) -> None:
        """Show this place in all pictures."""
        if self.point is not None and self.point != world:
            self._spread(world)
            self.moved.emit()

    def _follow_point(self, leader: StudyCanvas) -> None:
        if self._following or leader not in self.joined or not self._has_place(leader):
            return
        self._spread(leader.viewer.dims.point)
        self.moved.emit()

    def _spread(self, point: Sequence[float]) -> None:
        with self.held():
            for canvas in filter(self._has_place, self.joined):
                if canvas.viewer.dims.point != point:
                    canvas.viewer.dims.point = point

    # -- the camera ------------------------------------------------------------------------------

    def _hold(self, event: Any = None) -> None:
        self._following = True

    def _let_go(self, canvas: StudyCanvas) -> None:
        if canvas in self.joined:
            canvas.aim(self._centre, self._zoom)
        self._following = False

    def fit(self, view: CanonicalView) -> None:
        """Show whole slices of a volume, equally magnified in all pictures."""
        sizes = [n * mm for n, mm in zip(view.shape, view.scale, strict=True)]
        self._centre = [t - mm / 2 + size / 2 for t, mm, size in zip(view.translate, view.scale, sizes, strict=True)]
        zooms = []
        for canvas in self.joined:
            _, vertical, horizontal = canvas.plane.order
            zooms.append(canvas.native.height() / sizes[vertical])
            zooms.append(canvas.native.width() / sizes[horizontal])
        if zooms:
            self._aim(FIT * min(zooms))

    def bring_into_sight(self, world: World) -> None:
        """Move pictures in which this place is out of sight, along the axes that it is out of sight on."""
        if not self.joined:
            return
        centre = list(self._centre)
        for canvas in self.joined:
            _, vertical, horizontal = canvas.plane.order
            at, size = canvas.to_pixel(world), canvas.native.size()
            if not 0 <= at.x() < size.width():
                centre[horizontal] = world[horizontal]
            if not 0 <= at.y() < size.height():
                centre[vertical] = world[vertical]
        if centre != self._centre:
            self._centre = centre
            self._aim(self._zoom)

    def centre_on(self, world: World) -> None:
        """Put this place into the middle of all pictures."""
        if self.joined:
            self._centre = list(world)
            self._aim(self._zoom)

    def _follow_camera(self, leader: StudyCanvas) -> None:
        if self._following or leader not in self.joined:
            return
        camera = leader.viewer.scene.camera
        _, vertical, horizontal = leader.plane.order
        self._centre[vertical], self._centre[horizontal] = camera.center[1:]
        self._aim(float(camera.zoom), apart_from=leader)

    def _aim(self, zoom: float, apart_from: StudyCanvas | None = None) -> None:
        self._zoom = zoom
        with self.held():
            for canvas in self.joined:
                if canvas is not apart_from:
                    canvas.aim(self._centre, zoom)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let no picture follow another one meanwhile."""
        before, self._following = self._following, True
        try:
            yield
        finally:
            self._following = before


def snapped(view: CanonicalView, world: World) -> World:
    """Return the middle of the voxel at a place, or of the one that is nearest to it."""
    index = view.index_at(world).clip(0, np.array(view.shape) - 1)
    z, y, x = (np.asarray(view.translate) + index * view.scale).tolist()
    return z, y, x
