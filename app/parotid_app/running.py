"""What a running window needs around it: the Qt application, the session, and words before there is a window."""

from __future__ import annotations

import functools
import gc
import sys
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
from napari.layers import Image, Labels
from napari.qt import get_qapp, get_stylesheet
from qtpy.QtWidgets import QApplication, QMessageBox

from napari_parotid.learning import LearningSettings
from napari_parotid.session import Session
from napari_parotid.tasks import Tasks
from napari_parotid.tr import tr
from parotid_app.dialogs import ask_folder

if TYPE_CHECKING:
    from pathlib import Path

    from napari_parotid.messages import Notice
    from parotid_app.build import MainWindow
    from parotid_app.settings import Settings
    from parotid_training.engine import Engine
    from parotid_training.errors import ParotidError


def make_application() -> Any:
    """Return the one Qt application, with this program's name and icon if it is made here."""
    if QApplication.instance() is not None:
        return get_qapp()
    return get_qapp(
        app_name="napari-parotid",
        app_version=version("napari-parotid"),
        icon=str(files("parotid_assets") / "icons" / "parotid.svg"),
        org_name="napari-parotid",
        org_domain="napari-parotid",
        app_id="napari-parotid",
    )


def compose(engine: Engine, settings: Settings) -> tuple[Session, Tasks]:
    """Return a session on an engine, and the executor it works with."""
    _get_ready()
    tasks = Tasks()
    learning = LearningSettings(automatic=settings.learn_after > 0, auto_after=max(settings.learn_after, 1))
    return Session(engine, tasks, learning), tasks


@functools.cache
def _get_ready() -> None:
    """Do once, before there is a window, what would make it stand still later."""
    # The first layers read napari's units and colours from files (0.5 s).
    for layer in (Image, Labels):
        layer(np.zeros((2, 2), np.uint8), units=("mm",) * 2)
    # Collecting garbage looks through all that is loaded, for 0.4 s at a time on any thread, with the window standing
    # still. What is loaded by now stays to the end, so it is looked through no more.
    gc.collect()
    gc.freeze()


def tell(window: MainWindow, notice: Notice) -> None:
    """Show a notice in the window, as long as it lives."""
    if window.isVisible():
        window.session.notice.emit(notice)


def say_refusal(error: ParotidError) -> Path | None:
    """Say why the workspace cannot be opened; return another folder if the reader chooses one."""
    print(error, file=sys.stderr)
    box = QMessageBox(QMessageBox.Icon.Warning, "napari-parotid", tr(error.sentence))
    box.setInformativeText(tr(error.remedy))
    box.setStyleSheet(get_stylesheet("dark"))
    other = box.addButton(tr("Other workspace…"), QMessageBox.ButtonRole.ActionRole)
    box.addButton(QMessageBox.StandardButton.Close)
    box.exec()
    if box.clickedButton() is not other:
        return None
    return ask_folder(box, tr("Choose the folder of your workspace"))
