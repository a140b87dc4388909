"""The signal model: what is bright and what is dark on each sequence."""

from functools import cache

import numpy as np
import pytest

from parotid_training.anatomy.head import Anatomy, AnatomySettings, make_anatomy
from parotid_training.anatomy.signal import degrade, draw_protocol, paint, paint_clean, paint_random, tissue_signals
from parotid_training.anatomy.tissues import Tissue
from parotid_training.anatomy.tumour import Look
from parotid_training.labels import Structure
from parotid_training.study import Role

T1W, T2W, STIR, GD = Role.T1W, Role.T2W, Role.STIR, Role.T1W_GD


@cache
def head(look: Look | None) -> Anatomy:
    settings = AnatomySettings(tumour=look or False, tumour_mm=(20, 26), gland_fat=(0.2, 0.3))
    return make_anatomy(8, (1.5, 1.5, 3.0), settings=settings)


def mean(role: Role, tissue: Tissue, look: Look | None = None, seed: int = 0) -> float:
    anatomy = head(look)
    return float(paint_clean(anatomy, role, np.random.default_rng(seed))[anatomy.tissue == tissue].mean())


@pytest.mark.parametrize("seed", range(4))
def test_order_of_tissues(seed: int) -> None:
    def on(role: Role, *tissues: Tissue) -> list[float]:
        return [mean(role, tissue, None, seed) for tissue in tissues]

    fat, gland, muscle, air = on(T1W, Tissue.FAT, Tissue.PAROTID, Tissue.MUSCLE, Tissue.AIR)
    assert fat > gland > muscle > air
    fluid, gland, muscle, bone = on(T2W, Tissue.FLUID, Tissue.PAROTID, Tissue.MUSCLE, Tissue.CORTICAL)
    assert fluid > gland > muscle > bone
    fluid, gland, fat, air = on(STIR, Tissue.FLUID, Tissue.PAROTID, Tissue.FAT, Tissue.AIR)
    assert fluid > gland > 1.5 * fat > air
    assert on(T1W, Tissue.AIR, Tissue.CORTICAL)[1] < 150


@pytest.mark.parametrize("seed", range(4))
def test_an_adenoma_is_bright_on_t2_and_dark_on_t1(seed: int) -> None:
    for role, brighter in ((T2W, True), (STIR, True), (T1W, False)):
        tumour, gland = (mean(role, one, Look.ADENOMA, seed) for one in (Tissue.ADENOMA, Tissue.PAROTID))
        assert (tumour > gland) is brighter


@pytest.mark.parametrize("seed", range(4))
def test_solid_tumours_are_darker_than_adenomas_on_t2(seed: int) -> None:
    rng = np.random.default_rng(seed)
    water, _ = tissue_signals(draw_protocol(T2W, rng), rng)
    assert water[Tissue.ADENOMA] > 1.3 * water[Tissue.WARTHIN]
    assert water[Tissue.ADENOMA] > 1.3 * water[Tissue.MALIGNANT]
    assert mean(T1W, Tissue.MALIGNANT, Look.MALIGNANT, seed) < mean(T1W, Tissue.PAROTID, Look.MALIGNANT, seed)


def test_contrast_medium_lifts_adenomas_more_than_warthins() -> None:
    def gain(tissue: Tissue) -> float:
        plain, _ = tissue_signals(draw_protocol(T1W, np.random.default_rng(1)), np.random.default_rng(2), jitter=0.0)
        after, _ = tissue_signals(draw_protocol(GD, np.random.default_rng(1)), np.random.default_rng(2), jitter=0.0)
        return float(after[tissue] / plain[tissue])

    assert gain(Tissue.ADENOMA) > 1.2 * gain(Tissue.WARTHIN) > gain(Tissue.MUSCLE)
    assert gain(Tissue.MALIGNANT) > gain(Tissue.PAROTID)


def test_painting_is_repeatable_and_differs_by_draw() -> None:
    anatomy = head(None)
    first, same, other = (paint(anatomy, T1W, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, same)
    assert np.abs(first - other).mean() > 1.0
    assert first.shape == anatomy.grid.shape
    assert first.dtype == np.float32
    assert first.min() >= 0.0


def test_random_painting_draws_other_contrasts() -> None:
    anatomy = head(None)
    fat_over_muscle = []
    for seed in range(12):
        image = paint_random(anatomy, np.random.default_rng(seed))
        assert np.isfinite(image).all()
        fat_over_muscle.append(
            image[anatomy.tissue == Tissue.FAT].mean() > image[anatomy.tissue == Tissue.MUSCLE].mean()
        )
    assert 0 < sum(fat_over_muscle) < 12


def test_chemical_shift_moves_fat_alone() -> None:
    anatomy = head(None)
    plain, slipped = (paint_clean(anatomy, T1W, np.random.default_rng(1), slip) for slip in (None, (2, 1.3)))
    changed = np.abs(plain - slipped)
    deep = anatomy.tissue == Tissue.WHITE_MATTER
    assert changed[anatomy.tissue == Tissue.FAT].mean() > 3 * changed[deep].mean()


def test_noise_is_as_asked() -> None:
    anatomy = head(None)
    flat = np.zeros(anatomy.grid.shape, dtype=np.float32)
    quiet, loud = (degrade(flat, anatomy.grid, np.random.default_rng(0), noise=level).mean() for level in (0.01, 0.03))
    assert loud == pytest.approx(3 * quiet, rel=1e-3)
    assert quiet == pytest.approx(10 * np.sqrt(np.pi / 2), rel=0.02)


def test_a_role_without_a_model_is_refused() -> None:
    with pytest.raises(ValueError, match="no signal model"):
        draw_protocol(Role.DWI, np.random.default_rng(0))


def test_a_malignant_tumour_stays_darker_than_fluid_on_t2() -> None:
    anatomy = head(Look.MALIGNANT)
    image = paint_clean(anatomy, T2W, np.random.default_rng(0))
    tumour = anatomy.structures.array == Structure.TUMOUR
    assert image[tumour].mean() < 0.7 * image[anatomy.tissue == Tissue.FLUID].mean()
    assert (anatomy.tissue[tumour] == Tissue.MALIGNANT).mean() > 0.6
