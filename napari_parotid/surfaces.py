"""The mask's structures as surfaces: made on a lane, a while after the last stroke, and only while they are seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from qtpy.QtCore import QObject, QTimer, Signal
from scipy import ndimage

from napari_parotid.messages import describe
from napari_parotid.tr import tr
from parotid_training.labels import FOREGROUND, Structure

if TYPE_CHECKING:
    from napari_parotid.executor import Submit, Task
    from napari_parotid.session import Session
    from parotid_training.volume import CanonicalView

WAIT_MS = 400
"""Surfaces follow this long after the last stroke."""
SMOOTH_MM = 1.0
SMOOTH_VOXELS = 0.7
"""Steps between thick slices are smoothed away too."""
FINEST_MM = 1.2
"""Finer voxels are skipped: a mesh is turned as fast as its triangles are few."""


class Surface(NamedTuple):
    """A closed mesh.

    Parameters
    ----------
    vertices
        float32 [n, 3], world position (z, y, x of LPS, mm).
    faces
        int [m, 3], indices of vertices.
    """

    vertices: np.ndarray
    faces: np.ndarray


def surfaces(labels: np.ndarray, view: CanonicalView) -> dict[Structure, Surface]:
    """Return a smooth surface of each structure that is drawn.

    Parameters
    ----------
    labels
        uint8, native grid.
    view
        How the grid is displayed.
    """
    shown = view.to_display(labels)
    boxes = ndimage.find_objects(shown, max_label=max(FOREGROUND))
    return {
        structure: _surface(shown[box] == structure, [along.start for along in box], view)
        for structure in FOREGROUND
        if (box := boxes[structure - 1]) is not None
    }


def _surface(inside: np.ndarray, start: list[int], view: CanonicalView) -> Surface:
    """Return the surface of a structure that fills its box (display axes), which begins at a voxel."""
    from skimage.measure import marching_cubes

    scale = np.array(view.scale)
    sigma = np.maximum(SMOOTH_MM / scale, SMOOTH_VOXELS)
    step = np.maximum(1, (FINEST_MM / scale).astype(int))
    # Room around, so that the surface closes, of whole steps.
    room = (np.ceil(2 * sigma / step).astype(int) + 1) * step
    padded = np.pad(inside.astype(np.float32), np.stack([room, room + step], axis=1))
    coarse = ndimage.gaussian_filter(padded, sigma)[:: step[0], :: step[1], :: step[2]]
    # Half of the highest, or what is one voxel thick would be gone.
    vertices, faces, _, _ = marching_cubes(coarse, float(coarse.max()) / 2)
    index = vertices * step - room + start
    return Surface((index * scale + view.translate).astype(np.float32), faces)


class SurfaceMaker(QObject):
    """Keeps the surfaces of the mask in hand up to date while somebody looks at them.

    Parameters
    ----------
    session
        Whose mask.
    submit
        Where surfaces are made.
    parent
        Qt owner.
    """

    made = Signal(object)
    """Structure to `Surface`."""

    def __init__(self, session: Session, submit: Submit, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._submit = session, submit
        self._wanted = False
        self._stale = True
        self._task: Task | None = None
        self._timer = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._timer.timeout.connect(self._make)
        session.labels_changed.connect(self._grow_stale)
        session.study_changed.connect(self._grow_stale)

    def set_wanted(self, wanted: bool) -> None:
        """Say whether the surfaces are looked at."""
        self._wanted = wanted
        if wanted and self._stale:
            self._timer.start(0)

    def disconnect_all(self) -> None:
        """Let go of the session."""
        self._session.labels_changed.disconnect(self._grow_stale)
        self._session.study_changed.disconnect(self._grow_stale)
        self._timer.stop()
        self._stop()

    def _stop(self) -> None:
        """Let no body come that was begun before: it may be another patient's."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _grow_stale(self, region: Any = None) -> None:
        self._stale = True
        if region is None:
            self._stop()
        if self._wanted:
            self._timer.start(0 if region is None else WAIT_MS)

    def _make(self) -> None:
        study, labels = self._session.study, self._session.labels
        self._stop()
        if study is None or labels is None or not self._wanted:
            return
        self._stale = False
        view, copied = study.grid.canonical(), labels.copy()

        def failed(error: BaseException) -> None:
            self._session.notice.emit(describe(error, tr("drawing the mask in 3D")))

        self._task = self._submit(
            lambda report, cancelled: surfaces(copied, view), self.made.emit, failed, lane="files"
        )
