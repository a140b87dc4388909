"""How the display axes (S, P, L) of a grid become a picture on the screen: planes, letters, positions. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from napari_parotid.tr import mark

if TYPE_CHECKING:
    from parotid_training.volume import CanonicalView, Grid


class Plane(StrEnum):
    """The plane of the slices on the screen."""

    AXIAL = mark("Axial")
    CORONAL = mark("Coronal")
    SAGITTAL = mark("Sagittal")

    @property
    def tip(self) -> str:
        """What its button does; a text for `tr`."""
        return {
            Plane.AXIAL: mark("Show axial slices"),
            Plane.CORONAL: mark("Show coronal slices"),
            Plane.SAGITTAL: mark("Show sagittal slices"),
        }[self]

    @property
    def sliced(self) -> int:
        """Display axis that the slice slider walks along."""
        return {Plane.AXIAL: 0, Plane.CORONAL: 1, Plane.SAGITTAL: 2}[self]

    @property
    def order(self) -> tuple[int, int, int]:
        """Display axes as the viewer needs them: sliced, downwards or upwards, to the right."""
        return {Plane.AXIAL: (0, 1, 2), Plane.CORONAL: (1, 0, 2), Plane.SAGITTAL: (2, 0, 1)}[self]

    @property
    def vertical(self) -> str:
        """Where the vertical axis runs on the screen: heads are shown upright."""
        return "down" if self is Plane.AXIAL else "up"


@dataclass(frozen=True)
class Edges:
    """The letters at the four edges of a picture."""

    left: str
    right: str
    top: str
    bottom: str


def edge_letters(view: CanonicalView, plane: Plane) -> Edges:
    """Return the orientation letters of a slice, in radiological convention (the patient's right at the left)."""
    _, vertical, horizontal = plane.order
    left, right = view.letters[horizontal]
    low, high = view.letters[vertical]
    top, bottom = (low, high) if plane.vertical == "down" else (high, low)
    return Edges(left, right, top, bottom)


def acquired_plane(grid: Grid) -> Plane:
    """Return the plane in which a grid was acquired; near-isotropic grids are read axially."""
    return {"coronal": Plane.CORONAL, "sagittal": Plane.SAGITTAL}.get(grid.plane, Plane.AXIAL)


def position_words(view: CanonicalView, plane: Plane, number: int) -> str:
    """Return where a slice lies, as ``S 12.5 mm``: patient coordinate along the slice axis, with its direction.

    Parameters
    ----------
    view
        How the grid is displayed.
    plane
        The plane shown.
    number
        Slice number, from 0.
    """
    axis = plane.sliced
    millimetres = view.translate[axis] + number * view.scale[axis]
    low, high = view.letters[axis]
    return f"{high if millimetres >= 0 else low} {abs(millimetres):.1f} mm"
