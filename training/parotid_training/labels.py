"""The structures and their label values."""

from __future__ import annotations

from enum import IntEnum, StrEnum

from parotid_training.words import tr


class Structure(IntEnum):
    """Exclusive voxel labels: a voxel of a tumour inside the gland is tumour, not gland."""

    BACKGROUND = 0
    GLAND = 1
    TUMOUR = 2

    @property
    def title(self) -> str:
        """The name a reader sees."""
        return (tr("Background"), tr("Parotid gland"), tr("Parotid tumour"))[self.value]


FOREGROUND: tuple[Structure, ...] = (Structure.GLAND, Structure.TUMOUR)

COLOURS: dict[Structure, str] = {Structure.GLAND: "#1f9e89", Structure.TUMOUR: "#f0a030"}
"""Told apart in every common kind of colour blindness, and by brightness."""


class Side(StrEnum):
    """The patient's side, told by position relative to the body midline, never by label value."""

    RIGHT = "right"
    LEFT = "left"
    UNKNOWN = "unknown"
