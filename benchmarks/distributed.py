"""Time contrastive pretraining in one process and in two that share the same global batch (gloo, a thread each).

    python benchmarks/distributed.py

Efficiency is the time of one process over twice that of two: 1 if the second core were all gain. One process with two
threads stands beside it, for that is what two cores would be used for otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from parotid_training.learn.pretrain import PretrainSettings, pretrain
from parotid_training.learn.stream import FixedCases
from parotid_training.learn.synthetic import phantom_case
from parotid_training.model.config import NETWORKS

NETWORK = NETWORKS["small"]
SEEDS = range(880_001, 880_004)
STEPS, WARM = 12, 3
TIMES = "times.json"


def learn(out: Path, batch: int, threads: int) -> None:
    """Pretrain for a few steps, as one of the processes; the one that reports its steps writes their times."""
    cases = FixedCases(tuple(phantom_case(seed, NETWORK) for seed in SEEDS))
    settings = PretrainSettings(steps=STEPS, batch=batch, warm_up=1, threads=threads, network=NETWORK)
    ends: list[float] = []
    pretrain(out / "run", settings, cases, lambda fraction, words: ends.append(time.perf_counter()))
    if ends:
        (out / TIMES).write_text(json.dumps(np.diff(ends[:STEPS])[WARM:].tolist()), "utf-8")


def seconds(processes: int, threads: int, batch: int) -> float:
    """Return the median seconds of a step in so many processes."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable, "-m", "torch.distributed.run", f"--nproc_per_node={processes}", "--standalone",
            __file__, "--in", folder, "--batch", str(batch), "--threads", str(threads),
        ]  # fmt: skip
        environment = {**os.environ, "OMP_NUM_THREADS": str(threads)}
        subprocess.run(command, check=True, env=environment, capture_output=True)
        times: list[float] = json.loads((Path(folder) / TIMES).read_text("utf-8"))
    return float(np.median(times))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--in", dest="folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--threads", type=int, default=1, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.folder is not None:
        learn(options.folder, options.batch, options.threads)
        return
    one, two, threaded = (seconds(*how, options.batch) for how in ((1, 1), (2, 1), (1, 2)))
    print(
        f"recommended mode, batch {options.batch}, a step: {one:.2f} s in one process, {two:.2f} s in two, "
        f"{threaded:.2f} s in one with two threads; efficiency of two processes {one / two / 2:.2f}"
    )


if __name__ == "__main__":
    main()
