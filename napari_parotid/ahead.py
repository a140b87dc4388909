"""Proposals for the worklist while nobody works, so that a study opens with its proposal. The reader goes first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_parotid import loading
from napari_parotid.errand import Errand
from napari_parotid.tr import tr
from napari_parotid.work import State
from parotid_training.progress import check, part
from parotid_training.workspace.records import StudyState

if TYPE_CHECKING:
    from napari_parotid.doors import EngineDoor
    from napari_parotid.executor import Submit
    from napari_parotid.session import Session
    from parotid_training.progress import Cancelled, Report
    from parotid_training.workspace.records import StudyRecord

STILL_SECONDS = 3.0
"""So long the reader's hands must have been still."""


class Ahead(Errand):
    """Proposes one study of the worklist after another.

    Parameters
    ----------
    session
        Whose work goes first: whatever it begins, and every stroke, ends what is done ahead.
    submit
        Hands work to another thread and its outcome back.
    wanted
        Whether to begin by itself.
    """

    def __init__(self, session: Session, submit: Submit, *, wanted: bool = True) -> None:
        super().__init__(submit)
        self.wanted = wanted
        self._session = session
        self._left_out: set[tuple[str, str]] = set()
        """Studies that cannot be proposed, with the version that was to do it."""
        self._all_done = False
        """Whether nothing waited when it was looked last, and nothing has changed since."""
        self._slots: tuple[tuple[Any, Any], ...] = (
            (session.busy_changed, self._make_way),
            (session.labels_changed, self._make_way),
            (session.worklist_changed, self._look_again),
            (session.study_changed, self._look_again),
            (session.model_changed, self._look_again),
        )
        for signal, slot in self._slots:
            signal.connect(slot)

    def disconnect(self) -> None:
        """Let go of the session."""
        for signal, slot in self._slots:
            signal.disconnect(slot)

    def start(self) -> None:
        """Go on by itself from now on."""
        self.wanted = True
        self._left_out.clear()
        self._all_done = False
        self.poll()

    def stop(self) -> None:
        """Do nothing more until asked."""
        self.wanted = False
        self.cancel()

    def poll(self) -> None:
        """Begin with the next study if the reader is at rest; a timer calls this."""
        session = self._session
        if (
            not self.wanted
            or session.read_only
            or self._all_done
            or not self.idle
            or session.busy is not None
            or session.state is State.OPENING
        ):
            return
        # Two networks at once on one machine would only slow each other down.
        if session.clock.still_for < STILL_SECONDS or session.learning.state.running:
            return
        waiting = self._waiting()
        if not waiting:
            self._all_done = True
            return
        record, model_id, engine = waiting[0], session.learning.model_id, session.engine
        words = tr("proposing ahead: {title}", title=record.title)
        if len(waiting) > 1:
            words += " " + tr("({n} more)", n=len(waiting) - 1)

        def failed(error: BaseException) -> None:
            # It is said when the reader opens the study.
            self._left_out.add((record.study_id, model_id))

        self.run(
            lambda report, cancelled: propose(
                engine, record.study_id, lambda fraction, _: report(fraction, words[:1].upper() + words[1:]), cancelled
            ),
            lambda _: session.worklist_changed.emit(),
            words,
            lane="compute",
            failed=failed,
        )

    def _waiting(self) -> list[StudyRecord]:
        """Return the studies without a proposal of the version in use, those after the one in hand first."""
        session = self._session
        records: list[StudyRecord] = list(session.records)
        ids = [record.study_id for record in records]
        start = ids.index(session.study_id) + 1 if session.study_id in ids else 0
        model_id = session.learning.model_id
        return [
            record
            for record in (*records[start:], *records[:start])
            if record.study_id != session.study_id
            and record.source is not None
            and (record.study_id, model_id) not in self._left_out
            and (
                record.state is StudyState.NEW or (record.state is StudyState.PROPOSED and record.model_id != model_id)
            )
        ]

    def _look_again(self, _: Any = None) -> None:
        self._all_done = False

    def _make_way(self, _: Any = None) -> None:
        if not self.idle:
            self.cancel()


def propose(engine: EngineDoor, study_id: str, report: Report, cancelled: Cancelled) -> None:
    """Read a study of the worklist and keep what the model in use proposes for it."""
    study = engine.open_record(study_id, part(report, 0.0, 0.4), cancelled).study
    check(cancelled)
    if not engine.store.study(study_id).roles:
        engine.store.set_layout(study_id, study)
    loading.propose(engine, study_id, study, part(report, 0.4, 1.0), cancelled)
