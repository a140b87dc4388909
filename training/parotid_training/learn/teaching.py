"""In which order studies are best corrected, so that the model learns most from each."""

from __future__ import annotations

import hashlib
from itertools import cycle
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def teaching_order(doubts: Mapping[str, float | None]) -> list[str]:
    """Alternate between the study the model hesitates over most and one drawn by lot.

    Only the most doubtful ones would soon be the odd ones, and all alike; a draw keeps the ordinary ones in.

    Parameters
    ----------
    doubts
        Study id to `parotid_training.model.unsure.hesitation`; None where nothing was proposed yet: such a study comes
        by lot only.

    Returns
    -------
    All ids. The lots are drawn from the ids, so that a list does not change its order from one look to the next.
    """
    known = [(doubt, one) for one, doubt in doubts.items() if doubt is not None]
    ranked = (one for _, one in sorted(known, key=lambda pair: (-pair[0], pair[1])))
    drawn = iter(sorted(doubts, key=_lot))
    order: dict[str, None] = {}
    for source in cycle((ranked, drawn)):
        if len(order) == len(doubts):
            break
        fresh = next((one for one in source if one not in order), None)
        if fresh is not None:
            order[fresh] = None
    return list(order)


def _lot(study_id: str) -> bytes:
    return hashlib.sha256(study_id.encode()).digest()
