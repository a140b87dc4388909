"""Files are asked for from the folder used last."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from qtpy.QtCore import QSettings
from qtpy.QtWidgets import QMessageBox

from napari_parotid.panels import files

pytestmark = pytest.mark.gui


@pytest.fixture
def dialogs(tmp_path, monkeypatch, qapp):
    """Say what is chosen, and see where each dialog began."""
    kept = QSettings(str(tmp_path / "kept.ini"), QSettings.Format.IniFormat)
    monkeypatch.setattr(files, "settings", lambda: kept)
    monkeypatch.setattr(files.Read, "folder", "")
    began, answers = [], []

    def ask(parent, title, start="", kinds=None):
        began.append(start)
        answer = answers.pop(0)
        return answer if kinds is None else (answer, "")

    for name in ("getExistingDirectory", "getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(files.QFileDialog, name, ask)
    return began, answers


def test_the_first_time_it_begins_with_the_readers_own_documents(dialogs):
    began, answers = dialogs
    answers[:] = ["", "", ""]
    assert files.ask_folder(None, "Study") is None
    assert files.ask_file(None, "Mask") is None
    assert files.ask_report_to_write(None, "Study 3") is None
    folders = [Path(began[0]), Path(began[1]), Path(began[2]).parent]
    assert all(folder.is_dir() and folder.is_relative_to(Path.home()) for folder in folders)
    assert Path(began[2]).name == "Study 3 report.pdf"


def test_afterwards_where_the_last_one_was(dialogs, tmp_path):
    began, answers = dialogs
    study, reports = tmp_path / "disc" / "one", tmp_path / "reports"
    for folder in (study, reports):
        folder.mkdir(parents=True)
    answers[:] = [str(study), "", str(reports / "one"), "", "", str(reports), ""]
    assert files.ask_folder(None, "Study") == study
    files.ask_file(None, "Mask")
    assert began[-1] == str(study.parent), "the next study lies beside this one"
    assert files.ask_file_to_write(None, "Report", "r.pdf", files.PDF, ".pdf") == reports / "one.pdf"
    files.ask_file_to_write(None, "Export", "a/b.nii.gz", files.NIFTI, ".nii.gz", ".nii")
    assert began[-1] == str(reports / "a-b.nii.gz")
    files.ask_folder(None, "Study")
    assert began[-1] == str(study.parent), "what is written goes elsewhere"
    assert files.ask_folder_to_write(None, "Reports") == reports
    study.rmdir()
    study.parent.rmdir()
    files.ask_file(None, "Mask")
    assert Path(began[-1]).is_dir(), "that folder is gone"


@pytest.mark.parametrize("why", [errno.EACCES, errno.EIO, errno.ESTALE])
def test_a_folder_that_is_away_or_closed_keeps_no_dialog_from_opening(dialogs, tmp_path, monkeypatch, why):
    began, answers = dialogs
    answers[:] = [str(tmp_path / "away" / "r.pdf"), ""]
    files.ask_file_to_write(None, "", "r", files.PDF, ".pdf")
    stat = os.stat

    def refuse(path, **given):
        if str(path) == str(tmp_path / "away"):
            raise OSError(why, os.strerror(why))
        return stat(path, **given)

    monkeypatch.setattr(os, "stat", refuse)
    files.ask_file_to_write(None, "", "r.pdf", files.PDF, ".pdf")
    assert Path(began[-1]).parent.is_relative_to(Path.home())


@pytest.mark.parametrize("share", ["\\\\server\\share", "//server/share"])
def test_a_folder_on_another_computer_is_not_waited_for(dialogs, monkeypatch, share):
    began, answers = dialogs
    answers[:] = [""]
    files.settings().setValue(files.WRITTEN, share)
    looked = []
    monkeypatch.setattr(files.os.path, "isdir", lambda path: bool(looked.append(path)))
    files.ask_folder_to_write(None, "Reports")
    assert (began[-1].lstrip("/"), looked) == (share.lstrip("/"), [])


def test_of_folders_only_the_one_written_to_is_put_on_the_disk(dialogs, tmp_path):
    _, answers = dialogs
    study, reports = tmp_path / "Mustermann^Max" / "one", tmp_path / "reports"
    answers[:] = [str(study), str(study / "mask.nii"), str(reports)]
    files.ask_folder(None, "Study")
    files.ask_file(None, "Mask")
    files.ask_folder_to_write(None, "Reports")
    kept = files.settings()
    kept.sync()
    assert [kept.value(key) for key in kept.allKeys()] == [str(reports)]
    assert "Mustermann" not in Path(kept.fileName()).read_text()


def test_a_name_with_one_of_its_endings_stays(dialogs, tmp_path):
    _, answers = dialogs
    answers[:] = [str(tmp_path / "mask.nii"), str(tmp_path / "REPORT.PDF"), str(tmp_path / "mask")]
    assert files.ask_file_to_write(None, "", "m", files.NIFTI, ".nii.gz", ".nii").name == "mask.nii"
    assert files.ask_file_to_write(None, "", "r", files.PDF, ".pdf").name == "REPORT.PDF"
    assert files.ask_file_to_write(None, "", "m", files.NIFTI, ".nii.gz", ".nii").name == "mask.nii.gz"


def test_what_the_system_did_not_ask_about_is_asked_before_it_is_replaced(dialogs, tmp_path, monkeypatch):
    _, answers = dialogs
    asked, yes = [], QMessageBox.StandardButton.Yes
    said = iter([QMessageBox.StandardButton.No, yes, QMessageBox.StandardButton.No, yes])
    monkeypatch.setattr(QMessageBox, "question", lambda parent, title, words, *rest: asked.append(words) or next(said))
    for name in ("cohort.csv", "report.pdf", "report.csv"):
        (tmp_path / name).write_text("mine")
    answers[:] = [str(tmp_path / "new.pdf"), *[str(tmp_path / "cohort.pdf")] * 2, *[str(tmp_path)] * 2]
    assert files.ask_report_to_write(None, "Study 1") == tmp_path / "new.pdf"
    assert asked == []
    assert files.ask_report_to_write(None, "Study 1") is None
    assert files.ask_report_to_write(None, "Study 1") == tmp_path / "cohort.pdf"
    assert files.ask_folder_for_reports(None, "All") is None
    assert files.ask_folder_for_reports(None, "All") == tmp_path
    assert [words.partition(" is")[0].partition(" are")[0] for words in asked] == [
        "cohort.csv", "cohort.csv", "report.pdf, report.csv", "report.pdf, report.csv",
    ]  # fmt: skip
