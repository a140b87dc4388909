"""The model versions of a workspace: immutable folders, and a timeline of which was in use."""

from __future__ import annotations

import json
import shutil
import uuid
from typing import TYPE_CHECKING, Any

from parotid_training.errors import ParotidError
from parotid_training.workspace.database import now, when
from parotid_training.workspace.disk import TEMPORARY, publish_folder, remove, say_disk_errors
from parotid_training.workspace.records import ModelRecord, Promotion

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

    from parotid_training.workspace.database import Database


def verify_checkpoint(folder: Path) -> str:
    """Recompute the id of a model folder; torch is imported only here."""
    from parotid_training.model.checkpoint import verify

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
        return tuple(self._record(row) for row in self._database.rows("SELECT * FROM models ORDER BY number"))

    def record(self, model_id: str) -> ModelRecord:
        """Return one version.

        Raises
        ------
        ParotidError
            If there is none of this id.
        """
        row = self._database.row("SELECT * FROM models WHERE model_id = ?", model_id)
        if row is None:
            raise ParotidError("This model version is not in the workspace.", "Choose one from the list.")
        return self._record(row)

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
        """Return the folder of a version."""
        return self._folder / self.record(model_id).model_id

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
        """Copy a model folder into the workspace and check the copy.

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
        model_id = self.verify(source)
        if self._database.row("SELECT 1 FROM models WHERE model_id = ?", model_id) is not None:
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
                remove(final)
                publish_folder(temporary, final)
            except BaseException:
                remove(temporary)
                raise
        self._database.write(
            "INSERT INTO models (model_id, parent, facts, is_base, imported) VALUES (?, ?, ?, ?, ?)",
            model_id,
            parent,
            json.dumps(facts),
            int(is_base),
            now(),
        )
        return model_id

    def promote(self, model_id: str, *, why: str) -> None:
        """Use a version from now on; the change is one row, so it happens whole or not at all.

        Raises
        ------
        ParotidError
            If the version is unknown or its files are damaged.
        """
        folder = self.folder(model_id)
        if self.verify(folder) != model_id:
            raise ParotidError("The model's files are damaged.", "Choose another version.")
        with self._database.transaction():
            last = self._last()
            if last is None or last["model_id"] != model_id:
                self._step(model_id, None if last is None else last["number"], why, is_rollback=False)

    def rollback(self, *, why: str) -> ModelRecord:
        """Use the version that was in use before the current one was promoted; again: the one before that.

        Raises
        ------
        ParotidError
            If there was none before.
        """
        with self._database.transaction():
            last = self._last()
            before = None
            if last is not None and last["before"] is not None:
                before = self._database.row("SELECT * FROM promotions WHERE number = ?", last["before"])
            if before is None:
                raise ParotidError("There is no earlier model version to go back to.", "Keep the current one.")
            self._step(before["model_id"], before["before"], why, is_rollback=True)
        return self.current()

    def timeline(self) -> tuple[Promotion, ...]:
        """Return which version was put into use when, oldest first."""
        rows = self._database.rows("SELECT * FROM promotions ORDER BY number")
        return tuple(Promotion(r["model_id"], r["why"], when(r["at"]), bool(r["is_rollback"])) for r in rows)

    def _last(self) -> sqlite3.Row | None:
        return self._database.row("SELECT * FROM promotions ORDER BY number DESC LIMIT 1")

    def _step(self, model_id: str, before: int | None, why: str, *, is_rollback: bool) -> None:
        self._database.write(
            "INSERT INTO promotions (model_id, before, is_rollback, why, at) VALUES (?, ?, ?, ?, ?)",
            model_id,
            before,
            int(is_rollback),
            why,
            now(),
        )

    def _record(self, row: sqlite3.Row) -> ModelRecord:
        last = self._last()
        used = self._database.row("SELECT max(at) AS at FROM promotions WHERE model_id = ?", row["model_id"])
        return ModelRecord(
            model_id=row["model_id"],
            number=row["number"],
            parent=row["parent"],
            facts=json.loads(row["facts"]),
            is_base=bool(row["is_base"]),
            is_current=last is not None and last["model_id"] == row["model_id"],
            imported=when(row["imported"]),
            promoted=None if used is None or used["at"] is None else when(used["at"]),
        )
