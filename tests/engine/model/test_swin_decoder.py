"""The decoder of Swin blocks: the way back of merging, and the encoder's mirror image."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn
from transformers.models.swin.modeling_swin import SwinPatchMerging

from parotid_training.errors import ParotidError
from parotid_training.learn.start import transfer
from parotid_training.model.config import NETWORKS
from parotid_training.model.networks import SwinSegmenter
from parotid_training.model.swin_decoder import PatchExpand

SWIN = replace(NETWORKS["tiny"], decoder="swin")


def test_expanding_takes_merging_back() -> None:
    """transformers' own merging, without its norm and reduction, is undone place by place."""
    merging = SwinPatchMerging(5)
    merging.norm = merging.reduction = nn.Identity()
    expand = PatchExpand(20, 5, 2)
    expand.norm = nn.Identity()
    x = torch.randn(2, 5, 6, 8)
    with torch.no_grad():
        expand.spread.weight.copy_(torch.eye(20))
        merged = merging(x.flatten(2).transpose(1, 2), (6, 8)).transpose(1, 2).view(2, 20, 3, 4)
        torch.testing.assert_close(expand(merged), x)


@pytest.mark.parametrize("size", [(32, 32), (60, 44), (168, 140)])
def test_logits_have_the_size_of_the_slice(size: tuple[int, int]) -> None:
    model = SwinSegmenter(SWIN).eval()
    with torch.no_grad():
        assert model(torch.zeros(2, SWIN.input_channels, *size)).shape == (2, 3, *size)


def test_a_mirrored_decoder_has_the_encoder_s_blocks() -> None:
    torch.manual_seed(0)
    network, pretrained = SwinSegmenter(SWIN), SwinSegmenter(SWIN)
    transfer(network, pretrained, "mirrored")
    theirs = pretrained.encoder.swin.encoder.layers
    assert [step.stage for step in network.decoder] == [1, 0]
    for step in network.decoder:
        own, mirrored = step.blocks.state_dict(), theirs[step.stage].blocks.state_dict()
        assert own.keys() == mirrored.keys()
        assert all(torch.equal(own[name], mirrored[name]) for name in own)
        torch.testing.assert_close(step.expand.spread.weight, theirs[step.stage].downsample.reduction.weight.T)
    state = pretrained.state_dict()
    assert all(torch.equal(value, state[name]) for name, value in network.encoder.state_dict(prefix="encoder.").items())
    assert not torch.equal(network.head.weight, pretrained.head.weight)


def test_a_convolutional_decoder_cannot_mirror() -> None:
    network = SwinSegmenter(NETWORKS["tiny"])
    with pytest.raises(ParotidError, match="mirror"):
        transfer(network, SwinSegmenter(NETWORKS["tiny"]), "mirrored")


def test_it_learns() -> None:
    """A few steps on one picture: every weight of the decoder gets a gradient, and the loss falls."""
    torch.manual_seed(0)
    network = SwinSegmenter(SWIN)
    picture, target = torch.randn(2, SWIN.input_channels, 32, 32), torch.zeros(2, 32, 32, dtype=torch.long)
    target[:, 8:20, 8:20] = 1
    picture[:, :, 8:20, 8:20] += 2.0
    adam = torch.optim.AdamW(network.parameters(), lr=3e-3)
    losses = []
    for _ in range(25):
        loss = nn.functional.cross_entropy(network(picture), target)
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in network.decoder.parameters())
    assert losses[-1] < 0.3 * losses[0]
