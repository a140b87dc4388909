"""Where the reader is: the slices in view and the place under the mouse, and how to get elsewhere."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from psygnal import Signal
from qtpy.QtCore import QTimer

from napari_parotid.edits import Scene
from napari_parotid.mask_layers import MaskLayers
from napari_parotid.messages import describe
from napari_parotid.places import places
from napari_parotid.tr import tr
from napari_parotid.turns import Turns
from napari_parotid.views.orientation import acquired_plane

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Sequence as Many

    from napari_parotid.executor import Submit
    from napari_parotid.session import Session
    from napari_parotid.turns import Pieces
    from napari_parotid.views.links import World
    from parotid_training.volume import CanonicalView, Grid

MARKED_MS = 8000
"""So long a place is marked that the reader was led to."""


class InView(MaskLayers):
    """Knows which part of the study is looked at.

    Parameters
    ----------
    session, viewers
        As in `MaskLayers`.
    submit
        Where the pieces of a large mask are sought.
    """

    looked = Signal(tuple)
    """World position (z, y, x of LPS, mm) that was gone to."""
    marked = Signal(object)
    """World position that is marked for the reader to find it; None once it is no more."""

    def __init__(self, session: Session, submit: Submit, viewers: Many[Any]) -> None:
        super().__init__(session, viewers)
        self.seen: Callable[[], Many[Any]] = lambda: self.viewers
        """Those viewers that are on the screen, the leading one first: a hidden one stays behind at another slice."""
        self._grid: Any = None
        self._place: World = (0.0, 0.0, 0.0)
        """World position (z, y, x of LPS, mm) that was gone to last."""
        self._joined: set[Any] = set()
        """Viewers that show something of the study in hand."""
        self._gone_to = -1
        """The place of the mask that was gone to last."""
        self._seeking = Turns(submit, self._say_failed)
        self._marked: World | None = None
        self._fading = QTimer(singleShot=True, interval=MARKED_MS)
        self._fading.timeout.connect(self._unmark)

    @property
    def shown(self) -> bool:
        """Whether something of the study in hand is seen, so that it can be worked on."""
        return bool(self._joined)

    def shows(self, viewer: Any) -> bool:
        """Whether a viewer shows something of the study in hand."""
        return viewer in self._joined

    # -- where the reader is ---------------------------------------------------------------------

    def scene(self, mask: Any = None, at: np.ndarray | None = None) -> Scene:
        """Return what an edit starts from: at a display index of a mask's layer, else where the mouse is."""
        study = self.session.study
        assert study is not None, "an edit belongs to a study in hand"
        view = study.grid.canonical()
        viewer = self.viewers[self._masks.index(mask)] if mask is not None else self._viewer_in_view()
        sliced = sliced_axis(viewer.dims)
        at = self._mouse() if at is None else at
        middle = view.index_at(viewer.dims.point[-3:]).clip(0, np.array(view.shape) - 1)
        axis = view.native_axes[sliced]
        return Scene(
            self._native(),
            study.grid,
            self.session.active_structure,
            axis,
            int(view.to_native_index(middle)[axis]),
            -1 if view.flips[sliced] else 1,
            _native_voxel(view, at),
            self.session.margin_mm,
        )

    def _viewer_in_view(self) -> Any:
        seen = self.seen() or self.viewers
        return next((viewer for viewer in seen if viewer.mouse_over_canvas), seen[0])

    def _mouse(self) -> np.ndarray | None:
        """Return the display index under the mouse; None if it is beside the volume or on no picture."""
        viewer, study = self._viewer_in_view(), self.session.study
        if not viewer.mouse_over_canvas or study is None or viewer.dims.ndim != 3:
            return None
        view, sliced = study.grid.canonical(), sliced_axis(viewer.dims)
        at = view.index_at(viewer.cursor.position[-3:])
        # The cursor's position is that of its last move, on whatever slice.
        at[sliced] = view.index_at(viewer.dims.point[-3:])[sliced]
        return at if (at >= 0).all() and (at < view.shape).all() else None

    def step(self, slices: int) -> None:
        """Go so many slices on in the plane in view."""
        study, viewer = self.session.study, self._viewer_in_view()
        assert study is not None, "there are no slices without a study"
        sliced = sliced_axis(viewer.dims)
        axis = sliced + viewer.dims.ndim - 3
        viewer.dims.set_point(axis, viewer.dims.point[axis] + slices * study.grid.canonical().scale[sliced])

    # -- elsewhere -------------------------------------------------------------------------------

    def find_next(self, nothing: Callable[[], None]) -> None:
        """Go to the next piece of the mask, tumours before glands; ``nothing`` is called if nothing is drawn."""
        # The study's first place may still be sought.
        if self._grid is not None and not self._seeking.busy:
            self._seeking.begin(self._seek_next(self._grid, nothing))

    def _seek_next(self, grid: Grid, nothing: Callable[[], None]) -> Pieces:
        found = yield partial(places, self._native(), self._sliced(grid))
        if found:
            self._gone_to = (self._gone_to + 1) % len(found)
            self.go_to_voxel(found[self._gone_to].voxel)
        else:
            nothing()

    def go_to_voxel(self, native: tuple[int, int, int]) -> None:
        """Show the slices that hold this native voxel, whatever their plane."""
        if self._grid is None:
            return
        view = self._grid.canonical()
        index = [native[axis] for axis in view.native_axes]
        self.look_at(
            tuple(size - 1 - n if flip else n for n, size, flip in zip(index, view.shape, view.flips, strict=True))
        )

    def point_out(self, native: tuple[int, int, int]) -> None:
        """Show the slices that hold this native voxel, and mark for a while where in them it is."""
        self.go_to_voxel(native)
        if self._joined:
            self._marked = self._place
            self._fading.start()
            self.marked.emit(self._marked)

    def _unmark(self) -> None:
        self._fading.stop()
        if self._marked is not None:
            self._marked = None
            self.marked.emit(None)

    def look_at(self, index: tuple[int, ...]) -> None:
        """Show the slices that hold this voxel (display axes)."""
        view = self._grid.canonical()
        z, y, x = (t + n * s for t, n, s in zip(view.translate, index, view.scale, strict=True))
        self._place = (z, y, x)
        for viewer in self._joined:
            if viewer.dims.point != self._place:
                viewer.dims.point = self._place
        if self._joined:
            self.looked.emit(self._place)

    def _sliced(self, grid: Grid) -> int:
        """Return the native axis of the slices in view."""
        dims = self._viewer_in_view().dims
        return grid.canonical().native_axes[sliced_axis(dims) if dims.ndim >= 3 else acquired_plane(grid).sliced]

    def _say_failed(self, error: BaseException) -> None:
        self.session.notice.emit(describe(error, tr("preparing the images")))


def shown_axes(dims: Any) -> list[int]:
    """Return which axes of a study, of the three, are displayed: another plugin's layer may have more in front."""
    return [axis - dims.ndim + 3 for axis in dims.displayed if axis >= dims.ndim - 3]


def sliced_axis(dims: Any) -> int:
    """Return which axis of a study, of the three, is sliced."""
    return int(next(axis - dims.ndim + 3 for axis in dims.order if axis >= dims.ndim - 3))


def _native_voxel(view: CanonicalView, at: np.ndarray | None) -> tuple[int, int, int] | None:
    """Return the native voxel at a display index; None outside of the volume."""
    if at is None or (at < 0).any() or (at >= view.shape).any():
        return None
    i, j, k = view.to_native_index(at).astype(int).tolist()
    return i, j, k
