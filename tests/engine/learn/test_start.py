"""Where a network starts: ImageNet's format, another run, and what is taken over."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from transformers import SwinConfig, SwinForImageClassification

from parotid_training.errors import ParotidError
from parotid_training.learn.start import load_imagenet, start_network, transfer
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


def test_weights_that_cannot_be_had_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ParotidError, match="cannot be had"):
        start_network(f"imagenet:{tmp_path / 'nothing'}", SMALL)


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
