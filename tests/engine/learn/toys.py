"""Small learnable cases: a bright ball on each side of a head, in all four sequences."""

from __future__ import annotations

import numpy as np

from parotid_training.learn.training_case import TrainingCase
from parotid_training.model.networks import SegmenterConfig

SMALL = SegmenterConfig(embed_dim=12, depths=(1, 1, 1), heads=(1, 2, 4), stem_channels=(4, 8))


def toy_case(seed: int, present: tuple[bool, ...] = (True, True, True, True)) -> TrainingCase:
    rng = np.random.default_rng(seed)
    z, y, x = np.mgrid[:12, :150, :120]
    head = ((y - 75) / 65) ** 2 + ((x - 60) / 50) ** 2 < 1
    signal = np.where(head, 0.0, -2.0) + rng.normal(0, 0.1, (4, *head.shape))
    label = np.zeros(head.shape, np.uint8)
    for centre in (25, 95):
        ball = ((y - 75 + rng.integers(-9, 9)) / 14) ** 2 + ((x - centre) / 9) ** 2 + ((z - 6) / 5) ** 2 < 1
        label[ball] = 1
    label[4:8, 70:80, 22:30] = 2
    signal[:, label == 1] += 1.5
    signal[:, label == 2] += 3.0
    signal *= np.array(present)[:, None, None, None]
    return TrainingCase(f"toy-{seed}", signal.astype(np.float16), present, label, (3.0, 1.5, 1.5))
