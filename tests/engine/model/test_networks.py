from __future__ import annotations

import pytest
import torch

from parotid_training.errors import ParotidError
from parotid_training.model.networks import FIRST_LAYERS, SegmenterConfig, SwinSegmenter, leave_trainable

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


def learning(stages: int) -> set[str]:
    model = SwinSegmenter(SMALL)
    parameters = leave_trainable(model, stages)
    names = {name for name, p in model.named_parameters() if p.requires_grad}
    assert len(parameters) == len(names)
    return names


def test_the_decoder_learns_with_more_and_more_of_the_encoder_from_its_end() -> None:
    few = learning(0)
    assert {name.partition(".")[0] for name in few} >= {"decoder", "up_half", "up_full", "head", "stem_full"}
    assert all("norm" in name for name in few if name.startswith("encoder"))
    more = learning(1)
    assert any("layers.2." in name and "attention" in name for name in more)
    assert not any("layers.0." in name and "attention" in name for name in more)
    assert learning(3) == {name for name, _ in SwinSegmenter(SMALL).named_parameters()}


def test_the_first_layers_learn_without_what_tells_structures_apart() -> None:
    found = learning(FIRST_LAYERS)
    assert {name.partition(".")[0] for name in found} == {"encoder", "stem_full", "stem_half"}
    moved = {name for name in found if name.startswith("encoder") and "norm" not in name}
    assert any("patch_embeddings" in name for name in moved)
    assert all("patch_embeddings" in name or "encoder.layers.0." in name for name in moved)
