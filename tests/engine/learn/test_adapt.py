"""The steps of a fine-tuning: resumed exactly, and made smaller where memory runs short."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from parotid_training.errors import CancelledError, ParotidError
from parotid_training.learn import adapt
from parotid_training.learn.adapt import Adapter, Fit, Recipe
from parotid_training.learn.augment import AugmentSettings
from parotid_training.learn.memory import step_bytes
from parotid_training.learn.optimise import Optimiser
from parotid_training.model.networks import SwinSegmenter
from parotid_training.model.room import is_out_of_memory
from parotid_training.model.runtime import tune_process
from tests.engine.learn.toys import SMALL, toy_case

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> None:
    """As the child computes: several threads on a busy machine wait for each other."""
    tune_process(1)


RECIPE = Recipe(steps=4, batch=4, rate=1e-3, stages=0, seed=3, augment=AugmentSettings())
CASES = [toy_case(1), toy_case(2)]


def make() -> Adapter:
    torch.manual_seed(0)
    return Adapter(SwinSegmenter(SMALL), CASES, CASES[:1], RECIPE)


def head(adapter: Adapter) -> torch.Tensor:
    return torch.cat([value.flatten() for value in adapter.average.state_dict().values() if value.is_floating_point()])


def test_a_broken_off_run_ends_as_an_unbroken_one(tmp_path: Path) -> None:
    whole = make()
    assert [step.number for step in whole.steps(None, "", lambda: False)] == [1, 2, 3, 4]
    answers = iter([False, False, True])
    first = make()
    with pytest.raises(CancelledError):
        list(first.steps(tmp_path / "state", "job", lambda: next(answers)))
    second = make()
    assert not second.resume(tmp_path / "absent", "job")
    assert not second.resume(tmp_path / "state", "another job")
    assert second.resume(tmp_path / "state", "job")
    assert [step.number for step in second.steps(tmp_path / "state", "job", lambda: False)] == [3, 4]
    assert torch.equal(head(second), head(whole))


def test_a_run_whose_graphics_card_is_gone_says_from_which_step_on(tmp_path: Path) -> None:
    answers = iter([False, False, True])
    first = make()
    card = Fit(first.fits[0][1].patch, first.fits[0][1].batch, "cuda")
    first._fits = [(0, card)]
    with pytest.raises(CancelledError):
        list(first.steps(tmp_path / "state", "job", lambda: next(answers)))
    second = make()
    assert second.resume(tmp_path / "state", "job")
    assert second.done == 2
    assert second.fits == ((0, card), (2, make().fits[0][1]))


def test_a_damaged_state_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "state").write_bytes(b"\x00" * 100)
    assert not make().resume(tmp_path / "state", "job")


def on_the_processor(self: Adapter, model: SwinSegmenter) -> Optimiser:
    return Optimiser(model, list(model.parameters()), rate=1e-3, steps=4, warm_up=1, device=torch.device("cpu"))


def short_of_memory(monkeypatch: pytest.MonkeyPatch, times: int) -> list[tuple[int, ...]]:
    """Let a graphics card run out of memory so many times; return the shapes that were tried."""
    real, tried = Optimiser.step, []

    def step(self: Optimiser, batch: Any, *rest: Any) -> float:
        tried.append((*batch.images.shape[-2:], batch.images.shape[0]))
        if len(tried) <= times:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return real(self, batch, *rest)

    monkeypatch.setattr(Optimiser, "step", step)
    # There is no card here: it computes on the processor and is only called one.
    monkeypatch.setattr(adapt, "best_device", lambda: torch.device("cuda"))
    monkeypatch.setattr(adapt, "free_bytes", lambda device: 2**40)
    monkeypatch.setattr(Optimiser, "move", lambda self, device: None)
    monkeypatch.setattr(Adapter, "_start", on_the_processor)
    return tried


def test_without_memory_it_takes_smaller_pictures_then_fewer_then_the_processor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = short_of_memory(monkeypatch, 4)
    adapter = make()
    steps = list(adapter.steps(None, "", lambda: False))
    assert tried[:5] == [
        (160, 128, 4), (96, 96, 4), (64, 64, 4), (64, 64, 2), (160, 128, 4),
    ]  # fmt: skip
    said = [step.words for step in steps if step.words]
    assert [next(w for w in ("smaller", "fewer", "processor") if w in words) for words in said] == [
        "smaller", "smaller", "fewer", "processor",
    ]  # fmt: skip
    assert all(math.isnan(step.loss) == bool(step.words) for step in steps)
    assert [step.number for step in steps if not step.words] == [1, 2, 3, 4]
    assert [fit.device for _, fit in adapter.fits] == ["cuda"] * 4 + ["cpu"]


def test_where_there_is_no_room_it_begins_smaller_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = sum(parameter.nbytes for parameter in SwinSegmenter(SMALL).parameters())
    monkeypatch.setattr(adapt, "best_device", lambda: torch.device("cpu"))
    monkeypatch.setattr(adapt, "free_bytes", lambda device: step_bytes((100, 100), 4, weights))
    adapter = make()
    assert adapter.fits == ((0, Fit((96, 96), 4, "cpu")),)
    steps = list(adapter.steps(None, "", lambda: False))
    assert ["smaller" in step.words for step in steps] == [True, False, False, False]
    # Nobody knows for sure: the smallest step is tried also where the estimate leaves no room for it.
    monkeypatch.setattr(adapt, "free_bytes", lambda device: 0)
    assert make().fits == ((0, Fit((64, 64), 2, "cpu")),)


def test_a_run_that_goes_on_with_less_room_than_it_had_takes_smaller_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapt, "best_device", lambda: torch.device("cpu"))
    answers = iter([False, False, True])
    first = make()
    with pytest.raises(CancelledError):
        list(first.steps(tmp_path / "state", "job", lambda: next(answers)))
    weights = sum(parameter.nbytes for parameter in SwinSegmenter(SMALL).parameters())
    monkeypatch.setattr(adapt, "free_bytes", lambda device: step_bytes((100, 100), 4, weights))
    second = make()
    assert second.resume(tmp_path / "state", "job")
    assert second.fits == (first.fits[0], (2, Fit((96, 96), 4, "cpu")))
    assert "smaller" in next(second.steps(None, "", lambda: False)).words
    # And with more than it had when it was made, nothing is said that is not so.
    monkeypatch.setattr(adapt, "free_bytes", lambda device: 2**40)
    third = make()
    assert third.resume(tmp_path / "state", "job")
    assert next(third.steps(None, "", lambda: False)).words == ""


def test_without_any_memory_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    short_of_memory(monkeypatch, 1000)
    with pytest.raises(ParotidError, match="not enough memory"):
        list(make().steps(None, "", lambda: False))


def test_other_errors_are_no_lack_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_out_of_memory(MemoryError())
    for words in (
        "DefaultCPUAllocator: can't allocate memory",
        "CUDA error: out of memory",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate(handle)",
        "CUDA error: CUDA-capable device(s) is/are busy or unavailable",
    ):
        assert is_out_of_memory(RuntimeError(words))
    assert not is_out_of_memory(RuntimeError("shapes differ"))

    def fail(*_: Any) -> float:
        raise RuntimeError("shapes differ")

    monkeypatch.setattr(Optimiser, "step", fail)
    with pytest.raises(RuntimeError, match="shapes differ"):
        list(make().steps(None, "", lambda: False))


def test_a_smaller_step_is_really_computed() -> None:
    adapter = make()
    adapter._fit = Fit((64, 64), 2, "cpu")
    assert all(math.isfinite(step.loss) for step in adapter.steps(None, "", lambda: False))


def test_a_state_that_cannot_be_kept_now_is_no_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapt, "SAVE_SECONDS", -1.0)
    assert len(list(make().steps(tmp_path / "gone" / "state", "job", lambda: False))) == 4


def test_what_was_learned_is_kept_when_the_steps_are_done(tmp_path: Path) -> None:
    """A round may be paused while it is compared."""
    list(make().steps(tmp_path / "state", "job", lambda: False))
    second = make()
    assert second.resume(tmp_path / "state", "job")
    assert second.done == RECIPE.steps


@pytest.mark.parametrize(("replay", "wanted"), [(True, ([1, 1, 2, 2], 2, 3.0)), (False, ([1, 1, 1, 1], 0, 0.0))])
def test_half_of_each_batch_is_replayed_and_that_half_is_recalled(
    monkeypatch: pytest.MonkeyPatch, replay: bool, wanted: tuple[list[int], int, float]
) -> None:
    own, old = (replace(case, label=np.full_like(case.label, n)) for n, case in enumerate(CASES, 1))
    seen = []

    def step(self: Optimiser, batch: Any, settings: Any, replayed: int = 0) -> float:
        seen.append((batch.target.amax(dim=(1, 2)).tolist(), replayed, self.recall))
        self.step_number += 1
        return 0.0

    monkeypatch.setattr(Optimiser, "step", step)
    adapter = Adapter(SwinSegmenter(SMALL), [own], [old] if replay else [], replace(RECIPE, recall=3.0))
    assert len(list(adapter.steps(None, "", lambda: False))) == RECIPE.steps
    assert seen == [wanted] * RECIPE.steps
