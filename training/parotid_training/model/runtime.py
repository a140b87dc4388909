"""Settings of the process that make inference and training fast on a CPU."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys

import torch

_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_MAX = -1, -2, -4  # glibc malloc.h


def tune_process(threads: int | None = None) -> None:
    """Make glibc keep freed memory and limit torch's threads; call once, before the first network.

    glibc returns every large tensor to the kernel and faults it in again page by page, which costs half of
    the time of a 2D network on a CPU.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            libc = ctypes.CDLL("libc.so.6")
            libc.mallopt(_M_MMAP_MAX, 0)
            libc.mallopt(_M_TRIM_THRESHOLD, 2**31 - 1)
            libc.mallopt(_M_TOP_PAD, 1 << 26)
    torch.set_num_threads(threads or min(8, os.cpu_count() or 1))


def tune_thread() -> None:
    """Flush denormal numbers to zero in the calling thread (the setting is per thread)."""
    torch.set_flush_denormal(True)


def best_device() -> torch.device:
    """Return the GPU if there is one that works, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def autocast(device: torch.device) -> torch.autocast:
    """Mixed precision in bfloat16 where the device has it natively."""
    if device.type == "cuda":
        return torch.autocast("cuda", dtype=torch.bfloat16, enabled=torch.cuda.is_bf16_supported())
    supported = torch.backends.cpu.get_cpu_capability().startswith("AVX512") and _cpu_has("avx512_bf16", "amx_bf16")
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=supported)


def _cpu_has(*flags: str) -> bool:
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="ignore") as stream:
            line = next((line for line in stream if line.startswith("flags")), "")
    except OSError:
        return False
    return any(flag in line.split() for flag in flags)
