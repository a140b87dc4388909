"""Files and folders that are asked for, each time from the folder used last; that is said nowhere."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import QSettings, QStandardPaths
from qtpy.QtWidgets import QFileDialog, QMessageBox

from napari_parotid.tr import tr

if TYPE_CHECKING:
    from qtpy.QtWidgets import QWidget

NIFTI = "NIfTI (*.nii *.nii.gz)"  # no words
PDF = "PDF (*.pdf)"  # no words
WRITTEN = "folder written last"  # no words


class Read:
    """The folder read last; apart, for a report does not belong on the disc that a study came on."""

    folder = ""
    """Known as long as the program runs, and on no disk: folders of studies are often named after patients."""


def settings() -> QSettings:
    """Return where the folder written last is kept."""
    return QSettings("napari-parotid", "files")


def ask_folder(parent: QWidget, title: str, start: Path | None = None) -> Path | None:
    """Ask for a folder to read; None if the reader thinks better of it.

    Parameters
    ----------
    start
        Where to begin; None for the folder used last.
    """
    chosen = QFileDialog.getExistingDirectory(parent, title, str(start or _begin(Read.folder)))
    # The next study most often lies beside this one.
    return _read(_path(chosen)) if start is None else _path(chosen)


def ask_folder_to_write(parent: QWidget, title: str) -> Path | None:
    """Ask for a folder to write into."""
    chosen = _path(QFileDialog.getExistingDirectory(parent, title, str(_begin(_written()))))
    if chosen is not None:
        settings().setValue(WRITTEN, str(chosen))
    return chosen


def ask_file(parent: QWidget, title: str, kinds: str = NIFTI) -> Path | None:
    """Ask for a file to read."""
    chosen, _ = QFileDialog.getOpenFileName(parent, title, str(_begin(Read.folder)), kinds)
    return _read(_path(chosen))


def ask_file_to_write(parent: QWidget, title: str, name: str, kinds: str, *endings: str) -> Path | None:
    """Ask where to write a file.

    Parameters
    ----------
    name
        What it may be called.
    endings
        Of its name, one of them; without, the first is put to it.
    """
    proposed = str(_begin(_written()) / name.replace("/", "-"))
    chosen, _ = QFileDialog.getSaveFileName(parent, title, proposed, kinds)
    path = _path(chosen)
    if path is not None:
        settings().setValue(WRITTEN, str(path.parent))
    if path is None or path.name.lower().endswith(endings):
        return path
    path = path.with_name(path.name + endings[0])
    return path if may_replace(parent, path) else None


def ask_report_to_write(parent: QWidget, title: str) -> Path | None:
    """Ask where to write the report on a study of this title, and its table beside it."""
    path = ask_file_to_write(parent, tr("Report"), tr("{title} report.pdf", title=title), PDF, ".pdf")
    return path if path is None or may_replace(parent, path.with_suffix(".csv")) else None


def ask_folder_for_reports(parent: QWidget, title: str) -> Path | None:
    """Ask for the folder of the report on all studies."""
    folder = ask_folder_to_write(parent, title)
    named = () if folder is None else (folder / "report.pdf", folder / "report.csv")
    return folder if may_replace(parent, *named) else None


def may_replace(parent: QWidget, *paths: Path) -> bool:
    """Ask whether files that are there may be replaced, which the system's dialog was not asked of."""
    there = [path.name for path in paths if path.exists()]
    if not there:
        return True
    words = tr("{names} is there already. Replace it?", names=", ".join(there))
    if len(there) > 1:
        words = tr("{names} are there already. Replace them?", names=", ".join(there))
    buttons = QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No
    return bool(QMessageBox.question(parent, tr("Replace"), words, buttons) == QMessageBox.StandardButton.Yes)


def _begin(last: str) -> Path:
    """Return the folder used last; the reader's documents the first time, or where that folder is gone."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return next((Path(one) for one in (last, documents) if one and _may_be_there(one)), Path.home())


def _may_be_there(folder: str) -> bool:
    """Whether to begin in a folder; one on another computer is left to the dialog, for the window would wait for it."""
    # Not `Path.is_dir`: it raises where a drive is away or the folder is closed to the reader.
    return folder.startswith(("\\\\", "//")) or os.path.isdir(folder)


def _path(chosen: str) -> Path | None:
    return Path(chosen) if chosen else None


def _written() -> str:
    return str(settings().value(WRITTEN, "", type=str))


def _read(path: Path | None) -> Path | None:
    if path is not None:
        Read.folder = str(path.parent)
    return path
