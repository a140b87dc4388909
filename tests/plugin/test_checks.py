"""What is asked before a mask is accepted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from napari_parotid.checks import Question, check, slices_meant
from parotid_training.acceptance import Answer
from parotid_training.errors import ParotidError
from parotid_training.labels import Structure
from parotid_training.volume import Grid, LabelMap, Volume

GRID = Grid((100, 60, 30), np.array([[1.0, 0, 0, -50], [0, 1, 0, 0], [0, 0, 3, 0], [0, 0, 0, 1]]))
BRIGHT = Volume(GRID, np.full(GRID.shape, 500.0, np.float32))
RIGHT, LEFT = np.s_[5:20, 10:40, 5:15], np.s_[80:95, 10:40, 5:15]
"""Low x is the patient's right."""


NOWHERE = ("No gland is drawn. Is it absent?", "No tumour is drawn. Is there none?")


def ask(array: np.ndarray, image: Volume = BRIGHT, answers: Any = (Answer.ANNOTATED,)) -> tuple[Question, ...]:
    questions = check(LabelMap(GRID, array), image, answers, 0.0)
    for question in questions:
        if question.where is None:
            assert question.sentence in NOWHERE
            continue
        assert all(0 <= n < size for n, size in zip(question.where, GRID.shape, strict=True)), (
            "there is a place to show"
        )
    return questions


def good() -> np.ndarray:
    array = np.zeros(GRID.shape, np.uint8)
    array[RIGHT] = array[LEFT] = 1
    array[10:15, 15:20, 8:10] = 2
    return array


def test_nothing_is_asked_of_a_sound_mask() -> None:
    assert ask(good()) == ()


def test_an_empty_gland_must_be_said() -> None:
    empty = np.zeros(GRID.shape, np.uint8)
    assert [q.structure for q in ask(empty)] == [Structure.GLAND, Structure.TUMOUR]
    assert [q.where for q in ask(empty)] == [None, None]
    absent = (Answer.ANNOTATED, Answer.RIGHT_ABSENT, Answer.LEFT_ABSENT, Answer.NO_TUMOUR)
    assert ask(empty, answers=absent) == ()
    assert ask(empty, answers=(Answer.NOT_READABLE,)) == ()


@pytest.mark.parametrize(
    ("side", "box", "answer"), [("right", RIGHT, Answer.RIGHT_ABSENT), ("left", LEFT, Answer.LEFT_ABSENT)]
)
def test_a_missing_side_is_asked_about_where_it_would_be(side: str, box: Any, answer: Answer) -> None:
    array = good()
    array[10:15, 15:20, 8:10] = 1
    array[box] = 0
    (question,) = ask(array, answers=(Answer.NO_TUMOUR,))
    assert question.sentence == f"No gland is drawn on the {side}. Is it absent?"
    assert all(edge.start <= n < edge.stop for n, edge in zip(question.where, box, strict=True))
    assert ask(array, answers=(Answer.NO_TUMOUR, answer)) == ()
    full = good()
    (question,) = ask(full, answers=(Answer.ANNOTATED, answer))
    assert question.sentence == f"You say the {side} gland is absent, but it is drawn."
    assert full[question.where] == 1


def test_a_side_that_the_images_do_not_show_is_not_asked_about() -> None:
    narrow = Grid((60, 60, 30), GRID.affine)
    array = good()[:60].copy()
    assert check(LabelMap(narrow, array), Volume(narrow, BRIGHT.array[:60]), (Answer.ANNOTATED,), 0.0) == ()


def test_a_tumour_against_the_answer() -> None:
    (question,) = ask(good(), answers=(Answer.ANNOTATED, Answer.NO_TUMOUR))
    assert "one is drawn" in question.sentence
    assert good()[question.where] == 2


def test_no_healthy_gland_is_pointed_at_as_if_a_tumour_were_suspected_there() -> None:
    healthy = good()
    healthy[healthy == 2] = 1
    (question,) = ask(healthy)
    assert (question.sentence, question.where) == ("No tumour is drawn. Is there none?", None)


def test_a_tumour_outside_the_gland() -> None:
    array = good()
    array[30:36, 20:26, 8:10] = 2
    (question,) = ask(array)
    assert question.sentence == "The tumour on the right lies outside the gland."
    assert array[question.where] == 2
    assert question.where[0] >= 30
    array[20:30, 20:26, 8:10] = 2
    assert ask(array) == (), "it reaches the gland"


def test_islands_are_found_where_they_are() -> None:
    array = good()
    array[30, 51, 20] = 1
    (question,) = ask(array)
    assert question.where == (30, 51, 20)
    array[33, 51, 20] = array[36, 51, 20] = 1
    (question,) = ask(array)
    assert question.sentence.startswith("3 tiny separate pieces of the gland")
    assert {question.where, *question.others} == {(30, 51, 20), (33, 51, 20), (36, 51, 20)}


def test_a_piece_at_the_midline_is_no_small_gland() -> None:
    array = good()
    array[48:52, 28:34, 10:12] = 1
    (question,) = ask(array)
    assert question.words == "0.1 ml of gland lie at the midline. Meant to be there?"
    assert array[question.where] == 1
    assert 48 <= question.where[0] < 52


def test_a_mask_on_air() -> None:
    image = np.full(GRID.shape, 500.0, np.float32)
    image[:9] = 2.0
    questions = ask(good(), Volume(GRID, image))
    assert [q.structure for q in questions] == [Structure.GLAND]
    assert image[questions[0].where] == 2.0


def on_air() -> Volume:
    """An image whose front is air."""
    image = np.full(GRID.shape, 500.0, np.float32)
    image[:, :8] = 2.0
    return Volume(GRID, image)


@pytest.mark.parametrize("structure", [Structure.GLAND, Structure.TUMOUR])
def test_a_small_piece_on_air_is_asked_about_where_it_is(structure: Structure) -> None:
    array = good()
    array[40:45, 1:6, 20] = structure
    (question,) = ask(array, on_air())
    assert question.structure is structure
    assert array[question.where] == structure
    assert question.where[2] == 20
    if structure is Structure.GLAND:
        assert question.sentence == "A separate piece of the gland (0.1 ml) lies where the image is black."
    array[:, :8] = 0
    array[40:45, 9:14, 20] = Structure.GLAND
    assert ask(array, on_air()) == (), "within the head it is nothing to ask about"


def test_volumes_no_gland_has() -> None:
    small = good()
    small[LEFT] = 0
    small[85:90, 10:20, 5:8] = 1
    (question,) = ask(small)
    assert question.sentence == "The gland on the left has 0.5 ml, less than most glands."
    assert small[question.where] == 1
    large = good()
    large[60:99, :, :] = 1
    (question,) = ask(large)
    assert (
        question.sentence.startswith("The gland on the left has 211 ml, more than") or "more than" in question.sentence
    )
    large[60:99, :, :][large[60:99, :, :] == 1] = 2
    assert any("more than most tumours" in q.sentence for q in ask(large))


def test_what_was_passed_over_is_told_without_its_question() -> None:
    tiny = Question("4 tiny separate pieces of the gland.", Structure.GLAND, (0, 0, 0), asked="Meant to be there?")
    assert tiny.words == "4 tiny separate pieces of the gland. Meant to be there?"
    large = Question("The gland has 81.5 ml, more than most glands.", Structure.GLAND, (0, 0, 0))
    assert large.words == large.sentence


def test_slices_are_meant_that_differ_from_the_proposal() -> None:
    proposed = LabelMap(GRID, good())
    corrected = good()
    corrected[30, 30, [7, 20]] = 1
    said = (Answer.ANNOTATED, Answer.SOME_SLICES)
    assert slices_meant(LabelMap(GRID, corrected), proposed, said) == (7, 20)
    assert slices_meant(LabelMap(GRID, good()), None, said) == tuple(range(5, 15)), "where nothing was proposed"
    assert slices_meant(LabelMap(GRID, corrected), proposed, (Answer.ANNOTATED,)) == ()
    question, tiny = check(LabelMap(GRID, corrected), BRIGHT, said, 0.0, (6, 7, 20))
    assert tiny.sentence.startswith("2 tiny")
    assert "axial slices 7–8, 21 and" in question.sentence
    assert question.where[2] == 6
    one, _ = check(LabelMap(GRID, corrected), BRIGHT, said, 0.0, (7,))
    assert one.sentence == "You confirm axial slice 8 and no other. Is it right?"
    assert question.answer is Answer.SOME_SLICES
    with pytest.raises(ParotidError, match="none was changed"):
        slices_meant(proposed, proposed, said)


def test_of_the_slices_stood_for_loose_pieces_are_asked_about_and_of_no_others() -> None:
    array = good()
    array[25:30, 1:6, 7] = array[30:35, 1:6, 20] = 1  # on air
    array[40:45, 30:35, 7] = array[40:45, 30:35, 20] = 2  # far from all gland
    array[60, 40, 7] = array[60, 40, 20] = 1
    said = (Answer.ANNOTATED, Answer.SOME_SLICES)
    for slices in ((7,), (20,)):
        _, far, tiny, air = check(LabelMap(GRID, array), on_air(), said, 0.0, slices)
        assert far.sentence.endswith("lies outside the gland.")
        assert tiny.sentence.startswith("One tiny")
        assert "black" in air.sentence
        assert all(one.where[2] == slices[0] and array[one.where] for one in (far, tiny, air))
    assert len(check(LabelMap(GRID, array), on_air(), said, 0.0, (9,))) == 1, "a slice of a gland is no small gland"
