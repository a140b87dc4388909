"""One SQLite connection that several threads share, one at a time."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from parotid_training.acceptance import SomeSlices
from parotid_training.errors import DiskError, ParotidError
from parotid_training.words import tr
from parotid_training.workspace import schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Database:
    """The records of a workspace.

    Parameters
    ----------
    path
        ``workspace.sqlite``.
    read_only
        Open without the right to write; the file must exist.

    Raises
    ------
    ParotidError
        If the file is damaged, of a later version, or on a disk that cannot keep it safe.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._guard = threading.RLock()
        self._read_only = read_only
        mode = "ro" if read_only else "rwc"
        try:
            self._connection = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode={mode}",
                uri=True,
                check_same_thread=False,
                isolation_level=None,
                timeout=10.0,
            )
        except sqlite3.Error as error:
            raise _unreadable(error) from error
        try:
            self._connection.row_factory = sqlite3.Row
            self._prepare()
        except sqlite3.Error as error:
            self._connection.close()
            raise _unreadable(error) from error
        except ParotidError:
            self._connection.close()
            raise

    def _prepare(self) -> None:
        execute = self._connection.execute
        execute("PRAGMA foreign_keys = ON")
        if self._read_only:
            version = schema.read_version(self._connection)
            if version > len(schema.MIGRATIONS):
                raise schema.too_new()
            if version < len(schema.MIGRATIONS):
                raise ParotidError("This workspace was written by an earlier version.", "Open it in the program once.")
            return
        if execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
            raise ParotidError(
                "The workspace cannot be kept safely in this folder (it seems to be on a network drive).",
                "Choose a folder on a local disk.",
            )
        # A power cut must not take back what the user was told is accepted.
        execute("PRAGMA synchronous = FULL")
        schema.migrate(self._connection)

    @property
    def read_only(self) -> bool:
        """Whether it can only be looked at."""
        return self._read_only

    def refuse_reader(self) -> None:
        """Raise `ParotidError` where nothing may be written: before files are, which no database guards."""
        if self._read_only:
            raise ParotidError(
                "Another window has this workspace open; here it can only be looked at.", "Close it there first."
            )

    def version(self) -> int:
        """Return a number that changes whenever another program has changed the records."""
        found = self.row("PRAGMA data_version")
        return 0 if found is None else int(found[0])

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """Read all rows of a query."""
        with self._guard, _say_read_errors():
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """Read the first row of a query, None if there is none."""
        with self._guard, _say_read_errors():
            found: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
            return found

    def write(self, sql: str, *values: Any) -> int:
        """Change rows; return how many. Within `transaction` it counts only when that ends well."""
        self.refuse_reader()
        with self._guard, _say_write_errors():
            return self._connection.execute(sql, values).rowcount

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Make several changes count all together or not at all; other threads wait."""
        self.refuse_reader()
        with self._guard:
            if self._connection.in_transaction:
                yield
                return
            with _say_write_errors():
                self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                with _say_write_errors():
                    self._connection.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        # After some failures (a full disk) SQLite has done so by itself.
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close the file."""
        with self._guard:
            self._connection.close()


@contextlib.contextmanager
def _say_read_errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise ParotidError(
            tr("The workspace's records cannot be read ({why}).", why=error),
            "Connect the workspace's drive again, or check its disk.",
        ) from error


@contextlib.contextmanager
def _say_write_errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise DiskError(
            tr("The workspace's records cannot be written ({why}).", why=error), "Free space on the disk and try again."
        ) from error


def now() -> str:
    """Return the time in UTC as it is kept in the tables."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def when(text: str) -> datetime:
    """Read a time of the tables."""
    return datetime.fromisoformat(text)


def write_slices(stood_for: SomeSlices | None) -> str | None:
    """Return the slices that are stood for as they are kept in the tables."""
    return None if stood_for is None else json.dumps([stood_for.numbers, stood_for.total])


def read_slices(text: str | None) -> SomeSlices | None:
    """Read slices of the tables."""
    if text is None:
        return None
    numbers, total = json.loads(text)
    return SomeSlices(tuple(numbers), total)


_NO_ROOM = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}
_IN_USE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _unreadable(error: sqlite3.Error) -> ParotidError:
    """Say why the records cannot be opened: only what is damaged is to be restored from a backup."""
    # An extended code says more in its upper bytes.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in _NO_ROOM:
        return DiskError(
            "The workspace's records cannot be opened: the disk is full, or does not let them be read or written.",
            "Free space on the disk, or connect its drive again, then open the workspace again.",
        )
    if code in _IN_USE:
        return ParotidError(
            "The workspace's records are in use by another program, such as a backup.", "Try again in a moment."
        )
    return ParotidError(
        "The workspace's records cannot be read.", "Check that the folder is a workspace, or restore it from a backup."
    )
