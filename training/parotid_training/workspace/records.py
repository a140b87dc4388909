"""What the workspace's rows are to the rest of the program."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from parotid_training.learn.news import CANDIDATE
from parotid_training.words import mark, tr

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from parotid_training.acceptance import SomeSlices
    from parotid_training.learn.news import Flaw
    from parotid_training.learn.verdict import Verdict
    from parotid_training.study import Alignment, Role


class StudyState(StrEnum):
    """How far a study of the worklist is."""

    NEW = mark("new")
    PROPOSED = mark("proposed")
    IN_CORRECTION = mark("in correction")
    ACCEPTED = mark("accepted")
    APPROVED = mark("approved")

    @property
    def is_accepted(self) -> bool:
        """Whether a person stands for its mask."""
        return self in (StudyState.ACCEPTED, StudyState.APPROVED)


@dataclass(frozen=True)
class StudyRecord:
    """One line of the worklist.

    Parameters
    ----------
    study_id
        UUID.
    title
        A pseudonym, ``"Study 3"`` or what the user typed; never a patient's name.
    source
        Where it was read from (may hold identity: for reopening only, never logged); None if it cannot be read again.
    patient_key
        HMAC of the patient's id.
    roles, reference
        As the user set them; no reference until it is opened, and the roles that the headers say.
    added
        UTC.
    model_id
        The version whose proposal is kept; "" if none.
    gland_ml, tumour_ml
        Volumes of the mask last proposed, corrected or accepted, the gland without the tumour; None before.
    alignments
        Index of a sequence to where a person let it be moved; the grids name no frame of reference.
    unsure
        How much the model hesitates over what it proposed last (`parotid_training.model.unsure.hesitation`), 0..1;
        None if it was not asked or did not say.
    stood_for
        Which slices of an accepted mask are, where not all of them; else None.
    from_file, in_spite_of
        Of an accepted mask, as in `Acceptance`.
    images
        What its images are known by (`io.likeness`): their files, and what they looked like once they were read.
    """

    study_id: str
    title: str
    state: StudyState
    source: Path | None = field(repr=False)
    patient_key: str = field(repr=False)
    roles: tuple[Role, ...]
    reference: int | None
    added: datetime
    model_id: str
    gland_ml: float | None
    tumour_ml: float | None
    alignments: dict[int, Alignment] = field(default_factory=dict, repr=False)
    unsure: float | None = None
    stood_for: SomeSlices | None = None
    from_file: bool = False
    in_spite_of: tuple[str, ...] = ()
    images: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class ModelRecord:
    """One model version of the registry.

    Parameters
    ----------
    number
        1, 2, ... in the order of arrival, for the screen.
    parent
        The version it was fine-tuned from; "" for a shipped one.
    facts
        JSON values: cases it learned from, scores, verdict.
    is_base
        Shipped with the program.
    is_current
        In use for the next proposal.
    promoted
        UTC, the last time it was put into use; None if never.
    pruned
        UTC, when its files were removed to save space; None while they are here.
    """

    model_id: str
    number: int
    parent: str
    facts: dict[str, Any]
    is_base: bool
    is_current: bool
    imported: datetime
    promoted: datetime | None
    pruned: datetime | None = None

    @property
    def title(self) -> str:
        """The name a reader sees."""
        if self.is_base:
            return tr("Version {number} (shipped)", number=self.number)
        if self.facts.get("imported"):
            return tr("Version {number} (imported)", number=self.number)
        return tr("Version {number}", number=self.number)

    @property
    def note(self) -> str:
        """What the gate said of it, or where it comes from, in one sentence."""
        return str(self.facts.get("verdict", tr("Shipped with the program.") if self.is_base else ""))


@dataclass(frozen=True)
class Promotion:
    """One step of the timeline of models in use.

    Parameters
    ----------
    who
        The person who decided it; "" where the program did, or nobody was asked for a name.
    """

    model_id: str
    why: str
    when: datetime
    is_rollback: bool
    who: str = ""


@dataclass(frozen=True)
class Split:
    """Case ids to learn from, one a study, and case ids to judge by, one a patient; no patient is in both."""

    train: tuple[str, ...]
    holdout: tuple[str, ...]


class JobState(StrEnum):
    """Where a fine-tuning stands; the last four are final."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    REFUSED = "refused"
    PROMOTED = "promoted"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        """Whether nothing will happen to it any more."""
        return self not in (JobState.QUEUED, JobState.RUNNING, JobState.PAUSED)


@dataclass(frozen=True)
class Job:
    """One fine-tuning, asked for, going on or over.

    Parameters
    ----------
    run
        UUID; names the run folder.
    folder
        ``runs/<uuid>`` of the workspace.
    train, holdout
        Case ids.
    incumbent
        The model in use when it was asked for.
    sentence
        How it ended, in plain words; empty before.
    model_id
        The version it made; "" if none was taken over.
    verdict
        What the gate said; None if it was not asked.
    override
        Why a person used a refused version all the same; "" if nobody did.
    attempts
        How often its child process was started again after it died.
    left_out
        Accepted cases that it could not use, and why.
    """

    run: str
    folder: Path
    state: JobState
    train: tuple[str, ...]
    holdout: tuple[str, ...]
    incumbent: str
    created: datetime
    finished: datetime | None
    sentence: str
    model_id: str
    verdict: Verdict | None = None
    override: str = ""
    attempts: int = 0
    left_out: dict[str, Flaw] = field(default_factory=dict)

    @property
    def can_override(self) -> bool:
        """Whether the gate refused its version and nobody has overruled that."""
        return self.state is JobState.REFUSED and self.verdict is not None and not self.override


def overrulable(jobs: Sequence[Job]) -> Job | None:
    """Return the round whose refused version a person may use all the same: the one judged last, if it was refused.

    Rounds since then that were broken off, or that are under way, judged nothing. Its files must still be there.
    """
    judged = next((job for job in reversed(jobs) if job.verdict is not None), None)
    is_there = judged is not None and judged.can_override and (judged.folder / CANDIDATE).is_dir()
    return judged if is_there else None
