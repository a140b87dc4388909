from __future__ import annotations

import numpy as np
import pytest

from napari_parotid.views.overlay import ruler_mm
from napari_parotid.views.windowing import DRAG_PIXELS, Preset, Window, preset_window


def test_window_and_limits_are_inverse():
    window = Window.of((100, 500))
    assert (window.level, window.width) == (300, 400)
    assert window.limits == (100, 500)


def test_drag_to_the_right_widens_and_down_brightens():
    window = Window(300, 400)
    assert window.dragged(DRAG_PIXELS, 0) == Window(300, 800)
    brighter = window.dragged(0, DRAG_PIXELS)
    assert brighter.width == 400
    assert brighter.level == 100
    # A lower level shows the same signal brighter.
    assert brighter.level < window.level


def test_a_drag_there_and_back_changes_nothing():
    window = Window(300, 400).dragged(37, 0).dragged(-37, 0)
    assert window.level == pytest.approx(300)
    assert window.width == pytest.approx(400)


def test_a_flat_image_still_has_a_window():
    window = preset_window(np.full((4, 20, 20), 7.0), Preset.AUTO)
    assert window.width > 0
    assert window.limits[0] <= 7 <= window.limits[1]


def test_presets_lie_where_their_names_say():
    array = np.random.default_rng(0).gamma(2.0, 100.0, (10, 50, 50))
    windows = {preset: preset_window(array, preset) for preset in Preset}
    assert windows[Preset.FULL].limits == pytest.approx((array.min(), array.max()), rel=1e-4)
    assert windows[Preset.SOFT].level < windows[Preset.AUTO].level < windows[Preset.BRIGHT].level


def test_a_little_very_bright_fluid_does_not_darken_all_else():
    """As on STIR, where the window's white was that of fluid, and the gland hardly seen."""
    array = np.random.default_rng(0).normal(300.0, 60.0, (10, 50, 50)).clip(0)
    plain = preset_window(array, Preset.AUTO)
    array[:, :2] = 2000.0
    fluid = preset_window(array, Preset.AUTO)
    assert fluid.limits[1] < 1.5 * plain.limits[1] < 2000.0 * 0.5
    assert fluid.limits[0] == pytest.approx(plain.limits[0], rel=0.2)


@pytest.mark.parametrize(("pixels_per_mm", "length"), [(0.0, 0), (0.01, 0), (1.0, 100), (5.0, 20), (40.0, 2)])
def test_the_ruler_fits_a_third_of_the_height(pixels_per_mm, length):
    assert ruler_mm(pixels_per_mm, 400) == length
