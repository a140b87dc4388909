"""Learning shapes from labelled heads: laid on each other, both sides alike, what is missing left out."""

from __future__ import annotations

import numpy as np
import pytest

from parotid_training.anatomy.organs import MANDIBLE, ORGANS, PAROTIDS, SUBMANDIBULARS
from parotid_training.anatomy.shape_learning import (
    LabelledHead,
    explained,
    held_out,
    learn_modes,
    learn_shapes,
    make_samples,
    measure_head,
    mirrored_name,
    project,
)
from tests.engine.anatomy.toy_maps import ELLIPSOIDS, LABELS, toy_grid, toy_map


def measured(seed: int, **given: object) -> LabelledHead:
    return measure_head(f"head-{seed}", [toy_map(seed, **given)] * 2, toy_grid(), LABELS)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def heads() -> list[LabelledHead]:
    missing = {3: ["submandibular_left"]}
    return [measured(seed, missing=missing.get(seed, ())) for seed in range(6)]


def test_the_mean_head_lies_in_the_heads_frame_with_both_sides_alike(heads: list[LabelledHead]) -> None:
    lattices, samples = make_samples(heads)
    mean = learn_modes(lattices, samples, 0).compose(*_mean(lattices, samples))
    right, left = (mean.solid[name] for name in PAROTIDS)
    np.testing.assert_allclose(left.centre, ELLIPSOIDS["parotid"][0], atol=2.5)
    np.testing.assert_allclose(right.centre, left.centre * (-1, 1, 1), atol=0.1)
    assert right.ml == pytest.approx(left.ml, rel=0.02)
    assert left.ml == pytest.approx(4 / 3 * np.pi * 12 * 18 * 26 / 1000, rel=0.2)


def _mean(lattices: tuple, samples: list) -> tuple[np.ndarray, np.ndarray]:
    model = learn_modes(lattices, samples, 0)
    return model.mean, model.place_mean


def test_each_head_comes_mirrored_too(heads: list[LabelledHead]) -> None:
    _, samples = make_samples(heads)
    assert len(samples) == 2 * len(heads)
    straight, mirrored = samples[0], samples[len(heads)]
    assert straight.head == mirrored.head
    n, m = (ORGANS.index(name) for name in PAROTIDS)
    centre = straight.places[3 * n : 3 * n + 3]
    np.testing.assert_allclose(mirrored.places[3 * m : 3 * m + 3], centre * (-1, 1, 1), atol=1.0)


def test_missing_and_operated_organs_are_left_out(heads: list[LabelledHead]) -> None:
    assert SUBMANDIBULARS[1] not in heads[3].organs
    assert SUBMANDIBULARS[0] in heads[3].organs
    assert MANDIBLE in heads[0].organs
    assert MANDIBLE not in measured(7, shift=25.0).organs
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


def test_names_of_the_other_side() -> None:
    assert mirrored_name("orbit_left") == "orbit_right"
    assert mirrored_name("orbit_right") == "orbit_left"
    assert mirrored_name("brainstem") == "brainstem"
