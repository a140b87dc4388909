"""A program that paints and journals until it is killed; prints the number of a stroke after it was appended."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import toys

from parotid_training.workspace.journal import Journal, Operation

journal = Journal.open(Path(sys.argv[1]))
_, label_map = toys.make_study(0)
journal.start(label_map)
flat = label_map.array.reshape(-1)
for number in range(100_000):
    index = np.arange(number * 3, number * 3 + 7, dtype=np.int64) % flat.size
    after = np.full(index.size, number % 3, np.uint8)
    journal.append(Operation("paint", index, flat[index].copy(), after, time.time()))
    flat[index] = after
    print(number, time.time(), flush=True)
    time.sleep(0.01)
