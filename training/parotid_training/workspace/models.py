"""The model versions of a workspace: immutable folders, and a timeline of which was in use."""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from parotid_training.errors import ParotidError
from parotid_training.model.identity import verify
from parotid_training.workspace.database import now, when
from parotid_training.workspace.disk import TEMPORARY, publish_folder, remove, say_disk_errors, sha256
from parotid_training.workspace.records import ModelRecord, Promotion

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection
    from pathlib import Path

    from parotid_training.workspace.database import Database


RECORD = "record.json"
"""Beside the weights: parent, cases, scores and verdict."""
KEPT = 5
"""So many of the versions used last are kept to go back to."""
_ALL = "SELECT m.*, (SELECT max(at) FROM promotions AS p WHERE p.model_id = m.model_id) AS used FROM models AS m"


def verify_checkpoint(folder: Path) -> str:
    """Recompute the id of a model folder."""
    return verify(folder)


class Models:
    """Rows of the models and promotions tables and the folders ``models/<id>``.

    Parameters
    ----------
    database
        The workspace's records.
    folder
        Folder of the model folders.
    verify
        Recomputes the id of a model folder from its content, or raises `ParotidError`.
    """

    def __init__(self, database: Database, folder: Path, verify: Callable[[Path], str] = verify_checkpoint) -> None:
        self._database = database
        self._folder = folder
        self.verify = verify

    def records(self) -> tuple[ModelRecord, ...]:
        """Return all versions, oldest first."""
        last = self._last()
        rows = self._database.rows(f"{_ALL} ORDER BY m.number")
        return tuple(_record(row, None if last is None else last["model_id"]) for row in rows)

    def record(self, model_id: str) -> ModelRecord:
        """Return one version.

        Raises
        ------
        ParotidError
            If there is none of this id.
        """
        row, last = self._database.row(f"{_ALL} WHERE m.model_id = ?", model_id), self._last()
        if row is None:
            raise ParotidError("This model version is not in the workspace.", "Choose one from the list.")
        return _record(row, None if last is None else last["model_id"])

    def current(self) -> ModelRecord:
        """Return the version in use: the last step of the timeline."""
        last = self._last()
        if last is None:
            raise ParotidError("No model is in use in this workspace.", "Import one first.")
        return self.record(last["model_id"])

    def base(self) -> ModelRecord:
        """Return the shipped version that every fine-tuning starts from: the newest shipped one."""
        bases = [record for record in self.records() if record.is_base]
        if not bases:
            raise ParotidError("The shipped model is not in this workspace.", "Install the program again.")
        return bases[-1]

    def folder(self, model_id: str) -> Path:
        """Return the folder of a version.

        Raises
        ------
        ParotidError
            If there is none of this id, or its files were removed to save space.
        """
        if self.record(model_id).pruned is not None:
            raise ParotidError(
                "The files of this version were removed to save space.", "Choose another version, or import it again."
            )
        return self._folder / model_id

    def check(self, model_id: str) -> None:
        """Check every file of a version.

        Raises
        ------
        ParotidError
            If something is missing or changed.
        """
        folder = self.folder(model_id)
        row = self._database.row("SELECT checksum FROM models WHERE model_id = ?", model_id)
        # Versions taken in before there were records have no checksum.
        changed = row is not None and row["checksum"] and row["checksum"] != _checksum(folder)
        if self.verify(folder) != model_id or changed:
            raise ParotidError("The model's files are damaged.", "Choose another version.")

    def ensure_base(self, source: Path) -> str:
        """Import the shipped model if it is not here yet; use it if none is in use, or an older shipped one.

        A version that learned here stays in use: it may know what the new one does not. The next round of
        learning starts from the new one.
        """
        known = {record.model_id for record in self.records()}
        model_id = self.take_in(source, parent="", facts={}, is_base=True)
        with self._database.transaction():
            last = self._last()
            if last is None:
                self._step(model_id, None, "Shipped with the program.", is_rollback=False)
            elif model_id not in known and self.record(last["model_id"]).is_base:
                self._step(model_id, last["number"], "Came with a newer program.", is_rollback=False)
        return model_id

    def take_in(self, source: Path, *, parent: str, facts: dict[str, Any], is_base: bool = False) -> str:
        """Copy a model folder into the workspace and check the copy; one that is there already stays if it is whole.

        Parameters
        ----------
        source
            Folder with weights and description; left as it is.
        parent
            The version it was made from, "" for none.
        facts
            JSON values about it, no identity.

        Returns
        -------
        Its id.

        Raises
        ------
        ParotidError
            If its content does not match its id.
        """
        self._database.refuse_reader()
        model_id = self.verify(source)
        if self._is_whole(model_id):
            return model_id
        temporary, final = self._folder / (TEMPORARY + str(uuid.uuid4())), self._folder / model_id
        with say_disk_errors("The model could not be taken over"):
            try:
                temporary.mkdir()
                for path in source.iterdir():
                    if path.is_file() and not path.name.endswith(".tmp"):
                        shutil.copyfile(path, temporary / path.name)
                if self.verify(temporary) != model_id:
                    raise ParotidError("The model changed while it was copied.", "Try again.")
                record = {"v": 1, "model_id": model_id, "parent": parent, "facts": facts}
                (temporary / RECORD).write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", "utf-8")
                checksum = _checksum(temporary)
                remove(final)
                publish_folder(temporary, final)
            except BaseException:
                remove(temporary)
                raise
        self._database.write(
            "INSERT INTO models (model_id, parent, facts, is_base, imported, checksum) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (model_id) DO UPDATE SET"
            " pruned = NULL, checksum = excluded.checksum, imported = excluded.imported",
            model_id,
            parent,
            json.dumps(facts),
            int(is_base),
            now(),
            checksum,
        )
        return model_id

    def _is_whole(self, model_id: str) -> bool:
        """Whether a version is here and none of its files is missing or changed."""
        known = self._database.row("SELECT pruned FROM models WHERE model_id = ?", model_id)
        if known is None or known["pruned"] is not None:
            return False
        try:
            self.check(model_id)
        except (ParotidError, OSError):
            return False
        return True

    def prune(self, needed: Collection[str] = ()) -> tuple[str, ...]:
        """Remove the files of old versions; what is known of them stays.

        Kept are shipped versions, the one in use, the `KEPT` used last, those whose proposals became accepted masks
        or may become some yet, those that nobody has used since they were imported, and what is ``needed`` besides.

        Returns
        -------
        The ids of those removed.
        """
        with self._database.transaction():
            proposed = self._database.rows("SELECT model_id FROM cases UNION SELECT model_id FROM studies")
            named = {row["model_id"] for row in proposed}
            steps = self._database.rows("SELECT model_id FROM promotions ORDER BY number DESC")
            used_last = list(dict.fromkeys(row["model_id"] for row in steps))[:KEPT]
            gone = tuple(
                record.model_id
                for record in self.records()
                if not record.is_base
                and not record.is_current
                and record.pruned is None
                and not _is_untried(record)
                and record.model_id not in {*named, *used_last, *needed}
            )
            for model_id in gone:
                self._database.write("UPDATE models SET pruned = ? WHERE model_id = ?", now(), model_id)
        for model_id in gone:
            # Told first: a folder that a crash leaves is cleared away at the next start.
            with say_disk_errors("An old version could not be removed"):
                remove(self._folder / model_id)
        return gone

    def promote(self, model_id: str, *, why: str, who: str = "") -> None:
        """Use a version from now on; the change is one row, so it happens whole or not at all.

        Parameters
        ----------
        who
            The person who decided it; "" where the program did.

        Raises
        ------
        ParotidError
            If the version is unknown or its files are damaged.
        """
        self.check(model_id)
        self.put_into_use(model_id, why=why, who=who)

    def put_into_use(self, model_id: str, *, why: str, who: str = "") -> None:
        """`promote` a version whose files were checked just now: that takes longer than the records may be held."""
        with self._database.transaction():
            last = self._last()
            if last is None or last["model_id"] != model_id:
                self._step(model_id, None if last is None else last["number"], why, is_rollback=False, who=who)

    def rollback(self, *, why: str, who: str = "") -> ModelRecord:
        """Use the version that was in use before the current one was promoted; again: the one before that.

        Raises
        ------
        ParotidError
            If there was none before, or its files are damaged.
        """
        wanted = self.rolls_back_to
        if wanted:
            self.check(wanted)
        with self._database.transaction():
            before = self._usable_before()
            if before is None:
                raise ParotidError("There is no earlier model version to go back to.", "Choose a version in the list.")
            if before["model_id"] != wanted:
                raise ParotidError("The version in use has just changed.", "Look at the list, then choose again.")
            self._step(before["model_id"], before["before"], why, is_rollback=True, who=who)
        return self.current()

    def timeline(self) -> tuple[Promotion, ...]:
        """Return which version was put into use when, oldest first."""
        rows = self._database.rows("SELECT * FROM promotions ORDER BY number")
        return tuple(Promotion(r["model_id"], r["why"], when(r["at"]), bool(r["is_rollback"]), r["who"]) for r in rows)

    @property
    def rolls_back_to(self) -> str:
        """Id of the version that was in use before and is still there; "" where there is none."""
        before = self._usable_before()
        return "" if before is None else str(before["model_id"])

    def _usable_before(self) -> sqlite3.Row | None:
        before = self._before(self._last())
        while before is not None and self.record(before["model_id"]).pruned is not None:
            before = self._before(before)
        return before

    def _before(self, step: sqlite3.Row | None) -> sqlite3.Row | None:
        if step is None or step["before"] is None:
            return None
        return self._database.row("SELECT * FROM promotions WHERE number = ?", step["before"])

    def _last(self) -> sqlite3.Row | None:
        return self._database.row("SELECT * FROM promotions ORDER BY number DESC LIMIT 1")

    def _step(self, model_id: str, before: int | None, why: str, *, is_rollback: bool, who: str = "") -> None:
        self._database.write(
            "INSERT INTO promotions (model_id, before, is_rollback, why, at, who) VALUES (?, ?, ?, ?, ?, ?)",
            model_id,
            before,
            int(is_rollback),
            why,
            now(),
            who,
        )


def _record(row: sqlite3.Row, current: str | None) -> ModelRecord:
    return ModelRecord(
        model_id=row["model_id"],
        number=row["number"],
        parent=row["parent"],
        facts=_facts(row["facts"]),
        is_base=bool(row["is_base"]),
        is_current=row["model_id"] == current,
        imported=when(row["imported"]),
        promoted=None if row["used"] is None else when(row["used"]),
        pruned=None if row["pruned"] is None else when(row["pruned"]),
    )


def _is_untried(record: ModelRecord) -> bool:
    """Whether a version was brought in and not used since; one that was pruned before may have been used long ago."""
    if record.promoted is None:
        return bool(record.facts.get("imported"))
    return record.promoted < record.imported


@lru_cache(maxsize=256)
def _facts(text: str) -> dict[str, Any]:
    """Read a version's facts, which never change: a long list of versions is shown often."""
    return dict(json.loads(text))


def _checksum(folder: Path) -> str:
    """Return one checksum over the names and contents of a version's files."""
    files = {path.name: sha256(path) for path in folder.iterdir() if path.is_file()}
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()
