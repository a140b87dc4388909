"""Which accepted cases were looked at before they are learned from, and what a person said of the odd ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parotid_training.errors import ParotidError
from parotid_training.learn.screen import Doubt
from parotid_training.workspace.database import now

if TYPE_CHECKING:
    from parotid_training.workspace.database import Database

_ODD = "SELECT case_id FROM screenings WHERE reason != ''"


@dataclass(frozen=True)
class Question:
    """An accepted case that nothing is learned from before a person has looked at it again."""

    case_id: str
    study_id: str
    title: str
    doubt: Doubt


class Screenings:
    """Rows of the screenings table: one for each case that was looked at; most are not odd.

    Parameters
    ----------
    database
        The workspace's records.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, case_id: str, doubt: str) -> None:
        """Note what was found, "" for nothing; what is noted already stays, and so does a person's answer.

        Raises
        ------
        ValueError
            If it is no reason to doubt a case.
        """
        self._database.write(
            "INSERT OR IGNORE INTO screenings VALUES (?, ?, '', '', ?)", case_id, Doubt(doubt) if doubt else "", now()
        )

    def answer(self, case_id: str, *, use: bool, who: str) -> None:
        """Note whether a person wants an odd case to be learned from; the last answer counts.

        Raises
        ------
        ParotidError
            If nobody asked.
        """
        changed = self._database.write(
            "UPDATE screenings SET answer = ?, who = ?, at = ? WHERE case_id = ? AND reason != ''",
            "use" if use else "leave out",
            who,
            now(),
            case_id,
        )
        if changed == 0:
            raise ParotidError("Nothing was asked about this study.", "Choose another one.")

    def seen(self) -> set[str]:
        """Return the cases that need not be looked at again."""
        return {row["case_id"] for row in self._database.rows("SELECT case_id FROM screenings")}

    def doubted(self) -> set[str]:
        """Return the odd cases, whatever a person has said of them."""
        return {row["case_id"] for row in self._database.rows(_ODD)}

    def held_back(self) -> set[str]:
        """Return the odd cases that no person has said are to be used."""
        return {row["case_id"] for row in self._database.rows(f"{_ODD} AND answer != 'use'")}

    def questions(self, answered: str = "") -> tuple[Question, ...]:
        """Return the odd cases that wait for an answer (or have this one) and are not superseded, oldest first."""
        rows = self._database.rows(
            "SELECT c.case_id, c.study_id, s.title, q.reason FROM screenings AS q"
            " JOIN cases AS c ON c.case_id = q.case_id JOIN studies AS s ON s.study_id = c.study_id"
            " WHERE q.reason != '' AND q.answer = ?"
            " AND NOT EXISTS (SELECT 1 FROM cases WHERE supersedes = c.case_id) ORDER BY c.number",
            answered,
        )
        return tuple(Question(row["case_id"], row["study_id"], row["title"], Doubt(row["reason"])) for row in rows)
