"""Where a network starts: ImageNet's format, another run, and what is taken over."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from transformers import SwinConfig, SwinForImageClassification

from parotid_training.errors import ParotidError
from parotid_training.learn.start import load_imagenet, name_of, patients_behind, start_network, transfer
from parotid_training.model.checkpoint import save_checkpoint
from parotid_training.model.networks import SwinSegmenter
from parotid_training.model.slices import stack_slices
from tests.engine.learn.toys import SMALL

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def imagenet(tmp_path: Path) -> Path:
    """A small classifier written in the form of the published weights."""
    torch.manual_seed(5)
    config = SwinConfig(
        image_size=56, patch_size=4, num_channels=3, embed_dim=12, depths=[1, 1, 1], num_heads=[1, 2, 4], window_size=7
    )
    SwinForImageClassification(config).save_pretrained(tmp_path / "imagenet")
    return tmp_path / "imagenet"


def test_imagenet_weights_reach_the_encoder(imagenet: Path) -> None:
    network = start_network(f"imagenet:{imagenet}", SMALL)
    theirs = SwinForImageClassification.from_pretrained(imagenet).swin.state_dict()
    mine = network.encoder.state_dict()
    stem = "embeddings.patch_embeddings.projection.weight"
    taken = [name for name in theirs if f"swin.{name}" in mine and name != stem]
    assert len(taken) > 30
    for name in taken:
        torch.testing.assert_close(mine[f"swin.{name}"], theirs[name])
    # The same picture in every channel answers as a grey picture does there.
    ours = mine[f"swin.{stem}"]
    torch.testing.assert_close(ours.sum(dim=1), theirs[stem].sum(dim=1))


def test_weights_of_another_size_are_refused(imagenet: Path) -> None:
    from dataclasses import replace

    with pytest.raises(ParotidError, match="another network"):
        load_imagenet(SwinSegmenter(replace(SMALL, embed_dim=24)), str(imagenet))


def test_weights_that_cannot_be_had_are_said(tmp_path: Path, imagenet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    for start in ("imagenet", f"imagenet:{tmp_path / 'nothing'}"):
        with pytest.raises(ParotidError, match="no connection to the model hub, or no such folder"):
            start_network(start, SMALL)
    (imagenet / "model.safetensors").write_bytes(b"half a file")
    with pytest.raises(ParotidError, match="holds no readable ImageNet weights"):
        start_network(f"imagenet:{imagenet}", SMALL)


def test_a_run_stands_for_the_model_it_made(tmp_path: Path) -> None:
    made = save_checkpoint(tmp_path / "run" / "model", SwinSegmenter(SMALL), {"patients": ["a"]}, half=False)
    run = str(tmp_path / "run")
    assert name_of(run) == name_of(f"{run}/model") == f"model {made}"
    assert patients_behind(run) == ("a",)
    assert start_network(run, SMALL).config == SMALL


def test_accepted_cases_are_behind_a_version_that_learned_from_them(tmp_path: Path) -> None:
    save_checkpoint(tmp_path, SwinSegmenter(SMALL), {"cases": {"case-1": "its digest"}}, half=False)
    assert patients_behind(str(tmp_path)) == ("case-1",)


@pytest.mark.parametrize(("what", "decoder"), [("encoder", False), ("encoder+decoder", True)])
def test_transfer_takes_what_it_says(tmp_path: Path, what: str, decoder: bool) -> None:
    torch.manual_seed(1)
    save_checkpoint(tmp_path / "run", SwinSegmenter(SMALL), {}, half=False)
    pretrained = start_network(str(tmp_path / "run"), SMALL)
    network = SwinSegmenter(SMALL)
    transfer(network, pretrained, what)  # type: ignore[arg-type]
    old, new = pretrained.state_dict(), network.state_dict()

    def same(prefix: str) -> bool:
        return all(torch.equal(old[n], new[n]) for n in old if n.startswith(prefix) and n.endswith("0.weight"))

    assert all(torch.equal(old[n], new[n]) for n in old if n.startswith("encoder."))
    assert same("decoder.0") == decoder
    assert not torch.equal(old["head.weight"], new["head.weight"])


def test_more_slices_as_context_change_nothing_at_first(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = SwinSegmenter(SMALL).eval()
    save_checkpoint(tmp_path, network, {}, half=False)
    wider = start_network(str(tmp_path), replace(SMALL, neighbours=2)).eval()
    volume, present = torch.randn(4, 7, 32, 32).numpy(), (True, False, True, True)
    with torch.no_grad():
        one, two = (
            net(torch.from_numpy(stack_slices(volume, present, np.arange(7), net.config.neighbours)))
            for net in (network, wider)
        )
    torch.testing.assert_close(one, two)
    with pytest.raises(ParotidError, match="see more slices"):
        start_network(str(tmp_path), replace(SMALL, neighbours=0))
