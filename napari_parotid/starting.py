"""When accepted studies start a round of learning by themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from napari_parotid.tr import tr

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

IDLE_SECONDS = 300.0
NIGHT = (22, 6)
"""From which hour to which."""


class StartRule(StrEnum):
    """What starts the learning; the value is kept in the workspace."""

    AFTER = "after"
    IDLE = "idle"
    NIGHT = "night"
    HAND = "hand"

    def words(self, after: int) -> str:
        """Say it to a reader."""
        return {
            StartRule.AFTER: tr("After {n} accepted studies", one="After 1 accepted study", n=after),
            StartRule.IDLE: tr("When nobody has worked for 5 minutes"),
            StartRule.NIGHT: tr("At night ({start}:00 to {end}:00)", start=NIGHT[0], end=NIGHT[1]),
            StartRule.HAND: tr("Only when I press Learn now"),
        }[self]

    def due(self, *, fresh: int, after: int, idle_seconds: float, now: datetime) -> bool:
        """Whether to start.

        Parameters
        ----------
        fresh
            Studies accepted since the last start.
        after
            How many are enough for `AFTER`.
        idle_seconds
            How long no hand has moved.
        """
        if fresh == 0 or self is StartRule.HAND:
            return False
        if self is StartRule.AFTER:
            return fresh >= after
        if self is StartRule.IDLE:
            return idle_seconds >= IDLE_SECONDS
        return now.hour >= NIGHT[0] or now.hour < NIGHT[1]


@dataclass(frozen=True)
class LearningSettings:
    """When accepted cases start a fine-tuning, and how.

    Parameters
    ----------
    automatic
        Whether they do at all, as long as the workspace's readers chose no `StartRule`.
    auto_after
        After how many newly accepted cases.
    finetune
        JSON values of the engine's ``FinetuneSettings``; what is absent keeps its default.
    """

    automatic: bool = True
    auto_after: int = 3
    finetune: Mapping[str, Any] = field(default_factory=dict)
