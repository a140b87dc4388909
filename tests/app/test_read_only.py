"""A second window on a workspace: it looks, says so, writes nothing, and takes over when the first one is closed."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from qtpy.QtCore import Qt, QTimer
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication

from napari_parotid.history import difference
from napari_parotid.mask_in_hand import READ_ONLY
from napari_parotid.panels.elsewhere import FREE
from napari_parotid.session import Session
from napari_parotid.work import State
from napari_parotid.work import State as WorkState
from parotid_app.__main__ import show
from parotid_training.acceptance import Answer
from parotid_training.engine import Engine
from parotid_training.errors import ParotidError
from parotid_training.study import Role
from parotid_training.workspace.journal import Journal
from parotid_training.workspace.records import StudyState
from parotid_training.workspace.store import Store
from tests import patience
from tests.app.conftest import wait_for_pictures
from tests.plugin.conftest import FakeEngine, Now

pytestmark = pytest.mark.gui


@pytest.fixture
def written(engine, folders):
    """A workspace with a corrected study, held by its writer."""
    writer = Session(engine, Now())
    writer.ask_patient = lambda: "p-1"
    writer.open_path(folders[0])
    after = np.zeros_like(writer.labels)
    after[4:9, 4:9, 4:9] = 1
    writer.apply(difference("test", writer.labels, after))
    assert writer.save() is None
    return writer


@pytest.fixture
def reader_engine(engine, written):
    store = Store.open(engine.store.path, read_only=True)
    reader = FakeEngine(store)
    reader.studies = engine.studies
    yield reader
    store.close()


@pytest.fixture
def reader(reader_engine, make_window, qtbot):
    window = make_window(engine=reader_engine)
    window.resize(1280, 800)
    window.show()
    qtbot.waitExposed(window)
    return window


def contents(store):
    """All files of a workspace; readers of a WAL note their place in the shm file, which holds no data."""
    return {
        path: (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in store.path.rglob("*")
        if path.is_file() and not path.name.endswith("-shm")
    }


def test_it_looks_and_writes_nothing(reader, written, engine, qtbot, tmp_path):
    before = contents(engine.store)
    assert reader.elsewhere.isVisible()
    assert reader.elsewhere.text.text() == READ_ONLY
    study_id = written.study_id
    reader.session.open_study(study_id)
    qtbot.waitUntil(lambda: reader.session.state is State.CORRECTING, timeout=patience.MS)
    qtbot.waitUntil(lambda: all(c.image is not None for c in reader.canvases.shown), timeout=patience.MS)
    assert (reader.session.labels == written.labels).all()
    assert reader.session.labels.any()
    review = reader.desk.review
    assert not review.accept.isEnabled()
    assert review.accept.toolTip() == READ_ONLY
    assert not reader.desk.learning.learn.isEnabled()
    assert reader.desk.learning.learn.toolTip() == READ_ONLY
    study, correct = reader.desk.study, reader.desk.correct
    for widget in (
        *(*study.roles, *study.references[1:], *study.align[1:]),
        *(correct.buttons[name] for name in ("paint", "lasso", "lock_gland", "undo", "smooth", "grow")),
        *(correct.radius, correct.margin, review.answers.no_tumour, review.comment, reader.desk.propose.propose),
    ):
        assert not widget.isEnabled(), widget.toolTip()
        assert widget.toolTip() == READ_ONLY
    for title in ("Add study…", "Propose", "Approve", "Reopen", "Learn now", "Paint"):
        assert not reader.lines[title].isEnabled(), title
    assert not any(mask.editable for mask in reader.binding.masks)
    # Whatever way it is asked for, nothing happens but a notice.
    session, shown = reader.session, reader.session.labels.copy()
    for deed in (
        session.propose,
        session.approve,
        session.reopen,
        session.learn,
        session.undo,
        lambda: session.accept(anyway=True),
        lambda: session.set_role(0, Role.OTHER),
        lambda: session.set_reference(1),
        lambda: session.register(1),
        lambda: session.nudge(1, (1.0, 0.0, 0.0)),
        lambda: session.click([(0.0, 0.0, 0.0)], adds=True),
        lambda: session.apply(difference("test", shown, np.ones_like(shown))),
        lambda: session.rounds.set_rule(next(iter(reader.desk.learning.rules))),
        lambda: reader.importer.bring_in(tmp_path / "two"),
        reader.fill_demo,
    ):
        deed()
    reader.ahead.start()
    session.clock.touch()
    session.poll()
    qtbot.wait(100)
    assert (session.labels == shown).all()
    assert session.study.reference == 0
    assert READ_ONLY in reader.desk.notice.text.text()
    session.close()
    qtbot.waitUntil(lambda: session.state is State.EMPTY, timeout=patience.MS)
    reader.close()
    assert contents(engine.store) == before


def test_a_folder_that_is_listed_is_opened_and_another_refused(reader, written, folders, qtbot):
    reader.session.open_path(folders[0])
    qtbot.waitUntil(lambda: reader.session.study_id == written.study_id, timeout=patience.MS)
    reader.session.open_path(folders[1])
    qtbot.waitUntil(lambda: "cannot be added" in reader.desk.notice.text.text(), timeout=patience.MS)
    assert reader.session.study_id == written.study_id


def test_a_question_is_looked_at_and_answered_elsewhere(reader, written, qtbot):
    written.accept(anyway=True)
    reader.session.look_over(written.study_id)
    notice = reader.desk.notice.text
    qtbot.waitUntil(lambda: "orange-red only the model draws" in notice.text(), timeout=patience.MS)
    assert "Learning" not in notice.text(), "the buttons there are off"


def test_what_the_other_window_does_is_shown(reader, written):
    assert reader.worklist.list.count() == 1
    written.accept((Answer.ANNOTATED,), anyway=True)
    assert written.state is WorkState.ACCEPTED
    reader.session.poll()
    assert [record.state for record in reader.session.records] == [StudyState.ACCEPTED]


def test_it_takes_over_when_the_other_window_is_closed(reader, written, engine, qtbot):
    reader.session.open_study(written.study_id)
    qtbot.waitUntil(lambda: reader.session.study_id != "", timeout=patience.MS)
    wanted, study_id = [], written.study_id
    reader.workspace_wanted.connect(lambda *what: wanted.append(what))
    bar = reader.elsewhere
    QTest.mouseClick(bar.again, Qt.MouseButton.LeftButton)
    assert "still open" in bar.text.text()
    assert not wanted
    written.end()
    engine.store.close()
    bar.look()
    assert bar.text.text() == FREE
    QTest.mouseClick(bar.again, Qt.MouseButton.LeftButton)
    assert wanted == [(engine.store.path, study_id)]
    assert not reader.isVisible()


def test_a_journal_that_is_being_written_is_left_alone(tmp_path, written, engine):
    path = written.engine.store.journal(written.study_id).path
    whole = path.read_bytes()
    half = tmp_path / "half"
    half.mkdir()
    (half / "journal.bin").write_bytes(whole[:-3])
    journal = Journal.look(half)
    assert journal.restore() is not None
    assert not journal.can_undo
    with pytest.raises(ParotidError, match="looked at"):
        journal.start(journal.restore())
    with pytest.raises(ParotidError, match="looked at"):
        journal.set_aside()
    journal.close()
    assert [one.name for one in half.iterdir()] == ["journal.bin"]
    assert (half / "journal.bin").read_bytes() == whole[:-3]


def test_the_program_starts_to_look_where_another_window_is(tmp_path, qapp, monkeypatch):
    monkeypatch.setattr("parotid_app.settings.data_folder", lambda: tmp_path / "data")
    monkeypatch.setattr("parotid_app.settings.settings_file", lambda: tmp_path / "app.json")
    monkeypatch.setattr("parotid_app.warm_up.PAUSE_MS", 10_000_000)
    seen = []

    def look():
        for window in QApplication.topLevelWidgets():
            if window.objectName() == "parotid-window" and window.isVisible():
                seen.append((window.session.read_only, window.elsewhere is not None))
                window.close()

    engine = Engine.at(tmp_path / "workspace")
    try:
        timer = QTimer(interval=100)
        timer.timeout.connect(look)
        timer.start()
        assert show(tmp_path / "workspace") == 0
        timer.stop()
    finally:
        engine.close()
    assert seen == [(True, True)]


def test_a_proposal_kept_by_the_other_window_is_shown(reader, written, engine, folders, qtbot):
    written.open_path(folders[1])
    assert written.state is WorkState.PROPOSED
    reader.session.open_study(written.study_id)
    wait_for_pictures(reader, qtbot)
    assert reader.session.state is State.PROPOSED
    assert engine.proposals == 2, "it did not ask the model itself"
