"""The doors of the engine as the session sees them; tests come in by the same doors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy as np

    from parotid_training.acceptance import Acceptance
    from parotid_training.labels import Structure
    from parotid_training.progress import Cancelled, Report
    from parotid_training.study import Click, Proposal, Refined, Role, Study
    from parotid_training.volume import LabelMap


class JournalDoor(Protocol):
    """The one history of a study's edits."""

    @property
    def can_undo(self) -> bool:
        """Whether an edit can be taken back."""
        ...

    @property
    def can_redo(self) -> bool:
        """Whether an undone edit can be done again."""
        ...

    def kinds(self) -> tuple[str, ...]:
        """Return of what kind the edits are that were done and not taken back, oldest first."""
        ...

    @property
    def path(self) -> Path:
        """The file it is kept in."""
        ...

    @property
    def problem(self) -> str:
        """Why the latest edits are not on the disk; empty while all is well."""
        ...

    def tell_damage(self) -> str:
        """Return the name of the file in which what could not be read was put aside, the first time; else ""."""
        ...

    def set_aside(self) -> str:
        """Keep the file under another name and go on without a history; return that name."""
        ...

    def start(self, label_map: LabelMap) -> None:
        """Begin anew from this mask, which is copied; never waits for the disk."""
        ...

    def append(self, op: Any) -> None:
        """Note an edit; never waits for the disk."""
        ...

    def undo(self) -> Any:
        """Take one edit back; the operation to apply, or None."""
        ...

    def redo(self) -> Any:
        """Do one undone edit again; the operation to apply, or None."""
        ...

    def restore(self) -> LabelMap | None:
        """Return the mask as it was last journaled."""
        ...

    def flush(self) -> None:
        """Put everything on the disk."""
        ...

    def close(self) -> None:
        """Flush and let go of the files."""
        ...


class StoreDoor(Protocol):
    """The workspace, as far as a session needs it."""

    @property
    def read_only(self) -> bool:
        """Whether it can only be looked at, because another program writes in it."""
        ...

    @property
    def version(self) -> int:
        """A number that changes whenever another program has changed the records."""
        ...

    def patient_key(self, patient_id: str) -> str:
        """Return the HMAC of a patient id."""
        ...

    def add_study(
        self,
        source: Path | None,
        *,
        patient_key: str,
        title: str,
        roles: Sequence[Role] = (),
        images: tuple[str, ...] = (),
    ) -> Any:
        """Put a study into the worklist."""
        ...

    def studies(self) -> tuple[Any, ...]:
        """Return the worklist."""
        ...

    def study(self, study_id: str) -> Any:
        """Return one record of the worklist."""
        ...

    def set_state(self, study_id: str, state: Any) -> None:
        """Note how far a study is."""
        ...

    def set_volumes(self, study_id: str, gland_ml: float, tumour_ml: float) -> None:
        """Note the volumes of a mask that is being corrected."""
        ...

    def set_layout(self, study_id: str, study: Study) -> None:
        """Note roles, reference and what was aligned."""
        ...

    def accept(self, study_id: str, study: Study, label_map: LabelMap, said: Acceptance) -> Any:
        """Keep a mask that a person stands for."""
        ...

    def approve(self, study_id: str, who: str) -> Any:
        """Note that a second person stands for it too."""
        ...

    def case_of(self, study_id: str) -> Any:
        """Return a study's last accepted case, None if there is none."""
        ...

    def add_reading_time(self, study_id: str, who: str, seconds: float) -> None:
        """Note that a person looked at a study for some more seconds."""
        ...

    def thumbnail(self, study_id: str) -> Path:
        """Return where a study's small picture lies, if there is one."""
        ...

    def save_thumbnail(self, study_id: str, content: bytes) -> None:
        """Keep a study's small picture."""
        ...

    def cases(self, current_only: bool = True) -> tuple[Any, ...]:
        """Return the accepted cases."""
        ...

    def case_folder(self, case_id: str) -> Path:
        """Return where a case lies."""
        ...

    def split(self) -> Any:
        """Return which cases are learned from (``.train``) and which are held out (``.holdout``)."""
        ...

    def save_proposal(self, study_id: str, proposal: Proposal) -> None:
        """Keep what the model said."""
        ...

    def forget_proposal(self, study_id: str) -> None:
        """Drop what the model said: the mask in hand is not made of it."""
        ...

    def load_proposal(self, study_id: str) -> Proposal | None:
        """Return what the model said, if it was asked."""
        ...

    def journal(self, study_id: str) -> JournalDoor:
        """Return the journal of a study's edits."""
        ...

    def drafted_last(self) -> tuple[Any, float] | None:
        """Return the study in correction that was worked on last, and when (seconds since the epoch)."""
        ...

    def models(self) -> tuple[Any, ...]:
        """Return the model versions."""
        ...

    def current_model(self) -> Any:
        """Return the version in use."""
        ...

    def timeline(self) -> tuple[Any, ...]:
        """Return which version was put into use when, oldest first."""
        ...

    def rollback(self, *, why: str, who: str = "") -> Any:
        """Go back to the version used before."""
        ...

    def promote(self, model_id: str, *, why: str, who: str = "") -> None:
        """Use this version from now on."""
        ...

    def left_out(self) -> tuple[Any, ...]:
        """Return the odd cases that a person said are not to be learned from."""
        ...

    def questions(self) -> tuple[Any, ...]:
        """Return the accepted cases that nothing is learned from before a person has answered."""
        ...

    def answer_question(self, case_id: str, *, use: bool, who: str) -> None:
        """Say whether an odd case is to be learned from."""
        ...

    def preference(self, name: str) -> str:
        """Return what the readers of this workspace chose; "" if nothing."""
        ...

    def set_preference(self, name: str, value: str) -> None:
        """Keep what the readers of this workspace chose."""
        ...

    def jobs(self) -> tuple[Any, ...]:
        """Return all fine-tunings, oldest first."""
        ...

    def request_finetune(self, *, settings: Mapping[str, Any] | None = None) -> Any:
        """Queue a fine-tuning on the accepted cases."""
        ...


class JobsDoor(Protocol):
    """The child process that learns."""

    @property
    def running(self) -> str:
        """The run going on; empty if none."""
        ...

    @property
    def paused(self) -> str:
        """The run that waits until it is resumed; empty if none."""
        ...

    def start(self, job: Any) -> None:
        """Start a queued job."""
        ...

    def pause(self, run: str) -> None:
        """Let a run keep what it has learned and wait."""
        ...

    def resume(self, run: str) -> None:
        """Let a paused run go on."""
        ...

    def poll(self) -> list[Any]:
        """Return what happened since the last call."""
        ...

    def cancel(self, run: Any) -> None:
        """Stop a run."""
        ...


class EngineDoor(Protocol):
    """What a session needs, behind one object."""

    @property
    def store(self) -> Any:
        """The workspace (`StoreDoor`)."""
        ...

    @property
    def jobs(self) -> Any:
        """The learning (`JobsDoor`)."""
        ...

    def inspect(self, path: Path, progress: Report, cancelled: Cancelled) -> Any:
        """Find the series at a path without reading voxels: ``.series``, ``.usable``."""
        ...

    def open(self, path: Path, progress: Report, cancelled: Cancelled) -> Any:
        """Read a folder or file as a study: ``.study``, ``.finding``."""
        ...

    def open_record(self, study_id: str, progress: Report, cancelled: Cancelled) -> Any:
        """Read a study of the worklist again: ``.study``, ``.warnings``."""
        ...

    def ready_for_clicks(self, study: Study, progress: Report, cancelled: Cancelled) -> None:
        """Do ahead what `refine` needs for a study."""
        ...

    def refine(
        self,
        study: Study,
        labels: LabelMap,
        clicks: tuple[Click, ...],
        structure: Structure,
        answered: int,
        begun: np.ndarray,
    ) -> Refined:
        """Answer a reader's clicks; the mask answers the first so many already, and was ``begun`` before them."""
        ...

    def propose(self, study: Study, progress: Report, cancelled: Cancelled) -> Proposal:
        """Ask the model in use."""
        ...
