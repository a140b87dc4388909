"""Two networks blended: weights between both, and the patients behind either behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from parotid_training.model.checkpoint import load_checkpoint, read_description, save_checkpoint
from parotid_training.model.networks import SwinSegmenter
from scripts import half_way
from tests.engine.learn.toys import SMALL

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("share", [0.5, 0.25])
def test_weights_lie_between_and_all_patients_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    for number, name in enumerate(("one", "other")):
        torch.manual_seed(number)
        facts = {"data": name, "patients": ["p0", f"p{number + 1}"]}
        save_checkpoint(tmp_path / name, SwinSegmenter(SMALL), facts, half=False)
    places = [str(tmp_path / name) for name in ("one", "other", "out")]
    monkeypatch.setattr("sys.argv", ["half_way.py", *places, "--share", str(share)])
    half_way.main()
    one, other, out = (load_checkpoint(tmp_path / name)[0].state_dict() for name in ("one", "other", "out"))
    for name, value in out.items():
        if value.is_floating_point():
            torch.testing.assert_close(value, one[name].lerp(other[name], share), rtol=2e-3, atol=1e-4)
    assert read_description(tmp_path / "out")["facts"]["patients"] == ["p0", "p1", "p2"]
