from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from parotid_training.errors import CancelledError, ParotidError
from parotid_training.learn import train as module
from parotid_training.learn.stream import FixedCases
from parotid_training.learn.train import TrainSettings, train
from parotid_training.model.checkpoint import read_description, verify
from tests.engine.learn.toys import SMALL, toy_case

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = TrainSettings(
    phantoms=3, development=1, steps=40, batch=2, rate=3e-3, evaluate_every=20, threads=1, network=SMALL
)


@pytest.fixture(autouse=True)
def toys_for_phantoms(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("phantom_cases", "training_cases"):
        monkeypatch.setattr(module, name, lambda seeds, *rest: [toy_case(seed) for seed in seeds])


def test_training_learns_and_writes_a_verified_model(tmp_path: Path) -> None:
    model_id = train(tmp_path / "run", SETTINGS, tmp_path / "cache")
    assert verify(tmp_path / "run" / "model") == model_id
    curve = [json.loads(line) for line in (tmp_path / "run" / "curve.jsonl").read_text().splitlines()]
    assert [line["step"] for line in curve] == [20, 40]
    assert curve[1]["loss"] < curve[0]["loss"] - 0.03


def test_a_model_carries_no_path_of_the_machine(tmp_path: Path) -> None:
    first = train(tmp_path / "first", replace(SETTINGS, steps=2), tmp_path / "cache")
    start = str(tmp_path / "first" / "model")
    train(tmp_path / "run", replace(SETTINGS, steps=2, init=start), tmp_path / "cache")
    text = (tmp_path / "run" / "model" / "model.json").read_text()
    assert str(tmp_path) not in text
    assert first in text


def test_a_cancelled_run_goes_on_where_it_was(tmp_path: Path) -> None:
    seen: list[str] = []

    def soon() -> bool:
        return any(words.startswith("step 20 ") for words in seen)

    def note(fraction: float, words: str) -> None:
        seen.append(words)

    with pytest.raises(CancelledError):
        train(tmp_path / "broken", SETTINGS, tmp_path, note, soon)
    assert not (tmp_path / "broken" / "model").exists()
    broken = train(tmp_path / "broken", SETTINGS, tmp_path)
    assert broken == train(tmp_path / "whole", SETTINGS, tmp_path)


def test_a_run_records_the_patients_it_learned_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    training, kept = (tmp_path / "train-1.npz", tmp_path / "train-2.npz"), (tmp_path / "train-3.npz",)
    stream = FixedCases((toy_case(1),))
    monkeypatch.setattr(module, "split_patients", lambda folder: (training, kept))
    monkeypatch.setattr(module, "usable_patients", lambda paths, *rest: tuple(paths))
    monkeypatch.setattr(module, "prepared_labelled_ct", lambda path, cache: path)
    monkeypatch.setattr(module, "painted_case", lambda ct, seed, config, plain: toy_case(2))
    monkeypatch.setattr(module, "CaseStream", lambda *arguments: stream)
    train(tmp_path / "run", replace(SETTINGS, steps=2, anatomy=str(tmp_path)), tmp_path / "cache")
    assert read_description(tmp_path / "run" / "model")["facts"]["patients"] == ["train-1", "train-2"]
    train(tmp_path / "kept", replace(SETTINGS, steps=2, anatomy=str(tmp_path), leave_out=1), tmp_path / "cache")
    assert len(read_description(tmp_path / "kept" / "model")["facts"]["patients"]) == 1


def test_a_folder_of_another_run_is_refused(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"steps": 1}')
    with pytest.raises(ParotidError, match="other settings"):
        train(tmp_path, SETTINGS, tmp_path)


def test_heads_that_are_kept_for_judging_are_not_trained_on(tmp_path: Path) -> None:
    with pytest.raises(ParotidError, match="kept for judging"):
        train(tmp_path / "run", TrainSettings(seed=95, phantoms=2, development=0, threads=1), tmp_path / "cache")
