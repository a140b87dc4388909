"""Putting files on the disk so that a crash or a power cut leaves the old state or the new, never half."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sys
from typing import TYPE_CHECKING

from parotid_training.errors import DiskError
from parotid_training.words import mark, tr

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEMPORARY = ".tmp-"
"""Folders and files of this prefix are unfinished and are removed at the next start."""


def sync_file(path: Path) -> None:
    """Put a file's content on the disk."""
    with path.open("r+b") as stream:
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Put a folder's entries (new names, renames) on the disk; Windows does this by itself."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def publish_folder(temporary: Path, final: Path) -> None:
    """Put a finished folder on the disk, then give it its name in one step."""
    for path in temporary.iterdir():
        sync_file(path)
    sync_folder(temporary)
    os.rename(temporary, final)
    sync_folder(final.parent)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader finds the old content or the whole new one."""
    temporary = path.with_name(TEMPORARY + path.name)
    with temporary.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(temporary, path)
    sync_folder(path.parent)


def copy_whole(source: Path, target: Path) -> None:
    """Give a file a second name, or where the disk cannot, a copy: not there, or whole after a power cut.

    Neither of both may be written into afterwards, only replaced. ``target`` must not exist.
    """
    temporary = target.with_name(f"{TEMPORARY}{target.name}")
    try:
        os.link(source, temporary)
    except OSError:
        shutil.copyfile(source, temporary)
        sync_file(temporary)
    os.replace(temporary, target)
    sync_folder(target.parent)


def sha256(path: Path) -> str:
    """Return the checksum of a file's content, as hex digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def remove(path: Path) -> None:
    """Remove a file or a folder with all it holds; what is absent already is fine."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


_PLACE = (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError)


@contextlib.contextmanager
def say_disk_errors(what: str) -> Iterator[None]:
    """Turn a failing disk into a sentence.

    Parameters
    ----------
    what
        What could not be done, as in ``"The study could not be accepted"``.

    Raises
    ------
    DiskError
        In place of an OSError.
    """
    try:
        yield
    except OSError as error:
        remedy = mark("Free space on the disk or check it.")
        if isinstance(error, _PLACE):
            remedy = mark("Choose another place, or ask for the right to write there.")
        why = error.strerror or tr("the disk failed")
        raise DiskError(tr("{what}: {why}.", what=tr(what), why=why), remedy) from error
