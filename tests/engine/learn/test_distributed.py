"""What several processes share: two of them, on the CPU, against one that has everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from torch import distributed, multiprocessing, nn

from parotid_training.learn.distributed import GlobalBatchNorm1d, gather, mean_over_processes, rank, several

if TYPE_CHECKING:
    from pathlib import Path

ROWS = torch.randn(10, 3, generator=torch.Generator().manual_seed(1)) * 3 + 2
SHARES = (slice(0, 4), slice(4, 10))
"""Of the rows, of each process; unlike ones."""


def _process(number: int, folder: str) -> None:
    """One of two: its share of the rows, in full and in half precision."""
    torch.set_num_threads(1)
    distributed.init_process_group("gloo", f"file://{folder}/meeting", rank=number, world_size=2)
    norm, mine = GlobalBatchNorm1d(3).train(), ROWS[SHARES[number]].clone().requires_grad_()
    shown = norm(mine)
    (shown**3).sum().backward()
    half = GlobalBatchNorm1d(3).train()(mine.detach().bfloat16())
    found = {
        "shown": shown.detach(),
        "gradient": mine.grad,
        "half": half.detach(),
        "mean": norm.running_mean,
        "variance": norm.running_var,
        "gathered": gather(torch.full((2, 1), float(rank()))),
        "average": mean_over_processes(torch.tensor(float(number))),
    }
    torch.save(found, f"{folder}/{number}.pt")
    distributed.destroy_process_group()


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, torch.Tensor]]:
    folder: Path = tmp_path_factory.mktemp("two")
    multiprocessing.spawn(_process, (str(folder),), nprocs=2)  # type: ignore[no-untyped-call]
    return [torch.load(folder / f"{number}.pt", weights_only=True) for number in range(2)]


def test_two_processes_normalise_as_one_does(both: list[dict[str, torch.Tensor]]) -> None:
    norm, rows = nn.BatchNorm1d(3).train(), ROWS.clone().requires_grad_()
    shown = norm(rows)
    (shown**3).sum().backward()
    for found, share in zip(both, SHARES, strict=True):
        torch.testing.assert_close(found["shown"], shown[share].detach(), rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(found["gradient"], rows.grad[share], rtol=1e-3, atol=1e-4)
        torch.testing.assert_close(found["mean"], norm.running_mean)
        torch.testing.assert_close(found["variance"], norm.running_var)


def test_half_precision_is_summed_in_full(both: list[dict[str, torch.Tensor]]) -> None:
    wanted = nn.BatchNorm1d(3).train()(ROWS.bfloat16().float()).detach()
    for found, share in zip(both, SHARES, strict=True):
        torch.testing.assert_close(found["half"].float(), wanted[share], rtol=1e-3, atol=1e-3)


def test_rows_come_in_the_order_of_the_processes(both: list[dict[str, torch.Tensor]]) -> None:
    for found in both:
        assert found["gathered"].flatten().tolist() == [0.0, 0.0, 1.0, 1.0]
        assert found["average"] == 0.5


def test_one_process_is_plain() -> None:
    assert not several()
    assert rank() == 0
    assert gather(ROWS) is ROWS
