"""Cases to measure by: read from folders, painted, made; each kind from its own patients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from parotid_training.acceptance import Answer
from parotid_training.errors import ParotidError
from parotid_training.experiments.labelled_cases import (
    LabelledCase,
    Scanner,
    folder_cases,
    keep_apart,
    painted_cases,
    phantom_studies,
)
from parotid_training.io.casefolder import write_case_folder
from parotid_training.io.nifti import write_label_map, write_volume
from parotid_training.progress import ignore_progress, never
from parotid_training.study import Role, Study
from parotid_training.volume import LabelMap
from tests.engine.anatomy.toy_ct import write_toy_ct
from tests.engine.experiments.toy_cases import labelled

if TYPE_CHECKING:
    from pathlib import Path


def test_folders_of_both_kinds_are_read(tmp_path: Path) -> None:
    study, truth = labelled(tumour=True)
    write_case_folder(tmp_path / "a", study, truth, {})
    for name in ("b", "c"):
        (tmp_path / name).mkdir()
        write_volume(tmp_path / name / "T1w.nii.gz", study.sequences[0].volume)
    write_label_map(tmp_path / "b" / "mask.nii.gz", truth)
    cases = folder_cases(tmp_path)
    assert [case.name for case in cases] == ["a", "b"]
    for case in cases:
        _, read = case.load()
        np.testing.assert_array_equal(read.array, truth.array)
    write_label_map(tmp_path / "b" / "other_seg.nii.gz", truth)
    with pytest.raises(ParotidError, match="b holds 2 masks"):
        folder_cases(tmp_path)


def test_of_accepted_cases_the_latest_readable_one_of_a_study_counts(tmp_path: Path) -> None:
    study, truth = labelled()
    for name, when, answer in (
        ("first", "2026-01-01T10:00:00", "annotated"),
        ("second", "2026-01-02T10:00:00", "annotated"),
    ):
        write_case_folder(tmp_path / name, study, truth, {"study": "s", "accepted": when, "answers": [answer]})
    for name, answer in (("unreadable", Answer.NOT_READABLE), ("some", Answer.SOME_SLICES)):
        facts = {"study": name, "accepted": "2026-01-01T10:00:00", "answers": [answer.value]}
        write_case_folder(tmp_path / name, study, truth, facts)
    assert [case.name for case in folder_cases(tmp_path)] == ["second"]


def test_a_study_that_was_learned_from_is_left_out_however_it_was_corrected_since(tmp_path: Path) -> None:
    study, truth = labelled()
    for name, which, when in (("one", "s", 1), ("two", "s", 2), ("three", "t", 1)):
        facts = {"study": which, "accepted": f"2026-01-0{when}T10:00:00", "answers": ["annotated"]}
        write_case_folder(tmp_path / name, study, truth, facts)
    assert [case.name for case in folder_cases(tmp_path)] == ["three", "two"]
    assert [case.name for case in folder_cases(tmp_path, {"one"})] == ["three"]
    with pytest.raises(ParotidError, match="learned from every"):
        folder_cases(tmp_path, {"one", "three"})


def test_nobody_learned_from_may_be_judged_by() -> None:
    def never_read() -> tuple[Study, LabelMap]:
        raise AssertionError("read")

    cases = [LabelledCase("e-2", never_read, "e"), LabelledCase("f", never_read)]
    keep_apart(["a", "e-2"], cases)
    for name in ("e", "f"):
        with pytest.raises(ParotidError, match=f"{name} is one"):
            keep_apart(["a", name], cases)


def test_a_folder_without_labelled_cases_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParotidError, match="No labelled case"):
        folder_cases(tmp_path)


def test_painted_cases_come_from_one_split_and_are_the_same_each_time(tmp_path: Path) -> None:
    for number in range(1, 12):
        write_toy_ct(tmp_path / f"train-pats_pt_{number}.npz")
    write_toy_ct(tmp_path / "validation-pats_pt_9.npz")
    cache = tmp_path / "cache"
    development = painted_cases(tmp_path, "development", cache, ignore_progress, never)
    validation = painted_cases(tmp_path, "validation", cache, ignore_progress, never)
    assert [case.name for case in development] == ["train-pats_pt_10"]
    assert [case.name for case in validation] == ["validation-pats_pt_9"]
    first, again = validation[0].load(), validation[0].load()
    np.testing.assert_array_equal(first[1].array, again[1].array)
    assert first[0].roles == (Role.T1W, Role.T2W, Role.STIR, Role.T1W_GD)
    twice = painted_cases(tmp_path, "validation", cache, ignore_progress, never, 2)
    assert [case.name for case in twice] == ["validation-pats_pt_9", "validation-pats_pt_9-2"]
    assert {case.patient for case in twice} == {"validation-pats_pt_9"}
    scans = [case.load()[1].array for case in twice]
    np.testing.assert_array_equal(scans[0], first[1].array)
    assert [bool((scan == 2).any()) for scan in scans] == [True, False], "every other painting has a tumour"


@pytest.mark.parametrize(("scanner", "role", "tumour"), [("VOLUMETRIC", Role.T1W, False), ("HOSPITAL", Role.T2W, True)])
def test_other_scanners_can_be_asked_for(tmp_path: Path, scanner: str, role: Role, tumour: bool) -> None:
    write_toy_ct(tmp_path / "validation-pats_pt_9.npz")
    (case,) = painted_cases(tmp_path, "validation", tmp_path / "cache", ignore_progress, never, 1, Scanner[scanner])
    study, truth = case.load()
    assert study.roles == (role,)
    assert bool((truth.array == 2).any()) is tumour


def test_phantoms_have_names_and_seeds_of_their_own() -> None:
    assert [case.name for case in phantom_studies(2)] == ["phantom-0", "phantom-1"]
