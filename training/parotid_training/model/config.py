"""What a segmenter is built from. Apart from the network, so that a version can be known without importing torch."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from parotid_training.errors import ParotidError
from parotid_training.study import FED_ROLES


@dataclass(frozen=True)
class SegmenterConfig:
    """Everything needed to build the network and to feed it; travels inside the checkpoint.

    Parameters
    ----------
    roles
        Sequences fed, in channel order.
    neighbours
        Slices on each side that join the slice as context.
    in_plane_mm, slice_mm
        Working resolution. Axial acquisitions with slices thicker than ``thick_mm`` keep their own slices.
    embed_dim, depths, heads, window
        The Swin encoder (patch size 4).
    stem_channels
        Channels of the convolutional skips at full and half resolution.
    decoder
        ``"convolutional"``, or ``"swin"`` as in Swin-Unet: Swin blocks throughout, no skips above patch resolution.
    """

    roles: tuple[str, ...] = tuple(role.value for role in FED_ROLES)
    neighbours: int = 1
    in_plane_mm: float = 1.5
    slice_mm: float = 3.0
    thick_mm: float = 2.5
    embed_dim: int = 48
    depths: tuple[int, ...] = (2, 2, 4, 2)
    heads: tuple[int, ...] = (3, 6, 12, 24)
    window: int = 7
    stem_channels: tuple[int, int] = (16, 32)
    classes: int = 3
    decoder: Literal["convolutional", "swin"] = "convolutional"

    @property
    def input_channels(self) -> int:
        """Slices of every sequence, then one presence flag a sequence."""
        return len(self.roles) * (2 * self.neighbours + 2)

    def to_json(self) -> dict[str, Any]:
        """Return a plain dictionary."""
        values = asdict(self)
        if self.decoder == "convolutional":
            # Versions older than the choice are known by the hash of a configuration without it.
            del values["decoder"]
        return values

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> SegmenterConfig:
        """Build from a dictionary as written by `to_json`.

        Raises
        ------
        ParotidError
            If the dictionary names settings this version does not know.
        """
        try:
            known: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in values.items()}
            return cls(**known)
        except TypeError as error:
            raise ParotidError(
                "This model was made by another version of the program.", "Update the program, or use another model."
            ) from error


SWIN_TINY = SegmenterConfig(embed_dim=96, depths=(2, 2, 6, 2), heads=(3, 6, 12, 24))
NETWORKS = {
    "tiny": SegmenterConfig(embed_dim=12, depths=(1, 1, 1), heads=(1, 2, 4), stem_channels=(4, 8)),
    "small": SegmenterConfig(embed_dim=24, depths=(2, 2, 2, 2), heads=(2, 4, 8, 16), stem_channels=(8, 16)),
    "compact": SegmenterConfig(),
    "swin-tiny": SWIN_TINY,
    "swin-unet": replace(SWIN_TINY, decoder="swin"),
}
"""``tiny`` only tries commands out; ``small`` is for two CPU cores; ``compact`` is the shipped one; ``swin-tiny`` takes
ImageNet's weights; ``swin-unet`` too, and is the published network."""
