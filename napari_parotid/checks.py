"""Questions to ask before a mask is accepted. Pure: a mask and an image in, sentences out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from napari_parotid.piece_words import loose, sided, the, tiny
from napari_parotid.stray import black_parts, near_gland, within
from napari_parotid.tr import mark, tr
from parotid_training.acceptance import Answer, SomeSlices
from parotid_training.errors import ParotidError
from parotid_training.labels import FOREGROUND, Side, Structure
from parotid_training.model.report import SPECK_ML, pieces

if TYPE_CHECKING:
    from parotid_training.model.report import Piece
    from parotid_training.volume import Grid, LabelMap, Volume

GLAND_ML = (4.0, 80.0)
"""A gland, the tumour in it counted, is rarely smaller or larger."""
TUMOUR_ML = 150.0
"""A tumour is rarely larger."""
ISLAND_ML = SPECK_ML
"""Separate pieces below this volume are asked about."""
AIR_SHARE = 0.05
"""Share of a structure's voxels that may lie on air."""
LOOSE_SHARE = 0.5
"""Share of a separate piece's voxels that may."""

MEANT = mark("Meant to be there?")

Voxel = tuple[int, int, int]


@dataclass(frozen=True)
class Question:
    """Something about the mask that a person should look at.

    Parameters
    ----------
    sentence
        What looks odd.
    structure
        The structure meant.
    where
        A native voxel to go to; None where nothing is drawn that could be looked at.
    answer
        What who accepts anyway says by it; None if nothing.
    others
        More voxels to go to, one after the other.
    asked
        What is asked about it, where the sentence does not; not kept with a mask that is accepted all the same.
    refuses
        Whether it is a contradiction that nothing can be accepted in spite of.
    """

    sentence: str
    structure: Structure
    where: Voxel | None
    answer: Answer | None = None
    others: tuple[Voxel, ...] = ()
    asked: str = ""
    refuses: bool = False

    @property
    def words(self) -> str:
        """All that is said."""
        return f"{self.sentence} {self.asked}".rstrip()


def slices_meant(label_map: LabelMap, proposed: LabelMap | None, answers: tuple[Answer, ...]) -> tuple[int, ...]:
    """Return which axial slices were corrected, where the reader stands for no others; else none.

    Parameters
    ----------
    proposed
        What was corrected, on the same grid; None: nothing was proposed.

    Returns
    -------
    Slices along the native axis that runs from foot to head.

    Raises
    ------
    ParotidError
        If the reader stands for the corrected slices alone, and there are none.
    """
    if Answer.SOME_SLICES not in answers:
        return ()
    changed = label_map.array != (0 if proposed is None else proposed.array)
    axis = label_map.grid.canonical().native_axes[0]
    found = np.flatnonzero(changed.any(axis=tuple(other for other in range(3) if other != axis)))
    if not found.size:
        raise ParotidError(
            tr("You say that only the slices you changed are right, but none was changed."),
            tr("Take the tick away, or correct a slice."),
        )
    return tuple(found.tolist())


def check(
    label_map: LabelMap,
    image: Volume,
    answers: tuple[Answer, ...],
    midline_mm: float | None,
    slices: tuple[int, ...] = (),
) -> tuple[Question, ...]:
    """Return what looks odd about a mask, given what the reader says of the study.

    Parameters
    ----------
    label_map
        The mask on the reference's native grid.
    image
        The reference image on the same grid.
    answers
        The reader's answers.
    midline_mm
        Patient x of the body midline (LPS mm); None where sides are not to be told.
    slices
        Of `slices_meant`. A click or a stroke in another plane may have changed more of them than the reader looked at,
        so they are named. Only they are looked at, and for what a slice can show: nobody stands for the rest, nor for
        the whole.
    """
    if Answer.NOT_READABLE in answers:
        return ()
    found = seen = list(pieces(label_map, midline_mm))
    far = _far_tumours(found, label_map)
    if slices:
        axis = label_map.grid.canonical().native_axes[0]
        seen, far = ([part for one in some if (part := within(one, slices, axis))] for some in (found, far))
    outside = [Question(tr("{it} lies outside the gland.", it=the(one)), Structure.TUMOUR, _middle(one)) for one in far]
    # A tumour on air lies outside the gland as well: it is asked about once.
    air = [one for one in _air(found, seen, image) if one.where not in {other.where for other in outside}]
    of_pieces = (*outside, *_islands(found, seen), *air)
    if slices:
        return (_slices(slices, label_map.grid), *of_pieces)
    return (
        *_glands(found, label_map.grid, answers, midline_mm),
        *_tumours(found, answers),
        *of_pieces,
        *_volumes(found, label_map.grid),
    )


def _slices(slices: tuple[int, ...], grid: Grid) -> Question:
    """Ask whether these are the ones, by the numbers that the views show."""
    words = tr(
        "You confirm axial slices {numbers} and no others. Is each of them right?",
        one="You confirm axial slice {numbers} and no other. Is it right?",
        n=len(slices),
        numbers=SomeSlices.of(slices, grid).runs,
    )
    where = [n // 2 for n in grid.shape]
    where[grid.canonical().native_axes[0]] = slices[0]
    return Question(words, Structure.GLAND, _voxel(tuple(where)), Answer.SOME_SLICES)


def _glands(found: list[Piece], grid: Grid, answers: tuple[Answer, ...], midline_mm: float | None) -> list[Question]:
    """Ask where a gland is missing, and where there is one that is said to be absent."""
    glands = _of(found, Structure.GLAND)
    absent = {Side.RIGHT: Answer.RIGHT_ABSENT in answers, Side.LEFT: Answer.LEFT_ABSENT in answers}
    if not glands:
        if all(absent.values()) or Answer.GLAND_ABSENT in answers:
            return []
        return [Question(tr("No gland is drawn. Is it absent?"), Structure.GLAND, None, Answer.GLAND_ABSENT)]
    questions = []
    for side, other in ((Side.RIGHT, Side.LEFT), (Side.LEFT, Side.RIGHT)):
        here = [one for one in glands if one.finding.side is side]
        there = [one for one in glands if one.finding.side is other]
        if here and absent[side]:
            words = sided(
                side,
                tr("You say the right gland is absent, but it is drawn."),
                tr("You say the left gland is absent, but it is drawn."),
            )
            questions.append(Question(words, Structure.GLAND, _middle(max(here, key=_ml))))
        if there and not here and not absent[side] and midline_mm is not None and _sees(grid, side, midline_mm):
            x, y, z = max(there, key=_ml).finding.centre
            facing = np.clip(np.rint(grid.to_index((2 * midline_mm - x, y, z))), 0, np.array(grid.shape) - 1)
            words = sided(
                side,
                tr("No gland is drawn on the right. Is it absent?"),
                tr("No gland is drawn on the left. Is it absent?"),
            )
            says = Answer.RIGHT_ABSENT if side is Side.RIGHT else Answer.LEFT_ABSENT
            questions.append(Question(words, Structure.GLAND, _voxel(facing), says))
    return questions


def _tumours(found: list[Piece], answers: tuple[Answer, ...]) -> list[Question]:
    tumours = sorted(_of(found, Structure.TUMOUR), key=_ml, reverse=True)
    if not tumours:
        if Answer.NO_TUMOUR in answers:
            return []
        # No place: a ring around a healthy gland would look as if a tumour were suspected there.
        return [Question(tr("No tumour is drawn. Is there none?"), Structure.TUMOUR, None, Answer.NO_TUMOUR)]
    questions = []
    if Answer.NO_TUMOUR in answers:
        words = tr("You say there is no tumour, but one is drawn.")
        questions.append(Question(words, Structure.TUMOUR, _middle(tumours[0]), refuses=True))
    return questions


def _far_tumours(found: list[Piece], label_map: LabelMap) -> list[Piece]:
    """Return the tumours that lie outside the gland, largest first; none where no gland is drawn."""
    if not _of(found, Structure.GLAND):
        return []
    tumours = sorted(_of(found, Structure.TUMOUR), key=_ml, reverse=True)
    return [one for one in tumours if _ml(one) >= ISLAND_ML and not near_gland(one, label_map)]


def _islands(found: list[Piece], seen: list[Piece]) -> list[Question]:
    questions = []
    for structure in FOREGROUND:
        small = [one for one in _of(seen, structure) if _ml(one) < ISLAND_ML]
        if small and any(_ml(one) >= ISLAND_ML for one in _of(found, structure)):
            first, *others = map(_middle, small)
            questions.append(
                Question(tiny(structure, len(small)), structure, first, others=tuple(others), asked=tr(MEANT))
            )
    return questions


def _air(found: list[Piece], seen: list[Piece], image: Volume) -> list[Question]:
    """Ask about separate pieces on air (`ISLAND_ML` is enough), and where too much of all the rest lies on it."""
    questions = []
    for structure in FOREGROUND:
        largest = max(map(_ml, _of(found, structure)), default=0.0)
        pieces_here = _of(seen, structure)
        rest = []
        for one, black in zip(pieces_here, black_parts(pieces_here, image), strict=True):
            if ISLAND_ML <= _ml(one) < largest and np.count_nonzero(black) > LOOSE_SHARE * np.count_nonzero(one.inside):
                questions.append(Question(loose(one), structure, _middle(one)))
            else:
                rest.append((one, black))
        counts = [int(np.count_nonzero(black)) for _, black in rest]
        total = sum(int(np.count_nonzero(one.inside)) for one, _ in rest)
        if sum(counts) <= AIR_SHARE * total:
            continue
        one, black = rest[int(np.argmax(counts))]
        share = sum(counts) / total
        if structure is Structure.GLAND:
            words = tr("{share:.0%} of the gland lies where the image is black.", share=share)
        else:
            words = tr("{share:.0%} of the tumour lies where the image is black.", share=share)
        start = np.array([edge.start for edge in one.box])
        questions.append(Question(words, structure, _voxel(_densest(black) + start)))
    return questions


def _volumes(found: list[Piece], grid: Grid) -> list[Question]:
    """Ask about glands, each with the tumours of its side, and tumours of a size that is rare."""
    questions = []
    sided = any(one.finding.side is not Side.UNKNOWN for one in _of(found, Structure.GLAND))
    for side in Side:
        glands = [one for one in _of(found, Structure.GLAND) if one.finding.side is side]
        if side is Side.UNKNOWN and sided:
            # Not a small gland, but a piece of one where none lies.
            if (ml := sum(map(_ml, glands))) >= ISLAND_ML:
                words = tr("{ml:.1f} ml of gland lie at the midline.", ml=ml)
                place = _middle(max(glands, key=_ml))
                questions.append(Question(words, Structure.GLAND, place, asked=tr(MEANT)))
            continue
        whole = sum(_ml(one) for one in found if one.finding.side is side)
        # Where sides cannot be told, both glands may be meant.
        most = GLAND_ML[1] * (2 if side is Side.UNKNOWN else 1)
        if glands and not GLAND_ML[0] <= whole <= most:
            it = the(glands[0])
            if whole < GLAND_ML[0]:
                words = tr("{it} has {ml:.1f} ml, less than most glands.", it=it, ml=whole)
            else:
                words = tr("{it} has {ml:.1f} ml, more than most glands.", it=it, ml=whole)
            questions.append(Question(words, Structure.GLAND, _middle(max(glands, key=_ml))))
    for one in _of(found, Structure.TUMOUR):
        if _ml(one) > TUMOUR_ML:
            words = tr("{it} has {ml:.0f} ml, more than most tumours.", it=the(one), ml=_ml(one))
            questions.append(Question(words, Structure.TUMOUR, _middle(one)))
    return questions


def _sees(grid: Grid, side: Side, midline_mm: float) -> bool:
    """Whether the images reach far enough to that side to show a gland there."""
    corners = np.array([[i, j, k] for i in (0, 1) for j in (0, 1) for k in (0, 1)]) * (np.array(grid.shape) - 1)
    x = grid.to_patient(corners)[:, 0] - midline_mm
    return bool((x.max() if side is Side.LEFT else -x.min()) > 40.0)


def _of(found: list[Piece], structure: Structure) -> list[Piece]:
    return [one for one in found if one.finding.structure is structure]


def _ml(piece: Piece) -> float:
    return piece.finding.ml


def _middle(piece: Piece) -> Voxel:
    """Return a voxel of the piece that lies near its middle."""
    return _voxel(_densest(piece.inside) + np.array([edge.start for edge in piece.box]))


def _densest(inside: np.ndarray) -> np.ndarray:
    voxels = np.argwhere(inside)
    return np.asarray(voxels[np.linalg.norm(voxels - voxels.mean(axis=0), axis=1).argmin()])


def _voxel(index: np.ndarray | tuple[int, ...]) -> Voxel:
    i, j, k = (int(n) for n in index)
    return i, j, k
