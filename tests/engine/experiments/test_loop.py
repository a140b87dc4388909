"""The simulated clinic: what is kept, what is not done twice, and one real round."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from parotid_training.errors import CancelledError
from parotid_training.experiments import clinic as clinic_module
from parotid_training.experiments import loop as module
from parotid_training.experiments.clinic import Clinic, Read, Round, read_results
from parotid_training.experiments.loop import Plan, Sizes, run
from parotid_training.experiments.loop_report import tabulate, write_report
from parotid_training.progress import ignore_progress, never
from parotid_training.workspace.records import JobState
from parotid_training.workspace.store import Store
from tests.engine.experiments.toy_clinic import toy_patients, write_base

if TYPE_CHECKING:
    from pathlib import Path

READ = (
    Read(1, "p1", 1, 0.2, None, 40, 10.0),
    Read(2, "p2", 1, 0.4, 0.5, 20, 5.0),
    Read(3, "p3", 2, 0.7, None, 8, 2.0),
)
ROUNDS = (Round(2, "promoted", "Used from now on: better.", 2, 0.6, None, 90.0, 0.3, 0.65),)


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plan:
    monkeypatch.setattr(module, "find_patients", toy_patients)
    sizes = Sizes(studies=4, every=2, judged=1, steps=2, batch=2, replay=1, base_set=1)
    return Plan(None, write_base(tmp_path / "base"), tmp_path / "runs", tmp_path / "cache", sizes)


def test_a_line_for_the_studies_between_two_rounds() -> None:
    first, second = tabulate(READ, ROUNDS, 2).splitlines()[2:]
    assert first.startswith(
        "| 1-2 | version 1 | 0.300 (0.200-0.400) | 0.500 (0.500-0.500) | 30 | 7.5 | promoted | 0.300, 0.650 | 1.5"
    )
    assert second.startswith("| 3-3 | version 2 | 0.700 (0.700-0.700) | - | 8 | 2.0 | - | - | - | - |")


def test_the_report_marks_every_round(tmp_path: Path) -> None:
    refused = Round(3, "refused", "Not used: worse.", 2, 0.6, None, 60.0)
    write_report(tmp_path, READ, (*ROUNDS, refused), Sizes(every=2), "m" * 64, "OpenKBP patients painted as MR")
    text = (tmp_path / "loop.md").read_text("utf-8")
    assert "parotid experiment loop --anatomy OPENKBP --every 2\n" in text
    assert "- after 2 studies: Used from now on: better." in text
    assert "- after 3 studies: Not used: worse." in text
    assert (tmp_path / "loop.png").stat().st_size > 10_000
    assert (tmp_path / "loop.csv").read_text().count("\n") == 4
    assert "The base learned from none of the patients who come in" in text
    write_report(tmp_path, READ, ROUNDS, Sizes(every=2), "m" * 64, "OpenKBP patients painted as MR", {"p1", "p3", "p9"})
    assert "Of the 3 patients who come in the base learned from 2" in (tmp_path / "loop.md").read_text("utf-8")


def test_studies_are_read_once_and_the_round_is_asked_for_once(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    monkeypatch.setattr(clinic_module.Jobs, "start", lambda jobs, job: started.append(job.run))
    monkeypatch.setattr(clinic_module, "LOOK_SECONDS", 0.0)
    for _ in range(2):
        with pytest.raises(CancelledError):
            run(plan, plan.runs / "out", ignore_progress, lambda: bool(started))
        read, rounds = read_results(plan.runs)
        assert [one.number for one in read] == [1, 2]
        assert rounds == ()
    with Store.open(plan.runs / "workspace", read_only=True) as store:
        assert len(store.cases()) == 2
        assert len(store.jobs()) == 1
        assert all(record.state.is_accepted for record in store.studies())
        assert all(record.unsure is not None for record in store.studies())


def test_another_clinic_begins_after_the_patients_passed_over(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clinic_module.Jobs, "start", lambda jobs, job: None)
    other = replace(plan, sizes=replace(plan.sizes, skip=3))
    with pytest.raises(CancelledError):
        run(other, plan.runs / "out", ignore_progress, lambda: len(read_results(plan.runs)[0]) == 1)
    (first,) = read_results(plan.runs)[0]
    came, _ = toy_patients(None, plan.cache, 7, 1, ignore_progress, never)
    assert first.patient == came[3].name


@pytest.mark.slow
def test_a_clinic_to_its_end(plan: Plan) -> None:
    run(plan, plan.runs / "out", ignore_progress, never)
    read, rounds = read_results(plan.runs)
    assert [one.number for one in read] == [1, 2, 3, 4]
    assert [one.after for one in rounds] == [2, 4]
    assert {one.state for one in rounds} <= {"promoted", "refused"}
    assert all(one.dabs > 0 for one in read)
    assert json.loads((plan.runs / "rounds" / "002.json").read_text())["sentence"]
    # The toy base has learned nothing yet, so there may be nothing to compare.
    assert all(one.held_after is not None or "neither version finds anything" in one.sentence for one in rounds)


def test_the_time_of_a_round_ends_with_its_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]

    def later(seconds: float, result: Any) -> Any:
        clock[0] += seconds
        return result

    monkeypatch.setattr(clinic_module, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    job = SimpleNamespace(state=JobState.REFUSED, sentence="Not used.", verdict=None)
    clinic: Any = Clinic.__new__(Clinic)
    clinic.runs = tmp_path
    clinic.store = SimpleNamespace(questions=tuple, current_model=lambda: SimpleNamespace(number=1))
    monkeypatch.setattr(clinic, "_job", lambda after: job)
    monkeypatch.setattr(clinic, "_wait", lambda *_: later(90.0, job))
    monkeypatch.setattr(clinic, "_try_unseen", lambda _: later(600.0, (0.6, None)))
    clinic.learn(2, ignore_progress, never)
    assert read_results(tmp_path)[1][0].seconds == 90.0
