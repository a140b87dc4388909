"""Paintings of patients: made once, the same for everyone, and without labels where none may be seen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from parotid_training.errors import CancelledError
from parotid_training.experiments.painted_pool import Pool
from parotid_training.model.config import NETWORKS
from parotid_training.progress import ignore_progress, never

if TYPE_CHECKING:
    from pathlib import Path

    from parotid_training.experiments.painted_pool import KeptCases
    from tests.engine.experiments.conftest import Bench


def cases(pool: Pool, patients: tuple[Path, ...], *, labelled: bool = True) -> KeptCases:
    return pool.cases(patients, labelled=labelled, progress=ignore_progress, cancelled=never)


def test_a_painting_is_made_once_and_is_the_same_whoever_asks(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = Pool(bench.cache, NETWORKS["tiny"], paintings=1)
    found = cases(pool, bench.patients[:2])
    assert [case.name.rpartition("-")[0] for case in found] == [path.stem for path in bench.patients[:2]]
    # The toys hold one CT: what tells two of them apart is the seed of their paintings.
    assert not np.array_equal(found[0].array, found[1].array)

    (tmp_path / "ct").symlink_to(bench.cache / "ct")
    elsewhere = cases(replace(pool, cache=tmp_path), bench.patients[1:2])
    np.testing.assert_array_equal(elsewhere[0].array, found[1].array)

    def fail(*_: object) -> None:
        raise AssertionError("painted again")

    monkeypatch.setattr(Pool, "keep", fail)
    assert len(cases(replace(pool, config=NETWORKS["compact"]), bench.patients[:2])) == 2


def test_without_labels_nothing_of_the_truth_is_left(bench: Bench) -> None:
    pool = Pool(bench.cache, NETWORKS["tiny"], paintings=1)
    seen = cases(pool, bench.patients[:2])
    blind = cases(pool, bench.patients[:2], labelled=False)
    assert any(case.label.any() for case in seen)
    assert not any(case.label.any() or case.tissue is not None for case in blind)
    assert all(case.tissue is not None for case in seen)
    assert blind.at(0) is blind
    for one, other in zip(seen[:], blind[:], strict=True):
        np.testing.assert_array_equal(one.array, other.array)


def test_painting_can_be_cancelled_and_what_was_made_stays(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "ct").symlink_to(bench.cache / "ct")
    pool = Pool(tmp_path, NETWORKS["tiny"], paintings=1)
    with pytest.raises(CancelledError):
        pool.cases(bench.patients, labelled=True, progress=ignore_progress, cancelled=lambda: True)
    assert [pool.place(patient, 0).is_file() for patient in bench.patients] == [True, False, False, False]


@pytest.mark.slow
def test_worker_processes_paint_the_same(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "ct").symlink_to(bench.cache / "ct")
    alone = cases(Pool(bench.cache, NETWORKS["tiny"], paintings=1), bench.patients[:2])
    together = cases(Pool(tmp_path, NETWORKS["tiny"], paintings=1, workers=2), bench.patients[:2])
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one.array, other.array)
