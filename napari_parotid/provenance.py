"""Where a model version comes from, and what that means for who uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_parotid.tr import tr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parotid_training.workspace.records import Job, ModelRecord


def untried(record: ModelRecord, jobs: Iterable[Job]) -> bool:
    """Whether a version came from a file and was never compared here: a round compares with the one in use."""
    if not record.facts.get("imported"):
        return False
    return not any(job.verdict is not None and job.incumbent == record.model_id for job in jobs)


def came(record: ModelRecord, jobs: Iterable[Job]) -> str:
    """Say where a version came from; what was said of an imported one was said of other studies, in another place."""
    note = tr(record.note)
    if not record.facts.get("imported"):
        return note
    words = [tr("Imported from a file.")]
    if untried(record, jobs):
        words.append(tr("It was not tried on studies of this workspace."))
    if note:
        words.append(tr("Where it was made: {note}", note=note))
    return " ".join(words)


def caution(record: ModelRecord, jobs: Iterable[Job]) -> str:
    """Say in few words what is to be known before a version is trusted; "" where its comparison was won here."""
    jobs = tuple(jobs)
    if untried(record, jobs):
        return tr("Imported, never compared here.")
    if any(job.override and job.model_id == record.model_id for job in jobs):
        return tr("Refused, used all the same.")
    return ""
