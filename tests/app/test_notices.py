from __future__ import annotations

import logging
import sys
import threading

import pytest

from parotid_app.notices import Surprises, start_log, stop_log
from parotid_training.errors import ParotidError

SECRET = "Mustermann^Max"


@pytest.fixture
def log(tmp_path):
    handler = start_log(tmp_path)
    yield tmp_path / "parotid-app.log"
    stop_log(handler)


@pytest.fixture
def told(qapp, qtbot):
    told = []
    surprises = Surprises(told.append)
    surprises.install()
    yield told
    surprises.uninstall()
    assert sys.excepthook is not None


def raised(error):
    try:
        raise error
    except Exception as caught:
        return caught


def test_an_exception_nobody_caught_becomes_a_notice_and_a_nameless_log(told, log, qtbot):
    error = raised(OSError(f"/data/{SECRET}/scan.dcm"))
    sys.excepthook(OSError, error, error.__traceback__)
    qtbot.waitUntil(lambda: len(told) == 1)
    assert "OSError" in told[0].sentence
    text = log.read_text()
    assert "OSError" in text
    assert "test_notices.py" in text
    assert SECRET not in text + told[0].sentence + told[0].remedy


def test_what_is_meant_for_people_is_told_as_it_is(told, log, qtbot):
    sys.excepthook(ParotidError, ParotidError("The disk is full.", "Make room."), None)
    qtbot.waitUntil(lambda: len(told) == 1)
    assert (told[0].sentence, told[0].remedy) == ("The disk is full.", "Make room.")


def test_other_threads_are_heard(told, log, qtbot):
    def fail():
        raise ValueError(SECRET)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(told) == 1)
    assert SECRET not in log.read_text()


def test_a_logged_exception_leaves_its_words_out(log):
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger("parotid_app").exception("while testing")
    text = log.read_text()
    assert "while testing" in text
    assert "ValueError" in text
    assert SECRET not in text


def test_other_packages_are_not_logged(log):
    logging.getLogger("pydicom").error(SECRET)
    assert SECRET not in log.read_text()


def test_a_log_that_cannot_be_written_is_no_reason_to_fail(tmp_path):
    (tmp_path / "file").write_text("")
    handler = start_log(tmp_path / "file")
    assert isinstance(handler, logging.StreamHandler)
    stop_log(handler)
