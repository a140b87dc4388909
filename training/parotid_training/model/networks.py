"""The segmenter: a Swin Transformer encoder with a U-Net-like decoder, convolutional or, as published, of Swin blocks.

Axial slices go in with their neighbours as context; class logits at the same in-plane size come out. The
encoder is transformers' `SwinBackbone`, so that ImageNet weights, contrastive pretraining and any input
size stay open (Liu et al., Swin Transformer, ICCV 2021; Cao et al., Swin-Unet, ECCV-W 2022).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import SwinBackbone, SwinConfig

from parotid_training.model.config import SegmenterConfig as SegmenterConfig  # noqa: TC001 -- others take it from here
from parotid_training.model.swin_decoder import PATCH, PatchExpand, SwinUp


class ConvBlock(nn.Module):
    """Two 3 x 3 convolutions with instance normalisation."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
            nn.InstanceNorm2d(outputs, affine=True),
            nn.LeakyReLU(0.01, inplace=True),
            nn.Conv2d(outputs, outputs, 3, padding=1, bias=False),
            nn.InstanceNorm2d(outputs, affine=True),
            nn.LeakyReLU(0.01, inplace=True),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, inputs, H, W) to (B, outputs, H, W)."""
        result: Tensor = self.layers(x)
        return result


class ConvUp(ConvBlock):
    """One step up of a convolutional decoder."""

    def __init__(self, deep: int, skip: int) -> None:
        super().__init__(deep + skip, skip)

    def forward(self, deep: Tensor, skip: Tensor) -> Tensor:  # type: ignore[override]  # takes the skip as well
        """Map (B, deep, h, w) and (B, skip, H, W) to (B, skip, H, W)."""
        resized = functional.interpolate(deep, size=skip.shape[-2:], mode="bilinear", align_corners=False)
        return super().forward(torch.cat([resized, skip], dim=1))


class SwinSegmenter(nn.Module):
    """Swin encoder and a U-Net-like decoder, convolutional (with skips above patch resolution) or of Swin blocks.

    Input (B, C, H, W) with H and W divisible by 4; output logits (B, classes, H, W).
    """

    def __init__(self, config: SegmenterConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = SwinBackbone(
            SwinConfig(
                image_size=224,
                patch_size=PATCH,
                num_channels=config.input_channels,
                embed_dim=config.embed_dim,
                depths=list(config.depths),
                num_heads=list(config.heads),
                window_size=config.window,
                drop_path_rate=0.1,
                out_features=[f"stage{n + 1}" for n in range(len(config.depths))],
            )
        )
        widths = [config.embed_dim * 2**n for n in range(len(config.depths))]
        if config.decoder == "swin":
            stages = range(len(widths) - 2, -1, -1)
            self.decoder = nn.ModuleList(SwinUp(self.encoder.config, stage) for stage in stages)
            self.expand = PatchExpand(widths[0], widths[0], PATCH)
            self.head = nn.Conv2d(widths[0], config.classes, 1)
            return
        full, half = config.stem_channels
        self.stem_full = ConvBlock(config.input_channels, full)
        self.stem_half = nn.Sequential(nn.Conv2d(full, half, 2, stride=2), ConvBlock(half, half))
        self.decoder = nn.ModuleList(
            ConvUp(deep, skip) for skip, deep in zip(widths[-2::-1], widths[:0:-1], strict=True)
        )
        self.up_half = ConvUp(widths[0], half)
        self.up_full = ConvUp(half, full)
        self.head = nn.Conv2d(full, config.classes, 1)

    def features(self, x: Tensor, blocks: int) -> list[Tensor]:
        """Return the deepest encoder map and the maps of the first decoder blocks: what pretraining contrasts."""
        maps = self.encoder(x).feature_maps
        found = [maps[-1]]
        for block, skip in list(zip(self.decoder, maps[-2::-1], strict=True))[:blocks]:
            found.append(block(found[-1], skip))
        return found

    def decoded(self, x: Tensor) -> Tensor:
        """Return what the head sees: (B, channels, H, W) of a batch of slices with context."""
        y = self.features(x, len(self.decoder))[-1]
        if self.config.decoder == "swin":
            expanded: Tensor = self.expand(y)
            return expanded
        full = self.stem_full(x)
        last: Tensor = self.up_full(self.up_half(y, self.stem_half(full)), full)
        return last

    def forward(self, x: Tensor) -> Tensor:
        """Return class logits for a batch of slices with context."""
        logits: Tensor = self.head(self.decoded(x))
        return logits


FIRST_LAYERS = -1
"""Instead of a number of stages: what takes the pictures in learns, and nothing that tells structures apart."""


def leave_trainable(model: SwinSegmenter, stages: int = 0) -> list[nn.Parameter]:
    """Freeze what is not to learn; return the parameters that are left.

    Parameters
    ----------
    stages
        How many of the encoder's last stages learn, beside the decoder, the stems and all norms of the encoder; all of
        them and the patch embedding at ``len(depths)``. `FIRST_LAYERS`: the stems, the patch embedding, the first stage
        and those norms alone, for scans that differ by how they look and not by what they show (Lee et al., Surgical
        fine-tuning improves adaptation to distribution shifts, ICLR 2023).
    """
    depth = len(model.config.depths)
    first = stages == FIRST_LAYERS
    layers = [0] if first else range(depth - stages, depth)
    taken = tuple(f"encoder.swin.encoder.layers.{n}." for n in layers)
    if first or stages >= depth:
        taken = ("encoder.swin.embeddings.", *taken)
    for name, parameter in model.named_parameters():
        if name.startswith("encoder."):
            parameter.requires_grad = "norm" in name or name.startswith(taken)
        else:
            parameter.requires_grad = not first or name.startswith("stem_")
    return [parameter for parameter in model.parameters() if parameter.requires_grad]
