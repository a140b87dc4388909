"""The first thing on the screen: who is starting, while the rest is loaded. It needs little itself."""

from __future__ import annotations

import sys
import time
from importlib.metadata import version
from importlib.resources import files
from typing import Any

# Before there is an application: napari chooses the platform where Wayland would fail.
import napari
from qtpy.QtCore import QRect, QRectF, Qt
from qtpy.QtGui import QColor, QFont, QIcon, QPainter, QPixmap
from qtpy.QtWidgets import QApplication, QLabel

from napari_parotid.language import speak
from napari_parotid.tr import tr

NAME = "napari-parotid"
RAW = "raw"
"""Property of an application made here that knows nothing of napari yet."""
WIDTH, HEIGHT = 440, 220
PATIENCE_S = 0.1
"""So long it is waited for the splash to be seen."""
GROUND, WORDS, FAINT = QColor("#23242b"), QColor("#f0f1f2"), QColor("#a8b0ba")

__all__ = ["Splash", "make_qt_application", "napari"]


def make_qt_application() -> Any:
    """Return the one Qt application, with this program's name and icon if it is made here."""
    known = QApplication.instance()
    if known is not None:
        return known
    application = QApplication(sys.argv)
    application.setApplicationName(NAME)
    application.setApplicationVersion(version(NAME))
    application.setOrganizationName(NAME)
    application.setOrganizationDomain(NAME)
    application.setProperty(RAW, True)
    application.setWindowIcon(QIcon(str(_icon())))
    speak()
    return application


class Splash(QLabel):
    """Name, version and what this program is not; gone when the window comes.

    Qt's own `QSplashScreen` waits up to a second to be mapped, which is half of the whole start.
    """

    def __init__(self) -> None:
        ratio = QApplication.primaryScreen().devicePixelRatio()
        picture = QPixmap(round(WIDTH * ratio), round(HEIGHT * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(GROUND)
        painter = QPainter(picture)
        QIcon(str(_icon())).paint(painter, QRect(32, 62, 96, 96))
        font = QFont(QApplication.font())
        _write(painter, font, 20, 76, NAME, WORDS)
        _write(painter, font, 10, 116, tr("Version {version} is starting …", version=version(NAME)), FAINT)
        _write(painter, font, 9, 142, tr("For research use; not a medical device."), FAINT)
        painter.end()
        super().__init__()
        self.setWindowFlags(Qt.WindowType.SplashScreen | Qt.WindowType.FramelessWindowHint)
        self.setPixmap(picture)
        self.adjustSize()
        self.move(self.screen().availableGeometry().center() - self.rect().center())

    def present(self) -> None:
        """Come onto the screen now: there is no event loop yet."""
        self.show()
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end and not self.windowHandle().isExposed():
            QApplication.processEvents()
        self.repaint()
        QApplication.processEvents()


def _write(painter: QPainter, font: QFont, points: int, top: int, words: str, shade: QColor) -> None:
    font.setPointSize(points)
    painter.setFont(font)
    painter.setPen(shade)
    painter.drawText(QRectF(156, top, WIDTH - 168, 40), Qt.AlignmentFlag.AlignLeft, words)


def _icon() -> Any:
    return files("parotid_assets") / "icons" / "parotid.svg"
