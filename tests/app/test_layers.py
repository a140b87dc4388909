"""Pictures on their way into the window, one patient after another."""

from __future__ import annotations

import threading

import pytest

from napari_parotid import layers
from tests.app.conftest import wait_for_pictures

pytestmark = pytest.mark.gui


def test_a_picture_on_its_way_says_so_and_shows_no_other_patient(opened, folders, qtbot, monkeypatch):
    go, make = threading.Event(), layers.picture

    def slow(index, *arguments):
        assert index != 1 or go.wait(60)
        return make(index, *arguments)

    monkeypatch.setattr(layers, "picture", slow)
    first = opened.session.study_id
    opened.session.open_path(folders[1])
    qtbot.waitUntil(lambda: opened.session.study_id not in ("", first), timeout=60_000)
    try:
        # The third sequence lies on the reference's grid: it does not wait for the second one's resampling.
        qtbot.waitUntil(lambda: opened.canvases.shown[2].image is not None, timeout=60_000)
        messages = [canvas.overlay.caption.message for canvas in opened.canvases.shown]
        assert messages == ["", "Reading T2w …", ""]
        assert opened.canvases.shown[1].image is None
    finally:
        go.set()
    wait_for_pictures(opened, qtbot)
    assert {canvas.overlay.caption.message for canvas in opened.canvases.shown} == {""}


def test_a_picture_that_cannot_be_made_says_so_and_the_patient_before_is_gone(opened, folders, qtbot, monkeypatch):
    make = layers.picture

    def fail(index, *arguments):
        if index == 1:
            raise OSError("unreadable")
        return make(index, *arguments)

    monkeypatch.setattr(layers, "picture", fail)
    first, before = opened.session.study_id, opened.canvases.shown[1].image
    opened.session.open_path(folders[1])
    qtbot.waitUntil(lambda: opened.session.study_id not in ("", first), timeout=60_000)
    qtbot.waitUntil(lambda: opened.canvases.shown[1].overlay.caption.message.startswith("Empty"), timeout=60_000)
    qtbot.waitUntil(lambda: before.data.size == 1, timeout=60_000)
    assert not before.visible
    assert opened.canvases.shown[2].image is not None, "the others are shown"
