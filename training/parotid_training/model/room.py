"""What is done where the graphics card has no room: the processor computes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import torch

from parotid_training.model.predict import Segmenter

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotid_training.model.networks import SwinSegmenter

T = TypeVar("T")

_SHORTAGES = ("DefaultCPUAllocator", "out of memory", "ALLOC_FAILED", "busy or unavailable")
"""How torch and CUDA say so besides the error made for it."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out, on the graphics card or in the computer, or the card is another program's alone."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error) for words in _SHORTAGES)


def segmenter_of(model: SwinSegmenter, model_id: str) -> Segmenter:
    """Return what looks with a network; on the processor, if the graphics card has no room for it."""
    try:
        return Segmenter(model, model_id)
    except RuntimeError as error:
        if not is_out_of_memory(error):
            raise
        return Segmenter(model, model_id, torch.device("cpu"))


def where_there_is_room(segmenter: Segmenter, compute: Callable[[], T]) -> T:
    """Compute with a segmenter; on the processor, if the graphics card has no room for it."""
    try:
        return compute()
    except RuntimeError as error:
        if segmenter.device.type == "cpu" or not is_out_of_memory(error):
            raise
        segmenter.move(torch.device("cpu"))
        return compute()
