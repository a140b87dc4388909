"""The volumes of the mask in hand, counted beside the window a moment after it changed, for review and worklist."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, QTimer, Signal

from napari_parotid.messages import describe
from napari_parotid.tr import tr
from parotid_training.model.report import body_midline_mm, volumes
from parotid_training.volume import LabelMap

if TYPE_CHECKING:
    from napari_parotid.executor import Submit, Task
    from napari_parotid.session import Session
    from parotid_training.study import Study

WAIT_MS = 300
"""Volumes are counted this long after the last stroke; those of a whole new mask at once."""


class VolumeCount(QObject):
    """Counts after every change of the mask.

    Parameters
    ----------
    session
        Whose mask; its notices tell what went wrong.
    submit
        Where it is counted.
    parent
        Qt owner.
    """

    counted = Signal(object)
    """Millilitres per structure and side."""

    def __init__(self, session: Session, submit: Submit, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._submit = session, submit
        self._midline: tuple[Study, float] | None = None
        self._task: Task | None = None
        self._listening = True
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._count)
        session.labels_changed.connect(self._edited)

    def disconnect_all(self) -> None:
        """Let go of the session."""
        self._session.labels_changed.disconnect(self._edited)
        self._listening = False
        with suppress(RuntimeError):  # the Qt half is gone, and its timer with it
            self._timer.stop()

    def _edited(self, region: Any) -> None:
        self._timer.start(0 if region is None else WAIT_MS)

    def _count(self) -> None:
        study, labels = self._session.study, self._session.labels
        if study is None or labels is None:
            return
        label_map = LabelMap(study.grid, labels.copy())
        known = self._midline
        if self._task is not None:
            # Two threads read and count: an older figure must not come after a newer one.
            self._task.cancel()

        def count(report: Any, cancelled: Any) -> Any:
            reference = study.sequences[study.reference].volume
            midline = known[1] if known is not None and known[0] is study else body_midline_mm(reference)
            return midline, volumes(label_map, midline)

        def show(found: Any) -> None:
            # The same mask, whatever became of the images' roles meanwhile.
            if self._listening and self._session.labels is labels:
                self._midline = (study, found[0])
                self._session.note_volumes(*(sum(found[1][name].values()) for name in ("gland", "tumour")))
                self.counted.emit(found[1])

        self._task = self._submit(
            count, show, lambda error: self._session.notice.emit(describe(error, tr("counting volumes"))), lane="files"
        )
