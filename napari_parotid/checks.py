"""Questions to ask before a mask is accepted. Pure: a mask and an image in, sentences out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from parotid_training.labels import FOREGROUND, Structure
from parotid_training.study import Answer

if TYPE_CHECKING:
    from parotid_training.volume import LabelMap, Volume

GLAND_ML = (3.0, 80.0)
"""A gland outside of these volumes is rare."""
ISLAND_ML = 0.05
"""Separate pieces below this volume are asked about."""
AIR_SHARE = 0.05
"""Share of a structure's voxels that may lie on air."""


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
        A native voxel to go to, None if there is no place to show.
    """

    sentence: str
    structure: Structure
    where: tuple[int, int, int] | None = None


def check(label_map: LabelMap, image: Volume, answers: tuple[Answer, ...]) -> tuple[Question, ...]:
    """Return what looks odd about a mask, given what the reader says of the study.

    Parameters
    ----------
    label_map
        The mask on the reference's native grid.
    image
        The reference image on the same grid.
    answers
        The reader's answers.
    """
    voxel_ml = label_map.grid.voxel_ml
    boxes = ndimage.find_objects(label_map.array, max_label=max(FOREGROUND))
    drawn = {structure: box for structure in FOREGROUND if (box := boxes[structure - 1]) is not None}
    questions = _contradictions(Structure.GLAND in drawn, Structure.TUMOUR in drawn, answers)
    millilitres: dict[Structure, float] = {}
    for structure, box in drawn.items():
        inside = label_map.array[box] == structure
        millilitres[structure] = np.count_nonzero(inside) * voxel_ml
        start = np.array([s.start for s in box])
        questions += _islands(structure, inside, start, voxel_ml)
        questions += _air(structure, inside, image.array, box)
    questions += _volume(millilitres)
    return tuple(questions)


def _contradictions(gland: bool, tumour: bool, answers: tuple[Answer, ...]) -> list[Question]:
    found: list[Question] = []
    if not gland and Answer.GLAND_ABSENT not in answers and Answer.NOT_READABLE not in answers:
        found.append(Question("No gland is drawn. Is it absent?", Structure.GLAND))
    if tumour and Answer.NO_TUMOUR in answers:
        found.append(Question("You say there is no tumour, but one is drawn.", Structure.TUMOUR))
    if not tumour and Answer.ANNOTATED in answers and Answer.NO_TUMOUR not in answers:
        found.append(Question("No tumour is drawn. Is there none?", Structure.TUMOUR))
    return found


def _islands(structure: Structure, inside: np.ndarray, start: np.ndarray, voxel_ml: float) -> list[Question]:
    pieces, count = ndimage.label(inside, np.ones((3, 3, 3)))
    sizes = np.bincount(pieces.ravel())[1:]
    small = [n for n, size in enumerate(sizes, start=1) if size * voxel_ml < ISLAND_ML]
    if not small or len(small) == count:
        return []
    i, j, k = (np.argwhere(pieces == small[0])[0] + start).tolist()
    words = "One tiny separate piece" if len(small) == 1 else f"{len(small)} tiny separate pieces"
    return [Question(f"{words} of the {_name(structure)}. Meant to be there?", structure, (i, j, k))]


def _air(
    structure: Structure, inside: np.ndarray, image: np.ndarray, box: tuple[slice, slice, slice]
) -> list[Question]:
    # Air is told by signal alone, so its threshold stays far below fat-suppressed tissue.
    stride = tuple(slice(None, None, max(1, n // 64)) for n in image.shape)
    threshold = 0.03 * float(np.percentile(image[stride], 99))
    on_air = inside & (image[box] < threshold)
    share = on_air.sum() / inside.sum()
    if share <= AIR_SHARE:
        return []
    i, j, k = (np.argwhere(on_air)[0] + np.array([s.start for s in box])).tolist()
    return [Question(f"{share:.0%} of the {_name(structure)} lies where the image is black.", structure, (i, j, k))]


def _volume(millilitres: dict[Structure, float]) -> list[Question]:
    # Both glands together, the tumour inside them counted: sides need the midline, which the report knows.
    whole = sum(millilitres.values())
    if Structure.GLAND not in millilitres:
        return []
    if whole < GLAND_ML[0]:
        return [Question(f"Only {whole:.1f} ml are drawn in all, less than any gland.", Structure.GLAND)]
    if millilitres[Structure.GLAND] > 2 * GLAND_ML[1]:
        return [Question(f"{whole:.0f} ml are drawn in all, more than two glands.", Structure.GLAND)]
    return []


def _name(structure: Structure) -> str:
    return "gland" if structure is Structure.GLAND else "tumour"
