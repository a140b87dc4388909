from __future__ import annotations

import pytest
from qtpy.QtGui import QColor

from napari_parotid.looks import shade
from napari_parotid.panels.curve import Curve

pytestmark = pytest.mark.gui

LOSSES = tuple((step, 1.25 - step / 40) for step in range(0, 31))


@pytest.fixture
def curve(qtbot):
    curve = Curve()
    qtbot.addWidget(curve)
    curve.resize(280, 120)
    return curve


def coloured(curve, name):
    """Return the columns in which there is a shade's colour."""
    image, colour = curve.grab().toImage(), QColor(shade(name))
    return {
        x for x in range(image.width()) for y in range(image.height()) if image.pixelColor(x, y).rgb() == colour.rgb()
    }


def test_it_says_its_figures(curve):
    curve.set_points(LOSSES, ((0, 0.61), (30, 0.74)))
    assert curve.words == ("Training error: 1.25 at first, 0.50 now", "Held-out gland: 0.61 at first, 0.74 now")
    curve.set_points(LOSSES)
    assert curve.words == ("Training error: 1.25 at first, 0.50 now",)
    curve.set_points((), ((0, 0.61),))
    assert curve.isHidden()


def test_held_out_studies_have_a_line_of_their_own(curve):
    curve.set_points(LOSSES)
    assert not coloured(curve, "good")
    low = curve.sizeHint().height()
    curve.set_points(LOSSES, ((0, 0.61), (15, 0.7), (30, 0.74)))
    assert curve.sizeHint().height() > low
    columns = coloured(curve, "good")
    assert max(columns) - min(columns) > 0.6 * curve.width()
