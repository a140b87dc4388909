"""What a round of learning says while it goes on: values that the child process writes down."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from parotid_training.learn.scores import Scores


@dataclass(frozen=True)
class Progress:
    """News of a running round.

    Parameters
    ----------
    loss, seconds_left
        None while preparing.
    held_out
        Mean Dice of the gland on held-out studies of what was learned so far, at the end of the version itself; None
        where it was not looked at.
    device
        What learns, ``"cpu"`` or ``"cuda"``; "" while preparing.
    """

    stage: str
    step: int
    steps: int
    loss: float | None = None
    seconds_left: float | None = None
    held_out: float | None = None
    device: str = ""


CANDIDATE = "candidate"
"""Folder of the candidate in that of its run."""


@dataclass(frozen=True)
class Candidate:
    """The outcome: a model folder, and its scores beside the incumbent's on the same cases.

    Parameters
    ----------
    shipped
        The base's scores on the base set, which the incumbent has none on then; None where the base is the incumbent.
    """

    folder: Path
    model_id: str
    candidate: Scores
    incumbent: Scores
    shipped: Scores | None = None


@dataclass(frozen=True)
class Screened:
    """A case was looked at before it is learned from.

    Parameters
    ----------
    case_id
        Name of its folder.
    doubt
        Why a person is to be asked about it (`Doubt`); "" if nothing is odd.
    """

    case_id: str
    doubt: str


class Flaw(StrEnum):
    """Why nothing can be learned from an accepted case, nor judged by it."""

    DAMAGED = "damaged"
    """Its files are missing, changed or not to be read."""
    UNFED = "unfed"
    """None of its sequences is one that the network sees."""


@dataclass(frozen=True)
class Unusable:
    """An accepted case cannot be used."""

    case_id: str
    flaw: Flaw
