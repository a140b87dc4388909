from __future__ import annotations

import json
import shutil
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from parotid_training.anatomy.phantom import PhantomSettings, make_phantom
from parotid_training.errors import CancelledError, ParotidError
from parotid_training.io.casefolder import read_case_folder, write_case_folder
from parotid_training.learn import finetune as finetune_module
from parotid_training.learn import gather as gather_module
from parotid_training.learn import job as job_module
from parotid_training.learn import synthetic as synthetic_module
from parotid_training.learn.adapt import Fit
from parotid_training.learn.finetune import finetune
from parotid_training.learn.job import REPLAY_SET, FinetuneRequest, FinetuneSettings, describe, request_from_record
from parotid_training.learn.news import Candidate, Flaw, Progress, Screened, Unusable
from parotid_training.learn.training_case import TrainingCase
from parotid_training.model.checkpoint import load_checkpoint, save_checkpoint, verify
from parotid_training.model.networks import FIRST_LAYERS, SwinSegmenter, leave_trainable
from parotid_training.model.region import SLICE
from parotid_training.model.runtime import best_device
from parotid_training.study import Role
from parotid_training.volume import LabelMap
from parotid_training.workspace import queue
from tests.engine.learn.toys import SMALL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from parotid_training.learn.scores import Scores

QUICK = FinetuneSettings(steps=6, batch=4, replay=1, base_set=1)
SHORT = replace(QUICK, steps=2)
"""For what comes after the steps."""
COARSE = PhantomSettings(inplane_mm=2.0, slice_mm=8.0)
"""Heads that are quickly made."""


@pytest.fixture(scope="module", autouse=True)
def phantoms_made_once() -> Iterator[None]:
    """Each round asks for the same phantoms of the practice set, and to make one takes longer than to learn here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(synthetic_module, "phantom_of", cache(lambda seed: make_phantom(seed, COARSE)))
        yield


@pytest.fixture(scope="module")
def request_on_disk(tmp_path_factory: pytest.TempPathFactory) -> FinetuneRequest:
    folder = tmp_path_factory.mktemp("finetune")
    cases = []
    for seed in (1, 2):
        phantom = make_phantom(seed, COARSE)
        cases.append(folder / f"case-{seed}")
        write_case_folder(cases[-1], phantom.study, phantom.label_map, {})
    torch.manual_seed(0)
    save_checkpoint(folder / "base", SwinSegmenter(SMALL), {})
    return FinetuneRequest(folder / "base", folder / "base", (cases[0],), (cases[1],), 3, QUICK)


def held_out_gland(scores: Scores) -> float:
    (found,) = (row.dsc for row in scores.cases if row.source == "hold-out" and row.structure == 1)
    return found


def test_a_round_ends_with_a_scored_candidate(request_on_disk: FinetuneRequest, tmp_path: Path) -> None:
    news = list(finetune(request_on_disk, tmp_path, lambda: False))
    candidate = news[-1]
    assert isinstance(candidate, Candidate)
    assert all(isinstance(item, Progress) for item in news[:-1])
    looks = [item for item in news if isinstance(item, Progress) and item.held_out is not None]
    assert [look.step for look in looks] == [0, 1, 2, 3, 4, 5, 6]
    assert looks[0].held_out == pytest.approx(held_out_gland(candidate.incumbent))
    assert looks[-1].held_out == pytest.approx(held_out_gland(candidate.candidate)), "the version that is judged"
    assert candidate.shipped is None, "it is the incumbent"
    assert {item.device for item in news if isinstance(item, Progress) and item.loss is not None} == {"cpu"}
    assert verify(candidate.folder) == candidate.model_id
    assert candidate.folder.is_relative_to(tmp_path)
    assert {row.source for row in candidate.candidate.cases} == {"hold-out", "base"}
    keys = [
        [(row.case_id, row.structure) for row in scores.cases] for scores in (candidate.candidate, candidate.incumbent)
    ]
    assert keys[0] == keys[1]
    facts = json.loads((candidate.folder / "model.json").read_text())["facts"]
    assert list(facts["cases"]) == ["case-1"]
    assert facts["base"] == load_checkpoint(request_on_disk.base)[1]
    assert facts["seed"] == 3
    assert facts["software"]["torch"] == torch.__version__
    base, _ = load_checkpoint(request_on_disk.base)
    tuned, _ = load_checkpoint(candidate.folder)
    moved = {
        name for (name, a), b in zip(base.named_parameters(), tuned.parameters(), strict=True) if not torch.equal(a, b)
    }
    learning = {id(parameter) for parameter in leave_trainable(tuned, FIRST_LAYERS)}
    assert {name for name, parameter in tuned.named_parameters() if id(parameter) in learning} >= moved
    assert any(name.startswith("stem_full") for name in moved)
    assert any("layers.0." in name and "attention" in name for name in moved)


def test_what_is_drawn_in_slices_that_are_not_meant_changes_nothing(
    request_on_disk: FinetuneRequest, tmp_path: Path
) -> None:
    study, truth = read_case_folder(request_on_disk.train[0])
    axis = truth.grid.canonical().native_axes[0]
    meant = [n for n in range(truth.grid.shape[axis]) if n % 2]

    def learned(name: str, elsewhere: int) -> dict[str, torch.Tensor]:
        mask = truth.array.copy()
        rest = np.moveaxis(mask, axis, 0)
        rest[[n for n in range(len(rest)) if n not in meant]] = elsewhere
        folder = tmp_path / name / "case"
        write_case_folder(folder, study, LabelMap(truth.grid, mask), {"slices": meant})
        request = replace(request_on_disk, train=(folder,), settings=SHORT)
        candidate = list(finetune(request, tmp_path / name / "run", lambda: False))[-1]
        assert isinstance(candidate, Candidate)
        return load_checkpoint(candidate.folder)[0].state_dict()

    one, other = learned("one", 0), learned("other", 2)
    assert all(torch.equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize(("kept_at", "share"), [(1, 1.0), (2, 0.7), (9, 0.35)])
def test_what_forgets_comes_nearer_to_the_base(
    request_on_disk: FinetuneRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept_at: int, share: float
) -> None:
    asked: list[set[str]] = []

    def keeps(candidate: Scores, shipped: Scores) -> bool:
        assert [row.case_id for row in candidate.cases] == [row.case_id for row in shipped.cases]
        asked.append({row.source for row in candidate.cases})
        return len(asked) == kept_at

    monkeypatch.setattr(finetune_module, "keeps_skills", keeps)
    *news, candidate = finetune(replace(request_on_disk, settings=SHORT), tmp_path, lambda: False)
    assert isinstance(candidate, Candidate)
    last = [item for item in news if isinstance(item, Progress) and item.held_out is not None][-1]
    assert last.held_out == pytest.approx(held_out_gland(candidate.candidate)), "not of what was learned half-way"
    compared = [item for item in news if isinstance(item, Progress) and item.stage.startswith("Comparing")]
    shown = [item.step / item.steps for item in compared]
    assert shown == sorted(shown), "the bar goes one way"
    assert shown[-1] == 1.0
    facts = json.loads((candidate.folder / "model.json").read_text())["facts"]
    assert facts["blend"] == pytest.approx(share)
    assert asked == [{"base"}] * min(kept_at, 3), "the held-out cases have no say in how far it goes"
    assert {row.source for row in candidate.candidate.cases} == {"hold-out", "base"}
    assert verify(candidate.folder) == candidate.candidate.model_id == candidate.model_id


def test_the_shipped_version_is_scored_too_where_another_is_in_use(
    request_on_disk: FinetuneRequest, tmp_path: Path
) -> None:
    torch.manual_seed(1)
    save_checkpoint(tmp_path / "in use", SwinSegmenter(SMALL), {})
    request = replace(request_on_disk, incumbent=tmp_path / "in use", settings=SHORT)
    *_, candidate = finetune(request, tmp_path, lambda: False)
    assert isinstance(candidate, Candidate)
    assert candidate.shipped is not None
    assert candidate.shipped.model_id == load_checkpoint(request_on_disk.base)[1] != candidate.incumbent.model_id
    guarded = [(row.case_id, row.structure) for row in candidate.candidate.cases if row.source == "base"]
    assert [(row.case_id, row.structure) for row in candidate.shipped.cases] == guarded


def test_cases_that_cannot_be_used_are_told_and_nothing_is_learned(
    request_on_disk: FinetuneRequest, tmp_path: Path
) -> None:
    (other,), (whole,) = request_on_disk.holdout, request_on_disk.train
    changed, gone, unfed = (tmp_path / name for name in ("changed", "gone", "unfed"))
    shutil.copytree(whole, changed)
    shutil.copyfile(other / "mask.nii.gz", changed / "mask.nii.gz")
    study, label_map = read_case_folder(whole)
    for n in range(len(study.sequences)):
        study = study.with_role(n, Role.OTHER)
    write_case_folder(unfed, study, label_map, {})
    request = replace(request_on_disk, train=(changed, whole, unfed), holdout=(gone, other))
    news = [item for item in finetune(request, tmp_path, lambda: False) if not isinstance(item, Progress)]
    assert news == [
        Unusable("changed", Flaw.DAMAGED), Unusable("unfed", Flaw.UNFED), Unusable("gone", Flaw.DAMAGED),
    ]  # fmt: skip
    assert not (tmp_path / "candidate").exists()


def test_a_round_that_goes_on_says_how_far_it_is(
    request_on_disk: FinetuneRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned: list[int] = []
    looks: list[Progress] = []

    def learn_three_steps() -> None:
        for news in finetune(request_on_disk, tmp_path, lambda: len(learned) == 3):
            if isinstance(news, Progress) and news.held_out is not None:
                looks.append(news)
            if isinstance(news, Progress) and news.loss is not None:
                learned.append(news.step)

    with pytest.raises(CancelledError):
        learn_three_steps()

    def going_on(request: FinetuneRequest, steps: int) -> list[Progress]:
        news = finetune(request, tmp_path, lambda: False)
        begun = (item for item in news if isinstance(item, Progress) and "accepted studies" not in item.stage)
        return [next(begun) for _ in range(steps)]

    *drawn, goes_on, after = going_on(request_on_disk, 6)
    assert [look.step for look in drawn] == [0, 1, 2, 3]
    assert [look.held_out for look in drawn] == [look.held_out for look in looks], "the line is whole"
    assert (goes_on.step, after.step) == (3, 4)
    assert "Going on" in goes_on.stage
    at_first, goes_on, after = going_on(replace(request_on_disk, holdout=request_on_disk.train), 3)
    assert (at_first.step, goes_on.step, after.step) == (0, 3, 4)
    assert at_first.held_out not in {None, drawn[0].held_out}, "of other studies the line begins anew"
    monkeypatch.setattr(job_module, "software", lambda: {"torch": "another"})
    steps = [news.step for news in going_on(request_on_disk, 2)]
    assert steps == [0, 1], "what another program began is not gone on with"


@pytest.mark.slow
def test_the_candidate_lies_between_base_and_learned(request_on_disk: FinetuneRequest, tmp_path: Path) -> None:
    weights = {}
    for share in (0.0, 0.5, 1.0):
        run = tmp_path / str(share)
        run.mkdir()
        *_, candidate = finetune(
            replace(request_on_disk, settings=replace(QUICK, blend=share, retreat=(1.0,))), run, lambda: False
        )
        assert isinstance(candidate, Candidate)
        weights[share] = load_checkpoint(candidate.folder)[0].state_dict()["stem_full.layers.0.weight"]
    base = load_checkpoint(request_on_disk.base)[0].state_dict()["stem_full.layers.0.weight"]
    torch.testing.assert_close(weights[0.0], base)
    assert (weights[1.0] - base).abs().max() > 1e-4
    torch.testing.assert_close(weights[0.5], (base + weights[1.0]) / 2, atol=3e-4, rtol=0)


def test_a_job_that_names_few_settings_has_the_defaults_of_the_rest() -> None:
    values = {"base": "a", "incumbent": "b", "train": ["c"], "holdout": [], "settings": {"steps": 3}}
    assert FinetuneRequest.from_json(values).settings == FinetuneSettings(steps=3)


@pytest.mark.slow
def test_equal_requests_give_equal_candidates(request_on_disk: FinetuneRequest, tmp_path: Path) -> None:
    ids = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        *_, candidate = finetune(request_on_disk, tmp_path / name, lambda: False)
        assert isinstance(candidate, Candidate)
        ids.append(candidate.model_id)
    assert ids[0] == ids[1]


def test_a_doubtful_case_is_told_before_anything_is_learned(
    request_on_disk: FinetuneRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = replace(request_on_disk, unseen=frozenset({"case-1", "case-2"}))
    odd = {"case-1"}

    def predict(_: object, case: TrainingCase) -> NDArray[np.uint8]:
        return np.roll(case.label, 40, axis=1) if case.name in odd else case.label

    monkeypatch.setattr(gather_module, "predict_case", predict)
    news = [item for item in finetune(asked, tmp_path, lambda: False) if not isinstance(item, Progress)]
    assert [(item.case_id, bool(item.doubt)) for item in news if isinstance(item, Screened)] == [
        ("case-1", True),
        ("case-2", False),
    ]
    assert len(news) == 2
    assert not (tmp_path / "candidate").exists()


def test_a_state_is_looked_for_where_it_is_kept() -> None:
    assert finetune_module.STATE == queue.STATE


@pytest.mark.slow
def test_a_version_is_made_again_from_its_record_bit_for_bit(request_on_disk: FinetuneRequest, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    *_, first = finetune(request_on_disk, tmp_path / "a", lambda: False)
    assert isinstance(first, Candidate)
    record = json.loads((first.folder / "model.json").read_text())["facts"]
    again = request_from_record(record, request_on_disk.base, request_on_disk.train[0].parent)
    (tmp_path / "b").mkdir()
    *_, second = finetune(again, tmp_path / "b", lambda: False)
    assert isinstance(second, Candidate)
    assert second.model_id == first.model_id
    assert (second.folder / "weights.safetensors").read_bytes() == (first.folder / "weights.safetensors").read_bytes()


def test_a_record_whose_cases_changed_is_refused(request_on_disk: FinetuneRequest, tmp_path: Path) -> None:
    fit = Fit(SLICE, 4, "cpu")
    record = json.loads(json.dumps(describe(request_on_disk, "base", ((0, fit),), 0.5)))
    cases = request_on_disk.train[0].parent
    found = request_from_record(record, request_on_disk.base, cases)
    assert (found.train, found.settings.shares) == (request_on_disk.train, (0.5,))
    assert record["replayed"] == [REPLAY_SET[0]]
    for spoiled, words in (
        ({**record, "cases": {"case-1": "0" * 64}}, "gone or was changed"),
        ({**record, "cases": {"gone": "0" * 64}}, "gone or was changed"),
        ({**record, "computed": record["computed"] * 2}, "memory ran short"),
        ({**record, "computed": [{**record["computed"][0], "patch": [96, 96]}]}, "memory ran short"),
        ({**record, "computed": [{**record["computed"][0], "device": "cuda"}]}, "graphics card"),
        ({**record, "replayed": [7]}, "other synthetic heads"),
        ({key: value for key, value in record.items() if key != "blend"}, "did not note all"),
        (
            {**{key: value for key, value in record.items() if key != "order"}, "cases": {"a": "1", "b": "2"}},
            "did not note all",
        ),
        ({}, "no record"),
    ):
        with pytest.raises(ParotidError, match=words):
            request_from_record(spoiled, request_on_disk.base, cases)


def test_what_of_the_software_changed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    record = {"software": job_module.software()}
    assert job_module.changes_since(record) == ()
    monkeypatch.setattr(job_module, "software", lambda: {**record["software"], "torch": "9.9"})
    assert job_module.changes_since(record) == (f"torch {record['software']['torch']}, now 9.9",)


def test_cancelling_leaves_no_candidate(request_on_disk: FinetuneRequest, tmp_path: Path) -> None:
    answers = iter([False] * 4)
    with pytest.raises(CancelledError):
        list(finetune(request_on_disk, tmp_path, lambda: next(answers, True)))
    assert not (tmp_path / "candidate").exists()


def test_the_request_travels_through_json(request_on_disk: FinetuneRequest) -> None:
    assert FinetuneRequest.from_json(json.loads(json.dumps(request_on_disk.to_json()))) == request_on_disk


SPOILED = {"base": "a", "incumbent": "b", "train": [], "holdout": [], "settings": {"unknown": 1}}


@pytest.mark.parametrize("values", [{}, {"base": 1}, SPOILED])
def test_a_spoiled_request_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ParotidError):
        FinetuneRequest.from_json(values)


def test_few_cases_teach_the_first_layers_and_many_all_of_the_network() -> None:
    stages = [FinetuneSettings().trainable_stages(cases) for cases in (1, 19, 20, 500)]
    assert stages == [FIRST_LAYERS, FIRST_LAYERS, 4, 4]


def test_nothing_to_learn_from_is_said(request_on_disk: FinetuneRequest, tmp_path: Path) -> None:
    empty = FinetuneRequest(request_on_disk.base, request_on_disk.base, (), ())
    with pytest.raises(ParotidError, match="no accepted studies"):
        next(iter(finetune(empty, tmp_path, lambda: False)))


def test_a_record_keeps_the_order_of_its_cases(request_on_disk: FinetuneRequest) -> None:
    both = sorted((*request_on_disk.train, *request_on_disk.holdout), reverse=True)
    request = replace(request_on_disk, train=tuple(both), holdout=())
    fit = Fit(SLICE, request.settings.batch, str(best_device()))
    # As it is written.
    record = json.loads(json.dumps(describe(request, "base", ((0, fit),), 1.0), sort_keys=True))
    assert request_from_record(record, request.base, both[0].parent).train == request.train
