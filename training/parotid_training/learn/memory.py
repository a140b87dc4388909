"""How much memory a step of learning takes, and how much there is."""

from __future__ import annotations

import psutil
import torch

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
        try:
            free = int(torch.cuda.mem_get_info(torch.device(device))[0])
        except RuntimeError:
            # So full, or so taken, that it cannot even be asked.
            return 0
        # What torch keeps for itself and has no use for now is as good as free.
        free += torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    return max(0, free - SPARE_BYTES)
