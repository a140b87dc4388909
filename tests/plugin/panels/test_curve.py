from __future__ import annotations

import pytest
from qtpy.QtCore import QEvent, QPointF, Qt
from qtpy.QtGui import QColor, QMouseEvent
from qtpy.QtWidgets import QApplication, QWidget

from napari_parotid import looks
from napari_parotid.looks import Look, shade
from napari_parotid.panels.curve import Curve

pytestmark = pytest.mark.gui

LOSSES = tuple((step, 1.25 - step / 40) for step in range(0, 31))
ERROR = "Error while learning: 1.07, now 0.68"
"""Means of the first 15 steps and of the last."""
HELD_OUT = ((0, 0.61), (15, 0.7), (30, 0.74))


@pytest.fixture(autouse=True)
def as_it_was():
    yield
    looks.wear(Look())
    looks.size_application()


@pytest.fixture
def window(qtbot):
    """A window in the colours of now."""
    window = QWidget()
    qtbot.addWidget(window)
    window.setStyleSheet(looks.window_sheet())
    window.resize(300, 200)
    return window


@pytest.fixture
def curve(window, qtbot):
    curve = Curve(window)
    curve.resize(280, 160)
    window.show()
    qtbot.waitExposed(window)
    return curve


def coloured(curve, name):
    """Return the columns of the drawing in which a shade's colour is found, about."""
    image, colour = curve._plot.view.grab().toImage(), QColor(shade(name))
    wanted = colour.red(), colour.green(), colour.blue()
    return {
        x
        for x in range(image.width())
        for y in range(image.height())
        if all(abs(a - b) < 25 for a, b in zip(image.pixelColor(x, y).getRgb(), wanted, strict=False))
    }


def said(curve):
    return [label.text() for label in (curve.error, curve.dice) if not label.isHidden()]


def test_one_score_alone_lies_on_a_scale_that_there_is(curve):
    curve.set_points(LOSSES, ((0, 0.98),))
    QApplication.processEvents()
    low, high = curve._plot._boxes[1].viewRange()[1]
    assert 0.0 <= low < 0.98 < high <= 1.02


def test_it_says_its_figures(curve):
    curve.set_points(LOSSES, ((0, 0.61), (30, 0.74)))
    assert said(curve) == [ERROR, "Overlap, held-out gland: 0.61, now 0.74"]
    curve.set_points(LOSSES)
    assert said(curve) == [ERROR]


def test_one_step_is_not_compared_with_another(curve):
    """Their errors are by chance: it said that the model had become worse."""
    falling = tuple((step, 0.5 - step / 1000) for step in range(240))
    noisy = (0, 0.15), *falling[1:-1], (239, 0.42)
    curve.set_points(noisy)
    assert said(curve) == ["Error while learning: 0.47, now 0.28"]


def test_what_was_measured_once_is_not_compared_with_itself(curve):
    curve.set_points(LOSSES, HELD_OUT[:1])
    assert said(curve)[1] == "Overlap, held-out gland: 0.61, not measured again yet"


def test_held_out_studies_have_a_line_of_their_own(curve):
    curve.set_points(LOSSES)
    QApplication.processEvents()
    assert not coloured(curve, "good")
    columns = coloured(curve, "mark")
    assert max(columns) - min(columns) > 0.6 * curve.width()
    curve.set_points(LOSSES, HELD_OUT)
    QApplication.processEvents()
    columns = coloured(curve, "good")
    assert max(columns) - min(columns) > 0.6 * curve.width()


def test_it_follows_the_theme(curve, window):
    curve.set_points(LOSSES, HELD_OUT)
    looks.wear(Look("light"))
    window.setStyleSheet(looks.window_sheet())
    QApplication.processEvents()
    ground = curve._plot.view.grab().toImage().pixelColor(1, 1)
    assert ground.name() == looks.LIGHT.ground
    assert coloured(curve, "good")


def test_the_mouse_reads_a_step(curve):
    curve.set_points(LOSSES, HELD_OUT)
    QApplication.processEvents()
    right = QPointF(curve._plot.view.geometry().right() - 60, curve.height() - 40)
    move = QMouseEvent(
        QEvent.Type.MouseMove,
        right,
        QPointF(curve.mapToGlobal(right.toPoint())),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(curve, move)
    assert said(curve)[1] == "Overlap, held-out gland: 0.74 at step 30"
    assert "at step 2" in said(curve)[0]
    QApplication.sendEvent(curve, QEvent(QEvent.Type.Leave))
    assert said(curve)[0] == ERROR


def test_the_first_step_has_its_figure_in_large_text_too(curve, window):
    looks.wear(Look("dark", 150))
    looks.size_application()
    window.setStyleSheet(looks.window_sheet())
    curve.set_points(tuple((step, 1.0 / (step + 1)) for step in range(241)), ((0, 0.61), (240, 0.74)))
    for _ in range(5):
        QApplication.processEvents()
    zero = curve._plot._boxes[0].mapViewToScene(QPointF(0.0, 0.0)).x()
    assert any(abs(x - zero) < 8 for x in coloured(curve, "faint"))
