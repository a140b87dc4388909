from __future__ import annotations

import pytest
import torch

from parotid_training.errors import ParotidError
from parotid_training.model.networks import SegmenterConfig, SwinSegmenter, freeze_encoder

SMALL = SegmenterConfig(embed_dim=12, depths=(1, 1, 1), heads=(1, 2, 4), stem_channels=(4, 8))


@pytest.mark.parametrize("size", [(32, 32), (60, 44), (168, 140)])
def test_logits_have_the_size_of_the_slice(size: tuple[int, int]) -> None:
    model = SwinSegmenter(SMALL).eval()
    with torch.no_grad():
        assert model(torch.zeros(2, SMALL.input_channels, *size)).shape == (2, 3, *size)


def test_config_travels_through_json() -> None:
    assert SegmenterConfig.from_json(SMALL.to_json()) == SMALL


def test_settings_of_another_version_are_refused() -> None:
    with pytest.raises(ParotidError, match="another version"):
        SegmenterConfig.from_json({"patch": 2})


def test_few_cases_move_the_decoder_and_the_norms_only() -> None:
    model = SwinSegmenter(SMALL)
    freeze_encoder(model)
    learning = {name for name, p in model.named_parameters() if p.requires_grad}
    assert any(name.startswith("decoder") for name in learning)
    assert all("norm" in name for name in learning if name.startswith("encoder"))
    freeze_encoder(model, trainable_stages=1)
    more = {name for name, p in model.named_parameters() if p.requires_grad}
    assert any("layers.2." in name and "attention" in name for name in more)
    assert not any("layers.0." in name and "attention" in name for name in more)
    assert len(freeze_encoder(model, trainable_stages=3)) == len(list(model.parameters()))
