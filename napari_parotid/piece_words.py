"""How questions name pieces of a mask, in sentences that can be translated whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_parotid.tr import tr
from parotid_training.labels import Side, Structure

if TYPE_CHECKING:
    from parotid_training.model.report import Piece


def the(piece: Piece) -> str:
    """Name a piece, as the subject of a sentence."""
    side = piece.finding.side
    if piece.finding.structure is Structure.GLAND:
        return sided(side, tr("The gland on the right"), tr("The gland on the left"), tr("The gland"))
    return sided(side, tr("The tumour on the right"), tr("The tumour on the left"), tr("The tumour"))


def tiny(structure: Structure, n: int) -> str:
    """Say how many specks there are."""
    if structure is Structure.GLAND:
        return tr(
            "{n} tiny separate pieces of the gland.",
            one="One tiny separate piece of the gland.",
            n=n,
        )
    return tr(
        "{n} tiny separate pieces of the tumour.",
        one="One tiny separate piece of the tumour.",
        n=n,
    )


def loose(piece: Piece) -> str:
    """Say of a separate piece that it lies on air."""
    ml = piece.finding.ml
    if piece.finding.structure is Structure.GLAND:
        return tr("A separate piece of the gland ({ml:.1f} ml) lies where the image is black.", ml=ml)
    return tr("A separate piece of the tumour ({ml:.1f} ml) lies where the image is black.", ml=ml)


def sided(side: Side, right: str, left: str, either: str = "") -> str:
    """Choose the words for a side."""
    return {Side.RIGHT: right, Side.LEFT: left}.get(side, either)
