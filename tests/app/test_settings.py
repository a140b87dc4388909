from __future__ import annotations

import json
import os

import pytest

from parotid_app.settings import VERSION, Settings, load_settings, save_settings


def test_what_is_saved_is_loaded(tmp_path):
    path = tmp_path / "deep" / "app.json"
    settings = Settings(workspace="/work", reader="AB", geometry="AA==", learn_after=5)
    save_settings(path, settings)
    assert load_settings(path) == (settings, None)
    assert json.loads(path.read_text())["version"] == VERSION


def test_the_first_start_is_no_complaint(tmp_path):
    assert load_settings(tmp_path / "app.json") == (Settings(), None)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'{"reader": "AB"}', b'{"version": "1"}', b"\xff\xfe\x00", b"{" * 5000]
)
def test_a_bad_file_gives_defaults_and_a_notice(tmp_path, content):
    path = tmp_path / "app.json"
    path.write_bytes(content)
    settings, notice = load_settings(path)
    assert settings == Settings()
    assert notice is not None
    assert "could not be read" in notice.sentence


def test_a_later_version_is_left_alone(tmp_path):
    path = tmp_path / "app.json"
    path.write_text(json.dumps({"version": VERSION + 1, "reader": "AB"}))
    settings, notice = load_settings(path)
    assert settings == Settings()
    assert notice is not None
    assert "later version" in notice.sentence


def test_values_of_the_wrong_type_keep_their_default(tmp_path):
    path = tmp_path / "app.json"
    path.write_text(json.dumps({"version": 1, "reader": 7, "learn_after": True, "workspace": "/w", "unknown": 1}))
    assert load_settings(path) == (Settings(workspace="/w"), None)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_does_not_hold_up_the_end(tmp_path):
    tmp_path.chmod(0o500)
    save_settings(tmp_path / "app.json", Settings())
    tmp_path.chmod(0o700)


def test_a_place_that_is_no_folder_does_not_hold_up_the_end(tmp_path):
    (tmp_path / "file").write_text("")
    save_settings(tmp_path / "file" / "app.json", Settings())
    assert (tmp_path / "file").read_text() == ""
