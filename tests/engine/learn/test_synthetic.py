from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from parotid_training.errors import CancelledError
from parotid_training.learn.synthetic import phantom_cases, random_head_case
from parotid_training.model.networks import SegmenterConfig

if TYPE_CHECKING:
    from pathlib import Path


def test_phantoms_are_cached_and_cancellable(tmp_path: Path) -> None:
    config = SegmenterConfig()
    first = phantom_cases([5], config, tmp_path)[0]
    assert (first.label == 1).sum() > 500
    written = next(tmp_path.iterdir())
    stamp = written.stat().st_mtime_ns
    again = phantom_cases([5], config, tmp_path)[0]
    np.testing.assert_array_equal(again.array, first.array)
    assert written.stat().st_mtime_ns == stamp
    with pytest.raises(CancelledError):
        phantom_cases([5, 6], config, tmp_path, cancelled=lambda: True)


def test_random_contrast_keeps_the_truth_and_changes_the_looks() -> None:
    case = random_head_case(7, SegmenterConfig())
    assert case.present == (True,) * 4
    assert 20 < (case.label > 0).sum() * np.prod(case.spacing) / 1000 < 130
    contrast = [
        [channel[c.label == 1].astype(float).mean() for channel in c.array]
        for c in (case, random_head_case(9, SegmenterConfig()))
    ]
    assert np.abs(np.subtract(*contrast)).max() > 0.3
