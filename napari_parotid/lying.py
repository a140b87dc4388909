"""Looks, once a study stands still, whether its sequences lie on each other, and says which had better be aligned."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, QTimer, Signal

from napari_parotid.messages import Level, Notice, describe
from napari_parotid.pictures import titles
from napari_parotid.tr import tr
from napari_parotid.work import State

if TYPE_CHECKING:
    from napari_parotid.executor import Submit, Task
    from napari_parotid.session import Session
    from parotid_training.io.apart import Apart
    from parotid_training.study import Study

WAIT_MS = 2000
"""It is looked so long after a study was opened, and when nothing else is under way."""


class LieWatch(QObject):
    """Looks at every study in hand once, and again when its reference changed or a sequence was aligned.

    Parameters
    ----------
    session
        Whose study; its notices tell the reader.
    submit
        Where it is looked.
    parent
        Qt owner.
    """

    changed = Signal()

    def __init__(self, session: Session, submit: Submit, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.found: tuple[Apart, ...] = ()
        """Sequences of the study in hand that seem not to lie on its reference."""
        self._session, self._submit = session, submit
        self._seen: tuple[Any, ...] = ()
        self._task: Task | None = None
        self._timer = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._timer.timeout.connect(self._look)
        session.study_changed.connect(self._watch)
        self._watch()

    def disconnect_all(self) -> None:
        """Let go of the session."""
        self._session.study_changed.disconnect(self._watch)
        self._stop()

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        with suppress(RuntimeError):  # the Qt half is gone, and its timer with it
            self._timer.stop()

    def _watch(self) -> None:
        study = self._session.study
        seen = () if study is None else (study.reference, *(sequence.volume for sequence in study.sequences))
        if len(seen) == len(self._seen) and all(one is other for one, other in zip(seen, self._seen, strict=True)):
            return
        self._stop()
        self._seen = seen
        self._set(())
        if study is not None and len(study.sequences) > 1:
            self._timer.start()

    def _look(self) -> None:
        study = self._session.study
        if study is None:
            return
        if self._session.busy is not None:
            # Proposing wants the processor.
            self._timer.start()
            return

        def look(report: Any, cancelled: Any) -> tuple[Apart, ...]:
            from parotid_training.io.apart import find_apart

            return find_apart(study, cancelled)

        def tell(found: tuple[Apart, ...]) -> None:
            self._task = None
            self._set(found)
            if found:
                self._session.notice.emit(advice(study, found, self._remedy()))

        def failed(error: BaseException) -> None:
            self._session.notice.emit(describe(error, tr("comparing where the sequences lie")))

        self._task = self._submit(look, tell, failed, lane="files")

    def _remedy(self) -> str:
        if self._session.read_only:
            return ""
        if self._session.state is State.ACCEPTED:
            return tr("Reopen the study to align it.")
        return tr("Press the arrows beside it in the panel Study, and look before you keep what they do.")

    def _set(self, found: tuple[Apart, ...]) -> None:
        if found != self.found:
            self.found = found
            self.changed.emit()


def advice(study: Study, found: tuple[Apart, ...], remedy: str) -> Notice:
    """Return what the reader is told of sequences that lie elsewhere."""
    names, on = titles(study), titles(study)[study.reference]
    parts = [tr("{name} (by about {shift:.0f} mm)", name=names[one.index], shift=one.shift_mm) for one in found]
    return Notice(
        tr(
            "These sequences seem not to lie on {on}: {which}. The head may have moved.",
            one="{which} seems not to lie on {on}. The head may have moved.",
            n=len(parts),
            on=on,
            which=", ".join(parts),
        ),
        remedy,
        Level.WARNING,
    )
