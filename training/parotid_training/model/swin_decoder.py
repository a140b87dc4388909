"""The decoder of Swin-Unet (Cao et al., ECCV-W 2022): patches are expanded, joined with the skip, mixed by Swin blocks.

Its blocks have the form of the encoder's, so that it can start as the encoder's mirror image.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from transformers import SwinConfig  # noqa: TC002 -- the encoder's own
from transformers.models.swin.modeling_swin import SwinLayer

PATCH = 4
"""Pixels of a patch along each side."""


class PatchExpand(nn.Module):
    """Make ``factor`` times ``factor`` places of each one: the way back of Swin's patch merging."""

    def __init__(self, inputs: int, outputs: int, factor: int) -> None:
        super().__init__()
        self.factor = factor
        self.spread = nn.Linear(inputs, outputs * factor**2, bias=False)
        self.norm = nn.LayerNorm(outputs)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, inputs, H, W) to (B, outputs, factor H, factor W)."""
        count, _, height, width = x.shape
        # Columns before rows, as merging gathers them.
        y = self.spread(x.permute(0, 2, 3, 1)).view(count, height, width, self.factor, self.factor, -1)
        y = y.permute(0, 1, 4, 2, 3, 5).reshape(count, self.factor * height, self.factor * width, -1)
        expanded: Tensor = self.norm(y).permute(0, 3, 1, 2)
        return expanded


class SwinUp(nn.Module):
    """One step up of a Swin decoder, to the resolution of an encoder's stage.

    Parameters
    ----------
    config
        The encoder's.
    stage
        Its stage, 0 for the finest; width, depth and heads are that stage's.
    """

    def __init__(self, config: SwinConfig, stage: int) -> None:
        super().__init__()
        self.stage = stage
        width = config.embed_dim * 2**stage
        side = config.image_size // (PATCH * 2**stage)
        self.expand = PatchExpand(2 * width, width, 2)
        self.join = nn.Linear(2 * width, width)
        self.blocks = nn.ModuleList(
            SwinLayer(
                config,
                width,
                input_resolution=(side, side),
                num_heads=config.num_heads[stage],
                drop_path_rate=config.drop_path_rate,
                shift_size=config.window_size // 2 if number % 2 else 0,
            )
            for number in range(config.depths[stage])
        )
        self.norm = nn.LayerNorm(width)

    def forward(self, deep: Tensor, skip: Tensor) -> Tensor:
        """Map (B, 2 width, h, w) and (B, width, H, W) to (B, width, H, W); H is 2 h, less 1 where merging padded."""
        count, width, height, length = skip.shape
        wide = self.expand(deep)[..., :height, :length]
        y = self.join(torch.cat([wide, skip], dim=1).flatten(2).transpose(1, 2))
        for block in self.blocks:
            y, _ = block(y, (height, length), always_partition=True)
        up: Tensor = self.norm(y).transpose(1, 2).view(count, width, height, length)
        return up


@torch.no_grad()
def mirror(encoder: nn.Module, decoder: nn.ModuleList) -> None:
    """Start a Swin decoder as its encoder's mirror image.

    Blocks are those of the encoder's stage at the same resolution; expanding begins as the transpose of merging.

    Parameters
    ----------
    encoder
        A `transformers.SwinBackbone`.
    decoder
        Its `SwinUp` steps.
    """
    stages = encoder.get_submodule("swin.encoder.layers")
    for step in decoder:
        assert isinstance(step, SwinUp), "only a decoder of Swin blocks mirrors its encoder"
        stage = stages.get_submodule(str(step.stage))
        step.blocks.load_state_dict(stage.get_submodule("blocks").state_dict())
        step.expand.spread.weight.copy_(stage.get_parameter("downsample.reduction.weight").T)
