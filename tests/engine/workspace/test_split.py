"""Which cases are learned from: no patient in both parts, the newest held out, frozen from ten on."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import pytest
import toys

from parotid_training.acceptance import Acceptance, Answer
from parotid_training.errors import ParotidError
from parotid_training.io.casefolder import read_case_description
from parotid_training.workspace.records import JobState, Split

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotid_training.workspace.store import Store


def patients(store: Store) -> tuple[list[str], list[str]]:
    keys = {case.case_id: case.patient_key for case in store.cases()}
    split = store.split()
    assert not {keys[case] for case in split.train} & {keys[case] for case in split.holdout}
    return [keys[case] for case in split.train], [keys[case] for case in split.holdout]


def test_one_patient_alone_cannot_be_learned_from(store: Store, accept: Callable[..., Any]) -> None:
    for _ in range(3):
        accept(store, "only")
    assert store.split().holdout == ()
    with pytest.raises(ParotidError, match="at least two patients"):
        store.request_finetune()


@pytest.mark.parametrize(("count", "held"), [(2, 1), (4, 1), (7, 1), (8, 2), (9, 2)])
def test_below_ten_the_newest_fifth_is_held_out(
    store: Store, accept: Callable[..., Any], count: int, held: int
) -> None:
    for n in range(count):
        accept(store, f"p{n}")
    train, holdout = patients(store)
    assert train == [store.patient_key(f"p{n}") for n in range(count - held)]
    assert holdout == [store.patient_key(f"p{n}") for n in range(count - held, count)]


def test_a_patient_is_learned_from_by_all_studies_and_judges_by_the_last(
    store: Store, accept: Callable[..., Any]
) -> None:
    cases = [accept(store, patient).case_id for patient in ("b", "c", "c", "a", "a", "a")]
    split = store.split()
    assert (split.train, split.holdout) == (tuple(cases[:3]), tuple(cases[5:])), "no patient counts twice"


def test_visits_make_no_patients(store: Store, accept: Callable[..., Any]) -> None:
    for n in range(12):
        accept(store, f"p{n % 4}", seed=n)
    assert patients(store)[1] == [store.patient_key("p3")], "a fifth of four patients, not of twelve studies"
    accept(store, "p4")
    assert patients(store)[1] == [store.patient_key("p4")], "nothing is frozen below ten patients"


def test_two_readers_masks_of_a_study_count_once(store: Store, accept: Callable[..., Any]) -> None:
    ids = [accept(store, patient).study_id for patient in ("a", "b")]

    def beside(study_id: str, who: str) -> str:
        study, label_map = toys.make_study(zlib.crc32(study_id.encode()), "x")
        answers = (Answer.ANNOTATED,)
        return store.accept(study_id, study, label_map, Acceptance(who, answers, beside=True)).case_id

    last = [beside(study_id, "Grace") for study_id in ids]
    assert len(store.cases()) == 4
    split = store.split()
    assert (split.train, split.holdout) == ((last[0],), (last[1],))
    without = store.case_shelf.split(last)
    assert without.holdout == (store.cases()[1].case_id,), "the other reader's, where this one cannot be used"
    for study_id in ids:
        store.approve(study_id, "Ada")
        beside(study_id, "Alan")
    split = store.split()
    assert (split.train, split.holdout) == ((last[0],), (last[1],)), "a second person stands for these"


def test_who_was_learned_from_is_not_held_out_later(store: Store, accept: Callable[..., Any]) -> None:
    first = accept(store, "a")
    for patient in ("b", "c"):
        accept(store, patient)
    before = store.split()
    study, label_map = toys.make_study(zlib.crc32(b"a"), "a")
    anew = store.accept(first.study_id, study, label_map, Acceptance("reader"))
    assert store.split().holdout == before.holdout, "a mask that is put right, and learned from again"
    assert anew.case_id in store.split().train
    accept(store, "b")
    assert store.split().holdout == before.holdout, "another visit"


def test_who_was_learned_from_judges_only_where_nobody_else_can(store: Store, accept: Callable[..., Any]) -> None:
    first, second = accept(store, "a"), accept(store, "b")
    some = accept(store, "c", answers=(Answer.ANNOTATED, Answer.SOME_SLICES), slices=(0,))
    before = store.split()
    assert before == Split((first.case_id, some.case_id), (second.case_id,))
    run = store.request_finetune().run
    store.queue.mark_running(run)
    store.queue.finish(run, JobState.REFUSED, "said")
    study, label_map = toys.make_study(zlib.crc32(b"c"), "c")
    whole = store.accept(some.study_id, study, label_map, Acceptance("reader"))
    assert store.split().holdout == (second.case_id,), "c is newer, and the version in use knows it"
    left = store.case_shelf.split((second.case_id,))
    assert left == Split((first.case_id,), (whole.case_id,)), "nobody else can"


def test_who_shares_images_is_one_patient(store: Store, accept: Callable[..., Any]) -> None:
    """Files that name nobody were added twice, from two places."""
    accept(store, "a")
    study, label_map = toys.make_study(3)
    twice = []
    for _ in range(2):
        record = store.add_study(None, patient_key="")
        twice.append(store.accept(record.study_id, study, label_map, Acceptance("reader")))
    assert twice[0].patient_key != twice[1].patient_key
    split = store.split()
    assert split.holdout == (twice[1].case_id,)
    assert twice[0].case_id not in split.train
    assert store.case_shelf.patients(case.case_id for case in store.cases()) == 2
    for n in range(9):
        accept(store, f"p{n}")
    parts = {row["patient_key"]: row["part"] for row in store.database.rows("SELECT * FROM patients")}
    assert parts[twice[0].patient_key] == parts[twice[1].patient_key]
    train = store.split().train
    assert [case.case_id in train for case in twice] == [parts[twice[0].patient_key] == "train"] * 2
    # Which of both counts depends on what can be used.
    alone = store.case_shelf.split((twice[0].case_id,))
    assert twice[1].case_id in (*alone.train, *alone.holdout)


def test_from_ten_on_the_split_is_frozen_and_new_patients_keep_the_fifth(
    store: Store, accept: Callable[..., Any]
) -> None:
    for n in range(10):
        accept(store, f"p{n}")
    train, holdout = patients(store)
    assert len(holdout) == 2
    for n in range(10, 20):
        accept(store, f"p{n}")
        accept(store, f"p{n % 10}", seed=n)
        later_train, later_holdout = patients(store)
        assert set(train) <= set(later_train)
        assert set(holdout) <= set(later_holdout)
        train, holdout = later_train, later_holdout
    assert len(holdout) == 4, "a fifth of twenty patients"


def test_a_study_of_which_only_some_slices_are_meant_teaches_and_never_judges(
    store: Store, accept: Callable[..., Any]
) -> None:
    some = {"answers": (Answer.ANNOTATED, Answer.SOME_SLICES), "slices": (1, 2)}
    only = accept(store, "a", **some).case_id
    accept(store, "b", **some)
    assert store.split().holdout == ()
    whole = accept(store, "c").case_id
    newest = accept(store, "d", **some).case_id
    assert store.split().holdout == (whole,)
    assert {only, newest} < set(store.split().train)
    assert read_case_description(store.case_folder(newest))["facts"]["slices"] == [1, 2]
    assert "slices" not in read_case_description(store.case_folder(whole))["facts"]
    for n in range(20):
        accept(store, f"p{n}", **(some if n % 2 else {}))
    judges = store.split().holdout
    assert len(judges) >= 4
    for case in [case for case in store.cases() if case.case_id in judges]:
        study, mask = toys.make_study(0, case.patient_key)
        store.accept(case.study_id, study, mask, Acceptance("reader", **some))
    assert store.split().holdout == ()
    with pytest.raises(ParotidError, match="every slice is right"):
        store.request_finetune()
    for n in range(3):
        accept(store, f"later {n}")
    assert len(store.split().holdout) == 3, "those who cannot judge any more are made good for"
    with pytest.raises(ParotidError, match="which slices"):
        accept(store, "none", answers=some["answers"])
    keys = {case.case_id: case for case in store.cases()}
    assert all(keys[case].is_whole for case in store.split().holdout)


@pytest.mark.parametrize("absent", [(Answer.GLAND_ABSENT,), (Answer.RIGHT_ABSENT, Answer.LEFT_ABSENT)])
def test_a_study_without_a_gland_judges_no_version(
    store: Store, accept: Callable[..., Any], absent: tuple[Answer, ...]
) -> None:
    first, one_sided = accept(store, "a"), accept(store, "b", answers=(Answer.ANNOTATED, Answer.LEFT_ABSENT))
    empty = accept(store, "c", answers=(Answer.ANNOTATED, Answer.NO_TUMOUR, *absent))
    assert store.split().holdout == (one_sided.case_id,)
    assert store.split().train == (first.case_id, empty.case_id)


def test_unreadable_studies_are_in_neither_part(store: Store, accept: Callable[..., Any]) -> None:
    accept(store, "a")
    accept(store, "b")
    odd = accept(store, "c", answers=(Answer.NOT_READABLE,))
    split = store.split()
    assert odd.case_id not in (*split.train, *split.holdout)
    assert (len(split.train), len(split.holdout)) == (1, 1)
