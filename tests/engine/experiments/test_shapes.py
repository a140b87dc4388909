"""Figures on a shape model: copies are told from new heads; the report and the model are written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import nibabel
import numpy as np
import pytest

from parotid_training.anatomy.measured_head import measure_head
from parotid_training.anatomy.organs import ORGANS, PAROTIDS
from parotid_training.anatomy.shape_learning import learn_shapes
from parotid_training.anatomy.shape_model import load_shapes
from parotid_training.anatomy.shape_samples import make_samples
from parotid_training.errors import ParotidError
from parotid_training.experiments import shapes, shapes_figures
from parotid_training.experiments.shapes_figures import form_of, measure, nearest
from parotid_training.progress import ignore_progress, never
from parotid_training.volume import FLIP_XY
from tests.engine.anatomy.toy_maps import LABELS, toy_grid, toy_map

if TYPE_CHECKING:
    from pathlib import Path

    from parotid_training.anatomy.organs import Lattice
    from parotid_training.anatomy.shape_model import ShapeModel
    from parotid_training.anatomy.shape_samples import Sample


@pytest.fixture(scope="module")
def learned() -> tuple[ShapeModel, list[Sample]]:
    heads = [measure_head(f"head-{seed}", [toy_map(seed)], toy_grid(), LABELS) for seed in range(5)]
    lattices, samples = make_samples(heads)
    return learn_shapes(lattices, samples), samples


def test_a_copy_lies_on_its_patient_and_a_patient_on_no_other(learned: tuple[ShapeModel, list[Sample]]) -> None:
    model, samples = learned
    pool = [form_of(model, sample.values, sample.places, sample.head) for sample in samples]
    copy = form_of(model, samples[2].values, samples[2].places)
    assert nearest(copy, pool).max() < 0.2
    # Its own maps and their mirror image do not count as another head.
    assert nearest(pool[2], pool).min() > nearest(copy, pool).max()


def by_heart(model: ShapeModel, one: Sample, organs: slice | None = None) -> ShapeModel:
    """Return a model that draws one head it knows (or some organs of it) again and again."""
    mean, modes = model.mean.copy(), model.modes.copy()
    part = organs or slice(None)
    mean[part] = one.values[part]
    modes[:, part] *= 1e-3
    return replace(model, mean=mean, modes=modes, place_mean=one.places, place_modes=model.place_modes * 1e-3)


@pytest.mark.parametrize("whole", [True, False])
def test_draws_that_are_copies_are_found_out(
    learned: tuple[ShapeModel, list[Sample]], monkeypatch: pytest.MonkeyPatch, whole: bool
) -> None:
    model, samples = learned
    honest = measure(model, samples, 4, 1, ignore_progress, never)
    # Toy heads are few and alike: as far from what was learned as from what was not, draws pass.
    assert replace(honest, learned=honest.unseen).no_copies

    def learn(lattices: tuple[Lattice, ...], of: list[Sample]) -> ShapeModel:
        return by_heart(learn_shapes(lattices, of), of[-1], None if whole else model.parts[ORGANS.index(PAROTIDS[0])])

    monkeypatch.setattr(shapes_figures, "learn_shapes", learn)
    copied = measure(model, samples, 4, 1, ignore_progress, never)
    assert not copied.no_copies
    assert copied.pull.max() > honest.pull.max()


def test_a_folder_of_maps_becomes_a_model_and_a_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = {value: name for name, value in shapes.LABEL_NAMES.items()}
    text = "".join(f"{value} {names[organ]}\n" for organ, value in LABELS.items())
    data, model = tmp_path / "maps", tmp_path / "model" / "shapes.npz"
    data.mkdir()
    (data / "labels.txt").write_text("0 background\n" + text, "utf-8")
    for seed in range(5):
        for reader in ("one", "two"):
            image = nibabel.Nifti1Image(toy_map(seed), FLIP_XY @ toy_grid().affine)
            nibabel.save(image, data / f"head_{seed}_{reader}.nii.gz")
    monkeypatch.setattr(shapes, "draw_page", lambda path: path.touch())
    table = shapes.run(data, tmp_path / "out", 2, model, ignore_progress, never)
    assert "parotid" in table
    assert table in (tmp_path / "out" / "shapes.md").read_text("utf-8")
    assert set(PAROTIDS) <= set(load_shapes(model).draw(np.random.default_rng(0)).solid)


def test_a_folder_without_maps_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParotidError, match="no organ maps"):
        shapes.read_heads(tmp_path, ignore_progress, never)
