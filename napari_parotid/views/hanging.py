"""Hangings: which sequence is seen in which plane on which picture. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from napari_parotid.tr import mark
from napari_parotid.views.orientation import Plane

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 4
"""Pictures at most."""


class Hanging(StrEnum):
    """How the pictures of a study are arranged."""

    SEQUENCES = mark("Side by side")
    """The sequences beside one another, in one plane."""
    PLANES = mark("Three planes")
    """One sequence in three planes, and the mask as a body."""
    ONE = mark("One picture")
    """One sequence in one plane, as large as it can be."""

    @property
    def following(self) -> Hanging:
        """The one that the key leads to."""
        order = list(Hanging)
        return order[(order.index(self) + 1) % len(order)]


@dataclass(frozen=True)
class Pane:
    """What one picture shows.

    Parameters
    ----------
    sequence
        Its index in the study.
    plane
        In which slices.
    """

    sequence: int
    plane: Plane


def hang(hanging: Hanging, beside: Sequence[int], planes_of: int, plane: Plane) -> tuple[Pane, ...]:
    """Return the pictures of a hanging.

    Parameters
    ----------
    hanging
        With `Hanging.ONE`, all those side by side are made, and one of them covers the others.
    beside
        Sequences that hang side by side; empty where there is no study.
    planes_of
        The sequence that is shown in three planes.
    plane
        The plane of those side by side.
    """
    if hanging is Hanging.PLANES and beside:
        return tuple(Pane(planes_of, one) for one in Plane)
    return tuple(Pane(sequence, plane) for sequence in beside)


def columns_for(count: int, width: int, height: int) -> int:
    """Return in how many columns square pictures are largest; fewer rows win a tie."""
    if count <= 1:
        return 1

    def size(columns: int) -> tuple[float, int]:
        rows = -(-count // columns)
        return min(width / columns, height / rows), columns

    return max(range(1, count + 1), key=size)
