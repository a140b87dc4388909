"""``parotid-app``: the standalone window, and the child process of the learning (``--worker``)."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parotid_app.settings import Settings

OPEN_FAILED = 3
"""Exit status when the workspace cannot be opened, e.g. because another window has it."""


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="parotid-app",
        description="Propose, correct and learn parotid masks on MRI. For research use; not a medical device.",
    )
    parser.add_argument("--workspace", type=Path, metavar="DIR", help="folder of your work (made if absent)")
    parser.add_argument("--demo", action="store_true", help="open the demo workspace with synthetic studies")
    parser.add_argument("--worker", type=Path, metavar="JOB", help="run a fine-tuning (used by the program itself)")
    parser.add_argument(
        "--once-around", type=Path, metavar="OUT", help="drive the window through the loop; pictures go into OUT"
    )
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; return its exit status."""
    options = parse(arguments)
    if options.worker is not None:
        from parotid_training.workspace.worker import main as work

        return work([str(options.worker)])
    # The window is no napari: neither its settings nor its history are touched.
    os.environ.setdefault("NAPARI_CONFIG", "")
    if options.once_around is not None:
        from parotid_app.once_around import go_around

        return go_around(options.once_around, options.workspace)
    return show(options.workspace, demo=options.demo)


def show(workspace: Path | None, *, demo: bool = False) -> int:
    """Open the window on a workspace; reopen it where another workspace is chosen."""
    # Nothing of what is loaded now is garbage; `warm_up` ends this.
    gc.disable()
    from qtpy.QtCore import QTimer

    from parotid_app.splash import Splash, make_qt_application

    make_qt_application()
    splash = Splash()
    splash.present()
    from parotid_app.build import build_window
    from parotid_app.notices import Surprises, start_log, stop_log
    from parotid_app.running import compose, make_application, say_refusal, tell
    from parotid_app.settings import data_folder, load_settings, save_settings, settings_file
    from parotid_app.warm_up import get_ready
    from parotid_training.engine import Engine
    from parotid_training.errors import ParotidError

    application = make_application()
    log = start_log(data_folder() / "log")
    try:
        settings, complaint = load_settings(settings_file())
        made_up = (data_folder() / "demo").resolve()
        wanted: Path | None = _place(workspace, demo, settings).resolve()
        # Where the demo leads back to: a workspace that was named for once, too.
        home = _place(workspace, False, settings).resolve()
        study_id = ""
        while wanted is not None:
            try:
                engine = Engine.enter(wanted)
            except ParotidError as error:
                splash.close()
                wanted = say_refusal(error)
                if wanted is None:
                    return OPEN_FAILED
                home = wanted
                settings = _with_workspace(settings, wanted)
                continue
            session, tasks = compose(engine, settings)
            window = build_window(session, tasks, settings)
            window.is_demo = wanted == made_up
            surprises = Surprises(lambda notice, window=window: tell(window, notice), window)  # type: ignore[misc]
            surprises.install()
            kept: list[Settings] = []
            chosen: list[tuple[Path, str]] = []
            window.closed.connect(kept.append)
            window.settings_changed.connect(lambda now: save_settings(settings_file(), now))
            window.workspace_wanted.connect(lambda path, study, chosen=chosen: chosen.append((path, study)))
            window.demo_wanted.connect(lambda chosen=chosen: chosen.append((made_up, "")))
            window.home_wanted.connect(lambda chosen=chosen, home=home: chosen.append((home, "")))
            window.show()
            splash.close()
            get_ready(window)
            if complaint is not None:
                session.notice.emit(complaint)
                complaint = None
            if study_id:
                session.open_study(study_id)
            elif window.is_demo:
                window.fill_demo()
            QTimer.singleShot(0, window.welcome)
            application.exec()
            surprises.uninstall()
            window.deleteLater()
            engine.close()
            wanted, study_id = chosen[-1] if chosen else (None, "")
            settings = kept[-1] if kept else settings
            if wanted is not None and wanted not in (made_up, home):
                # Chosen by the reader: from now on it is theirs.
                home = wanted
                settings = _with_workspace(settings, wanted)
            save_settings(settings_file(), settings)
    finally:
        stop_log(log)
    return 0


def _place(workspace: Path | None, demo: bool, settings: Settings) -> Path:
    from napari_parotid.workspace_place import workspace_path
    from parotid_app.settings import data_folder

    if workspace is not None:
        return workspace
    if demo:
        return data_folder() / "demo"
    return Path(settings.workspace) if settings.workspace else workspace_path()


def _with_workspace(settings: Settings, workspace: Path) -> Settings:
    from dataclasses import replace

    return replace(settings, workspace=str(workspace))


if __name__ == "__main__":
    sys.exit(main())
