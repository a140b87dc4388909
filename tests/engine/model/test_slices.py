"""What the network is fed: padded so that no stage lies askew, with air about each sequence."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from parotid_training.model.networks import SegmenterConfig, SwinSegmenter
from parotid_training.model.region import SLICE
from parotid_training.model.slices import MULTIPLE, pad_to_multiple


def test_each_sequence_is_padded_with_its_own_air() -> None:
    rng = np.random.default_rng(0)
    array = (
        rng.uniform(0, 1, (2, 3, 33, 64)).astype(np.float32) + np.array([-3.0, 5.0], np.float32)[:, None, None, None]
    )
    padded = pad_to_multiple(array)
    assert padded.shape == (2, 3, 64, 64)
    assert padded.dtype == np.float32
    np.testing.assert_allclose(padded[:, :, :33], array, atol=1e-6)
    for channel in range(2):
        np.testing.assert_allclose(padded[channel, :, 33:], array[channel].min(), atol=1e-6)
    assert pad_to_multiple(padded) is padded


def test_what_is_learned_on_needs_no_padding_within_the_network() -> None:
    """A stage that pads at one end alone moves its map against the others."""
    assert all(side % MULTIPLE == 0 for side in SLICE)
    config = SegmenterConfig(embed_dim=12, depths=(1, 1, 1, 1), heads=(1, 2, 4, 4), stem_channels=(4, 8))
    maps = SwinSegmenter(config).eval().encoder(torch.zeros(1, config.input_channels, *SLICE)).feature_maps
    for number, found in enumerate(maps):
        assert tuple(found.shape[2:]) == tuple(side // (4 * 2**number) for side in SLICE)


@pytest.mark.parametrize("shape", [(31, 40), (160, 129), (8, 8)])
def test_any_size_comes_out_as_a_multiple(shape: tuple[int, int]) -> None:
    padded = pad_to_multiple(np.zeros((1, 1, *shape), np.float32))
    assert all(
        after % MULTIPLE == 0 and 0 <= after - before < MULTIPLE
        for after, before in zip(padded.shape[2:], shape, strict=True)
    )
