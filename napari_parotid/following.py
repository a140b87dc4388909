"""What the panel shows of a run, made from its news: pure functions."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from napari_parotid.messages import LearningState
from napari_parotid.tr import capital, tr
from parotid_training.workspace.records import JobState

if TYPE_CHECKING:
    from napari_parotid.messages import LearningStatus
    from parotid_training.workspace.events import Event

LOSSES = 2000
"""Points of a curve that are kept."""

ENDS = {
    JobState.PROMOTED: LearningState.PROMOTED,
    JobState.REFUSED: LearningState.REFUSED,
    JobState.CANCELLED: LearningState.CANCELLED,
    JobState.FAILED: LearningState.FAILED,
}


def follow(status: LearningStatus, event: Event) -> LearningStatus:
    """Return the status after one piece of news of the run."""
    if event.kind == "started":
        return replace(
            status, state=LearningState.TRAINING, words=tr("Learning from your masks"), can_cancel=True, can_pause=True
        )
    if event.kind == "waiting":
        return replace(
            status, state=LearningState.PAUSED, words=tr("Paused"), fraction=None, can_cancel=True, can_pause=False
        )
    if event.kind == "progress":
        losses = _longer(status.losses, event.step, event.loss)
        held_out = _longer(status.held_out, event.step, event.held_out)
        fraction = min(1.0, max(0.0, event.step / event.steps)) if event.steps > 0 else None
        return replace(
            status,
            state=LearningState.TRAINING,
            words=_stage(event),
            fraction=fraction,
            losses=losses,
            held_out=held_out,
            can_cancel=True,
            can_pause=True,
        )
    if event.kind == "candidate":
        return replace(
            status,
            state=LearningState.SCORING,
            words=tr("Judging the new version"),
            fraction=None,
            can_cancel=False,
            can_pause=False,
        )
    if event.kind == "done":
        state = ENDS[event.state] if event.state is not None else LearningState.FAILED
        return replace(
            status, state=state, words="", fraction=None, verdict=tr(event.sentence), can_cancel=False, can_pause=False
        )
    return status


def begin_anew(status: LearningStatus) -> LearningStatus:
    """Return the status without what an earlier run left."""
    return replace(status, fraction=None, losses=(), held_out=(), verdict="")


def _longer(points: tuple[tuple[int, float], ...], step: int, value: float | None) -> tuple[tuple[int, float], ...]:
    """Add a point to a line; what a run that goes on does once more takes the place of what it did before."""
    if value is None:
        return points
    # In the window's thread, and a trainer may flood: the steps rise along the line, so where to cut is searched for.
    return (*points[: bisect_left(points, (step,))][1 - LOSSES :], (step, value))


def _stage(event: Event) -> str:
    words = capital(tr(event.stage))
    if event.seconds_left is None:
        return words
    minutes = event.seconds_left / 60
    words = (
        tr("{words}, about {minutes:.0f} min left", words=words, minutes=minutes)
        if minutes >= 1.5
        else tr("{words}, about a minute left", words=words)
    )
    if event.device == "cuda":
        return tr("{words} · on the graphics card", words=words)
    return words if event.cpu is None else tr("{words} · {share:.0%} of the processor", words=words, share=event.cpu)
