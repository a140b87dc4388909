"""A path -> the series below it, by headers only. Any depth, any file names."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from parotid_training.errors import ParotidError
from parotid_training.io.dicom import group_headers, read_dicom
from parotid_training.io.finding import Finding, LeftOut, SeriesInfo
from parotid_training.io.headers import Header, read_header
from parotid_training.io.nifti import inspect_nifti, is_nifti_name, read_volume
from parotid_training.progress import Cancelled, Report, check, ignore_progress, never
from parotid_training.words import mark, tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parotid_training.volume import Volume

__all__ = ["Finding", "LeftOut", "SeriesInfo", "find_series", "read"]

NO_RIGHT = (
    mark("You have no permission to read this folder."),
    mark("Ask for permission to read it, or copy the series elsewhere."),
)
EMPTY = (mark("The file is empty."), mark("Copy it again from the archive."))


def find_series(path: Path | str, progress: Report = ignore_progress, cancelled: Cancelled = never) -> Finding:
    """Find the series below a folder (or in one file) and say of the rest why it is left out.

    Raises
    ------
    ParotidError
        If there is nothing at all: no such path, an empty folder, a folder that may not be read, or no images in it.
    CancelledError
        If the user stopped it.
    """
    path = Path(path)
    left_out: list[LeftOut] = []
    progress(0.0, "Looking for files")
    files = _list_files(path, left_out, cancelled)
    if not files and not left_out:
        raise ParotidError("The folder is empty.", "Choose the folder that holds the DICOM or NIfTI files.")
    headers: list[Header] = []
    series: list[SeriesInfo] = []
    empty: list[Path] = []
    ignored = 0
    for done, file in enumerate(files):
        check(cancelled)
        progress(done / len(files), tr("Reading headers, {number} of {all}", number=done + 1, all=len(files)))
        try:
            if file.name.startswith(".") and is_nifti_name(file):
                # Left by a copy from a Mac, or by a write that was killed.
                ignored += 1
                continue
            if is_nifti_name(file):
                series.append(inspect_nifti(file))
                continue
            header = read_header(file)
        except ParotidError as error:
            damaged = not is_nifti_name(file)
            left_out.append(LeftOut(_below(file, path), error.sentence, error.remedy, file, damaged))
            continue
        if header is None and _is_empty(file):
            empty.append(file)
        elif header is None:
            ignored += 1
        else:
            headers.append(header)
    # Among images an empty file was one; elsewhere it is anybody's.
    beside = {header.path.parent for header in headers}
    lost = [file for file in empty if file.parent in beside]
    left_out += [LeftOut(_below(file, path), *EMPTY, file, damaged=True) for file in lost]
    ignored += len(empty) - len(lost)
    found, refused = group_headers(headers)
    progress(1.0, "Headers read")
    if not (series or found or refused) and not headers:
        if not left_out:
            raise ParotidError(
                "The folder holds no DICOM or NIfTI images.", "Choose the folder that holds the examination."
            )
        if len(left_out) == 1 and not files:
            raise ParotidError(left_out[0].sentence, left_out[0].remedy)
    return Finding(_named_apart((*found, *series), path), _told_apart((*refused, *left_out), path), ignored)


def read(info: SeriesInfo, progress: Report = ignore_progress, cancelled: Cancelled = never) -> Volume:
    """Read the voxels of a series that was found.

    Raises
    ------
    ParotidError
        If its files are gone or damaged.
    CancelledError
        If the user stopped it.
    """
    check(cancelled)
    if info.kind == "nifti":
        return read_volume(info.files[0])
    return read_dicom(info, progress, cancelled)


def _list_files(path: Path, left_out: list[LeftOut], cancelled: Cancelled) -> list[Path]:
    try:
        if path.is_file():
            return [path]
        if not path.exists():
            raise ParotidError("There is no such file or folder.", "Choose another one.")
    except PermissionError as error:
        raise ParotidError(*NO_RIGHT) from error

    def refuse(error: OSError) -> None:
        where = _below(Path(error.filename), path) if error.filename else path.name
        if isinstance(error, PermissionError):
            left_out.append(LeftOut(where, *NO_RIGHT))
        else:
            left_out.append(
                LeftOut(
                    where, mark("The folder cannot be read from the disk."), mark("Copy it again from the archive.")
                )
            )

    files: list[Path] = []
    for folder, folders, names in os.walk(path, onerror=refuse):
        check(cancelled)
        folders.sort()
        for file in (Path(folder, name) for name in sorted(names)):
            try:
                # Pipes and sockets would wait for ever.
                files += [file] if file.is_file() else []
            except OSError as error:
                # A folder that may be listed but not entered.
                error.filename = folder
                refuse(error)
                break
    return files


def _is_empty(file: Path) -> bool:
    try:
        return file.stat().st_size == 0
    except OSError:
        return False


def _named_apart(series: tuple[SeriesInfo, ...], root: Path) -> tuple[SeriesInfo, ...]:
    """Give series of one name names that differ."""
    numbers = [tr("series {number}", number=info.number) if info.number else "" for info in series]
    names = tell_apart([info.name for info in series], numbers, *_places([info.files[0] for info in series], root))
    return tuple(replace(info, name=name) for info, name in zip(series, names, strict=True))


def _told_apart(left_out: tuple[LeftOut, ...], root: Path) -> tuple[LeftOut, ...]:
    """Give left-out series of one name names that differ; several reasons of one series keep its name."""
    names = tell_apart([item.what for item in left_out], *_places([item.where for item in left_out], root))
    return tuple(replace(item, what=name) for item, name in zip(left_out, names, strict=True))


def _places(files: Sequence[Path | None], root: Path) -> tuple[list[str], list[str]]:
    """Return in which folder each file lies, and its name; empty where it lies in no folder below the root."""
    folders = [
        "" if file is None or file.parent == root else tr("in {folder}", folder=_below(file.parent, root))
        for file in files
    ]
    return folders, ["" if file is None else file.name for file in files]


def tell_apart(names: Sequence[str], *hints: Sequence[str]) -> list[str]:
    """Add to names that occur more than once what tells them apart: the first hints that differ among them."""
    told = list(names)
    for hint in hints:
        alike: dict[str, set[str]] = defaultdict(set)
        for name, words in zip(told, hint, strict=True):
            alike[name].add(words)
        told = [
            f"{name}, {words}" if words and len(alike[name]) > 1 else name
            for name, words in zip(told, hint, strict=True)
        ]
    return told


def _below(file: Path, root: Path) -> str:
    """Return the part of a path below the root; the whole name where it is the root itself."""
    try:
        below = file.relative_to(root)
    except ValueError:
        return file.name
    return str(below) if below.parts else file.name
