"""What a person said of a study: the answers beside the mask, the slices stood for, the accepted case."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from parotid_training.words import mark, tr

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from parotid_training.volume import Grid


class Answer(StrEnum):
    """What the reader said of the study besides the mask."""

    ANNOTATED = "annotated"
    NO_TUMOUR = mark("no tumour")
    RIGHT_ABSENT = mark("right gland absent")
    LEFT_ABSENT = mark("left gland absent")
    GLAND_ABSENT = mark("gland absent")
    """Of cases accepted before the side was asked for."""
    NOT_READABLE = mark("not readable")
    SOME_SLICES = mark("only the corrected slices")
    """Only the slices that were corrected are stood for: they teach, but the study judges no version."""


@dataclass(frozen=True)
class SomeSlices:
    """Which axial slices of a mask a person stands for, where it is not all of them.

    Parameters
    ----------
    numbers
        As the views show them, from 1, rising; none where it was not noted which.
    total
        How many there are.
    """

    numbers: tuple[int, ...] = ()
    total: int = 0

    @classmethod
    def of(cls, native: Iterable[int], grid: Grid) -> SomeSlices:
        """Number slices along the native axis that runs from foot to head as the views do."""
        view = grid.canonical()
        total = view.shape[0]
        return cls(tuple(sorted(total - n if view.flips[0] else n + 1 for n in native)), total)

    @property
    def share(self) -> str:
        """How many of how many, in words."""
        if not self.numbers:
            return tr("some slices")
        return tr("{some} of {total} slices", some=len(self.numbers), total=self.total)

    @property
    def runs(self) -> str:
        """The numbers as runs: 3–5, 9."""
        runs: list[list[int]] = []
        for n in self.numbers:
            if runs and n == runs[-1][-1] + 1:
                runs[-1].append(n)
            else:
                runs.append([n])
        return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


@dataclass(frozen=True)
class Acceptance:
    """What a person says on accepting a mask.

    Parameters
    ----------
    who
        The reader.
    answers, comment
        Said besides the mask.
    model_id
        The version whose proposal was corrected; "" if drawn from nothing or begun from a file.
    slices
        With `Answer.SOME_SLICES`: which ones, along the reference's native axis that runs from foot to head.
    beside
        Let another reader's mask of the study stand beside this one; only this reader's own is superseded.
    from_file
        Whether the mask began as one that was read from a file.
    in_spite_of
        What the program asked about, sentence by sentence, and the reader accepted anyway.
    """

    who: str
    answers: tuple[Answer, ...] = (Answer.ANNOTATED,)
    comment: str = field(default="", repr=False)
    model_id: str = ""
    slices: tuple[int, ...] = ()
    beside: bool = False
    from_file: bool = False
    in_spite_of: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class AcceptedCase:
    """A mask that a person stands for.

    Parameters
    ----------
    case_id
        UUID.
    study_id
        UUID of the study in the workspace.
    patient_key
        HMAC of the patient's id; splits are by this key.
    image_hashes
        Role to `hash_volume` of the sequence as it was read.
    model_id
        The version whose proposal was corrected; "" if drawn from nothing or begun from a file.
    who, when
        Reader and time (UTC).
    answers, comment
        What the reader said besides the mask.
    approved_by, approved
        A second person who stands for it too, and when (UTC); "" and None until then.
    stood_for
        The slices a person stands for, with `Answer.SOME_SLICES`; None: all of them.
    from_file, in_spite_of
        As in `Acceptance`.
    """

    case_id: str
    study_id: str
    patient_key: str
    image_hashes: dict[str, str]
    model_id: str
    who: str
    when: datetime
    answers: tuple[Answer, ...] = (Answer.ANNOTATED,)
    comment: str = field(default="", repr=False)
    approved_by: str = ""
    approved: datetime | None = None
    stood_for: SomeSlices | None = None
    from_file: bool = False
    in_spite_of: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether the mask is stood for in every slice."""
        return Answer.SOME_SLICES not in self.answers

    @property
    def can_judge(self) -> bool:
        """Whether a version can be judged by it: it is whole, and nobody said that it has no gland."""
        said = set(self.answers)
        no_gland = Answer.GLAND_ABSENT in said or {Answer.RIGHT_ABSENT, Answer.LEFT_ABSENT} <= said
        return self.is_whole and not no_gland

    def is_by(self, who: str) -> bool:
        """Whether it was accepted by the person of this name, however it was typed."""
        return _plain(self.who) == _plain(who)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
