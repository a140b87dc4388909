"""How the window was left, and how it comes back."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from typing import TYPE_CHECKING

from qtpy.QtCore import QByteArray

from napari_parotid.views.orientation import Convention

if TYPE_CHECKING:
    from parotid_app.build import MainWindow
    from parotid_app.settings import Settings

FRAME = 8, 40
"""Width and height that are kept free of a screen: the system's frame stands around the window, with its title."""
LEFT, RIGHT = 300, 300
"""Widths of the columns at the first start, pixels."""


def restore(window: MainWindow) -> None:
    """Have a window come back as it was left; at the first start it fits the screen."""
    settings, room = window.settings, window.screen().availableSize()
    window.resize(min(1440, room.width() - FRAME[0]), min(900, room.height() - FRAME[1]))
    window.columns.setSizes([LEFT, window.width() - LEFT - RIGHT, RIGHT])
    window.canvases.set_crosshair(settings.crosshair)
    if settings.neurological:
        window.canvases.set_convention(Convention.NEUROLOGICAL)
    for text, take_on in (
        (settings.geometry, window.restoreGeometry),
        (settings.columns, window.columns.restoreState),
    ):
        if text:
            take_on(QByteArray(_bytes(text)))


def as_left(window: MainWindow) -> Settings:
    """Return what is to be kept of a window that is left."""
    return replace(
        window.settings,
        reader=window.desk.reader,
        propose_ahead=window.ahead.wanted,
        neurological=window.canvases.convention is Convention.NEUROLOGICAL,
        crosshair=window.canvases.crosshair,
        theme=window.look.theme,
        text_percent=window.look.percent,
        geometry=_text(window.saveGeometry()),
        columns=_text(window.columns.saveState()),
    )


def _text(state: QByteArray) -> str:
    return base64.b64encode(state.data()).decode("ascii")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return b""
