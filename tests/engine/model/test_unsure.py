"""Doubt against cases worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from parotid_training.model.unsure import hesitation, unsure


def test_doubt_is_how_close_the_second_comes_to_the_first() -> None:
    shares = np.array(
        [[1.0, 0.5, 0.4, 0.2, 1 / 3], [0.0, 0.5, 0.5, 0.7, 1 / 3], [0.0, 0.0, 0.1, 0.1, 1 / 3]], dtype=np.float32
    )
    np.testing.assert_allclose(unsure(shares), [0.0, 1.0, 0.9, 0.5, 1.0], atol=1e-6)
    np.testing.assert_allclose(unsure(shares), unsure(shares[::-1]), atol=1e-6)
    assert unsure(shares[:, :, None]).shape == (5, 1)


def test_a_study_is_as_doubtful_as_its_torn_share() -> None:
    labels = np.array([[1, 1, 2, 0]], np.uint8)
    assert hesitation(np.zeros_like(labels), labels) == 0.0
    assert hesitation(np.array([[0, 0, 0, 255]], np.uint8), labels) == pytest.approx(1 / 4)
    assert hesitation(np.array([[51, 0, 0, 51]], np.uint8), labels) == pytest.approx(0.4 / 3.4)
    assert hesitation(np.zeros_like(labels), np.zeros_like(labels)) == 1.0, "nothing found: all is to be learned"
