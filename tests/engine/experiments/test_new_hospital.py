"""Who is learned from and who is judged, and that the new hospital scans otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from parotid_training.errors import ParotidError
from parotid_training.experiments.new_hospital import NOISE, SLICE_MM, Patient, find_patients
from parotid_training.learn.painted import split_patients, usable_patients, without_clinic
from parotid_training.model.config import NETWORKS
from parotid_training.progress import ignore_progress, never
from parotid_training.study import Role
from tests.engine.experiments.conftest import DEVELOPMENT, TRAINING

if TYPE_CHECKING:
    from tests.engine.experiments.conftest import Bench


def test_nobody_is_judged_who_is_learned_from(bench: Bench) -> None:
    pool, judged = find_patients(bench.anatomy, bench.cache, 3, 1, ignore_progress, never)
    assert {one.name for one in pool} < set(TRAINING)
    assert [one.name for one in judged] == [DEVELOPMENT]
    again, _ = find_patients(bench.anatomy, bench.cache, 2, 1, ignore_progress, never)
    assert again == pool[:2], "fewer are the first of more"
    with pytest.raises(ParotidError, match="only 4"):
        find_patients(bench.anatomy, bench.cache, 5, 1, ignore_progress, never)


def test_a_base_can_be_kept_from_those_who_come_in(bench: Bench) -> None:
    training, _ = split_patients(bench.anatomy)
    usable = usable_patients(training, bench.cache / "ct")
    coming, _ = find_patients(bench.anatomy, bench.cache, 2, 1, ignore_progress, never)
    learned_from = without_clinic(training, usable, 2)
    assert {path.stem for path in usable} - {path.stem for path in learned_from} == {one.name for one in coming}
    assert without_clinic(training, usable, 0) == usable


def test_the_new_hospital_scans_one_sequence_in_thick_slices(bench: Bench) -> None:
    (patient,), _ = find_patients(bench.anatomy, bench.cache, 1, 1, ignore_progress, never)
    study, truth = patient.scan("new")
    assert study.roles == (Role.T2W,)
    assert SLICE_MM[0] <= max(study.grid.spacing) <= SLICE_MM[1]
    assert truth.grid.same_as(study.grid)
    assert (truth.array == 1).any()
    base, _ = patient.scan("base")
    assert len(base.sequences) == 4
    again, _ = patient.scan("new")
    np.testing.assert_array_equal(again.sequences[0].volume.array, study.sequences[0].volume.array)
    # Air around the head shows the noise, Rician: its mean is 1.25 deviations.
    air = float(np.percentile(study.sequences[0].volume.array, 5)) / 1000
    assert NOISE[0] / 4 < air < 2 * NOISE[1]


def test_a_case_is_prepared_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bench: Bench) -> None:
    (patient,), _ = find_patients(bench.anatomy, bench.cache, 1, 1, ignore_progress, never)
    made = patient.case("new", tmp_path, NETWORKS["tiny"])
    assert made.present == (False, True, False, False)

    def fail(*_: object) -> None:
        raise AssertionError("scanned again")

    monkeypatch.setattr(Patient, "scan", fail)
    np.testing.assert_array_equal(patient.case("new", tmp_path, NETWORKS["tiny"]).array, made.array)


def test_without_anatomy_there_are_synthetic_heads() -> None:
    pool, judged = find_patients(None, Path(), 2, 2, ignore_progress, never)
    assert len({one.seed for one in (*pool, *judged)}) == 4
    assert all(one.ct is None for one in (*pool, *judged))
