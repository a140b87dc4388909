"""How much memory a step of learning takes, how much there is, and what is done where that is too little."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import psutil
import torch

from parotid_training.model.predict import Segmenter

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotid_training.model.networks import SwinSegmenter

T = TypeVar("T")

COPIES = 6
"""Of the weights: the network, its gradients, Adam's two means, the moving average and the start that is recalled."""
PIXEL_BYTES = 5632
"""What the shipped network keeps of each pixel of a slice until the gradients are made: measured in float32, as the
peak of a process less what it held before (tests/engine/learn/test_memory.py does so again). bfloat16 takes less."""
SPARE_BYTES = 512 * 2**20
"""Left to others: the window, and what is opened in it meanwhile."""


def step_bytes(patch: tuple[int, int], batch: int, weights: int) -> int:
    """Return what a step takes at its peak, besides the cases.

    Parameters
    ----------
    patch
        Height and width of the slices.
    batch
        Slices a step.
    weights
        Bytes of the network's weights.
    """
    return COPIES * weights + PIXEL_BYTES * batch * patch[0] * patch[1]


def free_bytes(device: str) -> int:
    """Return what may be taken on a device (``"cpu"``, ``"cuda"``), others' share kept back.

    The system's limits for a group of processes (containers) are not seen.
    """
    if device == "cpu":
        free = int(psutil.virtual_memory().available)
    else:
        free = int(torch.cuda.mem_get_info(torch.device(device))[0])
        # What torch keeps for itself and has no use for now is as good as free.
        free += torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    return max(0, free - SPARE_BYTES)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out, on the graphics card or in the computer."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and "DefaultCPUAllocator" in str(error)


def segmenter_of(model: SwinSegmenter, model_id: str) -> Segmenter:
    """Return what looks with a network; on the processor, if the graphics card has no room for it."""
    try:
        return Segmenter(model, model_id)
    except torch.OutOfMemoryError:
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
