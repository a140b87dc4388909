"""What is shown of a run, made from its news, whatever the trainer says."""

from __future__ import annotations

import pytest

from napari_parotid.following import LOSSES, follow
from napari_parotid.messages import LearningStatus
from parotid_training.workspace.events import Event


def progress(step: int, steps: int = 100) -> Event:
    return Event("run", "progress", 1.0, step=step, steps=steps, loss=0.5, held_out=0.7)


def test_a_flood_leaves_no_more_points_than_are_kept() -> None:
    status = LearningStatus()
    for step in range(3 * LOSSES):
        status = follow(status, progress(step))
    for line in (status.losses, status.held_out):
        assert [step for step, _ in line] == list(range(2 * LOSSES, 3 * LOSSES))


def test_what_is_done_once_more_takes_the_place_of_what_was_done_before() -> None:
    status = LearningStatus()
    for step in (1, 2, 3, 2):
        status = follow(status, progress(step))
    assert [step for step, _ in status.losses] == [step for step, _ in status.held_out] == [1, 2]


@pytest.mark.parametrize(
    ("step", "steps", "fraction"), [(5_000_000_000, 1, 1.0), (-7, 10, 0.0), (5, 10, 0.5), (5, 0, None), (5, -1, None)]
)
def test_no_more_than_all_is_shown_as_done(step: int, steps: int, fraction: float | None) -> None:
    assert follow(LearningStatus(), progress(step, steps)).fraction == fraction
