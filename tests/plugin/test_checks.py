"""What is asked before a mask is accepted."""

from __future__ import annotations

from typing import Any

import numpy as np

from napari_parotid.checks import Question, check
from parotid_training.labels import Structure
from parotid_training.study import Answer
from parotid_training.volume import Grid, LabelMap, Volume

GRID = Grid((60, 60, 30), np.diag([1.0, 1.0, 3.0, 1.0]))
BRIGHT = Volume(GRID, np.full(GRID.shape, 500.0, np.float32))


def ask(array: np.ndarray, image: Volume = BRIGHT, answers: Any = (Answer.ANNOTATED,)) -> tuple[Question, ...]:
    return check(LabelMap(GRID, array), image, answers)


def good() -> np.ndarray:
    array = np.zeros(GRID.shape, np.uint8)
    array[10:30, 10:40, 5:15] = 1
    array[15:20, 15:20, 8:10] = 2
    return array


def test_nothing_is_asked_of_a_sound_mask() -> None:
    assert ask(good()) == ()


def test_an_empty_gland_must_be_said() -> None:
    empty = np.zeros(GRID.shape, np.uint8)
    assert [q.structure for q in ask(empty)] == [Structure.GLAND, Structure.TUMOUR]
    assert ask(empty, answers=(Answer.ANNOTATED, Answer.GLAND_ABSENT, Answer.NO_TUMOUR)) == ()
    assert ask(empty, answers=(Answer.NOT_READABLE,)) == ()


def test_a_tumour_against_the_answer() -> None:
    (question,) = ask(good(), answers=(Answer.ANNOTATED, Answer.NO_TUMOUR))
    assert "one is drawn" in question.sentence


def test_islands_are_found_where_they_are() -> None:
    array = good()
    array[50, 51, 20] = 1
    (question,) = ask(array)
    assert question.where == (50, 51, 20)


def test_a_mask_on_air() -> None:
    image = np.full(GRID.shape, 500.0, np.float32)
    image[:15] = 2.0
    questions = ask(good(), Volume(GRID, image))
    assert [q.structure for q in questions] == [Structure.GLAND]
    assert image[questions[0].where] == 2.0


def test_volumes_no_gland_has() -> None:
    small = np.zeros(GRID.shape, np.uint8)
    small[10:15, 10:15, 5:8] = 1
    small[12, 12, 6] = 2
    assert any("less than any gland" in q.sentence for q in ask(small))
    large = good()
    large[large == 0] = 1
    assert any("more than two glands" in q.sentence for q in ask(large))
