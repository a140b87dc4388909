"""What a running window needs around it: the Qt application, the session, and words before there is a window."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari._qt.qt_event_filters import QtToolTipEventFilter
from napari.qt import get_qapp
from qtpy.QtWidgets import QMessageBox

from napari_parotid.looks import window_sheet
from napari_parotid.panels.files import ask_folder
from napari_parotid.session import Session
from napari_parotid.starting import LearningSettings
from napari_parotid.tasks import Tasks
from napari_parotid.tr import tr
from parotid_app.splash import RAW, make_qt_application

if TYPE_CHECKING:
    from napari_parotid.messages import Notice
    from parotid_app.build import MainWindow
    from parotid_app.settings import Settings
    from parotid_training.engine import Engine
    from parotid_training.errors import ParotidError


def make_application() -> Any:
    """Return the one Qt application, ready for napari's widgets."""
    application = make_qt_application()
    if application.property(RAW):
        application.setProperty(RAW, False)
        # As napari does for an application of its own: long tips are wrapped.
        application.installEventFilter(QtToolTipEventFilter(application))
    return get_qapp()


def compose(engine: Engine, settings: Settings) -> tuple[Session, Tasks]:
    """Return a session on an engine, and the executor it works with."""
    tasks = Tasks()
    learning = LearningSettings(automatic=settings.learn_after > 0, auto_after=max(settings.learn_after, 1))
    return Session(engine, tasks, learning), tasks


def tell(window: MainWindow, notice: Notice) -> None:
    """Show a notice in the window, as long as it lives."""
    if window.isVisible():
        window.session.notice.emit(notice)


def say_refusal(error: ParotidError) -> Path | None:
    """Say why the workspace cannot be opened; return another folder if the reader chooses one."""
    print(error, file=sys.stderr)
    box = QMessageBox(QMessageBox.Icon.Warning, "napari-parotid", tr(error.sentence))
    box.setInformativeText(tr(error.remedy))
    box.setStyleSheet(window_sheet())
    other = box.addButton(tr("Other workspace…"), QMessageBox.ButtonRole.ActionRole)
    box.addButton(QMessageBox.StandardButton.Close)
    box.exec()
    if box.clickedButton() is not other:
        return None
    return ask_folder(box, tr("Choose the folder of your workspace"), Path.home())
