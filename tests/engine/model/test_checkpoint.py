from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import torch

from parotid_training.errors import ParotidError
from parotid_training.model.checkpoint import load_checkpoint, read_model_id, save_checkpoint, verify
from parotid_training.model.networks import SegmenterConfig, SwinSegmenter

if TYPE_CHECKING:
    from pathlib import Path

SMALL = SegmenterConfig(embed_dim=12, depths=(1, 1), heads=(1, 2), stem_channels=(4, 8))


@pytest.fixture
def saved(tmp_path: Path) -> tuple[Path, SwinSegmenter, str]:
    torch.manual_seed(0)
    model = SwinSegmenter(SMALL).eval()
    return tmp_path, model, save_checkpoint(tmp_path, model, {"seed": 0})


def test_a_model_comes_back_with_its_id_and_its_answers(saved: tuple[Path, SwinSegmenter, str]) -> None:
    folder, model, model_id = saved
    loaded, found = load_checkpoint(folder, model_id)
    assert found == model_id == read_model_id(folder) == verify(folder)
    x = torch.randn(1, SMALL.input_channels, 32, 32)
    with torch.no_grad():
        torch.testing.assert_close(loaded(x), model(x), atol=2e-2, rtol=2e-2)  # stored in half precision


def test_equal_weights_have_equal_ids_and_other_weights_others(
    saved: tuple[Path, SwinSegmenter, str], tmp_path: Path
) -> None:
    _, model, model_id = saved
    assert save_checkpoint(tmp_path / "again", model, {"seed": 1}) == model_id
    with torch.no_grad():
        model.head.bias += 1
    assert save_checkpoint(tmp_path / "other", model, {}) != model_id


@pytest.mark.parametrize("damage", ["flip", "cut", "config", "missing", "no json"])
def test_damage_is_found_and_said(saved: tuple[Path, SwinSegmenter, str], damage: str) -> None:
    folder, _, _ = saved
    weights, description = folder / "weights.safetensors", folder / "model.json"
    if damage == "flip":
        content = bytearray(weights.read_bytes())
        content[-3] ^= 1
        weights.write_bytes(bytes(content))
    elif damage == "cut":
        weights.write_bytes(weights.read_bytes()[:-10])
    elif damage == "config":
        values = json.loads(description.read_text())
        values["config"]["neighbours"] = 3
        description.write_text(json.dumps(values))
    elif damage == "missing":
        weights.unlink()
    else:
        description.write_text("{")
    with pytest.raises(ParotidError) as refusal:
        load_checkpoint(folder)
    assert refusal.value.remedy


def test_another_version_than_asked_for_is_refused(saved: tuple[Path, SwinSegmenter, str]) -> None:
    with pytest.raises(ParotidError, match="not the one"):
        load_checkpoint(saved[0], "0" * 64)
