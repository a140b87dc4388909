"""The experiment's cells: stopped and continued, shared pretraining, and nobody judged who was learned from."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from parotid_training.__main__ import main
from parotid_training.errors import CancelledError, ParotidError
from parotid_training.experiments import pretraining as module
from parotid_training.experiments.labelled_cases import LabelledCase
from parotid_training.experiments.painted_pool import Pool
from parotid_training.experiments.pretraining import Plan, run
from parotid_training.experiments.pretraining_cells import ALL, TRANSFERS, Sizes, plan_cells, read_results
from parotid_training.learn.training_case import save_case
from parotid_training.model.checkpoint import read_description
from parotid_training.model.config import NETWORKS
from parotid_training.progress import ignore_progress, never
from parotid_training.study import Role, Sequence, Study
from parotid_training.volume import Grid, LabelMap, Volume
from tests.engine.experiments.conftest import DEVELOPMENT, TRAINING, VALIDATION
from tests.engine.learn.toys import toy_case

if TYPE_CHECKING:
    from pathlib import Path

    from parotid_training.experiments.pretraining_cells import Arm, Result
    from tests.engine.experiments.conftest import Bench

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")

SIZES = Sizes(
    steps=24, batch=1, rate=3e-3, pretrain_steps=4, pretrain_batch=4, paintings=1, threads=1, network=NETWORKS["tiny"]
)


@pytest.fixture
def plan(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plan:
    """Two cells on small toys instead of paintings; who learns and who is judged is as it would be."""

    def keep(pool: Pool, patient: Path, turn: int) -> None:
        case = toy_case(TRAINING.index(patient.stem))
        save_case(pool.place(patient, turn), replace(case, name=patient.stem))

    def judged(anatomy: Path, split: str, *_: object) -> tuple[LabelledCase, ...]:
        name = DEVELOPMENT if split == "development" else VALIDATION
        return (LabelledCase(name, small_study),)

    monkeypatch.setattr(Pool, "keep", keep)
    monkeypatch.setattr(module, "painted_cases", judged)
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "ct").symlink_to(bench.cache / "ct")
    return Plan(bench.anatomy, tmp_path / "runs", tmp_path / "cache", cells_of("scratch", "recommended"), SIZES)


def small_study() -> tuple[Study, LabelMap]:
    grid = Grid((40, 46, 8), np.diag([4.0, 4.0, 6.0, 1.0]))
    x, y, _ = np.mgrid[:40, :46, :8]
    head = ((x - 20) / 18) ** 2 + ((y - 23) / 21) ** 2 < 1
    label = np.zeros(grid.shape, np.uint8)
    label[8:13, 20:27, 2:6] = 1
    label[28:31, 20:23, 3:5] = 2
    signal = np.where(head, 100.0, 0.0) + 80.0 * label
    return Study((Sequence(Role.T1W, Volume(grid, signal.astype(np.float32))),)), LabelMap(grid, label)


def cells_of(*arms: Arm, budgets: tuple[int, ...] = (2,)) -> Any:
    return plan_cells(arms, ["encoder"], budgets, [1], "runs/some")


def go(plan: Plan, progress: Any = ignore_progress, cancelled: Any = never) -> tuple[Result, ...]:
    run(plan, plan.runs / "report", progress, cancelled)
    return untimed(read_results(plan.runs, plan.split))


def untimed(results: tuple[Result, ...]) -> tuple[Result, ...]:
    return tuple(replace(r, cases=tuple(replace(case, seconds=0.0) for case in r.cases)) for r in results)


class Stop:
    """Asks to stop once the recommended arm says certain words."""

    def __init__(self, words: str) -> None:
        self.words, self.heard = words, False

    def listen(self, _: float, said: str) -> None:
        self.heard |= "recommended" in said and self.words in said

    def asked(self) -> bool:
        return self.heard


@pytest.mark.slow
def test_stopped_anywhere_it_ends_as_an_unbroken_one(plan: Plan, tmp_path: Path) -> None:
    whole = go(plan)
    broken = replace(plan, runs=tmp_path / "broken")
    for words in ("step 2 of 4,", "step 20 of 24,"):
        stop = Stop(words)
        with pytest.raises(CancelledError):
            go(broken, stop.listen, stop.asked)
        assert stop.heard
        # The finished cell is there and reported, the broken one is not.
        (finished,) = read_results(broken.runs, "development")
        assert finished.record.arm == "scratch"
        assert "contrastive (recommended), encoder: 5 patients" in (broken.runs / "report/pretraining.md").read_text()
    assert go(broken) == whole
    assert len(whole) == 2


def test_finished_cells_are_not_run_again(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = replace(plan, cells=cells_of("scratch"), sizes=replace(SIZES, steps=2))
    first = go(plan)

    def fail(*_: object) -> None:
        raise AssertionError("run again")

    monkeypatch.setattr(module, "run_cell", fail)
    assert go(plan) == first


def test_one_pretraining_serves_all_cells_of_its_mode_and_seed_and_sees_no_label(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    pretrain = module.pretrain

    def watched(folder: Path, settings: Any, source: Any, *rest: Any) -> str:
        seen.append((folder.name, [case.name for case in source], any(case.label.any() for case in source)))
        return pretrain(folder, settings, source, *rest)

    monkeypatch.setattr(module, "pretrain", watched)
    cells = plan_cells(["recommended"], TRANSFERS, [2], [1])
    both = go(replace(plan, cells=cells, sizes=replace(SIZES, steps=4)))
    assert seen == [("recommended-seed-1", list(TRAINING), False)]
    assert {result.record.transfer for result in both} == {"encoder", "encoder+decoder"}
    assert both[0].model_id != both[1].model_id


def test_a_cell_learns_from_its_patients_alone_and_nobody_judged_is_among_them(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained: dict[str, list[str]] = {}
    train_on = module.train_on

    def watched(folder: Path, settings: Any, source: Any, *rest: Any) -> str:
        trained[folder.parent.name] = [case.name for case in source]
        return train_on(folder, settings, source, *rest)

    monkeypatch.setattr(module, "train_on", watched)
    cells = plan_cells(["scratch"], TRANSFERS, [1, 2, ALL], [1, 2])
    results = go(replace(plan, cells=cells, sizes=replace(SIZES, steps=2)))
    assert len(results) == len(trained) == 6
    for result in results:
        record = result.record
        assert trained[record.cell.name] == list(record.labelled)
        assert len(record.labelled) == (record.budget or 4)
        assert [case.case for case in result.cases] == [DEVELOPMENT]
        facts = read_description(plan.runs / "cells" / record.cell.name / "training" / "model")["facts"]
        assert facts["patients"] == list(record.labelled)
    labelled = {(r.record.budget, r.record.seed): set(r.record.labelled) for r in results}
    for seed in (1, 2):
        assert labelled[1, seed] < labelled[2, seed] < labelled[ALL, seed] == set(TRAINING)


@pytest.mark.parametrize("whose", ["patients", "seen_before"])
def test_a_start_that_learned_from_those_judged_is_refused(plan: Plan, whose: str) -> None:
    go(replace(plan, cells=cells_of("scratch"), sizes=replace(SIZES, steps=2)))
    start = next((plan.runs / "cells").iterdir()) / "training"
    supervised = replace(plan, cells=cells_of("supervised"), sizes=replace(SIZES, steps=2), start=str(start))
    (found,) = (result for result in go(supervised) if result.record.arm == "supervised")
    assert found.record.start.startswith("the run training (model")
    description = json.loads((start / "model" / "model.json").read_text())
    description["facts"][whose] = [VALIDATION]
    (start / "model" / "model.json").write_text(json.dumps(description))
    with pytest.raises(ParotidError, match="had been learned from"):
        go(replace(supervised, split="validation"))


def test_validation_patients_are_judged_only_when_asked_for_and_by_the_same_models(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = replace(plan, cells=cells_of("scratch"), sizes=replace(SIZES, steps=2))
    (developed,) = go(plan)
    assert read_results(plan.runs, "validation") == ()

    def fail(*_: object) -> None:
        raise AssertionError("trained again")

    monkeypatch.setattr(module, "train_on", fail)
    (validated,) = go(replace(plan, split="validation"))
    assert validated.model_id == developed.model_id
    assert [case.case for case in validated.cases] == [VALIDATION]


def test_other_sizes_in_the_same_folder_are_refused(plan: Plan) -> None:
    plan = replace(plan, cells=cells_of("scratch"), sizes=replace(SIZES, steps=2))
    go(plan)
    with pytest.raises(ParotidError, match="other sizes") as caught:
        go(replace(plan, sizes=replace(SIZES, steps=3)))
    assert "--runs" in caught.value.remedy
    go(replace(plan, sizes=replace(plan.sizes, threads=2)))


def test_the_command_does_it_all(plan: Plan, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = (
        f"experiment pretraining --anatomy {plan.anatomy} --cache {plan.cache} --runs {plan.runs} "
        f"--out {tmp_path / 'out'} --arms scratch paper --budgets 1 all --seeds 1 --threads 1 "
        "--network tiny --steps 2 --batch 2 --pretrain-steps 1 --pretrain-batch 4 --paintings 1"
    )
    assert main(command.split()) == 0
    said = capsys.readouterr().out
    for start in ("| 1 | scratch | 1 |", "| 4 | contrastive (paper mode), encoder | 1 |"):
        assert start in said
    assert str(tmp_path / "out" / "pretraining.md") in said
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "pretraining.md", "pretraining.csv", "pretraining.png",
    }  # fmt: skip
    sizes = json.loads((plan.runs / "settings.json").read_text())
    assert (sizes["steps"], sizes["pretrain_batch"], sizes["network"]["embed_dim"]) == (2, 4, 12)


def test_a_decoder_that_cannot_mirror_is_refused_before_anything_trains(plan: Plan) -> None:
    cells = plan_cells(["paper"], ["mirrored"], [2], [1])
    assert [cell.variant for cell in cells] == [("paper", "mirrored")]
    with pytest.raises(ParotidError, match="mirror"):
        go(replace(plan, cells=cells))
    assert not plan.runs.exists()
    swin = replace(SIZES, network=replace(NETWORKS["tiny"], decoder="swin"))
    (result,) = go(replace(plan, cells=cells, sizes=swin))
    assert result.record.transfer == "mirrored"
