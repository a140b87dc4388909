"""The whole window over a real workspace; only the network and the child process are made up."""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.compat import isalive
from qtpy.QtCore import QSettings

from napari_parotid.session import Session
from napari_parotid.starting import LearningSettings
from napari_parotid.tasks import Tasks
from parotid_app.build import build_window
from parotid_app.running import make_application
from parotid_app.settings import Settings
from parotid_training.study import Role
from parotid_training.volume import Grid
from parotid_training.workspace.store import Store
from tests import patience
from tests.plugin.conftest import AXIAL_GRID, FakeEngine, make_study

ROLES = (Role.T1W, Role.T2W, Role.STIR)


@pytest.fixture(autouse=True)
def quick_reader(monkeypatch):
    """Questions are answered at once."""
    monkeypatch.setattr("napari_parotid.panels.review.READ_SECONDS", 0.0)


@pytest.fixture(autouse=True)
def no_traces(tmp_path, monkeypatch):
    """Which folder was used last is not kept for whoever runs the tests."""
    kept = QSettings(str(tmp_path / "kept.ini"), QSettings.Format.IniFormat)
    monkeypatch.setattr("napari_parotid.panels.files.settings", lambda: kept)
    monkeypatch.setattr("napari_parotid.panels.files.Read.folder", "")


@pytest.fixture
def engine(tmp_path):
    base = tmp_path / "base"
    base.mkdir()
    (base / "model.json").write_text("{}")
    store = Store.open(tmp_path / "workspace", verify_model=lambda folder: "a" * 64)
    store.ensure_base(base)
    yield FakeEngine(store)
    store.close()


@pytest.fixture
def folders(engine, tmp_path):
    """Two folders with three sequences each; the second one's sequences have grids of their own."""
    coarse = Grid((40, 40, 12), np.array([[1.4, 0, 0, -28], [0, 1.4, 0, -28], [0, 0, 4.0, -10], [0, 0, 0, 1]]))
    first = engine.put(tmp_path / "Mustermann^Max" / "one", make_study((AXIAL_GRID,) * 3, ROLES))
    second = engine.put(tmp_path / "two", make_study((AXIAL_GRID, coarse, AXIAL_GRID), ROLES))
    return first, second


@pytest.fixture
def make_window(engine, qapp, qtbot):
    """Make windows that are closed at the end."""
    made = []

    def make(settings=Settings(propose_ahead=False), engine=engine):  # noqa: B008 -- frozen
        make_application()
        tasks = Tasks()
        session = Session(engine, tasks, LearningSettings(automatic=False))
        window = build_window(session, tasks, settings)
        session.ask_patient = lambda: "p-1"
        made.append(window)
        return window

    yield make
    for window in filter(isalive, made):
        window.close()
        window.deleteLater()
    qapp.processEvents()


@pytest.fixture
def window(make_window, qtbot):
    window = make_window()
    window.resize(1280, 800)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def opened(window, folders, qtbot):
    """A window with a proposed study."""
    window.session.open_path(folders[0])
    wait_for_pictures(window, qtbot)
    return window


def wait_for_pictures(window, qtbot):
    qtbot.waitUntil(lambda: window.session.busy is None and window.session.proposal is not None, timeout=patience.MS)
    qtbot.waitUntil(lambda: all(canvas.image is not None for canvas in window.canvases.shown), timeout=patience.MS)
    qtbot.waitUntil(lambda: not window.binding.laying, timeout=patience.MS)
