"""Files and folders that are asked for, each time from the folder used last; that is said nowhere."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import QSettings, QStandardPaths
from qtpy.QtWidgets import QFileDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtpy.QtWidgets import QWidget

NIFTI = "NIfTI (*.nii *.nii.gz)"  # no words
PDF = "PDF (*.pdf)"  # no words
_READ, _WRITTEN = "folder read last", "folder written last"  # no words
"""Apart: a report does not belong on the disc that a study came on."""


def settings() -> QSettings:
    """Return where it is kept."""
    return QSettings("napari-parotid", "files")


def ask_folder(parent: QWidget, title: str, start: Path | None = None) -> Path | None:
    """Ask for a folder to read; None if the reader thinks better of it.

    Parameters
    ----------
    start
        Where to begin; None for the folder used last.
    """
    chosen = QFileDialog.getExistingDirectory(parent, title, str(start or _last(_READ)))
    # The next study most often lies beside this one.
    return _remember(_READ, chosen, lambda path: path.parent) if start is None else _path(chosen)


def ask_folder_to_write(parent: QWidget, title: str) -> Path | None:
    """Ask for a folder to write into."""
    chosen = QFileDialog.getExistingDirectory(parent, title, str(_last(_WRITTEN)))
    return _remember(_WRITTEN, chosen, lambda path: path)


def ask_file(parent: QWidget, title: str, kinds: str = NIFTI) -> Path | None:
    """Ask for a file to read."""
    chosen, _ = QFileDialog.getOpenFileName(parent, title, str(_last(_READ)), kinds)
    return _remember(_READ, chosen, lambda path: path.parent)


def ask_file_to_write(parent: QWidget, title: str, name: str, kinds: str, *endings: str) -> Path | None:
    """Ask where to write a file.

    Parameters
    ----------
    name
        What it may be called.
    endings
        Of its name, one of them; without, the first is put to it.
    """
    proposed = str(_last(_WRITTEN) / name.replace("/", "-"))
    chosen, _ = QFileDialog.getSaveFileName(parent, title, proposed, kinds)
    path = _remember(_WRITTEN, chosen, lambda path: path.parent)
    if path is None or path.name.lower().endswith(endings):
        return path
    return path.with_name(path.name + endings[0])


def _last(key: str) -> Path:
    """Return the folder used last; the reader's documents the first time, or where that folder is gone."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    kept = settings().value(key, "", type=str)
    return next((Path(one) for one in (kept, documents) if one and _may_be_there(one)), Path.home())


def _may_be_there(folder: str) -> bool:
    """Whether to begin in a folder; one on another computer is left to the dialog, for the window would wait for it."""
    # Not `Path.is_dir`: it raises where a drive is away or the folder is closed to the reader.
    return folder.startswith(("\\\\", "//")) or os.path.isdir(folder)


def _path(chosen: str) -> Path | None:
    return Path(chosen) if chosen else None


def _remember(key: str, chosen: str, folder: Callable[[Path], Path]) -> Path | None:
    path = _path(chosen)
    if path is not None:
        settings().setValue(key, str(folder(path)))
    return path
