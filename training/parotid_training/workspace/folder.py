"""The workspace's folder on the user's disk: who may write in it, its secret, and what a crash left half done.

``workspace.sqlite`` (the records), ``cases/<uuid>/``, ``models/<id>/``, ``runs/<uuid>/``, ``drafts/<study>/``,
``secret`` (keys patients), ``workspace.lock`` (one writer), ``leftover/`` (cases and versions that the records do not
name).
"""

from __future__ import annotations

import contextlib
import os
import secrets
from typing import TYPE_CHECKING

from parotid_training.errors import ParotidError
from parotid_training.workspace.disk import TEMPORARY, remove, sync_file, sync_folder
from parotid_training.workspace.lock import FileLock

if TYPE_CHECKING:
    from pathlib import Path

    from parotid_training.workspace.database import Database

RECORDS = "workspace.sqlite"
PATIENCE = 1.0
"""Seconds to wait for the lock of a program that just died."""
LOCK = "workspace.lock"
LEFTOVER = "leftover"
FOLDERS = ("cases", "models", "runs", "drafts")


class OpenElsewhereError(ParotidError):
    """Another window or command has the workspace; it does what `queue.leave_request` asks for."""


def check_is_workspace(path: Path) -> None:
    """Raise `ParotidError` where there is no workspace; for those who are not to make one."""
    if not (path / RECORDS).is_file():
        raise ParotidError("There is no workspace in this folder.", "Choose another folder.")


def take_lock(path: Path) -> FileLock:
    """Become the one who writes in a folder, which is made if absent; `OpenElsewhereError` if another program does."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(path / LOCK)
    if not lock.take(PATIENCE):
        raise OpenElsewhereError(
            "This workspace is open elsewhere.", "Close the other window or command, or choose another folder."
        )
    return lock


def make_folders(path: Path) -> bool:
    """Make what is not there; return whether the workspace has no records yet.

    Raises
    ------
    ParotidError
        If it had some: there are accepted cases.
    """
    for name in FOLDERS:
        (path / name).mkdir(exist_ok=True)
    fresh = not (path / RECORDS).exists()
    if fresh and any(not child.name.startswith(TEMPORARY) for child in (path / "cases").iterdir()):
        # Making new records here would turn every accepted case into a leftover.
        raise ParotidError(
            "The workspace holds accepted studies, but its records (workspace.sqlite) are missing.",
            "Restore workspace.sqlite from a backup, or choose an empty folder.",
        )
    return fresh


def read_secret(path: Path, *, may_make: bool) -> bytes:
    """Return what patients are keyed with; made where it may be, else `ParotidError` if it is missing."""
    file = path / "secret"
    if not file.exists():
        if not may_make:
            raise ParotidError(
                "The workspace's secret file is missing, so patients can no longer be told apart safely.",
                "Restore the file named secret from a backup.",
            )
        temporary = path / (TEMPORARY + "secret")
        remove(temporary)
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(secrets.token_bytes(32))
        sync_file(temporary)
        os.replace(temporary, file)
        sync_folder(path)
    return file.read_bytes()


def sweep(path: Path, database: Database) -> int:
    """Clear away what a crash left half done; nothing that a row names is touched.

    Whole cases and versions that no row names are put aside, not destroyed: nobody was told that they were accepted, or
    the records are older than they are, from a backup.

    Returns
    -------
    How many were put aside.
    """
    aside = 0
    pruned = {row[0] for row in database.rows("SELECT model_id FROM models WHERE pruned IS NOT NULL")}
    for name, named in (
        ("cases", "SELECT case_id FROM cases"),
        ("models", "SELECT model_id FROM models WHERE pruned IS NULL"),
        ("runs", "SELECT run_id FROM runs"),
    ):
        kept = {row[0] for row in database.rows(named)}
        for child in [child for child in (path / name).iterdir() if child.name not in kept]:
            # What cannot be moved now (a scanner may be reading it) is at a later start: it does no harm.
            with contextlib.suppress(OSError):
                # What a round leaves can be made again.
                if name == "runs" or child.name.startswith(TEMPORARY) or child.name in pruned:
                    remove(child)
                else:
                    (path / LEFTOVER).mkdir(exist_ok=True)
                    os.rename(child, path / LEFTOVER / child.name)
                    aside += 1
    return aside
