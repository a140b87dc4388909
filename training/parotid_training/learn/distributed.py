"""What contrastive learning needs of several processes: all keys as negatives, statistics of the whole batch.

With one process both are plain.
"""

from __future__ import annotations

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed.nn import functional as dist_functional


def several() -> bool:
    """Whether this process learns together with others."""
    return dist.is_available() and dist.is_initialized() and dist.get_world_size() > 1


def rank() -> int:
    """Number of this process, from 0."""
    return dist.get_rank() if several() else 0


@torch.no_grad()
def gather(values: Tensor) -> Tensor:
    """Join every process's rows, in the order of the processes; without gradient."""
    if not several():
        return values
    found = [torch.empty_like(values) for _ in range(dist.get_world_size())]
    dist.all_gather(found, values.contiguous())
    return torch.cat(found)


@torch.no_grad()
def mean_over_processes(value: Tensor) -> Tensor:
    """Return the mean of every process's value, without gradient."""
    if not several():
        return value
    total = value.float().clone()
    dist.all_reduce(total)
    return total / dist.get_world_size()


class GlobalBatchNorm1d(nn.BatchNorm1d):
    """Batch normalisation over the batch of all processes, on CPU as well.

    torch's SyncBatchNorm needs a GPU; a comparison of one process with several on a CPU needs this.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Normalise (rows, features)."""
        if not (several() and self.training):
            return super().forward(x)
        # Sums of squares in half precision would be worth nothing, and the running statistics are in full.
        x = x.float()
        rows = x.new_tensor([float(x.shape[0])])
        sums = torch.cat([x.sum(dim=0), (x * x).sum(dim=0), rows])
        total: Tensor = dist_functional.all_reduce(sums)  # type: ignore[no-untyped-call]
        count = total[-1]
        mean = total[: x.shape[1]] / count
        variance = (total[x.shape[1] : -1] / count - mean * mean).clamp(min=0)
        with torch.no_grad():
            momentum = 0.1 if self.momentum is None else self.momentum
            assert self.running_mean is not None
            assert self.running_var is not None
            self.running_mean.lerp_(mean, momentum)
            self.running_var.lerp_(variance * (count / (count - 1)), momentum)
        scaled = (x - mean) * torch.rsqrt(variance + self.eps)
        return scaled if self.weight is None else scaled * self.weight + self.bias
