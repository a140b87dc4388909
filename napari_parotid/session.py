"""The session: one study at a time, from opening to acceptance. The one mutable object of the interface.

It is made of five layers: the mask in hand (`mask_in_hand`), the study it lies on (`study_in_hand`), the clicks it
answers (`clicks_in_hand`), what its reader stands for (`reading`), and here what brings studies in and puts them away.
No Qt and no napari: the executor comes in as an argument, so that tests pass a synchronous one. All methods are called,
and all signals emitted, on one thread.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from psygnal import Signal

from napari_parotid import loading
from napari_parotid.history import History
from napari_parotid.learning import LearningDesk
from napari_parotid.loading import Origin
from napari_parotid.mask_in_hand import TRY_AGAIN
from napari_parotid.messages import LearningStatus, Level, Notice
from napari_parotid.reading import Reading
from napari_parotid.starting import LearningSettings
from napari_parotid.tr import tr
from napari_parotid.work import State
from parotid_training.errors import ParotidError
from parotid_training.labels import Structure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from napari_parotid.doors import EngineDoor
    from napari_parotid.executor import Submit
    from parotid_training.progress import Cancelled, Report

REMIND_SECONDS = 30.0
"""How often it is said again that corrections are not on the disk."""


class Session(Reading):
    """Opens, proposes, corrects, accepts and learns.

    Parameters
    ----------
    engine
        The engine, with its workspace open.
    submit
        Hands work to another thread and its outcome back.
    learning
        When accepted cases start a fine-tuning.
    """

    learning_changed = Signal(LearningStatus)
    model_changed = Signal(str)

    def __init__(self, engine: EngineDoor, submit: Submit, learning: LearningSettings | None = None) -> None:
        super().__init__(engine, submit)
        self.left_out: tuple[str, ...] = ()
        """What of the opened folder could not be used, one line each."""
        self.ask_patient: Callable[[], str] | None = None
        """Asked for a patient's id where the files hold none (NIfTI); "" if nobody knows."""
        self.reading_order: Callable[[], Sequence[str]] | None = None
        """Ids of the studies as the reader sees them listed; None for the order of arrival."""
        self._closed: set[str] = set()
        """Studies that could not be opened: the next one is another."""
        self._problem, self._told = "", 0.0
        self._version: int = engine.store.version
        self._desk = LearningDesk(engine, submit, learning or LearningSettings())
        self._desk.changed.connect(self.learning_changed.emit)
        self._desk.model_changed.connect(self.model_changed.emit)
        self._desk.notice.connect(self.notice.emit)
        # Learning that waits until nobody works is told who does.
        for signal in (self.study_changed, self.labels_changed, self.brush_changed):
            signal.connect(self._touch)

    @property
    def record(self) -> Any:
        """The study's record in the worklist, None if nothing is open."""
        return self.engine.store.study(self.study_id) if self.study_id else None

    @property
    def records(self) -> tuple[Any, ...]:
        """The worklist."""
        return tuple(self.engine.store.studies())

    @property
    def rounds(self) -> LearningDesk:
        """The rounds of learning and the versions: what can be done with them."""
        return self._desk

    @property
    def learning(self) -> LearningStatus:
        """Where the learning stands."""
        return self._desk.status

    # -- opening ---------------------------------------------------------------------------------

    def open_path(self, path: Path) -> None:
        """Read a folder or file, put it into the worklist and open it; one that is there already is opened again."""

        def done(read: Any) -> None:
            if isinstance(read, loading.Loaded):
                self._show(read)
                return
            if self.read_only:
                raise ParotidError(tr("This study is not in the worklist, and cannot be added now."), tr(TRY_AGAIN))
            opened = read.opened
            patient_id = opened.study.patient_id
            if patient_id is None and self.ask_patient is not None:
                patient_id = self.ask_patient()
            study_id = loading.add(self.engine, path, read, patient_id or "")
            self.worklist_changed.emit()
            loaded = loading.gather(self.engine, study_id, opened.study)
            warnings = (*loaded.warnings, *opened.warnings)
            self._show(replace(loaded, warnings=warnings), loading.left_out(opened))

        if not self._work.begin(State.OPENING):
            return
        self._work.run(
            self._after_saving(lambda report, cancelled: loading.read_path(self.engine, path, report, cancelled)),
            done,
            tr("opening the study"),
            lane="files",
        )

    def open_study(self, study_id: str, then: Callable[[], None] | None = None) -> None:
        """Open a study of the worklist, and then go on with it."""

        def read(report: Report, cancelled: Cancelled) -> loading.Loaded:
            try:
                return loading.load(self.engine, study_id, report, cancelled)
            except ParotidError as error:
                self._closed.add(study_id)
                # Another study is in view when this is read.
                words = tr("{study}: {why}", study=self.engine.store.study(study_id).title, why=tr(error.sentence))
                raise ParotidError(words, error.remedy) from error

        def done(loaded: loading.Loaded) -> None:
            self._closed.discard(study_id)
            self._show(loaded)
            if then is not None:
                then()

        if not self._work.begin(State.OPENING):
            return
        self._work.run(
            self._after_saving(read),
            done,
            tr("opening the study"),
            lane="files",
        )

    def look_over(self, study_id: str) -> None:
        """Open a study to see the model's own mask beside the one that was accepted."""
        if study_id == self.study_id and self.state is not State.OPENING:
            self.compare()
        else:
            self.open_study(study_id, then=self.compare)

    def open_next(self) -> None:
        """Open the next study of the worklist that is not accepted."""
        records = {record.study_id: record for record in self.records}
        ids = list(records) if self.reading_order is None else [one for one in self.reading_order() if one in records]
        start = ids.index(self.study_id) + 1 if self.study_id in ids else 0
        for study_id in (*ids[start:], *ids[:start]):
            if not (records[study_id].state.is_accepted or study_id == self.study_id or study_id in self._closed):
                self.open_study(study_id)
                return
        hidden = set(records) - {*ids, self.study_id}
        if any(not records[study_id].state.is_accepted for study_id in hidden):
            self.notice.emit(
                Notice(tr("The other studies to read are hidden."), tr("Clear the search and the filter."))
            )
            return
        self.notice.emit(Notice(tr("There is no other study to read."), tr("Open a folder to add one.")))

    def close(self) -> None:
        """Put the study away, its journal on the disk; refused while it is being accepted or the disk is full."""
        history = self._history
        if history is None:
            self.end()
            return
        if self._work.saving():
            return

        def done(_: Any) -> None:
            # On its way to the disk on another thread: `end` would wait for it on this one.
            self._take_time(self._keep_time)
            self.end()

        self._work.stop()
        self._work.run(
            lambda report, cancelled: history.flush(),
            done,
            tr("saving the corrections"),
            lane="files",
            can_cancel=False,
        )

    def end(self) -> None:
        """Put the study away whatever happens: what the disk refuses (`save` tells) is lost."""
        self._work.stop()
        # At once: there may be no thread any more to hand it to.
        with suppress(ParotidError):
            self._take_time(lambda study_id, who, seconds: self.engine.store.add_reading_time(study_id, who, seconds))
        self._put_away()
        self._work.stand(State.EMPTY)
        self.study_changed.emit()

    def _after_saving(self, read: Callable[[Report, Cancelled], Any]) -> Callable[[Report, Cancelled], Any]:
        """Put the edits in hand on the disk on the way, where it holds up nobody; a refusal ends the opening."""
        history = self._history

        def work(report: Report, cancelled: Cancelled) -> Any:
            if history is not None:
                history.flush()
            return read(report, cancelled)

        return work

    def _show(self, loaded: loading.Loaded, left_out: tuple[str, ...] = ()) -> None:
        if self._history is not None:
            # For what was drawn since the reading began; a refusal ends the opening, and the study stays in hand.
            self._history.flush()
        self._take_time(self._keep_time)
        self._put_away()
        self.left_out = left_out
        self.study, self.study_id = loaded.study, loaded.study_id
        self.proposal, self.case = loaded.proposal, loaded.case
        # Asked for again: opening the same study a second time has just closed its journal.
        journal = self.engine.store.journal(loaded.study_id)
        self._history = History(loaded.study.grid, loaded.labels, journal, started=loaded.journaled)
        self._proposals = {self._history.proposed: loaded.proposal}
        self._told_from_file = self.from_file
        states = {
            Origin.NOTHING: State.OPEN,
            Origin.PROPOSAL: State.PROPOSED,
            Origin.DRAFT: State.CORRECTING,
            Origin.ACCEPTED: State.ACCEPTED,
        }
        self._work.stand(states[loaded.origin])
        self.study_changed.emit()
        self.labels_changed.emit(None)
        self.proposal_changed.emit()
        if loaded.origin is Origin.DRAFT and not self.read_only:
            restored = (
                tr("Your unfinished work of {when} was restored.", when=loaded.drafted)
                if loaded.drafted
                else tr("Your unfinished work was restored.")
            )
            self.notice.emit(Notice(restored, tr("Go on correcting.")))
        elif loaded.origin is Origin.NOTHING and not self.read_only:
            self.propose()
        if loaded.warnings:
            # In one: said one after the other, only the last would be read.
            self.notice.emit(Notice(" ".join(loaded.warnings), "", Level.WARNING))
        if aside := loaded.journal.tell_damage():
            self._work.refuse(
                tr(
                    "Part of your work on this study could not be read; the damaged file was kept as {aside}.",
                    aside=aside,
                ),
                tr("Look the mask over before you go on."),
            )

    def _put_away(self) -> None:
        with suppress(ParotidError):
            self._keep_rest()
        self._unkept.clear()
        if self._history is not None:
            self._history.close()
        self._history = None
        self.study, self.study_id, self.case = None, "", None
        self.proposal = self.beside = None
        self._proposals, self._told_from_file = {}, False
        # A lock forgotten in one study would be a riddle in the next.
        for structure in self.locks:
            self.set_lock(structure, False)
        self.set_structure(Structure.GLAND)
        self._set_questions(())
        self._set_preview(None)

    # -- learning --------------------------------------------------------------------------------

    def touch(self, _: Any = None) -> None:
        """Note that hands move: for the time of reading, and for learning that waits until nobody works."""
        self.clock.touch()
        self._desk.touch()

    def _touch(self, _: Any = None) -> None:
        self._desk.touch()

    def _learn_from_it(self) -> None:
        self._desk.accepted()

    def learn(self) -> None:
        """Fine-tune on the accepted cases now."""
        self._desk.start()

    def cancel_learning(self) -> None:
        """Stop the fine-tuning; the version in use stays."""
        self._desk.cancel()

    def rollback(self, model_id: str = "") -> None:
        """Use an earlier version from the next study on; without an id, the one used before."""
        self._desk.rollback(model_id, self.who)

    def poll(self) -> None:
        """Read what the learning said, and whether strokes reach the disk; a timer calls this."""
        self._desk.poll()
        if self.read_only:
            self._look_again()
        if self._work.idle:  # an acceptance on its way says itself where the study stands
            with suppress(ParotidError):
                self._keep_rest()
        problem = "" if self._history is None else self._history.problem
        if problem and (problem != self._problem or time.monotonic() > self._told + REMIND_SECONDS):
            # Said again as long as it stands: a later notice takes its place on the screen.
            self._told = time.monotonic()
            self.notice.emit(
                Notice(
                    tr("Your corrections cannot be saved: {why}.", why=problem),
                    tr("Free space on the disk, or connect its drive again. Your work is kept until then."),
                    Level.ERROR,
                )
            )
        self._problem = problem
        self._count_time()

    def _look_again(self) -> None:
        """Show what the window that writes has done since."""
        version = self.engine.store.version
        if version != self._version:
            self._version = version
            self._desk.look_again()
            self.worklist_changed.emit()
