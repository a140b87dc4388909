"""Gradient echoes: fat and water add as the echo time says, blood flows in, and an inversion is read out by a train."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from parotid_training.anatomy.gradient_echo import (
    INVERSION,
    GradientEcho,
    _blood,
    _saturation,
    draw_gradient_echo,
    draw_mprage,
    paint_gradient_echo,
)
from parotid_training.anatomy.head import Anatomy, AnatomySettings, make_anatomy
from parotid_training.anatomy.tissues import RELAXATION, Tissue
from parotid_training.study import Role

MPRAGE = GradientEcho(2300, 2.3, 9, 3.0, 900, 170, 6.5)


@cache
def head() -> Anatomy:
    return make_anatomy(8, (1.5, 1.5, 3.0), settings=AnatomySettings(tumour=False, gland_fat=(0.2, 0.3)))


def means(protocol: GradientEcho, seed: int, *tissues: Tissue) -> list[float]:
    image = paint_gradient_echo(head(), protocol, np.random.default_rng(seed))
    return [float(image[head().tissue == tissue].mean()) for tissue in tissues]


@pytest.mark.parametrize("t1", [290.0, 900.0, 1400.0, 4000.0])
def test_the_train_is_what_pulse_by_pulse_gives(t1: float) -> None:
    flip, before = np.deg2rad(MPRAGE.flip_deg), 1.0
    half = MPRAGE.echoes // 2 * MPRAGE.spacing
    for _ in range(40):
        now = 1 - (1 + INVERSION * before) * np.exp(-(MPRAGE.ti - half) / t1)
        for echo in range(MPRAGE.echoes):
            if echo == MPRAGE.echoes // 2:
                middle = now * np.sin(flip)
            now = 1 - (1 - now * np.cos(flip)) * np.exp(-MPRAGE.spacing / t1)
        before = 1 - (1 - now) * np.exp(-(MPRAGE.tr - MPRAGE.ti - half) / t1)
    assert MPRAGE.excited(t1) == pytest.approx(middle, abs=1e-4)


def test_a_spoiled_echo_is_strongest_at_the_ernst_angle() -> None:
    t1 = RELAXATION[Tissue.MUSCLE].t1
    ernst = float(np.rad2deg(np.arccos(np.exp(-15.0 / t1))))
    at, below, above = (GradientEcho(15, 2, share * ernst, 1.5).excited(t1) for share in (1.0, 0.7, 1.4))
    assert at > max(below, above)


def test_fat_adds_to_a_gland_in_phase_and_takes_from_it_when_opposed() -> None:
    turn = 1000.0 / (145.0 * 3.0)
    ratios = []
    for turns in (1.0, 1.25, 1.5):
        gland, muscle = means(replace(MPRAGE, te=turns * turn), 3, Tissue.PAROTID, Tissue.MUSCLE)
        ratios.append(gland / muscle)
    assert ratios[0] > ratios[1] > ratios[2]


def test_fat_is_brightest_and_fluid_dark_and_nothing_negative() -> None:
    for seed in range(6):
        rng = np.random.default_rng(seed)
        protocol = draw_mprage(rng, 3.0)
        image = paint_gradient_echo(head(), protocol, rng)
        assert image.min() >= 0
        assert image.dtype == np.float32
        fat, white, fluid = (
            float(image[head().tissue == one].mean()) for one in (Tissue.FAT, Tissue.WHITE_MATTER, Tissue.FLUID)
        )
        assert fat > white > 1.5 * fluid


def test_the_gland_is_little_brighter_than_the_muscle_beside_it_at_three_tesla() -> None:
    ratios = []
    for seed in range(24):
        rng = np.random.default_rng(seed)
        image = paint_gradient_echo(head(), draw_mprage(rng, 3.0, (2.0, 3.6)), rng)
        gland, muscle = (float(image[head().tissue == one].mean()) for one in (Tissue.PAROTID, Tissue.MUSCLE))
        ratios.append(gland / muscle)
    # 1.1 to 1.3 in the MPRAGE at hand (3 T, 2.9 ms).
    assert np.quantile(ratios, 0.2) < 1.2 < np.median(ratios) < 1.6


def test_blood_that_flows_in_is_bright_and_contrast_medium_makes_all_of_it_so() -> None:
    flash = GradientEcho(6, 2, 20, 3.0)
    muscle = flash.excited(1.2 * RELAXATION[Tissue.MUSCLE].t1)
    without = [_blood(flash, 1.2, np.random.default_rng(seed)) for seed in range(40)]
    after = [_blood(replace(flash, dose=1.0), 1.2, np.random.default_rng(seed)) for seed in range(40)]
    assert min(without) < muscle < max(without)
    assert min(after) > 1.5 * muscle


def test_what_is_drawn_can_be_measured() -> None:
    doses = {Role.T1W: False, Role.T1W_GD: True}
    saturated = 0
    for seed in range(60):
        for role, dosed in doses.items():
            one = draw_gradient_echo(role, 3.0, np.random.default_rng(seed))
            assert (one.dose > 0) is dosed
            saturated += one.fat_left < 1
            if one.ti:
                assert one.ti > one.echoes / 2 * one.spacing
                assert one.tr > one.ti + one.echoes / 2 * one.spacing
            else:
                assert one.te < one.tr
    assert 15 < saturated < 60


def test_fat_saturation_darkens_fat_and_may_fail_in_places() -> None:
    saturated = replace(MPRAGE, fat_left=0.1)
    fat, muscle = means(saturated, 1, Tissue.FAT, Tissue.MUSCLE)
    bright, grey = means(MPRAGE, 1, Tissue.FAT, Tissue.MUSCLE)
    assert fat / muscle < 0.6 * bright / grey
    left = [_saturation(head(), saturated, np.random.default_rng(seed)) for seed in range(8)]
    assert min(one.min() for one in left) == pytest.approx(0.1)
    assert max(one.max() for one in left) > 0.9
    assert np.median([(one > 0.5).mean() for one in left]) < 0.2, "in places, not everywhere"


def test_fat_may_lie_beside_its_place() -> None:
    plain, slipped = (paint_gradient_echo(head(), MPRAGE, np.random.default_rng(2), slip) for slip in (None, (2, 1.2)))
    assert plain.shape == slipped.shape
    assert np.abs(plain - slipped)[head().tissue == Tissue.FAT].mean() > 3
    middle = slice(None, None), slice(None, None), slice(2, -2)
    nothing = paint_gradient_echo(head(), MPRAGE, np.random.default_rng(2), (2, 0.0))
    np.testing.assert_allclose(nothing[middle], plain[middle], atol=1e-2)
