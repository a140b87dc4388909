"""Both themes can be read, by everybody."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from napari.utils.theme import get_theme
from qtpy.QtCore import QSize
from qtpy.QtGui import QIcon
from qtpy.QtWidgets import QLabel
from skimage.color import deltaE_ciede2000, rgb2lab

from napari_parotid import changes, looks
from napari_parotid.looks import DARK, LIGHT, PERCENTS, Look
from parotid_training.labels import COLOURS, Structure

NORMAL = np.eye(3)
# Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB.
PROTANOPIA = np.array(
    [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
)
DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
)
TRITANOPIA = np.array(
    [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
)
EYES = {"normal": NORMAL, "protanopia": PROTANOPIA, "deuteranopia": DEUTERANOPIA, "tritanopia": TRITANOPIA}


@pytest.fixture(autouse=True)
def as_it_was():
    yield
    looks.wear(Look())


def linear(colour):
    values = np.array([int(colour[n : n + 2], 16) for n in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(a, b):
    """WCAG 2 contrast ratio."""
    light, dark = sorted((linear(one) @ (0.2126, 0.7152, 0.0722) for one in (a, b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def seen(colour, eye):
    """CIELAB of a colour as an eye sees it."""
    values = np.clip(EYES[eye] @ linear(colour), 0, 1)
    srgb = np.where(values <= 0.0031308, 12.92 * values, 1.055 * values ** (1 / 2.4) - 0.055)
    return rgb2lab(srgb)


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda palette: palette.theme)
def test_words_stand_out(palette):
    """4.5 : 1 is what WCAG 2 AA asks of text, 3 : 1 of signs."""
    grounds = (palette.ground, palette.field)
    for name in ("text", "faint", "mark", "good", "warn", "bad"):
        for ground in grounds:
            assert contrast(getattr(palette, name), ground) >= 4.5, (name, ground)
    for ground in (palette.hover, palette.open_):
        assert contrast(palette.text, ground) >= 7
        assert contrast(palette.faint, ground) >= 3.9
    for name in ("action", "accept", "info", "warning", "error"):
        assert contrast(palette.over, getattr(palette, name)) >= 4.5, name
    assert contrast(palette.icon, palette.ground) >= 4.5
    assert contrast(palette.mark, palette.ground) >= 3, "the focus is seen"


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda palette: palette.theme)
def test_our_ground_is_naparis(palette):
    theirs = get_theme(palette.theme).background.as_rgb_tuple()[:3]
    assert palette.ground == "#" + "".join(f"{value:02x}" for value in theirs)


@pytest.mark.parametrize("eye", EYES)
def test_what_must_be_told_apart_by_colour_is(eye):
    """In masks colour alone carries the meaning; 20 is far more than a glance needs (1 is just noticeable)."""
    groups = [list(COLOURS.values()), list(changes.COLOURS.values())]
    for group in groups:
        for a, b in combinations(group, 2):
            assert deltaE_ciede2000(seen(a, eye), seen(b, eye)) > 20, (eye, a, b)
    for change in changes.COLOURS.values():
        for structure in COLOURS.values():
            assert deltaE_ciede2000(seen(change, eye), seen(structure, eye)) > 9, (eye, change, structure)


def test_masks_differ_in_brightness_too():
    light = [seen(COLOURS[structure], "normal")[0] for structure in (Structure.GLAND, Structure.TUMOUR)]
    assert abs(light[0] - light[1]) > 10


def test_an_icon_follows_the_theme(qapp):
    icon = looks.icon("fa6s.check")

    def drawn(mode=QIcon.Mode.Normal):
        image = icon.pixmap(QSize(32, 32), 1.0, mode).toImage()
        solid = [image.pixelColor(x, y) for x in range(32) for y in range(32) if image.pixelColor(x, y).alpha() == 255]
        assert solid
        return solid[len(solid) // 2].name()

    looks.wear(Look("dark"))
    assert drawn() == DARK.icon
    assert drawn(QIcon.Mode.Disabled) == DARK.off_text
    looks.wear(Look("light"))
    assert drawn() == LIGHT.icon
    large = icon.pixmap(QSize(32, 32), 2.0)
    assert large.deviceIndependentSize().width() == 32
    assert large.width() == 64, "sharp on a fine screen"


def test_a_tone_follows_the_theme_and_its_meaning(qtbot):
    label = QLabel("words")
    qtbot.addWidget(label)

    def colour():
        label.ensurePolished()
        return label.palette().windowText().color().name()

    for palette in (DARK, LIGHT):
        looks.wear(Look(palette.theme))
        label.setStyleSheet(looks.sheet())
        for name in ("warn", "good", "faint"):
            looks.tone(label, name)
            assert colour() == getattr(palette, name)


def test_text_sizes_go_up_and_down_within_their_bounds():
    look = Look("light", 100)
    assert look.larger(1) == Look("light", 110)
    assert look.larger(-5).percent == PERCENTS[0]
    assert look.larger(99).percent == PERCENTS[-1]
    sizes = [Look(percent=percent).larger(1).percent for percent in PERCENTS]
    assert all(a <= b for a, b in pairwise(sizes))


def test_what_is_unknown_is_worn_as_usual():
    assert looks.wear(Look("plaid", 4000)) == Look("dark", 100)


def test_every_size_in_the_sheet_grows(qapp):
    looks.wear(Look("dark", 100))
    usual = looks.window_sheet()
    looks.wear(Look("dark", 125))
    large = looks.window_sheet()
    assert "font-size: 9pt" in usual
    assert "font-size: 11.25pt" in large
    assert "font-size: 9pt" not in large
