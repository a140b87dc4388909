"""Model versions: checked, immutable, and one of them in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import toys

from parotid_training.errors import ParotidError
from parotid_training.workspace.check import check_workspace
from parotid_training.workspace.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def bring(store: Store, tmp_path: Path, name: str) -> str:
    model_id = toys.make_model(tmp_path / name, name.encode())
    assert store.import_model(tmp_path / name, parent="", facts={"name": name}) == model_id
    return model_id


def test_the_shipped_model_is_taken_in_once_and_used(open_store: Callable[[], Store]) -> None:
    open_store()
    store = open_store()
    (record,) = store.models()
    assert record.is_base
    assert record.is_current
    assert record.promoted is not None
    assert store.current_model() == record
    assert toys.verify_toy(store.model_folder(record.model_id)) == record.model_id


def test_without_a_model_there_is_a_sentence(tmp_path: Path) -> None:
    with Store.open(tmp_path / "empty") as store, pytest.raises(ParotidError, match="No model"):
        store.current_model()


def test_a_newer_shipped_model_does_not_push_out_what_was_learned(
    open_store: Callable[[], Store], tmp_path: Path
) -> None:
    store = open_store()
    learned = bring(store, tmp_path, "learned")
    store.promote(learned, why="gate")
    toys.make_model(tmp_path / "update", b"newer base")
    newer = store.ensure_base(tmp_path / "update")
    assert store.current_model().model_id == learned
    assert store.model_shelf.base().model_id == newer


def test_a_newer_shipped_model_follows_an_older_one_once(open_store: Callable[[], Store], tmp_path: Path) -> None:
    store = open_store()
    older = store.current_model().model_id
    toys.make_model(tmp_path / "update", b"newer base")
    newer = store.ensure_base(tmp_path / "update")
    assert store.current_model().model_id == newer
    # Who goes back to the older one is not overruled at the next start.
    assert store.rollback(why="worse").model_id == older
    store.ensure_base(tmp_path / "update")
    assert store.current_model().model_id == older


def test_rolling_back_goes_further_back_each_time(open_store: Callable[[], Store], tmp_path: Path) -> None:
    store = open_store()
    base = store.current_model().model_id
    a, b, c = (bring(store, tmp_path, name) for name in "abc")
    for model_id in (a, a, b):
        store.promote(model_id, why="gate")
    assert store.rollback(why="worse").model_id == a
    assert store.rolls_back_to == base
    assert store.rollback(why="worse still").model_id == base
    assert store.rolls_back_to == ""
    with pytest.raises(ParotidError, match="no earlier"):
        store.rollback(why="again")
    assert store.current_model().model_id == base
    store.promote(c, why="gate")
    assert open_store().rollback(why="no").model_id == base
    store = open_store()
    assert [(step.model_id, step.is_rollback) for step in store.timeline()] == [
        (base, False), (a, False), (b, False), (a, True), (base, True), (c, False), (base, True),
    ]  # fmt: skip
    assert sum(record.is_current for record in store.models()) == 1
    assert [record.facts.get("name") for record in store.models()] == [None, "a", "b", "c"]


def test_a_damaged_model_is_not_taken_in(store: Store, tmp_path: Path) -> None:
    toys.make_model(tmp_path / "bad", b"bad")
    (tmp_path / "bad" / "weights.safetensors").write_bytes(b"changed")
    with pytest.raises(ParotidError):
        store.import_model(tmp_path / "bad", parent="", facts={})
    assert len(store.models()) == 1
    assert check_workspace(store) == ()


def test_a_damaged_or_unknown_version_is_not_promoted(store: Store, tmp_path: Path) -> None:
    model_id = bring(store, tmp_path, "a")
    (store.model_folder(model_id) / "weights.safetensors").write_bytes(b"changed")
    before = store.current_model()
    with pytest.raises(ParotidError):
        store.promote(model_id, why="gate")
    with pytest.raises(ParotidError, match="not in the workspace"):
        store.promote("nothing", why="gate")
    assert store.current_model() == before
    assert len(check_workspace(store)) == 1


def test_a_damaged_version_is_not_gone_back_to(store: Store, tmp_path: Path) -> None:
    base = store.current_model().model_id
    store.promote(bring(store, tmp_path, "a"), why="gate")
    before = store.current_model()
    (store.model_folder(base) / "weights.safetensors").write_bytes(b"changed")
    with pytest.raises(ParotidError):
        store.rollback(why="worse")
    assert store.current_model() == before


def test_the_real_checkpoint_passes_the_real_check(tmp_path: Path) -> None:
    networks = pytest.importorskip("parotid_training.model.networks")
    from parotid_training.model.checkpoint import save_checkpoint

    config = networks.SegmenterConfig.from_json(
        {**networks.SegmenterConfig().to_json(), "embed_dim": 12, "depths": [1, 1, 1, 1], "heads": [1, 1, 2, 2]}
    )
    model_id = save_checkpoint(tmp_path / "model", networks.SwinSegmenter(config), {})
    with Store.open(tmp_path / "workspace") as store:
        assert store.ensure_base(tmp_path / "model") == model_id
        assert check_workspace(store) == ()
        weights = store.model_folder(model_id) / "weights.safetensors"
        content = bytearray(weights.read_bytes())
        content[-1] ^= 1
        weights.write_bytes(content)
        assert len(check_workspace(store)) == 1
