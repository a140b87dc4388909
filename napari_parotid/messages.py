"""What the session tells a person: notices, progress, and the state of the learning. Values only."""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from napari_parotid.starting import StartRule
from napari_parotid.tr import tr
from parotid_training.errors import ParotidError

if TYPE_CHECKING:
    from parotid_training.learn.verdict import Row
    from parotid_training.workspace.screenings import Question

_log = logging.getLogger(__name__)


class Level(StrEnum):
    """How urgent a notice is."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Notice:
    """One sentence for the reader, and what to do about it."""

    sentence: str
    remedy: str = ""
    level: Level = Level.INFO


@dataclass(frozen=True)
class Busy:
    """Work under way.

    Parameters
    ----------
    words
        What is being done, in a few plain words of the reader's language.
    fraction
        0..1; None where it cannot be told.
    can_cancel
        Whether `Session.cancel` stops it.
    """

    words: str
    fraction: float | None = None
    can_cancel: bool = True


class LearningState(StrEnum):
    """Where the background learning stands."""

    IDLE = "idle"
    WAITING = "waiting"
    TRAINING = "training"
    SCORING = "scoring"
    PAUSED = "paused"
    PROMOTED = "promoted"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def running(self) -> bool:
        """Whether a child process is at work or about to be."""
        return self in (LearningState.WAITING, LearningState.TRAINING, LearningState.SCORING)


@dataclass(frozen=True)
class Version:
    """One model version as the learning panel lists it.

    Parameters
    ----------
    note
        Where it comes from, and what was said of it.
    caution
        What is to be known before it is trusted, in few words; "" where there is nothing.
    untried
        Whether it was imported and never compared on studies of this workspace.
    """

    model_id: str
    title: str
    note: str
    is_base: bool
    current: bool
    caution: str = ""
    untried: bool = False


@dataclass(frozen=True)
class LearningStatus:
    """Everything the learning panel shows.

    Parameters
    ----------
    state
        Where the learning stands.
    words
        The stage, in plain words.
    fraction
        0..1 of the run; None where it cannot be told.
    losses
        (step, loss) as they came in.
    held_out
        (step, Dice of the gland on held-out studies), a few of them.
    verdict
        The gate's sentence on the last run, "" if there was none.
    model_id
        The version in use.
    can_cancel
        Whether there is a run to cancel.
    versions
        Newest first.
    waiting_cases
        Accepted cases that no round of learning has used to its end.
    nothing_new
        Whether another round would bring the version of the last one again, by the same program and settings.
    can_pause
        Whether there is a run to pause.
    rows, judged, judged_by
        The comparison of the last version that was judged, what the gate said of it, and which round and held-out
        studies that was.
    back_to
        Id of the version that was in use before; "" where there is none.
    overrulable
        The run whose version was refused last, if it can be used all the same; else "".
    questions
        Accepted cases that nothing is learned from before the reader has answered.
    left_out
        Those that the reader answered to leave out, as long as nobody takes them in again.
    why_not
        Why nothing can be changed here; "" where it can.
    rule, after
        What starts the learning by itself, and after how many accepted studies.
    """

    state: LearningState = LearningState.IDLE
    words: str = ""
    fraction: float | None = None
    losses: tuple[tuple[int, float], ...] = ()
    held_out: tuple[tuple[int, float], ...] = ()
    verdict: str = ""
    model_id: str = ""
    can_cancel: bool = False
    versions: tuple[Version, ...] = field(default=())
    waiting_cases: int = 0
    can_pause: bool = False
    nothing_new: bool = False
    rows: tuple[Row, ...] = field(default=(), repr=False)
    judged: str = ""
    judged_by: str = ""
    back_to: str = ""
    overrulable: str = ""
    questions: tuple[Question, ...] = ()
    left_out: tuple[Question, ...] = ()
    why_not: str = ""
    rule: StartRule = StartRule.HAND
    after: int = 3


def describe(error: BaseException, doing: str) -> Notice:
    """Turn an exception into words; what is no `ParotidError` goes to the log without its message.

    A foreign exception's message may hold a path, and a path a patient's name.
    """
    if isinstance(error, ParotidError):
        return Notice(tr(error.sentence), tr(error.remedy), Level.ERROR)
    frames = "".join(traceback.format_tb(error.__traceback__))
    _log.error("%s while %s\n%s", type(error).__name__, doing, frames)
    return Notice(
        tr("Something went wrong while {doing} ({kind}).", doing=doing, kind=type(error).__name__),
        tr("Nothing you did before is lost. Try again; if it comes back, please report it."),
        Level.ERROR,
    )


def millilitres(ml: float) -> str:
    """Write a volume; what is there is never written as nothing."""
    return f"{ml:.1f}" if ml >= 0.05 else "< 0.1"
