"""The workspace as one object: studies, accepted cases, model versions and rounds of learning.

A door for each thing that can be done; behind them stand the rooms that do it (`worklist`, `cases`, `models`, `queue`).
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any

from parotid_training.workspace.cases import Cases
from parotid_training.workspace.database import Database
from parotid_training.workspace.disk import say_disk_errors, sync_folder
from parotid_training.workspace.folder import (
    LOCK,
    RECORDS,
    check_is_workspace,
    make_folders,
    read_secret,
    sweep,
    take_lock,
)
from parotid_training.workspace.lock import FileLock, is_held
from parotid_training.workspace.models import Models, verify_checkpoint
from parotid_training.workspace.queue import Queue
from parotid_training.workspace.screenings import Question, Screenings
from parotid_training.workspace.worklist import Worklist

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from parotid_training.acceptance import Acceptance, AcceptedCase
    from parotid_training.study import Proposal, Role, Study
    from parotid_training.volume import LabelMap
    from parotid_training.workspace.journal import Journal
    from parotid_training.workspace.records import Job, ModelRecord, Promotion, Split, StudyRecord, StudyState


class Store:
    """An open workspace. Any thread may call it; what writes waits its turn.

    Use `Store.open`.
    """

    def __init__(
        self, path: Path, database: Database, secret: bytes, lock: FileLock | None, verify: Callable[[Path], str]
    ) -> None:
        self.path = path
        self.database = database
        self._secret = secret
        self._lock = lock
        self.put_aside = 0
        """How many cases and versions that the records do not name were moved to ``leftover`` on opening."""
        self.worklist = Worklist(database, path / "drafts")
        self.screenings = Screenings(database)
        self.case_shelf = Cases(database, path / "cases", self.worklist, self.screenings)
        self.model_shelf = Models(database, path / "models", verify)
        self.queue = Queue(database, path / "runs", self.case_shelf, self.model_shelf, self.screenings)

    @classmethod
    def open(
        cls, path: Path, *, read_only: bool = False, verify_model: Callable[[Path], str] = verify_checkpoint
    ) -> Store:
        """Open a workspace; made if absent, unless to be read only.

        Parameters
        ----------
        path
            Folder on a local disk.
        read_only
            Look at it while another program may be writing.
        verify_model
            Recomputes the id of a model folder.

        Raises
        ------
        OpenElsewhereError
            If another program writes in it.
        ParotidError
            If it is damaged, of a later version, or cannot be written.
        """
        path = path.resolve()
        if read_only:
            check_is_workspace(path)
            secret = read_secret(path, may_make=False)
            return cls(path, Database(path / RECORDS, read_only=True), secret, None, verify_model)
        with say_disk_errors("The workspace cannot be opened"):
            lock = take_lock(path)
            try:
                secret = read_secret(path, may_make=make_folders(path))
                store = cls(path, Database(path / RECORDS), secret, lock, verify_model)
                sync_folder(path)
                store.put_aside = sweep(path, store.database)
                return store
            except BaseException:
                lock.release()
                raise

    @property
    def read_only(self) -> bool:
        """Whether it can only be looked at."""
        return self._lock is None

    @property
    def version(self) -> int:
        """A number that changes whenever another program has changed the records."""
        return self.database.version()

    @property
    def is_free(self) -> bool:
        """Whether nobody writes in this workspace, so that it could be opened for that."""
        return not is_held(self.path / LOCK)

    def close(self) -> None:
        """Put all drafts on the disk and let go of the workspace."""
        self.worklist.close()
        self.database.close()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def patient_key(self, patient_id: str) -> str:
        """Return what stands for a patient here: an HMAC that nobody without this workspace's secret can make."""
        return hmac.new(self._secret, patient_id.strip().encode(), hashlib.sha256).hexdigest()

    # Studies

    def add_study(
        self,
        source: Path | None,
        *,
        patient_key: str,
        title: str = "",
        roles: Sequence[Role] = (),
        images: tuple[str, ...] = (),
    ) -> StudyRecord:
        """Put a study into the worklist; without ``images`` one of the same source and patient is returned.

        Parameters
        ----------
        title
            A pseudonym; empty for ``"Study 1"``, ``"Study 2"``, ...
        roles
            What its headers say the sequences are, to be seen in the worklist until it is opened.
        images
            What they are known by (`io.likeness`): whoever gives them has seen that it is not one listed before.
        """
        return self.worklist.add(source, patient_key=patient_key, title=title, roles=roles, images=images)

    def studies(self) -> tuple[StudyRecord, ...]:
        """Return the worklist, oldest first."""
        return self.worklist.records()

    def study(self, study_id: str) -> StudyRecord:
        """Return one study of the worklist; `ParotidError` if there is none of this id."""
        return self.worklist.record(study_id)

    def set_state(self, study_id: str, state: StudyState) -> None:
        """Note how far a study is."""
        self.worklist.set_state(study_id, state)

    def set_volumes(self, study_id: str, gland_ml: float, tumour_ml: float) -> None:
        """Note the volumes of a mask that is being corrected; what is accepted or proposed keeps its own."""
        self.worklist.set_volumes(study_id, gland_ml, tumour_ml)

    def set_layout(self, study_id: str, study: Study) -> None:
        """Note the roles of the sequences, which one is the reference, and which were moved."""
        self.worklist.set_layout(study_id, study)

    def note_images(self, study_id: str, images: tuple[str, ...]) -> None:
        """Note what the sequences look like: other images in their place are not this study."""
        self.worklist.note_images(study_id, images)

    def save_proposal(self, study_id: str, proposal: Proposal) -> None:
        """Keep what the model said; a new study becomes a proposed one."""
        self.worklist.save_proposal(study_id, proposal)

    def forget_proposal(self, study_id: str) -> None:
        """Drop what the model said: the mask in hand is not made of it."""
        self.worklist.forget_proposal(study_id)

    def load_proposal(self, study_id: str) -> Proposal | None:
        """Return what the model said last, None if nothing is kept. Its grid has no frame of reference."""
        return self.worklist.load_proposal(study_id)

    def journal(self, study_id: str) -> Journal:
        """Return the journal of a study's edits; the open one if it is open."""
        return self.worklist.journal(study_id)

    def drafted_last(self) -> tuple[StudyRecord, float] | None:
        """Return the study in correction that was worked on last, if one is, and when (seconds since the epoch)."""
        return self.worklist.drafted_last()

    def add_reading_time(self, study_id: str, who: str, seconds: float) -> None:
        """Note that a person looked at a study for some more seconds."""
        self.worklist.add_reading_time(study_id, who, seconds)

    def reading_times(self, study_id: str) -> dict[str, float]:
        """Return for how many seconds each person has looked at a study."""
        return self.worklist.reading_times(study_id)

    def thumbnail(self, study_id: str) -> Path:
        """Return where a study's small picture (PNG) lies, if there is one."""
        return self.worklist.thumbnail(study_id)

    def save_thumbnail(self, study_id: str, content: bytes) -> None:
        """Keep a study's small picture (PNG)."""
        self.worklist.save_thumbnail(study_id, content)

    # Accepted cases

    def accept(self, study_id: str, study: Study, label_map: LabelMap, said: Acceptance) -> AcceptedCase:
        """Keep a mask that a person stands for, with the images as they are in memory; whole or not at all.

        An earlier case of the study is kept and superseded.

        Raises
        ------
        ParotidError
            If the mask does not lie on the reference's grid, or the disk refuses.
        """
        return self.case_shelf.accept(study_id, study, label_map, said)

    def approve(self, study_id: str, who: str) -> AcceptedCase:
        """Note that a second person stands for a study's mask too; `ParotidError` if that may not be."""
        return self.case_shelf.approve(study_id, who)

    def case_of(self, study_id: str) -> AcceptedCase | None:
        """Return a study's last accepted case; None if there is none."""
        return self.case_shelf.case_of(study_id)

    def cases(self, current_only: bool = True) -> tuple[AcceptedCase, ...]:
        """Return the accepted cases, oldest first: those that no later one took the place of, or all."""
        return self.case_shelf.cases(current_only=current_only)

    def case_titles(self) -> dict[str, str]:
        """Return the name of its study for every case, of those too that a later one took the place of."""
        return self.case_shelf.titles()

    def case_folder(self, case_id: str) -> Path:
        """Return where a case lies."""
        return self.case_shelf.folder(case_id)

    def split(self) -> Split:
        """Return which cases are learned from and which are held out (`Cases.split`)."""
        return self.case_shelf.split()

    def questions(self) -> tuple[Question, ...]:
        """Return the accepted cases that nothing is learned from before a person has answered."""
        return self.screenings.questions()

    def left_out(self) -> tuple[Question, ...]:
        """Return the accepted cases that a person let be left out of learning; `answer_question` takes one in again."""
        return self.screenings.questions("leave out")

    def answer_question(self, case_id: str, *, use: bool, who: str) -> None:
        """Say whether an odd case is to be learned from."""
        with self.database.transaction():
            self.screenings.answer(case_id, use=use, who=who)
            self.case_shelf.freeze()

    def proposed_by(self, case_id: str) -> ModelRecord | None:
        """Return the version whose proposal became an accepted mask; None if it was drawn without one."""
        model_id = self.case_shelf.case(case_id).model_id
        return self.model_shelf.record(model_id) if model_id else None

    # Models

    def models(self) -> tuple[ModelRecord, ...]:
        """Return the model versions, oldest first."""
        return self.model_shelf.records()

    def current_model(self) -> ModelRecord:
        """Return the version in use; `ParotidError` if there is none."""
        return self.model_shelf.current()

    def model_folder(self, model_id: str) -> Path:
        """Return where a version lies."""
        return self.model_shelf.folder(model_id)

    def ensure_base(self, folder: Path) -> str:
        """Import the shipped model on first use; it becomes the current one if there is none. Return its id."""
        return self.model_shelf.ensure_base(folder)

    def import_model(self, folder: Path, *, parent: str, facts: dict[str, Any]) -> str:
        """Copy a checked model version into the workspace, without using it yet. Return its id."""
        return self.model_shelf.take_in(folder, parent=parent, facts=facts)

    def verify_model(self, folder: Path) -> str:
        """Recompute the id of a model folder from its content; `ParotidError` if it is damaged."""
        return self.model_shelf.verify(folder)

    def prune_models(self) -> tuple[str, ...]:
        """Remove the files of old versions by rule (`Models.prune`); return their ids."""
        waiting = {job.incumbent for job in self.jobs() if not job.state.is_final}
        return self.model_shelf.prune(waiting)

    def promote(self, model_id: str, *, why: str, who: str = "") -> None:
        """Use a version from now on."""
        self.model_shelf.promote(model_id, why=why, who=who)

    def rollback(self, *, why: str, who: str = "") -> ModelRecord:
        """Use the version before the current one again; `ParotidError` if there was none."""
        return self.model_shelf.rollback(why=why, who=who)

    @property
    def rolls_back_to(self) -> str:
        """Id of the version that was in use before and is still there; "" where there is none."""
        return self.model_shelf.rolls_back_to

    def timeline(self) -> tuple[Promotion, ...]:
        """Return which version was put into use when, oldest first."""
        return self.model_shelf.timeline()

    # Learning

    def request_finetune(self, *, seed: int = 0, settings: Mapping[str, Any] | None = None) -> Job:
        """Queue a fine-tuning on the accepted cases (`Jobs.start` starts it); one that still waits takes this one on.

        Parameters
        ----------
        settings
            JSON values of ``FinetuneSettings``; what is absent keeps its default.
        """
        return self.queue.request(seed=seed, settings=settings or {})

    def job(self, run: str) -> Job:
        """Return one fine-tuning."""
        return self.queue.job(run)

    def jobs(self) -> tuple[Job, ...]:
        """Return all fine-tunings, oldest first."""
        return self.queue.jobs()

    # Preferences

    def preference(self, name: str) -> str:
        """Return what the readers of this workspace chose; "" if nothing."""
        row = self.database.row("SELECT value FROM preferences WHERE name = ?", name)
        return "" if row is None else str(row["value"])

    def set_preference(self, name: str, value: str) -> None:
        """Keep what the readers of this workspace chose."""
        self.database.write("INSERT OR REPLACE INTO preferences VALUES (?, ?)", name, value)
