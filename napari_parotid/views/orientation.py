"""How the display axes (S, P, L) of a grid become a picture on the screen: planes, letters, positions. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from napari_parotid.tr import mark
from parotid_training.volume import AXIS_LETTERS

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


class Convention(StrEnum):
    """On which side of the screen the patient's right lies."""

    RADIOLOGICAL = "radiological"
    """The patient's right on the screen's left, as if one stood at the feet."""
    NEUROLOGICAL = "neurological"
    """The patient's right on the screen's right, as if one stood at the head."""

    def horizontal(self, plane: Plane) -> str:
        """Where the horizontal axis runs on the screen; in sagittal slices always to the back."""
        return "left" if self is Convention.NEUROLOGICAL and plane is not Plane.SAGITTAL else "right"

    def depth(self, plane: Plane) -> str:
        """Where the sliced axis runs, so that a body is seen as it is and not mirrored.

        From the feet and from the front, head and back lie away from who looks; from the left, the left lies near.
        """
        return "towards" if self is Convention.NEUROLOGICAL or plane is Plane.SAGITTAL else "away"


def edge_letters(view: CanonicalView, plane: Plane, convention: Convention = Convention.RADIOLOGICAL) -> Edges:
    """Return the orientation letters of a slice."""
    _, vertical, horizontal = plane.order
    return edges_of(view.letters[vertical], view.letters[horizontal], plane.vertical, convention.horizontal(plane))


def edges_of(vertical: tuple[str, str], horizontal: tuple[str, str], down: str, right: str) -> Edges:
    """Return the letters at the edges of a picture.

    Parameters
    ----------
    vertical, horizontal
        Letters at the low and at the high end of the axes on the screen.
    down, right
        Where they run, in napari's words: ``down`` or ``up``, ``right`` or ``left``.
    """
    top, bottom = vertical if down == "down" else vertical[::-1]
    first, last = horizontal if right == "right" else horizontal[::-1]
    return Edges(first, last, top, bottom)


def letters_along(right: tuple[float, float, float], up: tuple[float, float, float]) -> Edges:
    """Return the letters at the edges of a picture of a body seen from anywhere: of the axis that runs there most.

    Parameters
    ----------
    right, up
        Where the screen's right and top lie in the patient: direction along (z, y, x) of LPS.
    """
    ends = []
    for direction in (right, up):
        axis = max(range(3), key=lambda n: abs(direction[n]))
        low, high = AXIS_LETTERS[2 - axis]
        ends.append((low, high) if direction[axis] > 0 else (high, low))
    (left, far), (bottom, top) = ends
    return Edges(left, far, top, bottom)


def acquired_plane(grid: Grid) -> Plane:
    """Return the plane in which a grid was acquired; near-isotropic grids are read axially."""
    return {"coronal": Plane.CORONAL, "sagittal": Plane.SAGITTAL}.get(grid.plane, Plane.AXIAL)


def place_words(view: CanonicalView, plane: Plane, number: int) -> str:
    """Return which slice of how many it is, and where it lies: ``17 / 34   I 30.3 mm``."""
    return f"{number + 1} / {view.shape[plane.sliced]}   {position_words(view, plane, number)}"


def position_words(view: CanonicalView, plane: Plane, number: int) -> str:
    """Return where the middle of a slice lies, as ``S 12.5 mm``: patient coordinate along the slice axis.

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
    middle = [(size - 1) / 2 for size in view.shape]
    middle[axis] = number
    millimetres = float(view.grid.to_patient(view.to_native_index(middle))[2 - axis])
    low, high = view.letters[axis]
    return f"{high if millimetres >= 0 else low} {abs(millimetres):.1f} mm"
