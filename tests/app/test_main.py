from __future__ import annotations

import subprocess
import sys

import pytest
from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QApplication

from parotid_app.__main__ import OPEN_FAILED, parse, show
from parotid_app.settings import load_settings


def test_the_command_line():
    options = parse(["--workspace", "w", "--demo"])
    assert str(options.workspace) == "w"
    assert options.demo
    assert options.worker is None


def test_the_worker_starts_without_a_window(tmp_path):
    """A frozen program starts its child by this; Qt must not be loaded for it."""
    code = (
        "import sys; from parotid_app.__main__ import main; status = main(['--worker', sys.argv[1]]);"
        "assert not any(name.startswith(('PySide6', 'napari.')) for name in sys.modules); sys.exit(status)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 64, done.stderr
    assert "job.json" in done.stderr


@pytest.mark.gui
def test_a_workspace_that_cannot_be_opened_is_refused_in_words(tmp_path, qapp, monkeypatch, capsys):
    monkeypatch.setattr("parotid_app.running.say_refusal", lambda error: print(error) or None)
    monkeypatch.setattr("parotid_app.settings.data_folder", lambda: tmp_path / "data")
    monkeypatch.setattr("parotid_app.settings.settings_file", lambda: tmp_path / "app.json")
    (tmp_path / "workspace" / "cases" / "one").mkdir(parents=True)
    assert show(tmp_path / "workspace") == OPEN_FAILED
    said = capsys.readouterr().out
    assert "records (workspace.sqlite) are missing" in said
    assert "backup" in said


@pytest.mark.gui
def test_a_tour_that_was_begun_is_not_begun_again_after_the_program_was_killed(tmp_path, qapp, monkeypatch):
    monkeypatch.setattr("parotid_app.settings.data_folder", lambda: tmp_path / "data")
    monkeypatch.setattr("parotid_app.settings.settings_file", lambda: tmp_path / "app.json")
    monkeypatch.setattr("parotid_app.warm_up.PAUSE_MS", 10_000_000)
    monkeypatch.setattr("parotid_app.build.MainWindow.welcome", lambda window: None)
    kept = []

    def begin():
        for window in QApplication.topLevelWidgets():
            if window.objectName() == "parotid-window" and window.isVisible() and not kept:
                window.start_tour()
                kept.append(load_settings(tmp_path / "app.json")[0].toured)
                window.close()

    timer = QTimer(interval=100)
    timer.timeout.connect(begin)
    timer.start()
    assert show(tmp_path / "w") == 0
    timer.stop()
    assert kept == [True], "while the window is still there"


@pytest.mark.gui
def test_the_demo_leads_back_to_where_one_came_from(tmp_path, qapp, monkeypatch):
    monkeypatch.setattr("parotid_app.settings.data_folder", lambda: tmp_path / "link")
    (tmp_path / "data").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "data")
    monkeypatch.setattr("parotid_app.settings.settings_file", lambda: tmp_path / "app.json")
    monkeypatch.setattr("parotid_app.warm_up.PAUSE_MS", 10_000_000)
    monkeypatch.setattr("parotid_app.build.MainWindow.fill_demo", lambda window: None)
    monkeypatch.setattr("parotid_app.build.MainWindow.welcome", lambda window: None)
    ways = ["open_demo", "leave_demo", "_work_here", "close"]
    seen = []

    def go_on():
        for window in QApplication.topLevelWidgets():
            if window.objectName() == "parotid-window" and window.isVisible():
                seen.append((window.session.engine.store.path.name, window.is_demo))
                getattr(window, ways[len(seen) - 1])()

    timer = QTimer(interval=100)
    timer.timeout.connect(go_on)
    timer.start()
    assert show(tmp_path / "once") == 0
    timer.stop()
    assert seen == [("once", False), ("demo", True), ("once", False), ("once", False)]
    assert load_settings(tmp_path / "app.json")[0].workspace == "", "named for once, not for good"
