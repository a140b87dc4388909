"""The studies of a workspace and what is drafted on them."""

from __future__ import annotations

import json
import threading
import uuid
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from parotid_training.errors import ParotidError
from parotid_training.labels import Structure
from parotid_training.model.unsure import hesitation
from parotid_training.study import Alignment, Role
from parotid_training.volume import Grid, LabelMap
from parotid_training.words import tr
from parotid_training.workspace.database import now, read_slices, when
from parotid_training.workspace.disk import say_disk_errors, write_whole
from parotid_training.workspace.journal import JOURNAL, Journal
from parotid_training.workspace.kept_proposal import pack, unpack
from parotid_training.workspace.records import StudyRecord, StudyState

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from parotid_training.study import Proposal, Study
    from parotid_training.workspace.database import Database

PROPOSAL = "proposal.zip"
_ALL = (
    "SELECT s.*, c.stood_for, c.from_file, c.in_spite_of FROM studies AS s LEFT JOIN cases AS c"
    " ON c.number = (SELECT MAX(number) FROM cases WHERE study_id = s.study_id)"
)


class Worklist:
    """Rows of the studies table and the folders ``drafts/<study>``.

    Parameters
    ----------
    database
        The workspace's records.
    drafts
        Folder of the drafts.
    """

    def __init__(self, database: Database, drafts: Path) -> None:
        self._database = database
        self._drafts = drafts
        self._keeping = threading.Lock()
        """A kept proposal and the row that names its version are changed together, whichever threads ask for it."""
        self._journals: dict[str, Journal] = {}

    def add(
        self,
        source: Path | None,
        *,
        patient_key: str,
        title: str,
        roles: Sequence[Role] = (),
        images: tuple[str, ...] = (),
    ) -> StudyRecord:
        """Add a study; without ``images`` one of the same source and patient is returned instead of doubled."""
        database = self._database
        place = None if source is None else str(source.resolve())
        if place is not None and _unwritable(place):
            raise ParotidError(
                "The name of a folder holds letters that cannot be kept.", "Give the folder a name of plain letters."
            )
        with database.transaction():
            known = database.row(
                "SELECT study_id FROM studies WHERE source = ? AND patient_key = ?", place, patient_key
            )
            if known is not None and patient_key and not images:
                return self.record(known["study_id"])
            study_id = str(uuid.uuid4())
            found = database.row("SELECT coalesce(max(number), 0) + 1 AS next FROM studies")
            number = int(found["next"]) if found is not None else 1
            database.write(
                "INSERT INTO studies (study_id, number, title, state, source, patient_key, added, roles, images)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                study_id,
                number,
                title.strip() or tr("Study {number}", number=number),
                StudyState.NEW,
                place,
                # Without a key each study counts as a patient of its own.
                patient_key or f"study-{study_id}",
                now(),
                json.dumps([role.value for role in roles]),
                json.dumps(images),
            )
            return self.record(study_id)

    def records(self) -> tuple[StudyRecord, ...]:
        """Return all studies, oldest first."""
        return tuple(_record(row) for row in self._database.rows(f"{_ALL} ORDER BY s.number"))

    def record(self, study_id: str) -> StudyRecord:
        """Return one study.

        Raises
        ------
        ParotidError
            If there is none of this id.
        """
        row = self._database.row(f"{_ALL} WHERE s.study_id = ?", study_id)
        if row is None:
            raise ParotidError("This study is not in the workspace.", "Open it again from its folder.")
        return _record(row)

    def set_state(self, study_id: str, state: StudyState) -> None:
        """Note how far a study is."""
        self._write("UPDATE studies SET state = ? WHERE study_id = ?", state.value, study_id)

    def set_layout(self, study_id: str, study: Study) -> None:
        """Note the roles of the sequences, which one is the reference, and which were moved."""
        self._write(
            "UPDATE studies SET roles = ?, reference = ?, alignments = ? WHERE study_id = ?",
            json.dumps([role.value for role in study.roles]),
            study.reference,
            _write_alignments(study),
            study_id,
        )

    def note_images(self, study_id: str, images: tuple[str, ...]) -> None:
        """Note what the sequences look like (`io.likeness`): other images in their place are not this study."""
        self._write("UPDATE studies SET images = ? WHERE study_id = ?", json.dumps(images), study_id)

    def set_title(self, study_id: str, title: str) -> None:
        """Give a study another pseudonym."""
        self._write("UPDATE studies SET title = ? WHERE study_id = ?", title.strip(), study_id)

    def note_mask(self, study_id: str, label_map: LabelMap, model_id: str, state: StudyState) -> None:
        """Note the volumes of a mask and which model it came from."""
        self._write(
            "UPDATE studies SET gland_ml = ?, tumour_ml = ?, model_id = ?, state = ? WHERE study_id = ?",
            *_volumes(label_map),
            model_id,
            state.value,
            study_id,
        )

    def set_volumes(self, study_id: str, gland_ml: float, tumour_ml: float) -> None:
        """Note the volumes of a mask that is being corrected; what is accepted or proposed keeps its own."""
        # Asked and changed in one statement: it may just have been accepted.
        self._database.write(
            "UPDATE studies SET gland_ml = ?, tumour_ml = ? WHERE study_id = ? AND state = ?",
            gland_ml,
            tumour_ml,
            study_id,
            StudyState.IN_CORRECTION.value,
        )

    def save_proposal(self, study_id: str, proposal: Proposal) -> None:
        """Keep a proposal in the draft folder; a new study becomes a proposed one, a later one only notes the model."""
        self._database.refuse_reader()
        self.record(study_id)
        folder, content = self._drafts / study_id, pack(proposal)
        gland_ml, tumour_ml = _volumes(proposal.label_map)
        doubt = proposal.unsure
        with self._keeping:
            with say_disk_errors("The proposal could not be kept"):
                folder.mkdir(parents=True, exist_ok=True)
                write_whole(folder / PROPOSAL, content)
            # Asked and changed in one statement: the reader may have begun to correct while the proposal was written.
            self._write(
                "UPDATE studies SET model_id = ?, unsure = ?,"
                " gland_ml = CASE WHEN state IN ('new', 'proposed') THEN ? ELSE gland_ml END,"
                " tumour_ml = CASE WHEN state IN ('new', 'proposed') THEN ? ELSE tumour_ml END,"
                " state = CASE WHEN state = 'new' THEN 'proposed' ELSE state END WHERE study_id = ?",
                proposal.model_id,
                None if doubt is None else hesitation(doubt, proposal.label_map.array),
                gland_ml,
                tumour_ml,
                study_id,
            )

    def forget_proposal(self, study_id: str) -> None:
        """Drop a kept proposal and the version's name; the volumes are the mask's and stay."""
        self._database.refuse_reader()
        with self._keeping:
            with say_disk_errors("The proposal could not be dropped"):
                (self._drafts / study_id / PROPOSAL).unlink(missing_ok=True)
            self._write("UPDATE studies SET model_id = '', unsure = NULL WHERE study_id = ?", study_id)

    def load_proposal(self, study_id: str) -> Proposal | None:
        """Return the proposal kept last; None if there is none or it is damaged (it can be asked for again)."""
        try:
            return unpack((self._drafts / study_id / PROPOSAL).read_bytes())
        except (OSError, ValueError, KeyError, EOFError, zlib.error, zipfile.BadZipFile, ParotidError):
            return None

    def add_reading_time(self, study_id: str, who: str, seconds: float) -> None:
        """Note that a person looked at a study for some more seconds."""
        self.record(study_id)
        self._database.write(
            "INSERT INTO reading_times VALUES (?, ?, ?)"
            " ON CONFLICT (study_id, who) DO UPDATE SET seconds = seconds + excluded.seconds",
            study_id,
            who,
            seconds,
        )

    def reading_times(self, study_id: str) -> dict[str, float]:
        """Return for how many seconds each person has looked at a study."""
        rows = self._database.rows("SELECT who, seconds FROM reading_times WHERE study_id = ? ORDER BY who", study_id)
        return {row["who"]: row["seconds"] for row in rows}

    def thumbnail(self, study_id: str) -> Path:
        """Return where a study's small picture lies, if there is one."""
        return self._drafts / study_id / "thumbnail.png"

    def save_thumbnail(self, study_id: str, content: bytes) -> None:
        """Keep a study's small picture (PNG)."""
        self._database.refuse_reader()
        path = self.thumbnail(study_id)
        with say_disk_errors("The small picture could not be kept"):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)

    def journal(self, study_id: str) -> Journal:
        """Return the journal of a study; the open one if it is open."""
        self.record(study_id)
        journal = self._journals.get(study_id)
        if journal is None or journal.closed:
            with say_disk_errors("The corrections cannot be kept"):
                make = Journal.look if self._database.read_only else Journal.open
                journal = self._journals[study_id] = make(self._drafts / study_id)
        return journal

    def drafted_last(self) -> tuple[StudyRecord, float] | None:
        """Return the study in correction that was worked on last, if one is, and when (seconds since the epoch)."""
        kept = []
        for record in self.records():
            journal = self._drafts / record.study_id / JOURNAL
            if record.state is StudyState.IN_CORRECTION and journal.exists():
                kept.append((record, journal.stat().st_mtime))
        return max(kept, key=lambda one: one[1], default=None)

    def close(self) -> None:
        """Close all journals."""
        for journal in self._journals.values():
            journal.close()

    def _write(self, sql: str, *values: Any) -> None:
        if self._database.write(sql, *values) == 0:
            raise ParotidError("This study is not in the workspace.", "Open it again from its folder.")


def _volumes(label_map: LabelMap) -> tuple[float, float]:
    """Return the ml of the gland (without the tumour) and of the tumour."""
    counts = np.bincount(label_map.array.ravel(), minlength=3) * label_map.grid.voxel_ml
    return float(counts[Structure.GLAND]), float(counts[Structure.TUMOUR])


def _record(row: sqlite3.Row) -> StudyRecord:
    state = StudyState(row["state"])
    return StudyRecord(
        study_id=row["study_id"],
        title=row["title"],
        state=state,
        source=None if row["source"] is None else Path(row["source"]),
        patient_key=row["patient_key"],
        roles=tuple(Role(text) for text in json.loads(row["roles"])),
        reference=row["reference"],
        added=when(row["added"]),
        model_id=row["model_id"],
        gland_ml=row["gland_ml"],
        tumour_ml=row["tumour_ml"],
        alignments=_read_alignments(row["alignments"]),
        unsure=row["unsure"],
        stood_for=read_slices(row["stood_for"]) if state.is_accepted else None,
        from_file=state.is_accepted and bool(row["from_file"]),
        in_spite_of=tuple(json.loads(row["in_spite_of"])) if state.is_accepted else (),
        images=tuple(json.loads(row["images"])),
    )


def _unwritable(place: str) -> bool:
    """Whether a path is no text: names from old discs and archives may be bytes of another alphabet."""
    try:
        place.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _write_alignments(study: Study) -> str:
    """Return the moved sequences as JSON. Frames of reference are left out: a UID can lead to the patient."""

    def values(grid: Grid) -> list[Any]:
        return [grid.shape, grid.affine.tolist()]

    moved = {n: sequence.alignment for n, sequence in enumerate(study.sequences) if sequence.alignment is not None}
    return json.dumps(
        {n: [values(one.before), values(one.after), one.to, values(one.target)] for n, one in moved.items()}
    )


def _read_alignments(text: str) -> dict[int, Alignment]:
    def grid(values: list[Any]) -> Grid:
        return Grid(tuple(values[0]), np.array(values[1]))

    return {
        int(n): Alignment(grid(before), grid(after), to, grid(target))
        for n, (before, after, to, target) in json.loads(text).items()
    }
