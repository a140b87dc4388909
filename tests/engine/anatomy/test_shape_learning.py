"""Learning shapes from labelled heads: what varies together, what is missing left out, what is left over."""

from __future__ import annotations

import numpy as np
import pytest

from parotid_training.anatomy.measured_head import LabelledHead
from parotid_training.anatomy.shape_learning import explained, held_out, learn_modes, learn_shapes, project
from parotid_training.anatomy.shape_samples import make_samples


def test_what_is_missing_counts_as_the_mean(heads: list[LabelledHead]) -> None:
    assert np.isfinite(learn_modes(*make_samples(heads)).modes).all()


def test_modes_give_the_samples_back(heads: list[LabelledHead]) -> None:
    lattices, samples = make_samples(heads)
    model = learn_modes(lattices, samples)
    whole = next(sample for sample in samples if not np.isnan(sample.values).any())
    weights = project(model, whole)
    assert np.abs(model.mean + weights @ model.modes - whole.values).max() < 0.5
    shares = explained(lattices, samples)
    assert (np.diff(shares) >= -1e-9).all()
    assert shares[-1] == pytest.approx(1.0)


def test_a_held_out_head_is_in_none_of_what_its_model_learned(heads: list[LabelledHead]) -> None:
    lattices, samples = make_samples(heads)
    seen = []
    for model, sample in held_out(lattices, samples, folds=3):
        others = [one for one in samples if one.head not in {name for name, fold in _folds(3) if fold == _fold(sample)}]
        np.testing.assert_allclose(model.mean, learn_modes(lattices, others, 0).mean, atol=1e-5)
        seen.append(sample.head)
    assert sorted(seen) == sorted(head.name for head in heads)


def _folds(count: int) -> list[tuple[str, int]]:
    return [(f"head-{n}", n % count) for n in range(6)]


def _fold(sample: object) -> int:
    return int(sample.head.removeprefix("head-")) % 3  # type: ignore[attr-defined]


def test_unevenness_is_what_no_mode_explains(heads: list[LabelledHead]) -> None:
    model = learn_shapes(*make_samples(heads))
    assert (model.uneven_mm < 3.0).all()
    few = learn_modes(*make_samples(heads), 2)
    assert len(few.modes) == 2
    assert model.place_uneven.shape == model.place_mean.shape
