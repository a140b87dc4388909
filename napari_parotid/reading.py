"""The reading of a study: who reads it, for how long, and what they and a second person stand for."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Any

from psygnal import Signal

from napari_parotid import checks, loading
from napari_parotid.clicks_in_hand import ClicksInHand
from napari_parotid.messages import Notice, millilitres
from napari_parotid.reading_time import ReadingClock
from napari_parotid.tr import tr
from napari_parotid.work import State
from parotid_training.acceptance import Acceptance, Answer
from parotid_training.errors import ParotidError
from parotid_training.labels import Structure
from parotid_training.model.report import body_midline_mm
from parotid_training.volume import LabelMap
from parotid_training.workspace.records import StudyState

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_parotid.doors import EngineDoor
    from napari_parotid.executor import Submit
    from parotid_training.acceptance import AcceptedCase

KEEP_SECONDS = 15.0
"""So much reading time goes to the disk at once."""


class Reading(ClicksInHand):
    """A study that is accepted in the end.

    Parameters
    ----------
    engine, submit
        As in `MaskInHand`.
    """

    case_changed = Signal()
    """The study was accepted or approved."""

    def __init__(self, engine: EngineDoor, submit: Submit) -> None:
        super().__init__(engine, submit)
        self.who = _user()
        self.case: AcceptedCase | None = None
        """The last accepted case of the study in hand."""
        self.clock = ReadingClock()
        """Touched at every movement of the reader's hands."""
        self._read = 0.0

    # -- standing for the mask -------------------------------------------------------------------

    def accept(
        self, answers: tuple[Answer, ...] = (Answer.ANNOTATED,), *, comment: str = "", anyway: bool = False
    ) -> None:
        """Stand for the mask. Questions about it are asked first; ``anyway`` answers them all with yes."""
        if self.study is None or self._history is None or not self._may_edit():
            return
        if not self.who.strip():
            self._work.refuse(tr("Nobody is named as the reader."), tr("Type your name, then accept."))
            return
        in_spite_of: tuple[str, ...] = ()
        if anyway:
            given = (question.answer for question in self.questions)
            answers = (*answers, *(answer for answer in given if answer is not None and answer not in answers))
            # A question that is an answer is told as such.
            in_spite_of = tuple(one.sentence for one in self.questions if one.answer is None)
        self._set_questions(())
        study_id, study, who = self.study_id, self.study, self.who
        label_map = LabelMap(study.grid, self._history.labels.copy())
        history, proposal = self._history, self.proposal

        def keep(report: Any, cancelled: Any) -> Any:
            if anyway:
                _refuse_contradiction(label_map, answers)
            slices = checks.slices_meant(label_map, None if proposal is None else proposal.label_map, answers)
            if not anyway:
                report(0.0, tr("Looking the mask over"))
                image = study.sequences[study.reference].volume
                if questions := checks.check(label_map, image, answers, body_midline_mm(image), slices):
                    return questions
            report(0.3, tr("Saving the accepted mask"))
            history.flush()
            from_file = history.from_file
            said = Acceptance(
                who,
                answers,
                comment=comment,
                model_id="" if proposal is None or from_file else proposal.model_id,
                slices=slices,
                from_file=from_file,
                in_spite_of=in_spite_of,
            )
            case = self.engine.store.accept(study_id, study, label_map, said)
            loading.keep_thumbnail(self.engine, study_id, study, label_map)
            return case

        def done(outcome: Any) -> None:
            if isinstance(outcome, tuple):
                self._set_questions(outcome)
                return
            self._stand_for(outcome)
            if Answer.NOT_READABLE not in answers:
                self._learn_from_it()

        self._work.run(keep, done, tr("saving the accepted mask"), lane="files", can_cancel=False)

    def _stand_for(self, case: AcceptedCase) -> None:
        """Take over a case that was just kept, and say so."""
        # What is read from now on may be another's reading.
        self._take_time(self._keep_time)
        self.case = case
        self._unkept.pop("state", None)
        self._work.stand(State.ACCEPTED)
        self.case_changed.emit()
        self.worklist_changed.emit()
        self.notice.emit(Notice(tr("Accepted. The mask is kept in the workspace.")))

    def approve(self) -> None:
        """Stand for the accepted mask as a second person."""
        if self.state is not State.ACCEPTED or self._refuse_reader() or self._work.occupied():
            return
        study_id, who = self.study_id, self.who

        def ask(report: Any, cancelled: Any) -> Any:
            try:
                return self.engine.store.approve(study_id, who)
            except ParotidError as refusal:
                return refusal

        def done(outcome: Any) -> None:
            if isinstance(outcome, ParotidError):
                self._work.refuse(tr(outcome.sentence), tr(outcome.remedy))
                return
            self.case = outcome
            # First: whoever shows the case may have more to say.
            self.notice.emit(Notice(tr("Approved by {approved_by}.", approved_by=outcome.approved_by)))
            self.case_changed.emit()
            self.worklist_changed.emit()

        self._work.run(
            ask,
            done,
            tr("approving the study"),
            lane="files",
            can_cancel=False,
        )

    def reopen(self) -> None:
        """Correct an accepted study again; what was accepted stays in the history."""
        if self.state is not State.ACCEPTED or self._history is None or self._refuse_reader():
            return
        if self._work.saving():
            return
        # The model's own mask, if it is being looked for, would lie over the correction.
        self._work.stop()
        self._history.go_on()
        self._work.stand(State.CORRECTING)
        if self.beside is not None:
            # What is corrected is compared with what it began with.
            self.beside = None
            self.proposal_changed.emit()
        self._note(StudyState.IN_CORRECTION)

    def _learn_from_it(self) -> None:
        """Note that one more case can be learned from; the learning is `Session`'s."""
        raise NotImplementedError

    def note_volumes(self, gland_ml: float, tumour_ml: float) -> None:
        """Have the worklist say how much is drawn in the study in hand, where it says something else so far."""
        if self.read_only or self._work.standing is not State.CORRECTING:
            return
        store, study_id = self.engine.store, self.study_id
        listed = store.study(study_id)
        if _as_listed(listed.gland_ml or 0.0, listed.tumour_ml or 0.0) == _as_listed(gland_ml, tumour_ml):
            return
        self._work.submit(
            lambda report, cancelled: store.set_volumes(study_id, gland_ml, tumour_ml),
            lambda _: self.worklist_changed.emit(),
            lambda error: None,  # it is said of the corrections that the disk refuses
            lane="files",
        )

    # -- reading time ----------------------------------------------------------------------------

    def _count_time(self) -> None:
        """Add up what was read since this was asked last, and put it on the disk now and then."""
        if self.study is not None:
            self._add_up()
            if self._read >= KEEP_SECONDS:
                self._take_time(self._keep_time)

    def _take_time(self, keep: Callable[[str, str, float], None]) -> None:
        """Hand on what was read of the study in hand since it was handed on last; moments do not count."""
        self._add_up()
        seconds, self._read = self._read, 0.0
        if self.study_id and seconds >= 1.0 and not self.read_only:
            keep(self.study_id, self.who, seconds)

    def _add_up(self) -> None:
        seconds = self.clock.take()
        case = self.case if self.state is State.ACCEPTED else None
        # Who accepted it has done with reading; a second person may not have.
        if case is None or not case.is_by(self.who):
            self._read += seconds

    def _keep_time(self, study_id: str, who: str, seconds: float) -> None:
        self._work.submit(
            lambda report, cancelled: self.engine.store.add_reading_time(study_id, who, seconds),
            lambda _: None,
            lambda error: None,  # it is said of the corrections that the disk refuses
            lane="files",
            must_finish=True,
        )


def _refuse_contradiction(label_map: LabelMap, answers: tuple[Answer, ...]) -> None:
    """Raise where a tumour is drawn and said not to be there: no yes answers that."""
    if Answer.NO_TUMOUR in answers and (label_map.array == Structure.TUMOUR).any():
        raise ParotidError(
            tr("You say there is no tumour, but one is drawn."), tr("Take the tick away, or erase the tumour.")
        )


def _as_listed(gland_ml: float, tumour_ml: float) -> tuple[str, str]:
    return f"{gland_ml:.0f}", millilitres(tumour_ml)


def _user() -> str:
    """Name of the computer's user as a first guess at the reader; empty where the system knows none (containers)."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""
