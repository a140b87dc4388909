"""One window after another: a workspace is opened, worked in and left for the one that is wanted next."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QTimer

from napari_parotid.workspace_place import workspace_path
from parotid_app import running, settings
from parotid_app.build import build_window
from parotid_app.notices import Surprises
from parotid_app.warm_up import get_ready
from parotid_training.engine import Engine
from parotid_training.errors import ParotidError

if TYPE_CHECKING:
    from parotid_app.build import MainWindow
    from parotid_app.settings import Settings
    from parotid_app.splash import Splash


class Visits:
    """Where the reader is and goes next.

    Parameters
    ----------
    application
        The Qt application; runs as long as a window is open.
    workspace
        Named for once; None for the reader's own.
    demo
        Begin in the demo.
    """

    def __init__(self, application: Any, workspace: Path | None, *, demo: bool) -> None:
        self._application = application
        self._settings, self._complaint = settings.load_settings(settings.settings_file())
        self._demo = (settings.data_folder() / "demo").resolve()
        # Where the demo leads back to: a workspace that was named for once, too.
        self._home = (workspace or _own(self._settings)).resolve()
        self._wanted: Path | None = self._demo if demo and workspace is None else self._home
        self._study_id = ""

    def go(self, splash: Splash) -> bool:
        """Open what is wanted until nothing is; False where a workspace could not be opened and no other was named."""
        while self._wanted is not None:
            # Left by closing the window, unless something else is wanted.
            place, study_id = self._wanted, self._study_id
            self._wanted, self._study_id = None, ""
            try:
                engine = Engine.enter(place)
            except ParotidError as error:
                splash.close()
                self._wanted = running.say_refusal(error)
                if self._wanted is None:
                    return False
                self._take_home(self._wanted)
                continue
            self._visit(engine, place, study_id, splash)
        return True

    def _visit(self, engine: Engine, place: Path, study_id: str, splash: Splash) -> None:
        """Show a window on a workspace, and a study of it where one is named, until it is left."""
        session, tasks = running.compose(engine, self._settings)
        window = build_window(session, tasks, self._settings)
        window.is_demo = place == self._demo
        surprises = Surprises(lambda notice: running.tell(window, notice), window)
        surprises.install()
        self._listen(window)
        window.show()
        splash.close()
        get_ready(window)
        if self._complaint is not None:
            session.notice.emit(self._complaint)
            self._complaint = None
        if study_id:
            session.open_study(study_id)
        elif window.is_demo:
            window.fill_demo()
        QTimer.singleShot(0, window.welcome)
        self._application.exec()
        surprises.uninstall()
        window.deleteLater()
        engine.close()
        if self._wanted is not None and self._wanted not in (self._demo, self._home):
            self._take_home(self._wanted)
        settings.save_settings(settings.settings_file(), self._settings)

    def _listen(self, window: MainWindow) -> None:
        """Hear from a window what it wants and what it keeps."""

        def want(place: Path, study_id: str = "") -> None:
            self._wanted, self._study_id = place, study_id

        def keep(now: Settings) -> None:
            self._settings = now

        window.closed.connect(keep)
        window.settings_changed.connect(lambda now: settings.save_settings(settings.settings_file(), now))
        window.workspace_wanted.connect(want)
        window.demo_wanted.connect(lambda: want(self._demo))
        window.home_wanted.connect(lambda: want(self._home))

    def _take_home(self, place: Path) -> None:
        """Keep a workspace that the reader chose as their own from now on."""
        self._home = place
        self._settings = replace(self._settings, workspace=str(place))


def _own(kept: Settings) -> Path:
    """Return the reader's own workspace."""
    return Path(kept.workspace) if kept.workspace else workspace_path()
