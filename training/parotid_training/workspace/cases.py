"""Accepted cases: whole folders that a row names."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from parotid_training.acceptance import Acceptance, AcceptedCase, Answer, SomeSlices
from parotid_training.errors import ParotidError
from parotid_training.io.casefolder import DESCRIPTION, verify_case_folder, write_case_folder
from parotid_training.study import hash_volume
from parotid_training.words import tr
from parotid_training.workspace.database import now, read_slices, when, write_slices
from parotid_training.workspace.disk import TEMPORARY, publish_folder, remove, say_disk_errors, sha256
from parotid_training.workspace.records import StudyState
from parotid_training.workspace.split import Parts, same_people

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from parotid_training.study import Study
    from parotid_training.volume import LabelMap
    from parotid_training.workspace.database import Database
    from parotid_training.workspace.records import Split
    from parotid_training.workspace.screenings import Screenings
    from parotid_training.workspace.worklist import Worklist

_ALL = (
    "SELECT c.*, a.who AS approved_by, a.approved AS approved FROM cases AS c"
    " LEFT JOIN approvals AS a ON a.case_id = c.case_id"
)
_CURRENT = f"{_ALL} WHERE NOT EXISTS (SELECT 1 FROM cases WHERE supersedes = c.case_id)"  # noqa: S608 -- constants


class Cases:
    """Rows of the cases table and the folders ``cases/<uuid>``.

    Parameters
    ----------
    database
        The workspace's records.
    folder
        Folder of the case folders.
    worklist
        Where the study is marked as accepted.
    screenings
        Which cases are held back until a person has looked at them again.
    """

    def __init__(self, database: Database, folder: Path, worklist: Worklist, screenings: Screenings) -> None:
        self._database = database
        self._folder = folder
        self._worklist = worklist
        self._screenings = screenings
        self._parts = Parts(database)

    def accept(self, study_id: str, study: Study, label_map: LabelMap, said: Acceptance) -> AcceptedCase:
        """Write the case folder under a temporary name, then name it, then tell the records: whole or not at all."""
        self._database.refuse_reader()
        if (Answer.SOME_SLICES in said.answers) != bool(said.slices):
            raise ParotidError("It is not said which slices are right.", "Correct a slice, then accept.")
        key = self._worklist.record(study_id).patient_key
        case = AcceptedCase(
            str(uuid.uuid4()),
            study_id,
            key,
            _hashes(study),
            said.model_id,
            said.who,
            datetime.now(UTC),
            said.answers,
            said.comment,
            stood_for=SomeSlices.of(said.slices, study.grid) if said.slices else None,
            from_file=said.from_file,
            in_spite_of=said.in_spite_of,
        )
        facts = {
            "study": study_id,
            "model_id": said.model_id,
            "who": said.who,
            "accepted": case.when.isoformat(),
            "answers": [answer.value for answer in said.answers],
            "comment": said.comment,
            "from_file": said.from_file,
            "in_spite_of": list(said.in_spite_of),
            **({} if case.is_whole else {"slices": list(said.slices)}),
        }
        temporary, final = self._folder / (TEMPORARY + case.case_id), self._folder / case.case_id
        with say_disk_errors("The study could not be accepted"):
            try:
                write_case_folder(temporary, study, label_map, facts)
                checksum = sha256(temporary / DESCRIPTION)
                publish_folder(temporary, final)
            except BaseException:
                remove(temporary)
                raise
        try:
            with self._database.transaction():
                self._insert(case, checksum, said.beside)
                self._worklist.note_mask(study_id, label_map, said.model_id, StudyState.ACCEPTED)
                self.freeze()
        except BaseException:
            remove(final)
            raise
        return case

    def approve(self, study_id: str, who: str) -> AcceptedCase:
        """Note that a second person stands for a study's mask too.

        Raises
        ------
        ParotidError
            If there is no accepted mask, it is approved already, nobody is named, or it is who accepted it.
        """
        with self._database.transaction():
            row = self._database.row(f"{_CURRENT} AND c.study_id = ? ORDER BY c.number DESC", study_id)
            if row is None or not self._worklist.record(study_id).state.is_accepted:
                raise ParotidError("Only an accepted study can be approved.", "Accept it first.")
            case = _case(row)
            if case.approved_by:
                raise ParotidError(tr("This study was approved by {who} already.", who=case.approved_by), "")
            if not who.strip():
                raise ParotidError("Nobody is named as the reader.", "Type your name, then approve.")
            if case.is_by(who):
                raise ParotidError(
                    tr("{who} accepted this study, and a second person is to approve it.", who=case.who),
                    "Have a colleague look at it, and type the colleague's name as the reader.",
                )
            self._database.write("INSERT INTO approvals VALUES (?, ?, ?)", case.case_id, who.strip(), now())
            self._worklist.set_state(study_id, StudyState.APPROVED)
        return self.case(case.case_id)

    def case(self, case_id: str) -> AcceptedCase:
        """Return one case, current or superseded."""
        return _case(self._row(case_id))

    def cases(self, *, current_only: bool = True) -> tuple[AcceptedCase, ...]:
        """Return the cases, oldest first; those that no later one took the place of, or all of them."""
        sql = _CURRENT if current_only else _ALL
        return tuple(_case(row) for row in self._database.rows(f"{sql} ORDER BY c.number"))

    def titles(self) -> dict[str, str]:
        """Return the name of its study for every case, of those too that a later one took the place of."""
        rows = self._database.rows("SELECT case_id, title FROM cases JOIN studies USING (study_id)")
        return {row["case_id"]: row["title"] for row in rows}

    def case_of(self, study_id: str) -> AcceptedCase | None:
        """Return a study's last case; None if it was never accepted."""
        row = self._database.row(f"{_CURRENT} AND c.study_id = ? ORDER BY c.number DESC", study_id)
        return None if row is None else _case(row)

    def folder(self, case_id: str) -> Path:
        """Return the folder of a case."""
        return self._folder / str(self._row(case_id)["case_id"])

    def verify(self, case_id: str) -> None:
        """Check every file of a case.

        Raises
        ------
        ParotidError
            If something is missing or changed.
        """
        folder = self.folder(case_id)
        verify_case_folder(folder)
        if sha256(folder / DESCRIPTION) != self._row(case_id)["checksum"]:
            raise ParotidError("The description of an accepted study was changed.", "Accept the study again.")

    def split(self, without: Collection[str] = ()) -> Split:
        """Part the current cases into those learned from and those judged by (`Parts.split`).

        Those that are held back with a question are in neither.

        Parameters
        ----------
        without
            Cases that cannot be used.
        """
        return self._parts.split(self._free(without))

    def freeze(self) -> None:
        """Give every patient a part for good, once there are enough of them. Within a transaction."""
        self._parts.freeze(self._free())

    def patients(self, cases: Iterable[str]) -> int:
        """Return how many patients cases are of; who shares images is one."""
        everything = self.cases(current_only=False)
        same, asked = same_people(everything), set(cases)
        return len({same[case.patient_key] for case in everything if case.case_id in asked})

    def _insert(self, case: AcceptedCase, checksum: str, beside: bool) -> None:
        earlier = [_case(row) for row in self._database.rows(f"{_CURRENT} AND c.study_id = ?", case.study_id)]
        # Two readers' masks may stand side by side; each takes the place of the reader's own.
        own = [one for one in earlier if one.is_by(case.who)]
        before = own or ([] if beside else earlier[-1:])
        self._database.write(
            "INSERT INTO cases (case_id, study_id, supersedes, patient_key, image_hashes, model_id, who, accepted,"
            " answers, checksum, comment, stood_for, from_file, in_spite_of)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            case.case_id,
            case.study_id,
            before[-1].case_id if before else None,
            case.patient_key,
            json.dumps(case.image_hashes),
            case.model_id,
            case.who,
            case.when.isoformat(),
            json.dumps([answer.value for answer in case.answers]),
            checksum,
            case.comment,
            write_slices(case.stood_for),
            case.from_file,
            json.dumps(case.in_spite_of),
        )

    def _free(self, without: Collection[str] = ()) -> list[AcceptedCase]:
        """Return the current cases that no question holds back, oldest first."""
        unused = self._screenings.held_back().union(without)
        return [case for case in self.cases() if case.case_id not in unused]

    def _row(self, case_id: str) -> sqlite3.Row:
        row = self._database.row(f"{_ALL} WHERE c.case_id = ?", case_id)
        if row is None:
            raise ParotidError("This accepted mask is not in the workspace.", "Choose another one.")
        return row


def _hashes(study: Study) -> dict[str, str]:
    hashes: dict[str, str] = {}
    for n, sequence in enumerate(study.sequences):
        role = sequence.role.value
        hashes[role if role not in hashes else f"{role} ({n})"] = hash_volume(sequence.volume)
    return hashes


def _case(row: sqlite3.Row) -> AcceptedCase:
    return AcceptedCase(
        case_id=row["case_id"],
        study_id=row["study_id"],
        patient_key=row["patient_key"],
        image_hashes=json.loads(row["image_hashes"]),
        model_id=row["model_id"],
        who=row["who"],
        when=when(row["accepted"]),
        answers=tuple(Answer(text) for text in json.loads(row["answers"])),
        comment=row["comment"],
        approved_by=row["approved_by"] or "",
        approved=None if row["approved"] is None else when(row["approved"]),
        stood_for=read_slices(row["stood_for"]),
        from_file=bool(row["from_file"]),
        in_spite_of=tuple(json.loads(row["in_spite_of"])),
    )
