"""Where a model hesitates, read off the class probabilities that a proposal has anyway, and how much it does in all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def unsure(shares: NDArray[np.float32]) -> NDArray[np.float32]:
    """How close the second likeliest class comes to the likeliest: 0 where the model is certain, 1 where it is torn.

    Parameters
    ----------
    shares
        (classes, ...) probabilities, at least two classes.

    Returns
    -------
    The shape of one class.
    """
    first, second = shares[0].copy(), np.zeros_like(shares[0])
    for share in shares[1:]:
        second = np.maximum(second, np.minimum(first, share))
        first = np.maximum(first, share)
    return np.asarray(1.0 - (first - second), dtype=np.float32)


def hesitation(doubt: NDArray[np.uint8], labels: NDArray[np.uint8]) -> float:
    """How much a model hesitates over a study: what it is torn about, as a share of that and what it drew.

    0 where it is certain everywhere; 1 where it drew nothing, and all is still to be learned from the study.

    Parameters
    ----------
    doubt, labels
        Of one shape: `unsure` as 0..255, and the mask.
    """
    torn, drawn = float(doubt.sum(dtype=np.int64)) / 255, int(np.count_nonzero(labels))
    return torn / (torn + drawn) if drawn else 1.0
