"""The measures of doubt are compared by figures worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from parotid_training.experiments.doubts import area, entropy


def test_area_under_the_curve() -> None:
    values = np.array([0.1, 0.4, 0.35, 0.8], np.float32)
    # Of four pairs of a positive and a negative, three are in order.
    assert area(values, np.array([False, False, True, True])) == pytest.approx(0.75)
    assert area(values, np.array([False, False, False, True])) == 1.0
    assert area(np.ones(4, np.float32), np.array([False, True, False, True])) == 0.5, "ties count half"
    assert np.isnan(area(values, np.zeros(4, bool)))


def test_entropy_is_a_share_of_the_largest() -> None:
    shares = np.array([[1.0, 0.5, 1 / 3], [0.0, 0.5, 1 / 3], [0.0, 0.0, 1 / 3]], np.float32)
    np.testing.assert_allclose(entropy(shares), [0.0, np.log(2) / np.log(3), 1.0], atol=1e-5)
